"""Columns of the lottery by the constraint solver: the stages before are rows of its model, the weights its objective."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

from ortools.sat.python import cp_model

from solver.allocation import Allocation, hundredths_by_party
from solver.exante.leximin import Column, Priced, Row, Weights
from solver.instance import Instance, Placement
from solver.model.search import Reached, Search
from solver.model.variables import Variables
from solver.rules.stages import TIE_BREAK

RANDOM_BITS = 24
EXACT = 2**53  # the engine states its bound as a float, and files have whole numbers up to here


@dataclass(frozen=True, slots=True)
class Weighed:
    """The sum of a weight for each placement allotted."""

    instance: Instance
    weights: Mapping[str, int]

    @property
    def ceiling(self) -> int:
        """Every claim at its best."""
        return sum(max(self._of(p) for p in options) for options in self._options())

    def _options(self) -> list[list[Placement | None]]:
        return [
            [self.instance.placement_by_id[claim.in_force.placement]] if claim.in_force else [None, *claim.placements]
            for claim in self.instance.claims
        ]

    def _of(self, placement: Placement | None) -> int:
        return 0 if placement is None else self.weights.get(placement.id, 0)

    def value(self, allocation: Allocation) -> int:
        """Counted from the allotments."""
        return sum(self.weights.get(row.placement, 0) for row in allocation.values())

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """The sum of weight times literal."""
        return cp_model.LinearExpr.sum([w * variables.is_allotted(name) for name, w in self.weights.items()])


def column_of(instance: Instance, allocation: Allocation) -> Column:
    """Points of parties in hundredths, and 1 for each claim served."""
    totals = hundredths_by_party(instance, allocation)
    column: dict[Row, int] = {("party", party): totals[party] for party in instance.credited_parties}
    return column | {("claim", claim.id): int(claim.id in allocation) for claim in instance.claims}


def by_placement(instance: Instance, weights: Weights) -> dict[str, int]:
    """What each placement is worth under weights of parties (a hundredth of a point) and claims (being served)."""
    found = {}
    for claim in sorted(instance.claims, key=lambda claim: claim.id):
        a_point = sum(weights.get(("party", party), 0) * share for party, share in claim.credit.items())
        for placement in sorted(claim.placements, key=lambda placement: placement.id):
            worth = placement.points * a_point + weights.get(("claim", claim.id), 0)
            if worth:
                found[placement.id] = worth
    return found


class EnginePricing:
    """Asks one search; `allocations` are those of the columns in the order in which they were found.

    Of the allocations with the largest sum it takes the one with the largest sum of numbers that the ids of placements
    hash to: so the column is a function of the instance (but for two such sums that are equal, which is as good as excluded),
    whatever the workers, the order of rows or the version of the engine.
    """

    def __init__(self, search: Search, instance: Instance):
        self._search = search
        self._instance = instance
        self._random = {name: _number(name) for name in sorted(instance.placement_by_id)}
        self.allocations: list[Allocation] = []
        self._allowed: list[Allocation] = []
        self._asked = 0

    def first(self) -> Column:
        """The column with the largest sum of those numbers."""
        self._chosen({}, 0)
        return self._take()

    def best(self, weights: Weights, most: int) -> Priced:
        """A column with the largest sum, `most` being that of the columns known."""
        self._asked += 1
        objective, unit = self._objective(weights)
        if objective.ceiling >= EXACT:
            return Priced(most, objective.ceiling * unit)
        self._search.best = max(self._allowed, key=objective.value)
        reached = self._maximise(objective)
        if reached.value * unit == most or not reached.proved:
            column = self._take() if reached.value * unit > most else None
            return Priced(reached.value * unit, reached.bound * unit, column)
        chosen = self._chosen(objective.weights, objective.ceiling)
        return Priced(reached.value * unit, (reached.bound + (not chosen.proved)) * unit, self._take())

    def _objective(self, weights: Weights) -> tuple[Weighed, int]:
        """The weights of placements in units of their greatest common divisor."""
        worth = by_placement(self._instance, weights)
        unit = gcd(*worth.values()) or 1
        return Weighed(self._instance, {name: value // unit for name, value in worth.items()}), unit

    def keep(self, weights: Weights, most: int) -> None:
        """Only allocations with this sum from here on."""
        objective, unit = self._objective(weights)
        self._search.best = max(self._allowed, key=objective.value)
        self._search.keep(objective, Reached(most // unit, most // unit, None))
        self._allowed = [known for known in self._allowed if objective.value(known) == most // unit]

    def _maximise(self, objective: Weighed) -> Reached:
        return self._search.maximise(f"{TIE_BREAK} lottery {self._asked}", objective)

    def _chosen(self, worth: Mapping[str, int], ceiling: int) -> Reached:
        """Of the allocations with the largest worth the one with the largest sum of numbers; it is the incumbent then."""
        bits = RANDOM_BITS
        while bits and (ceiling + 1) * (len(self._instance.claims) + 1) << bits > EXACT:
            bits -= 1
        step = (len(self._instance.claims) + 1) << bits
        both = {
            name: worth.get(name, 0) * step + (number >> (RANDOM_BITS - bits)) for name, number in self._random.items()
        }
        return self._maximise(Weighed(self._instance, both))

    def _take(self) -> Column:
        self.allocations.append(self._search.best)
        self._allowed.append(self._search.best)
        return column_of(self._instance, self._search.best)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> (32 - RANDOM_BITS)
