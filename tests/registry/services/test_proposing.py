"""The draw is made once; only a proven, verified answer to the frozen instance and the drawn seed is proposed."""

import hashlib
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.domain.decisions import Proposal
from registry.domain.rounds import Round
from registry.services import deciding, drawing, proposing
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from tests import factories as make

PASSED = make.PASSED


def test_the_seed_is_the_hash_of_instance_hash_zero_byte_and_value(session: Session) -> None:
    drawn = make.drawn_round(session)
    by_hand = hashlib.sha256(bytes.fromhex(drawn.instance.sha256) + b"\x00" + bytes.fromhex(make.VALUE_HEX))
    assert drawn.seed_hex == by_hand.hexdigest()


def test_a_known_seed_does_not_drift() -> None:
    assert drawing.seed("00" * 32, b"\x01") == hashlib.sha256(bytes(33) + b"\x01").hexdigest()


def test_a_second_draw_is_refused(session: Session) -> None:
    make.drawn_round(session)
    with pytest.raises(ConflictError, match="'draw' is not possible in state DRAWN"):
        drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)


@pytest.mark.parametrize(("value", "fault"), [("xyz", "not whole bytes"), ("0011", "it has 2 bytes"), ("", "0 bytes")])
def test_a_value_that_is_no_public_value_is_refused(session: Session, value: str, fault: str) -> None:
    make.frozen_round(session)
    with pytest.raises(ValidationError, match=fault):
        drawing.draw(session, make.ROUND, make.public_value(value_hex=value), make.PLANNER, make.DRAWN)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"source": "a coin"}, "its source is 'a coin', the policy names 'a beacon'"),
        ({"published_at": make.FROZEN}, "published at 2027-09-01T09:00:00Z, not after the freezing"),
        ({"published_at": make.PROPOSED}, "published at 2027-09-10T09:00:00Z, after this step"),
    ],
)
def test_a_value_of_another_source_or_time_is_refused(session: Session, changes: dict[str, Any], fault: str) -> None:
    make.frozen_round(session)
    with pytest.raises(ConflictError, match=fault):
        drawing.draw(session, make.ROUND, make.public_value(**changes), make.PLANNER, make.DRAWN)


def test_an_invented_value_is_for_illustrative_rounds_only(session: Session) -> None:
    frozen = make.frozen_round(session)
    round_ = session.get_one(Round, make.ROUND)
    round_.illustrative = False
    with pytest.raises(ConflictError, match="not illustrative; draw a real public value"):
        drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    assert frozen.number == 1


def test_a_proven_and_verified_solution_becomes_the_proposal(session: Session) -> None:
    proposal = make.proposed_round(session)
    assert (proposal.official, proposal.status, proposal.verified, proposal.outcome) == (True, "OPTIMAL", True, None)
    assert proposal.solution["allotments"][0]["placement"] == "C-0001/1"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"instance_sha256": "ab" * 32}, "answers another instance"),
        ({"seed": "00"}, "seed 00 is for trials"),
        ({"seed": "ab" * 32}, "its seed is not that of the draw"),
        ({"status": "FEASIBLE"}, "its status is FEASIBLE, not OPTIMAL"),
    ],
)
def test_another_answer_is_not_proposed(session: Session, changes: dict[str, Any], fault: str) -> None:
    drawn = make.drawn_round(session)
    with pytest.raises(ConflictError, match=fault):
        proposing.propose(session, make.ROUND, make.solution(drawn, **changes), PASSED, make.PLANNER, make.PROPOSED)


def test_a_solution_that_failed_its_verification_is_not_proposed(session: Session) -> None:
    drawn = make.drawn_round(session)
    failed = proposing.Verification(problems=("C2: too near",))
    with pytest.raises(ConflictError, match=r"its verification failed \(C2: too near\)"):
        proposing.propose(session, make.ROUND, make.solution(drawn), failed, make.PLANNER, make.PROPOSED)


