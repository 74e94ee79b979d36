"""Local search only suggests: what it gives keeps separation and caps, and pulls move it towards whom they favour."""

from solver.allocation import total_points
from solver.local_search import LocalSearch
from solver.model.objectives import PartiesAtLevel, PointsOfParty, SumOfPoints
from solver.options import open_options
from tests.solver.instances import claim, instance, placement


def candidates(problem, objective) -> list[dict[str, str]]:
    found = LocalSearch(problem, open_options(problem)).candidates(objective)
    return [{name: row.placement for name, row in allocation.items()} for allocation in found]


def rivals(**more):
    """A wants the spot for 100 points, B for 60."""
    return instance(
        claim("C1", placement("C1/1", (0, 0), 100), credit={"A": 100}),
        claim("C2", placement("C2/1", (500, 0), 60), credit={"B": 100}),
        claim("C3", placement("C3/1", (20_000, 0), 50), credit={"A": 100}),
        **more,
    )


def test_the_heaviest_set_without_a_conflict_is_found() -> None:
    problem = rivals()
    assert candidates(problem, SumOfPoints(problem)) == [{"C1": "C1/1", "C3": "C3/1"}]


def test_whoever_is_below_the_level_is_pulled_up() -> None:
    problem = rivals()
    found = candidates(problem, PartiesAtLevel(problem, 5000, below=2))
    assert found[0] == {"C1": "C1/1", "C3": "C3/1"}
    assert {"C2": "C2/1", "C3": "C3/1"} in found


def test_what_exceeds_a_cap_is_left_out_the_fewest_points_first() -> None:
    cap = {"id": "one", "placements": ["C1/1", "C3/1"], "measure": "placements", "max": 1, "per": "all"}
    problem = rivals(caps=[cap])
    assert candidates(problem, SumOfPoints(problem)) == [{"C1": "C1/1"}]


def test_entries_in_force_stay_and_count() -> None:
    problem = instance(
        claim("E", placement("E/1", (0, 0), 10), in_force={"placement": "E/1", "start": 0}),
        claim("F", placement("F/1", (500, 0), 90)),
        claim("G", placement("G/1", (20_000, 0), 70)),
    )
    (found,) = LocalSearch(problem, open_options(problem)).candidates(SumOfPoints(problem))
    assert {name: row.placement for name, row in found.items()} == {"E": "E/1", "G": "G/1"}
    assert total_points(problem, found) == 80


def test_it_suggests_nothing_where_pairs_depend_on_time_or_the_objective_pulls_on_nobody() -> None:
    timed = instance(
        claim("KA", placement("KA/1", (0, 0), start=(0, 40))), claim("KB", placement("KB/1", (500, 0), start=(0, 40)))
    )
    assert candidates(timed, SumOfPoints(timed)) == []
    assert candidates(rivals(), PointsOfParty(rivals(), "A", 20_000)) == []
