"""Entries in force that the policy allows to move: the fewest, the least far, each with its reason; faults are refused."""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest

import solver
from solver.blind import blind
from solver.fields import InputError
from solver.instance import Instance
from solver.io import parse_instance
from solver.show.rows import print_table
from solver.verify import verify
from tests.solver.instances import claim, document, placement
from tests.solver.said import said

STANDS = {"placement": "A/1", "start": 0}
ALL = {"rule": "max-points", "moves": {"allowed": "all"}}


def problem(*claims: dict[str, Any], **more: Any) -> Instance:
    """Return an instance in which all entries may be moved: by itself A in the way of B, with a place 5 km away."""
    entry = claim("A1", placement("A/1"), placement("A/2", at=(5000, 0), start=(2, 4)), in_force=STANDS)
    rows = claims or (entry, claim("B1", placement("B/1", at=(100, 0)), credit={"B": 100}))
    return parse_instance(json.dumps(document(*rows, **{"policy": ALL, **more})).encode())


def solved(found: Instance) -> solver.Solution:
    solution = solver.solve(found, limits=solver.SolveLimits(workers=1))
    report = verify(found, solution)
    assert report, report.problems
    return solution


def test_an_entry_is_moved_where_that_serves_another_and_says_who_gains() -> None:
    solution = solved(problem())
    assert list(solution.moves or ()) == [
        {
            "claim": "A1",
            "from": {"placement": "A/1", "start": 0},
            "to": {"placement": "A/2", "start": 2},
            "metres": 5000,
            "days": 2,
            "reason": {"stage": "points", "value": 200, "without": 100, "gain": ["B1"]},
        }
    ]
    assert [(s.name, s.value) for s in solution.stages][2:5] == [
        ("moves", 1),
        ("moved metres", 5000),
        ("moved days", 2),
    ]


def test_the_table_tells_each_move_with_its_reason() -> None:
    found = problem()
    told = io.StringIO()
    with redirect_stdout(told):
        print_table(found, solved(found))
    line = "entry of A1 moved from A/1 on day 0 to A/2 on day 2: 5000 m, 2 days; points: 200, without 100; B1 gains"
    assert line in told.getvalue()


def test_without_a_word_of_the_policy_entries_stay_and_none_is_told() -> None:
    solution = solved(problem(policy={"rule": "max-points"}))
    assert (solution.moves, [row.placement for row in solution.allotments]) == (None, ["A/1"])


def test_an_entry_is_never_left_out_for_others() -> None:
    """B and C are worth more together than A, which has nowhere else to go."""
    rows = [
        claim("A1", placement("A/1", points=10), in_force=STANDS),
        claim("B1", placement("B/1", at=(-900, 0)), credit={"B": 100}),
        claim("C1", placement("C/1", at=(900, 0)), credit={"C": 100}),
    ]
    assert [row.placement for row in solved(problem(*rows)).allotments] == ["A/1"]


def test_of_equally_good_allocations_the_one_that_moves_fewest_wins() -> None:
    """B could stand beside A or beside C; beside A two would have to move."""
    rows = [
        claim("A1", placement("A/1"), placement("A/2", at=(20_000, 0)), in_force=STANDS),
        claim(
            "C1",
            placement("C/1", at=(0, 9000)),
            placement("C/2", at=(0, 30_000)),
            in_force={"placement": "C/1", "start": 0},
        ),
        claim(
            "D1",
            placement("D/1", at=(0, -900)),
            placement("D/2", at=(0, -30_000)),
            in_force={"placement": "D/1", "start": 50},
        ),
        claim(
            "B1", placement("B/1", at=(500, -500), start=(0, 0)), placement("B/2", at=(500, 9000)), credit={"B": 100}
        ),
    ]
    solution = solved(problem(*rows))
    assert [row["claim"] for row in solution.moves or ()] in (["A1"], ["C1"])
    assert len(solution.allotments) == 4


def test_the_shorter_way_wins_before_fewer_days_and_days_before_the_ticket() -> None:
    rows = [
        claim(
            "A1",
            placement("A/1"),
            placement("A/2", at=(3000, 0), start=(40, 60)),
            placement("A/3", at=(4000, 0), start=(0, 60)),
            in_force=STANDS,
        ),
        claim("B1", placement("B/1", at=(100, 0)), credit={"B": 100}),
    ]
    (move,) = solved(problem(*rows)).moves or ()
    assert (move["to"], move["metres"], move["days"]) == ({"placement": "A/2", "start": 40}, 3000, 40)


