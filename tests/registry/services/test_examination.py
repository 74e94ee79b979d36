"""An examination runs every provision, keeps every finding, and returns a claim with all reasons at once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.services import coordination, examination
from registry.services.errors import ConflictError, NotAllowedError
from tests import factories as make


def test_a_sound_claim_is_examined_favourably_on_every_provision(session: Session) -> None:
    make.open_round(session)
    [claim] = make.filed(session)
    found = examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
    assert found.favourable
    assert [row.provision_id for row in found.findings] == make.policy()["norm_profile"]
    assert {row.outcome for row in found.findings} == {"favourable"}
    assert claim.state == "SUBMITTED"


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
    assert "placement 1 is 2200 m from old-lander (buffer 2300 m)" in failed.reason


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
