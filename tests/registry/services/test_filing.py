"""Claims are received in order, read whole or refused whole, and amended by revisions."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.visibility import REGISTER
from registry.log import reading, records
from registry.services import examination, filing, rounds
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make


def test_claims_are_numbered_in_order_of_receipt(session: Session) -> None:
    make.open_round(session)
    claims = make.filed(session, make.claim_document("alpha"), make.claim_document("beta"))
    assert [(claim.id, claim.key, claim.state) for claim in claims] == [
        ("C-0001", "alpha", "SUBMITTED"),
        ("C-0002", "beta", "SUBMITTED"),
    ]


def test_keep_outs_come_from_the_methods(session: Session) -> None:
    make.open_round(session)
    landing = make.phase(name="landing", method="landing-plume", inputs={"landed_mass_kg": 7300, "built_pad": False})
    [claim] = make.filed(session, make.claim_document(placements=[make.placement(phases=[landing, make.phase()])]))
    [placement] = claim.current.placements
    assert [(row.name, row.keep_out_m, row.method_id) for row in placement.phases] == [
        ("landing", 2000, "landing-plume"),
        ("operation", 200, "static-science"),
    ]


def test_a_filing_is_recorded_with_all_that_was_filed(session: Session) -> None:
    make.open_round(session)
    document = make.claim_document()
    make.filed(session, document)
    [record] = reading.records_about(session, "claims/C-0001", REGISTER)
    rows = record.content["rows"]
    assert record.act == "claim-filed"
    assert rows["revisions"][0]["content"] == document
    assert {table: len(found) for table, found in rows.items()} == {
        "claims": 1, "revisions": 1, "credits": 1, "placements": 3, "phases": 3,
    }  # fmt: skip


def test_a_filing_at_fault_is_refused_whole_and_leaves_nothing(session: Session) -> None:
    make.open_round(session)
    size = records.size(session)
    with pytest.raises(ValidationError) as caught:
        make.filed(session, make.claim_document(operator="NOBODY", credit={"IND": 60}, extra=1))
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["extra", "credit", "operator"]
    assert session.scalars(select(Claim)).all() == []
    assert records.size(session) == size


@pytest.mark.parametrize("at", [make.OPENS - timedelta(seconds=1), make.CLOSES + timedelta(seconds=1)])
def test_a_filing_outside_the_window_is_refused(session: Session, at: Any) -> None:
    make.open_round(session)
    with pytest.raises(ConflictError, match="takes claims from its opening to its closing only"):
        filing.file_claim(session, make.ROUND, make.claim_document(), make.REGISTRAR, at)


def test_a_key_cannot_be_used_twice_in_a_round(session: Session) -> None:
    make.open_round(session)
    make.filed(session)
    with pytest.raises(ConflictError, match="the key 'alpha' is in round 2027-1 already"):
        make.filed(session)


def test_a_delegate_files_for_the_own_party_only(session: Session) -> None:
    make.open_round(session)
    own = filing.file_claim(session, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)
    assert own.filed_by_id == "IND"
    with pytest.raises(NotAllowedError, match="the own party only: IND, not JPN"):
        filing.file_claim(session, make.ROUND, make.claim_document("beta", "JPN"), make.DELEGATE, make.FILED)


def test_an_auditor_files_nothing(session: Session) -> None:
    make.open_round(session)
    with pytest.raises(NotAllowedError, match="not for auditor"):
        filing.file_claim(session, make.ROUND, make.claim_document(), make.AUDITOR, make.FILED)


def test_an_amendment_adds_a_revision_and_keeps_the_first(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    changed = make.claim_document(name="Better", placements=[make.placement()])
    filing.amend(session, claim.id, changed, make.DELEGATE, make.FILED + timedelta(days=1))
    session.refresh(claim)
    assert [(row.number, row.name, len(row.placements)) for row in claim.revisions] == [
        (1, "Claim alpha", 3),
        (2, "Better", 1),
    ]
    assert claim.received_at == make.FILED


def test_a_returned_claim_gets_a_new_date_of_receipt(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session, make.claim_document(cospar_inventory=None))
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    later = make.EXAMINED + timedelta(days=2)
    filing.amend(session, claim.id, make.claim_document(), make.DELEGATE, later)
    assert (claim.state, claim.received_at) == ("SUBMITTED", later)


def test_an_amendment_cannot_change_the_key(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    with pytest.raises(ConflictError, match="keeps the key"):
        filing.amend(session, claim.id, make.claim_document("other"), make.DELEGATE, make.FILED)


def test_a_withdrawn_claim_is_out_and_says_why(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    filing.withdraw(session, claim.id, make.DELEGATE, make.FILED, "the mission was cancelled")
    assert claim.state == "WITHDRAWN"
    assert (
        reading.records_about(session, "claims/C-0001", REGISTER)[-1].content["reason"] == "the mission was cancelled"
    )
