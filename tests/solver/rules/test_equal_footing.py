"""Equal footing at given levels: a run cut short says of every level what it knows."""

from solver import SolveLimits, solve
from solver.verify import verify
from tests.solver.instances import claim, instance, placement

LEVELS = {"policy": {"rule": "equal-footing", "levels": [40, 80]}}


def crowd():
    """One spot on one day for 50 or 90 points, wanted by two parties; a third has a spot of its own for 60."""
    return instance(
        claim("K1", placement("K1/1", (0, 0), 50), credit={"A": 100}),
        claim("K2", placement("K2/1", (500, 0), 90), credit={"B": 100}),
        claim("K3", placement("K3/1", (20_000, 0), 60), credit={"C": 100}),
        **LEVELS,
    )


def test_every_level_is_told_even_if_the_one_before_it_is_not_proved() -> None:
    problem = crowd()
    solution = solve(problem, limits=SolveLimits(wall_time_s=0.0))
    assert [(stage.name, stage.value, stage.bound) for stage in solution.stages[:3]] == [
        ("shortfall", 0, 0), ("level 40", 2, 3), ("level 80", 1, 1),
    ]  # fmt: skip
    assert (solution.status, solution.stages[-1].name) == ("FEASIBLE", "tie-break")
    assert verify(problem, solution).problems == ()


def test_with_time_enough_all_levels_and_the_tie_break_are_proved() -> None:
    solution = solve(crowd(), limits=SolveLimits(workers=1))
    assert [(stage.name, stage.value) for stage in solution.stages] == [
        ("shortfall", 0), ("level 40", 2), ("level 80", 1), ("points", 150), ("tie-break", 6),
    ]  # fmt: skip
    assert solution.status == "OPTIMAL"
