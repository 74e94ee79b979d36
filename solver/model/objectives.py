"""Objective stages, one class each: what the engine maximises, and the same value computed exactly from an allocation.

All are maximised; what is to be small is counted negatively. `ceiling` is the trivial bound, known without a solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ortools.sat.python import cp_model

from solver.allocation import (
    Allocation,
    hundredths_by_party,
    most_hundredths,
    reached,
    shortfall,
    total_points,
)
from solver.instance import Claim, Instance
from solver.model.variables import Variables


class Objective(Protocol):
    """One stage: an expression for the engine and the exact value of an allocation."""

    @property
    def ceiling(self) -> int:
        """A bound that needs no proof."""

    def value(self, allocation: Allocation) -> int:
        """The exact value of an allocation."""

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """The same value for the engine; may add variables and rows."""


@dataclass(frozen=True, slots=True)
class LeastShortfall:
    """Before everything else: minus the sum of what is missing in the reserves."""

    instance: Instance
    missing: cp_model.LinearExprT

    @property
    def ceiling(self) -> int:
        return 0

    def value(self, allocation: Allocation) -> int:
        return -sum(shortfall(self.instance, reserve, allocation) for reserve in self.instance.reserves)

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        return -1 * self.missing


@dataclass(frozen=True, slots=True)
class PartiesAtLevel:
    """How many parties have at least `level` hundredths; never more than had the level before, `below`.

    y[p] = 1 implies u_p >= level, for the parties whose claims are worth that much at all. Where every party is known to
    keep `held` hundredths, u_p >= held + (level - held) y[p] as well: half a y then costs half of the step, not half of
    the level.
    """

    instance: Instance
    level: int
    below: int
    held: int = 0

    @property
    def ceiling(self) -> int:
        return min(self.below, len(self._able()))

    def _able(self) -> list[str]:
        return [party for party, most in most_hundredths(self.instance).items() if most >= self.level]

    def value(self, allocation: Allocation) -> int:
        hundredths = hundredths_by_party(self.instance, allocation)
        return reached((hundredths[party] for party in self.instance.credited_parties), self.level)

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        at_level, needed = [], self._needed(variables)
        for party in self._able():
            literal, points = model.new_bool_var(f"y[{party},{self.level}]"), variables.points_of(party)
            model.add(points >= self.level).only_enforce_if(literal)
            for enough in needed[party]:
                model.add_bool_or([~literal, *enough])
            if self.held:
                model.add(points >= self.held + (self.level - self.held) * literal)
            at_level.append(literal)
        return cp_model.LinearExpr.sum(at_level)

    def _needed(self, variables: Variables) -> dict[str, list[list[cp_model.IntVar]]]:
        """For each party the claims without which it stays below the level even if all its others get their best: of
        each the placements that give enough. The sum of points implies it, its relaxation does not.
        """
        most = most_hundredths(self.instance)
        needed: dict[str, list[list[cp_model.IntVar]]] = {party: [] for party in most}
        for claim in self.instance.claims:
            best = max(p.points for p in claim.placements)
            for party, share in claim.credit.items() if claim.in_force is None else ():
                least = self.level - most[party] + share * best
                if least > 0:
                    enough = [p.id for p in claim.placements if p.points * share >= least]
                    needed[party].append([variables.chosen(n) for n in enough if n in variables.open_placements])
        return needed

    def pulls(self, hundredths: Mapping[str, int], before: Mapping[str, float]) -> dict[str, float]:
        """Who is below the level pulls harder, who is above it less."""
        return {p: pull * (1.25 if hundredths[p] < self.level else 0.9) for p, pull in before.items()}

    def at_least(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Keep `below` parties at the level from here on; all of them need no literals."""
        if self.below < len(self.instance.credited_parties):
            model.add(self.expression(model, variables) >= self.below)
            return
        needed = self._needed(variables)
        for party in self.instance.credited_parties:
            model.add(variables.points_of(party) >= self.level)
            for enough in needed[party]:
                model.add_bool_or(enough)


@dataclass(frozen=True, slots=True)
class SumOfPoints:
    """The sum of the points of the placements allotted; `most` is a bound proved elsewhere."""

    instance: Instance
    most: int | None = None

    @property
    def ceiling(self) -> int:
        return self._trivial() if self.most is None else min(self.most, self._trivial())

    def _trivial(self) -> int:
        best = 0
        for claim in self.instance.claims:
            in_force = claim.in_force.placement if claim.in_force else None
            best += max(p.points for p in claim.placements if in_force in (None, p.id))
        return best

    def value(self, allocation: Allocation) -> int:
        return total_points(self.instance, allocation)

    def pulls(self, hundredths: Mapping[str, int], before: Mapping[str, float]) -> Mapping[str, float]:
        """A point is a point, whoever has it."""
        return before

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        placements = self.instance.placement_by_id.values()
        return cp_model.LinearExpr.sum([p.points * variables.is_allotted(p.id) for p in placements])


@dataclass(frozen=True, slots=True)
class PointsOfParty:
    """u_p of one party, in hundredths."""

    instance: Instance
    party: str
    ceiling: int

    def value(self, allocation: Allocation) -> int:
        return hundredths_by_party(self.instance, allocation)[self.party]

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        return variables.points_of(self.party)


@dataclass(frozen=True, slots=True)
class RankOfClaim:
    """Minus the rank that a claim gets: 0 for its best placement (most points, then smallest id), last if unserved."""

    instance: Instance
    claim: Claim

    @property
    def ceiling(self) -> int:
        return 0

    def ranked(self) -> list[str]:
        """Placement ids from the most wanted to the least."""
        return [p.id for p in sorted(self.claim.placements, key=lambda p: (-p.points, p.id.encode("utf-8")))]

    def value(self, allocation: Allocation) -> int:
        if self.claim.id not in allocation:
            return -len(self.claim.placements)
        return -self.ranked().index(allocation[self.claim.id].placement)

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        unserved = len(self.claim.placements)
        gained = [(unserved - rank) * variables.is_allotted(p) for rank, p in enumerate(self.ranked())]
        return cp_model.LinearExpr.sum(gained) - unserved


@dataclass(frozen=True, slots=True)
class EarliestStart:
    """Minus the start day of a claim whose placement is settled."""

    claim: Claim
    placement: str
    ceiling: int

    def value(self, allocation: Allocation) -> int:
        return -allocation[self.claim.id].start

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        return -1 * variables.start(self.placement)
