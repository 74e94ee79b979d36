"""What stands for a true claim is worth what that claim would be, once, to those who truly filed it."""

import pytest

from solver.incentives.worth import Standing, worth
from solver.solution import OPTIMAL, Allotted, Solution
from tests.solver.incentives.small import choice
from tests.solver.instances import claim, instance

TRUTH = instance(
    claim("a", choice("a/1"), choice("a/2", 60), credit={"A": 75, "B": 25}),
    claim("b", choice("b/1", 80), credit={"B": 100}),
    conflicts=[],
)
TWIN = Standing({"a": (("a",), ("a+twin",))}, {"a/1+twin": "a/1", "a/2+twin": "a/2"})
PARTS = Standing({"a": (("a", "a+rest"),)}, {"a/1+rest": "a/1", "a/2+rest": "a/2"}, {"a/1": 4, "a/2": 4})


def of(standing: Standing, *rows: tuple[str, str, int]) -> tuple[int, int]:
    """What A and B have, in hundredths."""
    allotments = tuple(Allotted(name, placement, start, ()) for name, placement, start in rows)
    found = worth(TRUTH, Solution("0" * 64, "00", "nash", OPTIMAL, allotments), standing)
    return int(found["A"]), int(found["B"])


def test_points_go_by_the_true_credit_whoever_is_credited_in_the_changed_instance() -> None:
    assert of(Standing(), ("a", "a/1", 0), ("b", "b/1", 0)) == (7500, 10500)


def test_a_wish_that_is_met_twice_counts_once_by_the_better() -> None:
    assert of(TWIN, ("a", "a/2", 0), ("a+twin", "a/1+twin", 20)) == (7500, 2500)
    assert of(TWIN, ("a+twin", "a/2+twin", 20)) == (4500, 1500)


@pytest.mark.parametrize(
    ("rows", "has"),
    [
        ([("a", "a/1", 0), ("a+rest", "a/1+rest", 4)], 7500),
        ([("a", "a/1", 0), ("a+rest", "a/1+rest", 3)], 0),
        ([("a", "a/1", 0), ("a+rest", "a/2+rest", 9)], 0),
        ([("a", "a/1", 0)], 0),
        ([("a+rest", "a/1+rest", 4)], 0),
        ([], 0),
    ],
)
def test_a_stay_in_parts_counts_if_both_are_at_one_placement_one_after_the_other(
    rows: list[tuple[str, str, int]], has: int
) -> None:
    assert of(PARTS, *rows)[0] == has
