"""The least change that would have been granted: as small as it can be, and granted when it is made."""

import dataclasses
import json

import pytest

import solver
from solver.explain.account import explain
from solver.explain.least import Looked
from solver.fields import InputError
from solver.generate import Recipe, generate
from solver.instance import Instance
from tests.solver.instances import claim, instance, phase, placement

pytestmark = pytest.mark.slow

LIMITS = solver.SolveLimits(workers=1)


def parsed(document: dict) -> Instance:
    return solver.parse_instance(json.dumps(document).encode())


def changes(problem: Instance, name: str) -> dict[str, Looked]:
    found = explain(problem, solver.solve(problem, limits=LIMITS), name, workers=1)
    return {looked.kind: looked for looked in found.changes}


def standing(start: int, days: int = 10, keep_out_m: int = 500) -> dict:
    place = placement("B1/1", start=(start, start), phases=[phase(days=days, keep_out_m=keep_out_m)])
    return claim("B1", place, credit={"B": 100}, in_force={"placement": "B1/1", "start": start})


def test_a_window_that_closed_ten_days_too_early() -> None:
    found = changes(instance(claim("A1", placement("A1/1")), standing(0)), "A1")["wider window"].change
    assert found is not None
    assert (found.amount, found.to, found.gets, found.least) == (
        10, {"start": [0, 10]}, {"placement": "A1/1", "start": 10}, True,
    )  # fmt: skip


def test_a_window_that_opened_four_days_too_late() -> None:
    found = changes(instance(claim("A1", placement("A1/1", start=(20, 21))), standing(26, days=70)), "A1")
    change = found["wider window"].change
    assert change is not None
    assert (change.amount, change.to) == (4, {"start": [16, 21]})


def test_a_stay_that_was_five_days_too_long() -> None:
    found = changes(instance(claim("A1", placement("A1/1")), standing(5, days=95)), "A1")["shorter stay"].change
    assert found is not None
    assert (found.amount, found.to["phases"][0]["days"], found.least) == (5, 5, True)


def test_a_keep_out_that_was_400_m_too_large() -> None:
    found = changes(instance(claim("A1", placement("A1/1", at=(600, 0))), standing(0)), "A1")["smaller keep-out"].change
    assert found is not None
    assert (found.amount, found.to["phases"][0]["keep_out_m"], found.least) == (400, 600, True)


def test_a_site_that_was_400_m_too_near() -> None:
    found = changes(instance(claim("A1", placement("A1/1", at=(600, 0))), standing(0)), "A1")["move"].change
    assert found is not None
    assert (found.amount, found.to, found.least) == (
        400, {"footprint": {"type": "Point", "coordinates": (1000.0, 0.0)}}, False,
    )  # fmt: skip


def test_where_no_change_within_the_bounds_would_do_that_is_said() -> None:
    """B1 stands in the same place for all days and keeps out 12 km on its own."""
    found = changes(instance(claim("A1", placement("A1/1")), standing(0, days=100, keep_out_m=12_000)), "A1")
    assert {kind: (looked.change, looked.finished) for kind, looked in found.items()} == {
        "wider window": (None, True), "shorter stay": (None, True), "smaller keep-out": (None, True), "move": (None, True),
    }  # fmt: skip
    assert found["move"].bounds == "up to 10000 m on the map in 24 directions"


def test_given_conflicts_leave_metres_out() -> None:
    problem = instance(claim("A1", placement("A1/1")), standing(0), conflicts=[["A1/1", "B1/1"]])
    found = changes(problem, "A1")
    assert (found["move"].change, found["smaller keep-out"].change) == (None, None)
    assert found["wider window"].change is not None


def test_a_served_claim_is_told_what_would_have_given_it_a_better_placement() -> None:
    wanted = claim("A1", placement("A1/1", points=100), placement("A1/2", points=60, at=(90_000, 0)))
    problem = instance(wanted, standing(0))
    found = explain(problem, solver.solve(problem, limits=LIMITS), "A1", workers=1)
    assert (found.state, found.gets, [p.placement for p in found.placements]) == (
        "served", {"placement": "A1/2", "start": 0}, ["A1/1"],
    )  # fmt: skip
    change = found.changes[0].change
    assert change is not None
    assert (change.amount, change.gets) == (10, {"placement": "A1/1", "start": 10})


def test_a_claim_that_has_its_best_placement_and_an_entry_in_force_ask_nothing() -> None:
    problem = instance(claim("A1", placement("A1/1", at=(90_000, 0))), standing(0))
    solution = solver.solve(problem, limits=LIMITS)
    for name, state in (("A1", "served"), ("B1", "in force")):
        found = explain(problem, solution, name)
        assert (found.state, found.placements, found.changes, found.if_granted) == (state, (), (), None)


def granted(problem: Instance, name: str, place: str, fields: dict) -> bool:
    """True if the changed file, read and solved anew, allots the placement."""
    document = json.loads(json.dumps(problem.document))
    for row in document["claims"]:
        for candidate in row["placements"]:
            candidate.update(json.loads(json.dumps(fields)) if candidate["id"] == place else {})
    return any(row.placement == place for row in solver.solve(parsed(document), limits=LIMITS).allotments)


@pytest.mark.parametrize("number", [7000, 7001, *(pytest.param(n, marks=pytest.mark.slow) for n in range(7002, 7006))])
def test_every_change_found_is_granted_in_the_file_and_one_day_or_metre_less_is_not(number: int) -> None:
    recipe = Recipe(7, 3, 9, "flexible", seed=number, keep_out_m=(3000, 5000), horizon_days=1600)
    problem = parsed(generate(recipe))
    solution = solver.solve(problem, limits=LIMITS)
    for row in solution.unserved[:1]:
        for kind, looked in changes(problem, row["claim"]).items():
            change = looked.change
            if change is None:
                continue
            assert granted(problem, row["claim"], change.placement, dict(change.to)), kind
            if change.least:
                assert not granted(problem, row["claim"], change.placement, less(problem, change.placement, change.to))


def less(problem: Instance, place: str, to: dict) -> dict:
    """The fields of a change that is one day or metre smaller."""
    old = problem.placement_by_id[place]
    if "start" in to:
        first, last = to["start"]
        return {"start": [first + (first < old.first_start), last - (last > old.last_start)]}
    phases = [dataclasses.asdict(p) for p in old.phases]
    found = [dict(p) for p in to["phases"]]
    for i, (before, after) in enumerate(zip(phases, found, strict=True)):
        for name in ("days", "keep_out_m"):
            found[i][name] = min(before[name], after[name] + (before[name] > after[name]))
    return {"phases": found}


def test_another_instance_an_unknown_claim_and_an_infeasible_solution_are_refused() -> None:
    problem = instance(claim("A1", placement("A1/1")))
    solution = solver.solve(problem, limits=LIMITS)
    with pytest.raises(InputError, match="'X' is no claim"):
        explain(problem, solution, "X")
    with pytest.raises(InputError, match="another instance"):
        explain(problem, dataclasses.replace(solution, instance_sha256="00"), "A1")
    with pytest.raises(InputError, match="INFEASIBLE"):
        explain(problem, dataclasses.replace(solution, status="INFEASIBLE"), "A1")
