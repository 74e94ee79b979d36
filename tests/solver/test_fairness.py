"""Measures with values worked out by hand."""

import pytest

from solver.allocation import Allotment, attainable_hundredths
from solver.fairness import fairness, gini
from tests.solver.instances import claim, instance, placement


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], 0.0), ([0, 0], 0.0), ([5, 5, 5], 0.0), ([0, 100], 0.5), ([0, 0, 0, 100], 0.75), ([100, 200, 300], 0.2222)],
)
def test_gini_is_half_the_mean_difference_over_the_mean(values: list[int], expected: float) -> None:
    assert gini(values) == expected


def test_fairness_counts_only_credited_parties() -> None:
    rows = [
        claim("A1", placement("A1/1", points=75), credit={"A": 50, "B": 50}),
        claim("C1", placement("C1/1"), credit={"C": 100}),
    ]
    problem = instance(*rows, parties=[{"id": party} for party in "ABCD"])
    assert fairness(problem, {"A1": Allotment("A1", "A1/1", 0)}) == {
        "claims": 2, "claims_served": 1, "parties": 3, "parties_at_zero": 1, "worst_off": 0, "points": 75, "gini": 0.3333,
    }  # fmt: skip


def test_attainable_points_are_the_subset_sums_of_each_party() -> None:
    rows = [
        claim("A1", placement("A1/1", points=100), placement("A1/2", points=40), credit={"A": 50, "B": 50}),
        claim("A2", placement("A2/1", points=30), credit={"A": 100}),
        claim("B1", placement("B1/1", points=10), credit={"B": 100}, in_force={"placement": "B1/1", "start": 0}),
    ]
    assert attainable_hundredths(instance(*rows)) == [1000, 2000, 3000, 5000, 6000, 8000]