DIFFERS = proposing.SecondOpinion(problems=("HiGHS found an allocation with a better points",))


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (None, "it has no second opinion; confirm it with solver confirm"),
        (DIFFERS, r"the second opinion differs \(HiGHS found .*\); do not use it"),
    ],
)
def test_a_solution_without_a_second_opinion_that_agrees_is_not_proposed(
    session: Session, second: proposing.SecondOpinion | None, fault: str
) -> None:
    drawn = make.drawn_round(session)
    report = proposing.Verification(second=second)
    with pytest.raises(ConflictError, match=fault):
        proposing.propose(session, make.ROUND, make.solution(drawn), report, make.PLANNER, make.PROPOSED)


def test_the_second_opinion_is_kept_with_the_proposal(session: Session) -> None:
    proposal = make.proposed_round(session)
    assert proposal.confirmed is True
    assert proposal.verification["second"] == {"problems": [], "said": "agreed", "confirmer": "solver confirm"}


def test_the_database_refuses_an_official_proposal_that_was_contradicted(session: Session) -> None:
    proposal = make.proposed_round(session)
    proposal.confirmed = False
    with pytest.raises(IntegrityError, match="official_only_when_proven"):
        session.flush()


def test_a_trial_cannot_be_decided_on(session: Session) -> None:
    drawn = make.drawn_round(session)
    proposing.keep_trial(session, make.ROUND, make.solution(drawn), PASSED, make.PLANNER, make.PROPOSED)
    with pytest.raises(ConflictError, match="no official proposal to decide on; trials cannot be decided on"):
        deciding.decide(session, make.ROUND, "adopt", make.CHE_DECIDER, make.DECIDED)


def test_a_run_that_failed_is_repeated_and_proposed(session: Session) -> None:
    drawn = make.drawn_round(session)
    failed = proposing.Verification(problems=("C2: too near",))
    with pytest.raises(ConflictError, match="solve again"):
        proposing.propose(session, make.ROUND, make.solution(drawn), failed, make.PLANNER, make.PROPOSED)
    session.expire_all()
    session.get_one(Round, make.ROUND).state = "DRAWN"  # the refused step's transaction is undone
    assert proposing.propose(session, make.ROUND, make.solution(drawn), PASSED, make.PLANNER, make.PROPOSED).official


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"[]", b'{"format": 1, "format": 2}'])
def test_bytes_that_are_no_solution_are_refused(session: Session, data: bytes) -> None:
    make.drawn_round(session)
    with pytest.raises(ValidationError):
        proposing.propose(session, make.ROUND, data, PASSED, make.PLANNER, make.PROPOSED)


def test_a_second_proposal_is_refused(session: Session) -> None:
    proposal = make.proposed_round(session)
    with pytest.raises(ConflictError, match="'propose' is not possible in state PROPOSED"):
        proposing.propose(session, make.ROUND, make.solution(proposal.draw), PASSED, make.PLANNER, make.PROPOSED)


def test_the_database_holds_one_official_proposal_an_instance(session: Session) -> None:
    proposal = make.proposed_round(session)
    columns = [column.key for column in Proposal.__table__.columns if column.key != "id"]
    session.add(Proposal(**{name: getattr(proposal, name) for name in columns}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_trial_is_kept_and_leaves_the_round_as_it_is(session: Session) -> None:
    drawn = make.drawn_round(session)
    data = make.solution(drawn, seed="00", status="FEASIBLE")
    trial = proposing.keep_trial(session, make.ROUND, data, PASSED, make.PLANNER, make.PROPOSED)
    assert (trial.official, trial.status) == (False, "FEASIBLE")


def test_the_council_does_not_propose(session: Session) -> None:
    drawn = make.drawn_round(session)
    with pytest.raises(NotAllowedError, match="not for council"):
        proposing.propose(session, make.ROUND, make.solution(drawn), PASSED, make.CHE_DECIDER, make.PROPOSED)
