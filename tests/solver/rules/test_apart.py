"""The sum of points component by component: sums, bounds under caps, and what is closed before the tie-break."""

import json

import pytest

from solver import SolveLimits, solve
from solver.io import parse_instance
from solver.model.objectives import SumOfPoints
from solver.model.search import Search
from solver.options import open_options
from solver.rules.apart import points_apart
from solver.verify import verify
from tests.solver import generate
from tests.solver.instances import claim, instance, placement

FAR = 20_000
RULE = {"policy": {"rule": "max-points"}}


def search(problem) -> Search:
    return Search(problem, open_options(problem), SolveLimits(workers=1))


def two_places(**more):
    """At one place two claims exclude each other, 100 points against 60; at the other 40 points are free to take."""
    return instance(
        claim("KA", placement("KA/1", (0, 0), 100)),
        claim("KB", placement("KB/1", (500, 0), 60)),
        claim("KC", placement("KC/1", (FAR, 0), 40), placement("KC/2", (FAR, 0), 30)),
        **RULE,
        **more,
    )


def test_components_add_up_and_lie_side_by_side() -> None:
    problem = two_places()
    apart = points_apart(search(problem), problem, open_options(problem))
    assert apart is not None
    assert (apart.most, [part.most for part in apart.components]) == (140, [40, 100])
    assert {name: row.placement for name, row in apart.allocation.items()} == {"KA": "KA/1", "KC": "KC/1"}


def test_one_component_is_not_taken_apart() -> None:
    problem = instance(claim("KA", placement("KA/1", (0, 0))), claim("KB", placement("KB/1", (500, 0))), **RULE)
    assert points_apart(search(problem), problem, open_options(problem)) is None


def test_a_component_that_time_does_not_reach_keeps_what_the_whole_had_there() -> None:
    problem = two_places()
    going = Search(problem, open_options(problem), SolveLimits(0.0, workers=1))
    going.search_locally(SumOfPoints(problem))
    apart = points_apart(going, problem, open_options(problem))
    assert apart is not None
    assert {name: row.placement for name, row in apart.allocation.items()} == {"KA": "KA/1", "KC": "KC/1"}
    assert (apart.most, [part.most for part in apart.components]) == (200, [40, 160])  # bounds that need no proof


def test_what_no_largest_sum_has_is_closed_and_what_it_could_have_stays() -> None:
    problem = instance(
        claim(
            "KA", placement("KA/1", (0, 0), 100), placement("KA/2", (0, 5000), 100), placement("KA/3", (0, 9000), 99)
        ),
        claim("KB", placement("KB/1", (500, 0), 60)),
        claim("KC", placement("KC/1", (FAR, 0), 40), placement("KC/2", (FAR, 100), 40)),
        **RULE,
    )
    going = search(problem)
    apart = points_apart(going, problem, open_options(problem))
    assert apart is not None
    going.best = apart.allocation
    apart.keep(going)
    assert sorted(going.open_placements) == ["KA/2", "KB/1", "KC/1", "KC/2"]


def test_a_cap_across_components_keeps_the_total_below_their_sum() -> None:
    cap = {"id": "one", "placements": ["KA/1", "KC/1", "KC/2"], "measure": "placements", "max": 1, "per": "all"}
    problem = two_places(caps=[cap])
    solution = solve(problem, limits=SolveLimits(workers=1))
    points = next(stage for stage in solution.stages if stage.name == "points")
    assert (points.value, points.bound, solution.status) == (100, 100, "OPTIMAL")
    assert verify(problem, solution).problems == ()


@pytest.mark.parametrize("number", range(0, 60, 7))
def test_taken_apart_or_not_the_answer_is_the_same(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {**generate.instance(number), "policy": {"rule": "max-points"}}
    problem = parse_instance(json.dumps(made).encode())
    taken_apart = solve(problem, limits=SolveLimits(workers=1))
    monkeypatch.setattr("solver.rules.stages.points_apart", lambda *_: None)
    whole = solve(problem, limits=SolveLimits(workers=1))
    assert (taken_apart.allotments, taken_apart.stages) == (whole.allotments, whole.stages)
