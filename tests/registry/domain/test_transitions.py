"""The tables of moves: every row works for its roles with its guards, and nothing else does."""

import itertools

import pytest

from registry.domain import transitions
from registry.domain.actors import ROLES
from registry.domain.claims import ClaimState
from registry.domain.rounds import RoundState
from registry.domain.transitions import (
    BANK_MOVES,
    CLAIM_MOVES,
    GUARDS,
    ROUND_MOVES,
    SLOT_MOVES,
    MoveError,
    RoleError,
    Transition,
    move,
)

ALL = [(moves, row) for moves in (CLAIM_MOVES, ROUND_MOVES, BANK_MOVES, SLOT_MOVES) for row in moves]
Moves = tuple[Transition, ...]


@pytest.mark.parametrize(("moves", "row"), ALL)
def test_a_move_of_the_table_is_taken_by_its_roles_only(moves: Moves, row: Transition) -> None:
    for role in ROLES:
        if role in row.roles:
            assert move(moves, row.source, row.act, role, row.guards) == row
        else:
            with pytest.raises(RoleError, match=f"not for {role}"):
                move(moves, row.source, row.act, role, row.guards)


@pytest.mark.parametrize(("moves", "row"), [item for item in ALL if item[1].guards])
def test_each_guard_that_does_not_hold_is_told(moves: Moves, row: Transition) -> None:
    for guard in row.guards:
        others = [name for name in row.guards if name != guard]
        with pytest.raises(MoveError) as caught:
            move(moves, row.source, row.act, row.roles[0], others)
        assert str(caught.value) == GUARDS[guard]


def test_moves_that_are_not_in_the_table_are_refused() -> None:
    table = {(row.source, row.act) for row in CLAIM_MOVES}
    acts = {row.act for row in CLAIM_MOVES}
    for state in ClaimState:
        for act in acts:
            if (state, act) not in table:
                with pytest.raises(MoveError, match="not possible in state"):
                    move(CLAIM_MOVES, state, act, "registrar")
    assert len(table) == len(CLAIM_MOVES)


def test_the_round_goes_forward_to_adoption_or_rejection() -> None:
    moves = {(row.source, row.target) for row in ROUND_MOVES if row.source != row.target}
    forward, back = list(itertools.pairwise(list(RoundState)[:7])), {("REJECTED", "CLOSED"), ("ADOPTED", "DRAWN")}
    assert moves == {*forward, ("PROPOSED", "REJECTED"), *back}


def test_what_leaves_the_state_of_a_round_as_it_is() -> None:
    staying = {(row.source, row.act) for row in ROUND_MOVES if row.source == row.target}
    assert staying == {("ANNOUNCED", "publish-policy"), ("DRAWN", "fall-back"), ("ADOPTED", "conclude")}


def test_every_state_can_be_reached_and_ends_are_ends() -> None:
    reached = {"DRAFT", *(row.target for row in CLAIM_MOVES)}
    left = {row.source for row in CLAIM_MOVES}
    assert reached == set(ClaimState)
    assert set(ClaimState) - left == {"ENDED", "WITHDRAWN", "REFUSED", "LAPSED"}


def test_every_guard_is_used() -> None:
    assert {guard for _, row in ALL for guard in row.guards} == set(GUARDS)


def test_a_refused_move_says_what_is_possible() -> None:
    with pytest.raises(MoveError, match="possible are make-ready, withdraw"):
        move(CLAIM_MOVES, "COORDINATION", "publish", "registrar")
    with pytest.raises(MoveError, match="it is an end"):
        move(CLAIM_MOVES, "LAPSED", "publish", "registrar")


