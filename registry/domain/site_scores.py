"""Scores of sites, by which a pair offered to the site bank is equal or not: exact numbers from 0 to 100.

A policy says which of two ways counts. `points`: both sites are placements that were filed and published, and each counts
the points of its rank. They say how much its party wanted a site before it knew what it would get, and nothing of the
ground. `terrain`: the mean of stated measures of the ground, each as far as it lies from `worst` towards `best`, by
weight: the score of `solver terrain candidates`. The register has no model of the ground: measures are those that the party
states with their source, for everybody to compute again, and the agency refuses a pair whose measures do not hold.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

POINTS, TERRAIN = "points", "terrain"
WAYS = (POINTS, TERRAIN)


def points_score(rank: int, points_by_rank: Sequence[int]) -> Fraction:
    """The points that a policy gives to a rank; of a rank that it does not know, those of its last."""
    return Fraction(points_by_rank[min(rank, len(points_by_rank)) - 1])


def terrain_score(measures: Mapping[str, Any], scale: Mapping[str, Mapping[str, Any]]) -> Fraction:
    """The weighted mean, 0 to 100; `scale` has {"worst", "best", "weight"} for each measure, all of which are given."""
    whole = sum((_exact(row["weight"]) for row in scale.values()), Fraction())
    gained = sum((_exact(row["weight"]) * _part(measures[name], row) for name, row in scale.items()), Fraction())
    return 100 * gained / whole


def _part(value: Any, row: Mapping[str, Any]) -> Fraction:
    """How far a value lies from the worst towards the best: 0 to 1."""
    worst, best = _exact(row["worst"]), _exact(row["best"])
    return min(max((_exact(value) - worst) / (best - worst), Fraction()), Fraction(1))


def are_equal(first: Fraction, second: Fraction, tolerance_percent: Any) -> bool:
    """Whether the smaller score falls short of the larger one by no more than the tolerance, in percent of the larger."""
    smaller, larger = sorted((first, second))
    return (larger - smaller) * 100 <= _exact(tolerance_percent) * larger


def shown(score: Fraction) -> float:
    """A score to two decimals, to be read; what is compared is exact."""
    return round(float(score), 2)


def _exact(value: Any) -> Fraction:
    """The number as it was written, and not its nearest binary one."""
    return Fraction(Decimal(str(value)))
