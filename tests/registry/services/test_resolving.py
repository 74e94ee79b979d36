"""Fallbacks, re-solves and the end of a round: when they are due, what they freeze, with which seed."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.decisions import Draw, FrozenInstance, Proposal
from registry.domain.notices import Notice
from registry.domain.rounds import Round
from registry.log import reading
from registry.services import deciding, drawing, entering, freezing, offers, proposing, refreezing, resolving, rounds
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from solver.io import parse_instance
from tests import factories as make

LATER = make.RECORDED + timedelta(days=1)
WHY = "level 50 was not proved in 600 s"


def cut_short(session: Session, drawn: Draw, **changes: object) -> Proposal:
    """A verified trial with the drawn seed that was cut short."""
    data = make.solution(drawn, **{"status": "FEASIBLE", "run": {"time_limit_s": 600}, **changes})
    return proposing.keep_trial(session, make.ROUND, data, make.PASSED, make.PLANNER, make.PROPOSED)


def draw_of(session: Session, instance: FrozenInstance) -> Draw:
    return session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one()


def adopt(session: Session, at: datetime) -> None:
    for decider in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(session, make.ROUND, "adopt", decider, at)


def declined_round(session: Session) -> None:
    """C-0001 declined its offer; C-0002, on the same ground, waits."""
    make.adopted_round(session)
    offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "the lander is late")


def served_instead(drawn: Draw) -> bytes:
    return make.solution(
        drawn,
        allotments=[
            {
                "claim": "C-0002",
                "placement": "C-0002/1",
                "start": 5,
                "zones": [{"phase": "operation", "start": 5, "end": 105, "keep_out_m": 200}],
            }
        ],
        parties={"JPN": 100},
        leximin=[100],
        unserved=[],
    )


# Fallback


def test_a_run_cut_short_leads_to_a_numbered_instance_with_the_coarser_levels(session: Session) -> None:
    drawn = make.drawn_round(session)
    cut_short(session, drawn)
    made = resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)
    assert (made.number, made.kind, made.fallback, made.reason) == (2, "fallback", "levels", WHY)
    assert made.content["policy"] == {"rule": "equal-footing", "tie_break": "ticket", "levels": [50, 100]}
    assert made.content["id"] == "2027-1.2"
    same = {name for name in made.content if made.content[name] == drawn.instance.content[name]}
    assert same == set(made.content) - {"id", "policy"}


def test_a_fallback_has_the_same_value_and_the_seed_of_its_own_instance(session: Session) -> None:
    drawn = make.drawn_round(session)
    cut_short(session, drawn)
    made = resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)
    second = draw_of(session, made)
    by_hand = hashlib.sha256(bytes.fromhex(made.sha256) + b"\x00" + bytes.fromhex(make.VALUE_HEX)).hexdigest()
    assert (second.value_hex, second.seed_hex, second.seed_instance_sha256) == (make.VALUE_HEX, by_hand, made.sha256)


def test_fallbacks_come_in_the_order_of_the_policy_and_end(session: Session) -> None:
    make.drawn_round(session)
    words = []
    for _ in range(2):
        cut_short(session, draw_of(session, freezing.newest_instance(session, make.ROUND)))
        words.append(resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY).fallback)
    newest = freezing.newest_instance(session, make.ROUND)
    cut_short(session, draw_of(session, newest))
    assert (words, newest.content["policy"]["rule"], newest.content["policy"]["levels"]) == (
        ["levels", "serial"],
        "serial",
        None,
    )
    with pytest.raises(ConflictError, match="the policy names no further fallback"):
        resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)


@pytest.mark.parametrize(
    "changes",
    [{"status": "OPTIMAL"}, {"seed": "00"}, {"run": {"time_limit_s": 599}}, {"run": {}}],
    ids=["proved", "another seed", "less time", "no time"],
)
def test_a_fallback_needs_a_run_of_the_drawn_seed_that_had_its_time(
    session: Session, changes: dict[str, object]
) -> None:
    make.frozen_round(session, run_limit_s=600)
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    cut_short(session, drawn, **changes)
    with pytest.raises(ConflictError, match="no verified run of the newest instance with its seed was cut short"):
        resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)


def test_a_run_that_failed_its_verification_is_no_reason_for_a_fallback(session: Session) -> None:
    drawn = make.drawn_round(session)
    data = make.solution(drawn, status="FEASIBLE")
    failed = proposing.Verification(problems=("C2: too near",))
    proposing.keep_trial(session, make.ROUND, data, failed, make.PLANNER, make.PROPOSED)
    with pytest.raises(ConflictError, match="no verified run"):
        resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)


def test_a_fallback_says_why_and_is_for_those_who_run_rounds(session: Session) -> None:
    cut_short(session, make.drawn_round(session))
    with pytest.raises(ValidationError, match="reason: it is empty"):
        resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, " ")
    with pytest.raises(NotAllowedError, match="not for council"):
        resolving.fall_back(session, make.ROUND, make.CHE_DECIDER, make.PROPOSED, WHY)


def test_after_a_fallback_the_solution_of_the_instance_before_is_refused(session: Session) -> None:
    drawn = make.drawn_round(session)
    cut_short(session, drawn)
    resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)
    with pytest.raises(ConflictError, match="the solution answers another instance"):
        proposing.propose(session, make.ROUND, make.solution(drawn), make.PASSED, make.PLANNER, make.PROPOSED)


# Re-solve


def test_a_declined_offer_leads_to_an_instance_without_the_claim_and_with_the_same_seed(session: Session) -> None:
    declined_round(session)
    first = session.scalars(select(Draw)).one()
    made = resolving.resolve(session, make.ROUND, make.PLANNER, LATER)
    second = draw_of(session, made)
    assert (made.number, made.kind, made.reason) == (2, "resolve", "room was freed by C-0001")
    assert [claim["id"] for claim in made.content["claims"]] == ["C-0002"]
    assert [party["id"] for party in made.content["parties"]] == ["JPN"]
    assert made.content["caps"][0]["placements"] == ["C-0002/1"]
    assert made.sha256 != first.instance.sha256
    assert (second.seed_hex, second.seed_instance_sha256) == (first.seed_hex, first.instance.sha256)
    assert session.get_one(Round, make.ROUND).state == "DRAWN"


def test_accepted_offers_are_in_force_in_the_re_solve(session: Session) -> None:
    documents = (
        make.claim_document("alpha", "IND", placements=[make.placement(1)]),
        make.claim_document("beta", "JPN", placements=[make.placement(1, x=12000)]),
        make.claim_document("gamma", "THA", placements=[make.placement(1, x=12010)]),
    )
    make.frozen_round(session, *documents)
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    rows = [allotted("C-0001", 10), allotted("C-0002", 20)]
    data = make.solution(drawn, allotments=rows, unserved=[{"claim": "C-0003", "reasons": []}])
    proposing.propose(session, make.ROUND, data, make.PASSED, make.PLANNER, make.PROPOSED)
    adopt(session, make.DECIDED)
    entering.accept(session, "C-0001", make.REGISTRAR, make.RECORDED)
    offers.decline(session, "C-0002", make.REGISTRAR, make.RECORDED, "no launch")
    made = resolving.resolve(session, make.ROUND, make.PLANNER, LATER)
    in_force = {claim["id"]: claim["in_force"] for claim in made.content["claims"]}
    assert in_force == {"C-0001": {"placement": "C-0001/1", "start": 10}, "C-0003": None}
    assert parse_instance(freezing.instance_bytes(made)).claim_by_id["C-0001"].in_force is not None


def allotted(claim: str, start: int) -> dict[str, object]:
    zone = {"phase": "operation", "start": start, "end": start + 100, "keep_out_m": 200}
    return {"claim": claim, "placement": f"{claim}/1", "start": start, "zones": [zone]}


def test_a_re_solve_is_proposed_decided_and_offered_like_any_other(session: Session) -> None:
    declined_round(session)
    made = resolving.resolve(session, make.ROUND, make.PLANNER, LATER)
    data = served_instead(draw_of(session, made))
    proposing.propose(session, make.ROUND, data, make.PASSED, make.PLANNER, LATER)
    adopt(session, LATER)
    entry = entering.accept(session, "C-0002", make.REGISTRAR, LATER)
    assert (entry.id, entry.claim_id, entry.start_day) == ("E-0001", "C-0002", 5)
    assert len(session.scalars(select(Proposal).where(Proposal.official)).all()) == 2


def test_a_re_solve_waits_until_every_offer_is_answered(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ConflictError, match=r"some offers are still open; .*; every offer was accepted"):
        resolving.resolve(session, make.ROUND, make.PLANNER, make.RECORDED)


def test_nothing_is_solved_again_when_all_was_accepted(session: Session) -> None:
    make.recorded_round(session)
    with pytest.raises(ConflictError, match="every offer was accepted; nothing is to be solved again"):
        resolving.resolve(session, make.ROUND, make.PLANNER, LATER)


def test_a_lapsed_offer_frees_room_too(session: Session) -> None:
    make.adopted_round(session)
    over = make.DECIDED + timedelta(days=60, seconds=1)
    offers.expire(session, make.ROUND, make.REGISTRAR, over)
    assert resolving.resolve(session, make.ROUND, make.PLANNER, over).reason == "room was freed by C-0001"


def test_what_lies_before_the_last_step_is_refused(session: Session) -> None:
    make.recorded_round(session)
    with pytest.raises(ConflictError, match="lies before the last step on rounds/2027-1, 2027-09-20T14:00:00Z"):
        resolving.resolve(session, make.ROUND, make.PLANNER, make.PROPOSED)


# The end


def test_an_ended_round_lets_the_claims_that_waited_go_with_a_notice(session: Session) -> None:
    make.recorded_round(session)
    released = resolving.conclude(session, make.ROUND, make.REGISTRAR, LATER)
    assert [(claim.id, claim.state) for claim in released] == [("C-0002", "LAPSED")]
    assert session.get_one(Round, make.ROUND).concluded_at == LATER
    told = session.scalars(select(Notice).where(Notice.kind.in_(["claim-unserved", "round-concluded"]))).all()
    assert [notice.addressee for notice in told] == ["party/JPN", "un-secretary-general", "all-parties"]
    assert "without an allotment for claim C-0002 (Claim beta)" in told[0].text


def test_a_round_does_not_end_while_offers_are_open_or_room_can_be_given(session: Session) -> None:
    make.adopted_round(session)
    with pytest.raises(ConflictError, match="some offers are still open"):
        resolving.conclude(session, make.ROUND, make.REGISTRAR, make.RECORDED)
    offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "no launch")
    with pytest.raises(ConflictError, match="room was freed and claims are waiting; solve the round again first"):
        resolving.conclude(session, make.ROUND, make.REGISTRAR, LATER)


def test_a_round_ends_once(session: Session) -> None:
    make.recorded_round(session)
    resolving.conclude(session, make.ROUND, make.REGISTRAR, LATER)
    for again in (resolving.conclude, resolving.resolve):
        with pytest.raises(ConflictError, match="the round is concluded already"):
            again(session, make.ROUND, make.REGISTRAR, LATER)


# Rejected


def test_after_a_rejection_a_new_policy_leads_to_a_new_instance_and_a_new_draw(session: Session) -> None:
    reject(session)
    later = make.policy(rule="max-points", fallback=["serial"], draw_source="another beacon")
    version = rounds.publish_policy(session, make.ROUND, later, make.REGISTRAR, make.RECORDED)
    frozen = freezing.freeze_round(session, make.ROUND, make.PLANNER, LATER)
    value = make.public_value(source="another beacon", published_at=LATER + timedelta(hours=1))
    drawn = drawing.draw(session, make.ROUND, value, make.PLANNER, LATER + timedelta(hours=2))
    made = (version.version, frozen.number, frozen.kind, frozen.content["policy"]["rule"], drawn.source)
    assert made == (2, 2, "frozen", "max-points", "another beacon")
    assert len(session.scalars(select(Draw)).all()) == 2


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, "the draw source is that of an earlier version, whose value is known"),
        (
            {"draw_source": "another beacon", "horizon_days": 2000, "points_by_rank": [90, 70, 40]},
            "claims were filed under horizon_days, points_by_rank; a later version keeps these",
        ),
    ],
)
def test_a_policy_after_a_rejection_keeps_what_was_filed_under_and_draws_anew(
    session: Session, changes: dict[str, object], fault: str
) -> None:
    reject(session)
    with pytest.raises(ConflictError, match=fault):
        rounds.publish_policy(session, make.ROUND, make.policy(**changes), make.REGISTRAR, make.RECORDED)


def reject(session: Session) -> None:
    make.proposed_round(session)
    for decider in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(
            session, make.ROUND, "reject", decider, make.DECIDED, ground="procedural-fault", reason="the draw was late"
        )


# The log


def test_every_way_back_is_one_record_with_all_that_it_made(session: Session) -> None:
    declined_round(session)
    resolving.resolve(session, make.ROUND, make.PLANNER, LATER)
    last = reading.records_about(session, "rounds/2027-1")[-1]
    assert last.act == "round-resolved"
    assert set(last.content["rows"]) == {"rounds", "frozen_instances", "draws", "notices"}
    claim = reading.records_about(session, "claims/C-0001")[-1]
    assert (claim.act, set(claim.content["rows"])) == ("offer-declined", {"claims", "offers", "notices"})


def test_fallbacks_and_re_solves_are_repeated_from_the_log_alone(session: Session) -> None:
    drawn = make.drawn_round(session)
    cut_short(session, drawn)
    second = resolving.fall_back(session, make.ROUND, make.PLANNER, make.PROPOSED, WHY)
    data = make.solution(draw_of(session, second))
    proposing.propose(session, make.ROUND, data, make.PASSED, make.PLANNER, make.PROPOSED)
    adopt(session, make.DECIDED)
    offers.decline(session, "C-0001", make.DELEGATE, make.RECORDED, "no launch")
    resolving.resolve(session, make.ROUND, make.PLANNER, LATER)
    # The small world is not loaded by a record, so that only what is made from an instance can be repeated.
    records = refreezing.all_records(session)
    found = refreezing.refreeze_records(records, make.ROUND, numbers=[2, 3])
    assert [(row.number, row.kind, bool(row)) for row in found] == [(2, "fallback", True), (3, "resolve", True)]


def test_claims_that_left_before_the_adoption_get_no_offer_and_free_their_room(session: Session) -> None:
    from registry.services import filing

    make.proposed_round(session)
    filing.withdraw(session, "C-0001", make.REGISTRAR, make.PROPOSED, "cancelled")
    adopt(session, make.DECIDED)
    states = {claim.id: claim.state for claim in session.scalars(select(Claim))}
    assert states == {"C-0001": "WITHDRAWN", "C-0002": "READY"}
    assert resolving.resolve(session, make.ROUND, make.PLANNER, LATER).reason == "room was freed by C-0001"
