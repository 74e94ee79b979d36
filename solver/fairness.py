"""Measures of an allocation, exact and rounded once: how many are served, how the worst-off fare, how unequal it is."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from solver.allocation import Allocation, hundredths_by_party, total_points
from solver.instance import Instance
from solver.solution import in_points


def fairness(instance: Instance, allocation: Allocation) -> Mapping[str, Any]:
    """Measures over the parties credited in a claim; points with two decimals, the Gini coefficient with four."""
    totals = hundredths_by_party(instance, allocation)
    values = [totals[party] for party in instance.credited_parties]
    return {
        "claims": len(instance.claims),
        "claims_served": len(allocation),
        "parties": len(values),
        "parties_at_zero": sum(value == 0 for value in values),
        "worst_off": in_points(min(values, default=0)),
        "points": total_points(instance, allocation),
        "gini": gini(values),
    }


def gini(values: Sequence[int]) -> float:
    """The Gini coefficient: half the mean absolute difference over the mean; 0 when all are equal or nobody has any.

    Rounded to four decimals, half to even.
    """
    total = sum(values)
    if not total:
        return 0.0
    n = len(values)
    weighted = sum((2 * rank - n - 1) * value for rank, value in enumerate(sorted(values), start=1))
    return float(round(Fraction(weighted, n * total), 4))
