"""An examination runs every provision, keeps every finding, and returns a claim with all reasons at once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.domain.examinations import Examination
from registry.domain.provisions import CHECKS
from registry.services import coordination, examination, filing, rounds
from registry.services.errors import ConflictError, NotAllowedError
from tests import factories as make


def test_a_sound_claim_is_examined_favourably_on_every_provision(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    found = examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    assert found.favourable
    assert [row.provision_id for row in found.findings] == [*make.policy()["norm_profile"], "EUSA-1"]
    assert {row.outcome for row in found.findings} == {"favourable"}
    assert {(row.effect, row.mend, row.due_at) for row in found.findings} == {("none", "", None)}
    assert claim.state == "SUBMITTED"


def test_the_whole_of_the_provisions_is_met_by_a_sound_claim(session: Session) -> None:
    make.open_round(session, norm_profile=list(CHECKS), strict=list(CHECKS))
    [claim] = make.filed(session)
    found = examined(session, claim.id)
    assert {row.provision_id: row.reason for row in found.findings if row.outcome != "favourable"} == {}
    assert len(found.findings) == 50


def test_a_provision_of_an_instrument_is_asked_of_its_members_on_the_policy_s_date(session: Session) -> None:
    make.open_round(session, norm_profile=["AA-5", "ILRS-1", "MA-4"])
    claims = make.filed(session, make.claim_document("alpha", "IND"), make.claim_document("beta", "THA"))
    outcomes = {
        claim.filed_by_id: [row.outcome for row in examined(session, claim.id).findings[:3]] for claim in claims
    }
    assert outcomes == {
        "IND": ["favourable", "not-applicable", "not-applicable"],
        "THA": ["favourable", "favourable", "not-applicable"],
    }


def test_a_soft_and_a_proposed_finding_are_noted_and_return_nothing(session: Session) -> None:
    make.open_round(session, norm_profile=["OST-I-3"])
    access = make.particulars()["access"] | {"science_transits": ""}
    [claim] = make.filed(session, make.claim_document(access=access, sustainability={}))
    found = examined(session, claim.id)
    assert [(row.provision_id, row.outcome, row.effect) for row in found.findings] == [
        ("OST-I-3", "unfavourable", "noted"), ("EUSA-1", "unfavourable", "noted"),
    ]  # fmt: skip
    assert (found.favourable, claim.state) == (True, "SUBMITTED")


def test_a_procedural_finding_is_a_duty_with_a_deadline(session: Session) -> None:
    make.open_round(session, norm_profile=["OST-IX-2", "OST-XI-1"])
    publication = make.particulars()["publication"] | {"results": ""}
    both = [make.claim_document("alpha", "IND", publication=publication), make.claim_document("beta", "JPN")]
    claims = make.filed(session, *both)
    found = examined(session, claims[0].id)
    assert [(row.provision_id, row.effect, row.due_at) for row in found.findings[:2]] == [
        ("OST-IX-2", "duty", make.utc("2027-08-21T15:00")), ("OST-XI-1", "duty", make.utc("2027-05-21T15:00")),
    ]  # fmt: skip
    assert found.favourable
    assert found.findings[0].reason.startswith(
        "Operations could be too near on the same day to those of C-0002 (C-0002/"
    )


def test_a_withdrawn_claim_is_nobody_s_neighbour(session: Session) -> None:
    make.open_round(session, norm_profile=["OST-IX-2"])
    first, second = make.filed(session, make.claim_document("alpha", "IND"), make.claim_document("beta", "JPN"))
    filing.withdraw(session, second.id, make.REGISTRAR, make.FILED, "a change of plans")
    assert examined(session, first.id).findings[0].outcome == "favourable"


def test_an_entry_of_an_earlier_round_is_a_neighbour_on_its_own_days(session: Session) -> None:
    """It is on its site from 11 October 2027 for 100 days; the new round counts days from 11 December."""
    make.recorded_round(session)
    rounds.announce(session, "later", "Later", (make.OPENS, make.CLOSES), make.REGISTRAR, make.ANNOUNCED)
    content = make.policy(norm_profile=["OST-IX-2"], epoch="2027-12-11")
    rounds.publish_policy(session, "later", content, make.REGISTRAR, make.POLICY_AT)
    rounds.open_round(session, "later", make.REGISTRAR, make.OPENS)
    outcomes = []
    for key, first in (("early", 38), ("late", 39)):
        document = make.claim_document(key, "CHE", placements=[make.placement(1, start=[first, 200])])
        claim = filing.file_claim(session, "later", document, make.REGISTRAR, make.FILED)
        outcomes.append(examined(session, claim.id).findings[0].evidence["overlaps"])
        filing.withdraw(session, claim.id, make.REGISTRAR, make.EXAMINED, "only a question")
    assert outcomes == [[{"placements": ["C-0003/1", "C-0001/1"], "distance_m": 0, "keep_out_m": 200}], []]


def test_a_revision_filed_in_form_1_is_examined_as_it_was_filed(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    claim.current.content, claim.current.form = make.first_form(), 1
    found = examined(session, claim.id)
    failed = {row.provision_id: row.reason for row in found.findings if row.effect == "returns"}
    assert list(failed) == ["OST-IV-1", "PART-1"]
    assert failed["PART-1"] == "IND names neither funds nor hardware nor operations."


def examined(session: Session, claim_id: str) -> Examination:
    return examination.examine(session, claim_id, make.REGISTRAR, make.EXAMINED)


def test_a_failed_examination_returns_the_claim_with_all_reasons(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session, make.claim_document(cospar_inventory=None, peaceful_statement=" "))
    found = examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    failed = [row.provision_id for row in found.findings if row.outcome == "unfavourable"]
    assert (failed, claim.state) == (["OST-IV-1", "COSPAR-1"], "RETURNED")


def test_a_placement_inside_an_enforced_buffer_is_returned(session: Session) -> None:
    make.open_round(session)
    # The enforced lander stands at (30 324, 0); its buffer is 2000 m and three sigma of 100 m.
    [claim] = make.filed(session, make.claim_document(placements=[make.placement(x=30325, y=2200)]))
    found = examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    [failed] = [row for row in found.findings if row.outcome == "unfavourable"]
    assert failed.provision_id == "AA-9"
    assert "Placement 1 is 2200 m from old-lander (buffer 2300 m)" in failed.reason


def test_only_submitted_claims_are_examined(session: Session) -> None:
    make.open_round(session)
    claims = make.filed(session)
    make.make_ready(session, claims)
    with pytest.raises(ConflictError, match="is READY; only a submitted claim is examined"):
        examination.examine(session, "C-0001", make.REGISTRAR, make.EXAMINED)


def test_a_planner_does_not_examine(session: Session) -> None:
    make.open_round(session)
    make.filed(session)
    with pytest.raises(NotAllowedError, match="for the role registrar, not for planner"):
        examination.examine(session, "C-0001", make.PLANNER, make.EXAMINED)


def test_nothing_is_published_unexamined(session: Session) -> None:
    make.open_round(session)
    make.filed(session)
    with pytest.raises(ConflictError, match="no favourable examination; examine it first"):
        coordination.publish(session, "C-0001", make.REGISTRAR, make.PUBLISHED)


def test_readiness_comes_with_the_deadline_and_not_a_second_before(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    coordination.publish(session, claim.id, make.REGISTRAR, make.PUBLISHED)
    coordination.start_coordination(session, claim.id, make.REGISTRAR, make.PUBLISHED)
    with pytest.raises(ConflictError, match="the time for coordination is not over"):
        coordination.make_ready(session, claim.id, make.REGISTRAR, make.READY - timedelta(seconds=1))
    assert coordination.make_ready(session, claim.id, make.REGISTRAR, make.READY).state == "READY"
