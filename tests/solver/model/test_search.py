"""The search over stages: limits are honest, and an engine that contradicts itself is not believed."""

import pytest
from ortools.sat.python import cp_model

from solver import SolveLimits, solve
from solver.model.objectives import SumOfPoints
from solver.model.search import EngineError, Search
from solver.options import open_options
from solver.verify import verify
from tests.solver.instances import claim, instance, placement


def crowd(parties: int):
    """One spot on one day, wanted by all."""
    rows = [claim(f"{i}1", placement(f"{i}1/1", (i, 0)), credit={f"P{i}": 100}) for i in range(parties)]
    return instance(*rows)


def search(problem, seconds: float | None = None) -> Search:
    return Search(problem, open_options(problem), SolveLimits(seconds, workers=1))


def test_a_stage_whose_ceiling_is_reached_needs_no_engine() -> None:
    problem = crowd(1)
    stages = search(problem)
    first = stages.maximise("points", SumOfPoints(problem))
    assert (first.value, first.bound, stages.solves) == (100, 100, 1)
    again = stages.maximise("points", SumOfPoints(problem))
    assert (again.value, again.proved, stages.solves) == (100, True, 1)


def test_a_run_without_time_has_what_local_search_found_trivial_bounds_and_verifies() -> None:
    problem = crowd(3)
    solution = solve(problem, limits=SolveLimits(wall_time_s=0.0))
    assert solution.status == "FEASIBLE"
    assert [(stage.name, stage.value, stage.bound, stage.proved) for stage in solution.stages] == [
        ("shortfall", 0, 0, True),
        ("level 100", 1, 3, False),
        ("points", 100, 300, False),
        ("tie-break", 0, 6, False),
    ]
    assert verify(problem, solution).problems == ()


def test_infeasible_against_a_known_allocation_is_tried_without_presolve_then_refused(monkeypatch) -> None:
    presolves = []

    def lie(engine, model):
        presolves.append(engine.parameters.cp_model_presolve)
        return cp_model.INFEASIBLE

    monkeypatch.setattr(cp_model.CpSolver, "solve", lie)
    with pytest.raises(EngineError, match="INFEASIBLE against a known allocation"):
        search(crowd(2)).maximise("points", SumOfPoints(crowd(2)))
    assert presolves == [False, True, False]


def test_a_bound_that_its_own_allocation_does_not_meet_is_not_believed(monkeypatch) -> None:
    monkeypatch.setattr(cp_model.CpSolver, "best_objective_bound", property(lambda engine: 150.0))
    with pytest.raises(EngineError, match="OPTIMAL against a known allocation"):
        search(crowd(2)).maximise("points", SumOfPoints(crowd(2)))


def test_a_bound_announced_without_an_allocation_counts(monkeypatch) -> None:
    monkeypatch.setattr(cp_model.CpSolver, "solve", announcing(100.0))
    stages = search(crowd(2), seconds=2)
    reached = stages.maximise("points", SumOfPoints(crowd(2)))
    # The allocation is that of local search.
    assert (reached.value, reached.bound, stages.solves) == (100, 100, 2)


def test_an_announced_bound_below_a_known_allocation_is_not_believed(monkeypatch) -> None:
    monkeypatch.setattr(cp_model.CpSolver, "solve", announcing(50.0))
    with pytest.raises(EngineError, match="UNKNOWN against a known allocation"):
        search(crowd(2), seconds=2).maximise("points", SumOfPoints(crowd(2)))


def announcing(bound: float):
    """An engine that tells a bound and gives up."""

    def solve(engine, model):
        engine.best_bound_callback(bound)
        return cp_model.UNKNOWN

    return solve


@pytest.mark.parametrize(("limit_s", "search_s"), [(None, None), (60.0, 48.0), (600.0, 585.0)])
def test_certificates_have_a_fifth_of_the_time_set_aside(limit_s: float | None, search_s: float | None) -> None:
    assert SolveLimits(limit_s, certify=True).for_search.wall_time_s == search_s
    assert SolveLimits(limit_s).for_search.wall_time_s == limit_s