def test_where_it_stands_an_entry_is_bound_by_neither_window_nor_hold_but_elsewhere_it_is() -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0}
    hold["phases"] = [{"name": "hold", "offset": 0, "days": 100, "keep_out_m": 500}]
    entry = claim("A1", placement("A/1", start=(5, 50)), in_force={"placement": "A/1", "start": -3})
    assert [(row.placement, row.start) for row in solved(problem(entry, holds=[hold])).allotments] == [("A/1", -3)]
    # B wants the place from day 0 on, but A could only go where the hold is.
    rival = claim("B1", placement("B/1", at=(800, 0)), credit={"B": 100})
    assert [row.claim for row in solved(problem(entry, rival, holds=[hold])).allotments] == ["A1"]


def test_entries_that_contradict_each_other_are_infeasible_even_if_moving_would_mend_it() -> None:
    rows = [
        claim("A1", placement("A/1"), placement("A/2", at=(5000, 0)), in_force=STANDS),
        claim("B1", placement("B/1"), credit={"B": 100}, in_force={"placement": "B/1", "start": 0}),
    ]
    solution = solved(problem(*rows))
    assert (solution.status, solution.why) == ("INFEASIBLE", {"entries": ["A1", "B1"], "rules": ["C2"]})


def test_names_and_rows_change_nothing() -> None:
    report = blind(problem(), b"\x05", lambda i, seed, tickets: solver.solve(i, seed, tickets=tickets))
    assert report, [outcome.differences for outcome in report.outcomes]


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        (
            {"rule": "first-come", "moves": {"allowed": "all"}},
            "policy.moves: moves are not looked for under 'first-come'",
        ),
        ({"rule": "serial", "moves": {"allowed": "all"}}, "policy.moves: moves are not looked for under 'serial'"),
        ({**ALL, "tie_break": "ex-ante"}, "policy.moves: moves are not looked for under 'ex-ante'"),
        ({**ALL, "moves": {"allowed": ["B1"]}}, "policy.moves.allowed: 'B1' has no entry in force"),
        ({**ALL, "moves": {"allowed": "some"}}, 'policy.moves.allowed: "some" is not a list'),
        ({**ALL, "moves": {}}, "policy.moves.allowed: missing"),
        ({**ALL, "moves": {"allowed": [], "most": 1}}, "policy.moves.most: unknown field"),
    ],
)
def test_a_policy_of_moves_that_cannot_be_used_is_refused_by_name(policy: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError, match="policy") as refused:
        problem(policy=policy)
    assert any(str(found).startswith(fault) for found in refused.value.faults), refused.value.faults


PLANTED: dict[str, Any] = {
    "no row": lambda rows: rows.clear(),
    "twice": lambda rows: rows.append(dict(rows[0])),
    "metres": lambda rows: rows[0].update(metres=4999),
    "days": lambda rows: rows[0].update(days=0),
    "from": lambda rows: rows[0].update({"from": {"placement": "A/1", "start": 1}}),
    "to": lambda rows: rows[0].update(to={"placement": "A/1", "start": 1}),
    "stage unknown": lambda rows: rows[0]["reason"].update(stage="beauty"),
    "value": lambda rows: rows[0]["reason"].update(value=199),
    "not worse without": lambda rows: rows[0]["reason"].update(without=200),
    "gain of one unserved": lambda rows: rows[0]["reason"].update(gain=["C1"]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_error_in_a_move_is_refused(name: str) -> None:
    found = problem()
    told = json.loads(json.dumps(solver.to_document(solver.solve(found))))
    assert verify(found, solver.parse_solution(json.dumps(told).encode()))
    PLANTED[name](told["moves"])
    report = verify(found, solver.parse_solution(json.dumps(told).encode()))
    assert report.problems == said("moves", name)


def test_a_moved_entry_outside_its_window_and_one_left_out_are_refused() -> None:
    found = problem()
    told = json.loads(json.dumps(solver.to_document(solver.solve(found))))
    outside = json.loads(json.dumps(told))
    outside["allotments"][0]["start"] = 5
    report = verify(found, solver.parse_solution(json.dumps(outside).encode()))
    assert "C1: A/2 starts on day 5, outside its window [2, 4]" in report.problems
    told["allotments"] = told["allotments"][1:]
    report = verify(found, solver.parse_solution(json.dumps(told).encode()))
    assert "C1: the entry in force of claim A1 is missing" in report.problems
