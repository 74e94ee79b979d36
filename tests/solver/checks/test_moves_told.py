"""Moves told and their reasons, held against the allotments without any solver."""

import json
from dataclasses import replace
from typing import Any

import pytest

from solver.checks.moves import moves, with_moves
from solver.instance import Instance
from solver.io import parse_instance
from solver.solution import Allotted, Solution, Stage
from tests.solver.instances import claim, document, placement

POLICY = {"rule": "max-points", "moves": {"allowed": "all"}}


def problem(**more: Any) -> Instance:
    """A and B stand somewhere and may be moved, C is new; B has two placements at one spot."""
    rows = [
        claim("A1", placement("A/1"), placement("A/2", (3000, 4000.5)), in_force={"placement": "A/1", "start": 5}),
        claim("B1", placement("B/1", (9000, 0)), placement("B/2", (9000, 0)), credit={"B": 100},
              in_force={"placement": "B/1", "start": -2}),
        claim("C1", placement("C/1", (50, 0)), credit={"C": 100}),
    ]  # fmt: skip
    return parse_instance(json.dumps(document(*rows, **{"policy": POLICY, **more})).encode())


STAGES = tuple(Stage(name, value, value, True) for name, value in (("shortfall", 0), ("points", 300), ("moves", 2)))
ROWS = (Allotted("A1", "A/2", 2, ()), Allotted("B1", "B/2", 3, ()), Allotted("C1", "C/1", 0, ()))
TOLD: tuple[dict[str, Any], ...] = (
    {
        "claim": "A1",
        "from": {"placement": "A/1", "start": 5},
        "to": {"placement": "A/2", "start": 2},
        "metres": 5001,
        "days": 3,
    },
    {
        "claim": "B1",
        "from": {"placement": "B/1", "start": -2},
        "to": {"placement": "B/2", "start": 3},
        "metres": 0,
        "days": 5,
    },
)


def solution(rows: tuple[Allotted, ...] = ROWS, told: Any = TOLD, **more: Any) -> Solution:
    return Solution("", "00", "max-points", more.pop("status", "OPTIMAL"), rows, STAGES, moves=told, **more)


def test_metres_are_rounded_up_and_days_counted_either_way() -> None:
    """sqrt(3000^2 + 4000.5^2) = 5000.4 metres; a place of the same footprint is no way off."""
    assert list(moves(problem(), solution())) == []
    assert list(moves(problem(), solution(ROWS[::-1]))) == []


def test_an_entry_that_stays_and_a_new_claim_are_no_moves() -> None:
    stays = (Allotted("A1", "A/1", 5, ()), *ROWS[1:])
    assert list(moves(problem(), solution(stays, TOLD[1:]))) == []
    assert list(moves(problem(), solution(stays[:1], ()))) == []
    later = (Allotted("A1", "A/1", 6, ()),)
    row = TOLD[0] | {"to": {"placement": "A/1", "start": 6}, "metres": 0, "days": 1}
    assert list(moves(problem(), solution(later, (row,)))) == []


def test_moves_are_told_if_and_only_if_the_policy_allows_some() -> None:
    said = ["moves are told if and only if the policy says something of them, but not here"]
    assert list(moves(problem(), solution(told=None))) == said
    fixed = problem(policy={"rule": "max-points"})
    assert list(moves(fixed, solution(told=()))) == said
    assert list(moves(fixed, solution(told=None))) == []


def test_a_move_that_is_not_told_as_it_is_is_refused_with_both() -> None:
    for wrong in (TOLD[:1], TOLD[::-1], (TOLD[0] | {"metres": 5000}, TOLD[1])):
        (said,) = moves(problem(), solution(told=wrong))
        assert said == f"moves are {list(TOLD)}, but {list(wrong)} is stated"


def reasoned(**changes: Any) -> dict[str, Any]:
    return {"stage": "points", "value": 300, "without": 200, "gain": ["C1"]} | changes


NO_WORSE = "the stage {} would not be worse without it"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (None, None),
        (reasoned(), None),
        (reasoned(gain=[]), None),
        (reasoned(gain=["A1", "B1", "C1"]), None),
        (reasoned(gain=["D1"]), "['D1'] are said to gain, but not all are served"),
        (reasoned(gain="C1"), "C1 are said to gain, but not all are served"),
        (reasoned(without=300), NO_WORSE.format("points")),
        (reasoned(without=301), NO_WORSE.format("points")),
        (reasoned(without=299), None),
        (reasoned(value=299), "the stage points is 300, not 299"),
        (reasoned(stage="shortfall", value=0, without=1), None),
        (reasoned(stage="shortfall", value=0, without=0), NO_WORSE.format("shortfall")),
        (reasoned(stage="moves", value=2, without=3), None),
        (reasoned(stage="moves", value=2, without=1), NO_WORSE.format("moves")),
        # What one run has as a stage the other may not: levels, and the tickets one by one.
        (reasoned(stage="level 20"), None),
        (reasoned(stage="tie-break, C1"), None),
        (reasoned(stage="beauty"), "the stage beauty is unknown"),
        (reasoned(stage="tie-break"), "the stage tie-break is unknown"),
        ("because", "the reason does not say stage, value, without and gain"),
        (reasoned(more=1), "the reason does not say stage, value, without and gain"),
        ({"stage": "points"}, "the reason does not say stage, value, without and gain"),
    ],
)
def test_a_reason_names_a_stage_that_would_be_worse_and_claims_that_are_served(reason: Any, said: str | None) -> None:
    told = (TOLD[0], TOLD[1] | {"reason": reason})
    assert list(moves(problem(), solution(told=told))) == ([] if said is None else [f"move of B1: {said}"])


def test_every_wrong_reason_is_told() -> None:
    told = tuple(row | {"reason": reasoned(value=1)} for row in TOLD)
    assert list(moves(problem(), solution(told=told))) == [
        f"move of {name}: the stage points is 300, not 1" for name in ("A1", "B1")
    ]


def test_a_run_cut_short_gives_no_reasons_and_a_certificate_does_not_go_with_moves() -> None:
    told = (TOLD[0] | {"reason": reasoned()}, TOLD[1])
    said = ["move of A1: a reason is given, but the run was cut short"]
    assert list(moves(problem(), solution(told=told, status="FEASIBLE"))) == said
    certified = solution(run={"certificates": [{}]})
    assert list(moves(problem(), certified)) == [
        "certificates are about windows, and entries that may be moved are not bound by theirs"
    ]
    fixed = problem(policy={"rule": "max-points"})
    assert list(moves(fixed, replace(certified, moves=None))) == []


def test_the_stages_of_moves_come_before_the_tie_break() -> None:
    values = {"points": 300, "tie-break": 6}
    found = with_moves(problem(), solution(), values)
    assert list(found.items()) == [
        ("points", 300), ("moves", 2), ("moved metres", 5001), ("moved days", 8), ("tie-break", 6),
    ]  # fmt: skip
    assert with_moves(problem(), solution(), {"points": 300}) == {
        "points": 300, "moves": 2, "moved metres": 5001, "moved days": 8,
    }  # fmt: skip
    assert with_moves(problem(policy={"rule": "max-points"}), solution(), values) == values


def test_under_given_conflicts_nothing_is_said_of_metres() -> None:
    bare = dict(problem().document)
    rows = [row | {"placements": [p | {"footprint": None} for p in row["placements"]]} for row in bare["claims"]]
    found = parse_instance(json.dumps(bare | {"claims": rows, "conflicts": []}).encode())
    assert list(moves(found, solution(told=(TOLD[0] | {"metres": 0}, TOLD[1])))) == []
