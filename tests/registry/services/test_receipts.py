"""Receipts of the register: they hold, they open what the reader may see, and a changed record has none."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.domain.visibility import PUBLIC, Viewer
from registry.log import checkpoints, receipts, records
from registry.services import coordination, examination
from registry.services.errors import ConflictError, NotFoundError
from registry.services.receipts import about, receipt
from tests import factories as make
from tests.registry.services.key_cases import note, with_key

OWN = Viewer(frozenset({"delegate"}), "IND", "dev@example.org")
OTHER = Viewer(frozenset({"delegate"}), "JPN", "jun@example.org")
REGISTRAR = Viewer(frozenset({"registrar"}), None, "rita@example.org")
AUDITOR = Viewer(frozenset({"auditor"}), None, "audit@example.org")
SECRET = "In confidence until then"


@pytest.fixture
def filed(session: Session) -> Session:
    """A register with a key and one claim of India's that is not published; the record of its filing is the last."""
    with_key(session)
    from registry.services import rounds

    rounds.announce(
        session, make.ROUND, "Round", (make.OPENS, make.CLOSES), make.REGISTRAR, make.ANNOUNCED, illustrative=True
    )
    rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)
    rounds.open_round(session, make.ROUND, make.REGISTRAR, make.OPENS)
    make.filed(session, make.claim_document(name=SECRET))
    return session


def of_last(session: Session, viewer: Viewer) -> dict[str, object]:
    made = receipt(session, records.size(session) - 1, note(session), viewer)
    assert receipts.faults(json.loads(receipts.file_bytes(made)), checkpoints.log_keys(session)) == ()
    return made


def test_the_holder_gets_what_was_filed_and_the_public_gets_it_sealed(filed: Session) -> None:
    public, own = of_last(filed, PUBLIC), of_last(filed, OWN)
    assert (public["openings"], SECRET in json.dumps(public)) == ([], False)
    assert SECRET in json.dumps(own["openings"])
    assert public["leaf"] == own["leaf"]
    assert own["illustrative"] is True


def test_another_party_gets_no_more_than_the_public(filed: Session) -> None:
    assert of_last(filed, OTHER) == of_last(filed, PUBLIC)


def test_staff_that_runs_or_audits_the_procedure_gets_all(filed: Session) -> None:
    for viewer in (REGISTRAR, AUDITOR):
        text = json.dumps(of_last(filed, viewer)["openings"])
        assert SECRET in text
        assert make.REGISTRAR.name in text


def test_a_person_is_opened_to_nobody_else(filed: Session) -> None:
    for viewer in (PUBLIC, OWN, OTHER):
        assert make.REGISTRAR.name not in json.dumps(of_last(filed, viewer))


def test_after_the_publication_everybody_gets_what_was_filed(filed: Session) -> None:
    index = records.size(filed) - 1
    examination.examine(filed, "C-0001", make.REGISTRAR, make.EXAMINED)
    coordination.publish(filed, "C-0001", make.REGISTRAR, make.PUBLISHED)
    made = receipt(filed, index, note(filed))
    assert SECRET in json.dumps(made["openings"])
    assert receipts.faults(made, checkpoints.log_keys(filed)) == ()
    assert make.REGISTRAR.name not in json.dumps(made)


def test_a_record_that_was_changed_behind_the_program_has_no_receipt(filed: Session) -> None:
    index = records.size(filed) - 1
    filed.execute(sa.update(records.Record).where(records.Record.index == index).values(act="claim-withdrawn"))
    filed.expire_all()
    with pytest.raises(ConflictError, match=f"record {index} is not the one that was recorded"):
        receipt(filed, index, note(filed))


def test_a_record_that_the_checkpoint_does_not_cover_has_no_receipt(filed: Session) -> None:
    size = records.size(filed)
    with pytest.raises(NotFoundError, match=f"there is no record {size}; the log has {size}, counted from 0"):
        receipt(filed, size, note(filed))
    with pytest.raises(NotFoundError, match="there is no record 5; the log has 5"):
        receipt(filed, 5, note(filed, 5))


def test_records_about_a_subject_are_listed_and_hidden_ones_are_like_none(filed: Session) -> None:
    assert [row.act for row in about(filed, "claims/C-0001", OWN)] == ["claim-filed"]
    with pytest.raises(NotFoundError) as hidden:
        about(filed, "claims/C-0001", OTHER)
    with pytest.raises(NotFoundError) as missing:
        about(filed, "claims/C-0002", OTHER)
    assert str(hidden.value).replace("about claims/C-0001", "about claims/C-0002") == str(missing.value)