# What the procedure allows, written out: a row that comes, goes or changes is to be a decision and not a slip.
TABLES = {
    "CLAIM_MOVES": """
        DRAFT file SUBMITTED delegate,registrar round-open
        SUBMITTED amend SUBMITTED delegate,registrar round-open
        RETURNED amend SUBMITTED delegate,registrar round-not-frozen
        SUBMITTED return RETURNED registrar examined-unfavourably
        SUBMITTED publish PUBLISHED registrar examined-favourably
        PUBLISHED coordinate COORDINATION registrar
        COORDINATION make-ready READY registrar,system coordination-over
        READY offer OFFERED council allotted
        READY release LAPSED registrar,planner round-over
        OFFERED record RECORDED delegate,registrar offer-open
        OFFERED decline WITHDRAWN delegate,registrar offer-open
        OFFERED lapse LAPSED registrar,system offer-over
        RECORDED bring-into-use IN_USE delegate,registrar
        IN_USE suspend SUSPENDED delegate,registrar,system
        SUSPENDED resume IN_USE delegate,registrar
        RECORDED end ENDED delegate,registrar,system
        IN_USE end ENDED delegate,registrar,system
        SUSPENDED end ENDED delegate,registrar,system
        RETURNED refuse REFUSED registrar
        DRAFT withdraw WITHDRAWN delegate,registrar
        SUBMITTED withdraw WITHDRAWN delegate,registrar
        RETURNED withdraw WITHDRAWN delegate,registrar
        PUBLISHED withdraw WITHDRAWN delegate,registrar
        COORDINATION withdraw WITHDRAWN delegate,registrar
        READY withdraw WITHDRAWN delegate,registrar
        RECORDED lapse LAPSED registrar,system
        IN_USE lapse LAPSED registrar,system
        SUSPENDED lapse LAPSED registrar,system
    """,
    "ROUND_MOVES": """
        ANNOUNCED publish-policy ANNOUNCED registrar
        ANNOUNCED open OPEN registrar policy-published,opening-reached
        OPEN close CLOSED registrar closing-reached
        CLOSED freeze FROZEN registrar,planner claims-settled
        FROZEN draw DRAWN registrar,planner
        DRAWN fall-back DRAWN registrar,planner stage-unproved,fallback-left
        DRAWN propose PROPOSED registrar,planner
        PROPOSED adopt ADOPTED council
        PROPOSED reject REJECTED council
        REJECTED publish-policy CLOSED registrar source-anew
        ADOPTED resolve DRAWN registrar,planner not-concluded,offers-answered,room-freed,claims-waiting
        ADOPTED conclude ADOPTED registrar,planner not-concluded,offers-answered,no-resolve-due
    """,
    "BANK_MOVES": """
        OFFERED choose BANKED registrar,council choice-open
        OFFERED refuse REFUSED registrar,council choice-open
        OFFERED expire BANKED registrar,system choice-over
        OFFERED void REFUSED registrar,system choice-over
        BANKED release RELEASED registrar
        BANKED take TAKEN delegate,registrar
        BANKED expire OVER registrar,system keeping-over
    """,
    "SLOT_MOVES": """
        PROPOSED confirm CONFIRMED delegate,registrar slot-ahead
        PROPOSED ask-another ANOTHER delegate,registrar
        CONFIRMED ask-another ANOTHER delegate,registrar
        PROPOSED withdraw WITHDRAWN delegate,registrar
        CONFIRMED withdraw WITHDRAWN delegate,registrar
        PROPOSED supersede SUPERSEDED registrar,planner
        CONFIRMED supersede SUPERSEDED registrar,planner
    """,
}
SENTENCES = {
    "policy-published": "the policy of the round is not published; publish it first",
    "opening-reached": "the announced opening is still to come; wait for it",
    "closing-reached": "the announced closing is still to come; wait for it",
    "round-open": "the round takes no filings now; file while it is open",
    "round-not-frozen": "the round is frozen; an amendment can no longer count in it",
    "examined-favourably": "the newest revision has no favourable examination; examine it first",
    "examined-unfavourably": "the newest revision has no unfavourable examination; there is no reason to return it",
    "coordination-over": "the time for coordination is not over; wait for its deadline",
    "claims-settled": "some claims are neither ready nor out of the round; finish their examination and coordination",
    "allotted": "the adopted proposal allots nothing to the claim",
    "offer-open": "the time to answer the offer is over",
    "offer-over": "the time to answer the offer is not over; wait for its deadline",
    "round-over": "the round is not concluded; a claim may still be served in it",
    "source-anew": "the draw source is that of an earlier version, whose value is known; name a value still to come",
    "stage-unproved": "no verified run of the newest instance with its seed was cut short; keep such a run as a trial first",
    "fallback-left": "the policy names no further fallback; the round needs a longer run",
    "offers-answered": "some offers are still open; wait for their answers or deadlines",
    "room-freed": "every offer was accepted; nothing is to be solved again",
    "claims-waiting": "no claim is waiting for room; conclude the round",
    "no-resolve-due": "room was freed and claims are waiting; solve the round again first",
    "not-concluded": "the round is concluded already",
    "slot-ahead": "the time of the slot is over; ask for another",
    "choice-open": "the time to choose is over, and the second site is banked; `registry timers run` records it",
    "choice-over": "the agency can still choose; wait for its deadline",
    "keeping-over": "the site is banked for longer; release it, or wait",
}


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_those_that_are_written_out(name: str) -> None:
    rows = [
        [row.source, row.act, row.target, ",".join(row.roles), ",".join(row.guards)]
        for row in getattr(transitions, name)
    ]
    assert [" ".join(row).strip() for row in rows] == [line.strip() for line in TABLES[name].strip().splitlines()]


def test_the_sentences_of_guards_are_those_that_are_written_out() -> None:
    assert GUARDS == SENTENCES


def test_claims_out_of_the_round_and_claims_with_an_entry() -> None:
    assert transitions.OUT_OF_ROUND == ("RETURNED", "WITHDRAWN", "REFUSED", "LAPSED")
    assert transitions.WITH_ENTRY == ("RECORDED", "IN_USE", "SUSPENDED", "ENDED")


def test_what_is_refused_is_told_with_who_could_and_what_is_missing() -> None:
    with pytest.raises(RoleError) as caught:
        move(ROUND_MOVES, "CLOSED", "freeze", "delegate")
    assert str(caught.value) == "'freeze' is for the role registrar or planner, not for delegate; ask one of them"
    with pytest.raises(MoveError) as missing:
        move(ROUND_MOVES, "ANNOUNCED", "open", "registrar")
    assert str(missing.value) == f"{SENTENCES['policy-published']}; {SENTENCES['opening-reached']}"
    with pytest.raises(MoveError) as odd:
        move(CLAIM_MOVES, "COORDINATION", "publish", "registrar")
    assert str(odd.value) == "'publish' is not possible in state COORDINATION; possible are make-ready, withdraw"
