"""The tables of moves: every row works for its roles with its guards, and nothing else does."""

import itertools

import pytest

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
