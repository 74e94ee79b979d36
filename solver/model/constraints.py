"""The hard constraints C1 to C4 of the allocation problem, one class each, as rows of a CP-SAT model.

Windows, the horizon, entries in force and holds are already in the allowed start days (solver.options).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.allocation import cap_rows, is_eligible
from solver.cliques import Clique
from solver.conflicts import Interval, Separation
from solver.instance import Claim, Instance, Reserve
from solver.model.variables import Variables
from solver.options import Options, differences, permitted


@dataclass(frozen=True, slots=True)
class OnePlacement:
    """(C1) A claim gets one placement or is rejected: sum of x[o] over its placements + rejected = 1.

    An entry in force that may be moved is not rejected.
    """

    instance: Instance

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Add one row for each claim that has an open placement."""
        for claim in self.instance.claims:
            chosen = [variables.chosen(p.id) for p in claim.placements if p.id in variables.open_placements]
            if chosen and claim.recorded:
                model.add_exactly_one(chosen)
            elif chosen:
                model.add_exactly_one([*chosen, model.new_bool_var(f"rejected[{claim.id}]")])


@dataclass(frozen=True, slots=True)
class Separated:
    """(C2) For each pair apart: x[a] and x[b] imply that s[b] - s[a] lies in none of the forbidden differences.

    Pairs that exclude each other at every start are rows of a clique cover: at most one of a clique. For the others one
    literal for each side of a forbidden interval says on which side the pair stands.
    """

    options: Options
    cliques: Sequence[Clique]

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Add the rows of every clique and of every pair that depends on time."""
        for clique in self.cliques:
            model.add_at_most_one(variables.chosen(name) for name in clique)
        for pair in self.options.timed:
            self._keep_apart(model, variables, pair, permitted(pair, self.options.starts))

    def _keep_apart(
        self, model: cp_model.CpModel, variables: Variables, pair: Separation, sides_permitted: tuple[Interval, ...]
    ) -> None:
        a, b = variables.chosen(pair.a), variables.chosen(pair.b)
        difference = variables.start(pair.b) - variables.start(pair.a)
        if len(sides_permitted) == 1:
            sides: list[cp_model.LiteralT] = [True]
        elif len(sides_permitted) == 2:
            before = model.new_bool_var("")
            sides = [before, ~before]
        else:
            sides = [model.new_bool_var("") for _ in sides_permitted]
            model.add_exactly_one(sides)
        reach = differences(pair, self.options.starts)
        for side, (first, last) in zip(sides, sides_permitted, strict=True):
            # One bound is enough where the interval runs to the end of what the starts can give.
            if first > reach[0]:
                model.add(difference >= first).only_enforce_if(a, b, side)
            if last < reach[1]:
                model.add(difference <= last).only_enforce_if(a, b, side)


@dataclass(frozen=True, slots=True)
class Caps:
    """(C3) For each cap and each one for whom it counts: sum of measure[o] x[o] <= max."""

    instance: Instance

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Add the rows that could be exceeded."""
        for cap in self.instance.caps:
            for measures in cap_rows(self.instance, cap).values():
                # A single measure above the cap closes the placement; what is left stays small enough for the engine.
                for placement, measure in measures.items():
                    if measure > cap.most:
                        model.add(variables.is_allotted(placement) == 0)
                row = {placement: measure for placement, measure in measures.items() if measure <= cap.most}
                if sum(row.values()) > cap.most:
                    model.add(sum(m * variables.is_allotted(p) for p, m in row.items()) <= cap.most)


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """(C4) For each reserve: missing >= min - sum of x[o] over its placements of eligible claims, missing >= 0."""

    instance: Instance

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """Add a row for each reserve; the sum of what is missing."""
        return cp_model.LinearExpr.sum([self._missing(model, variables, reserve) for reserve in self.instance.reserves])

    def _missing(self, model: cp_model.CpModel, variables: Variables, reserve: Reserve) -> cp_model.IntVar:
        given = [
            variables.is_allotted(placement)
            for placement in sorted(reserve.placements)
            if is_eligible(self.instance, reserve, self._claim(placement))
        ]
        missing = model.new_int_var(0, reserve.least, f"missing[{reserve.id}]")
        model.add(missing + cp_model.LinearExpr.sum(given) >= reserve.least)
        return missing

    def _claim(self, placement: str) -> Claim:
        return self.instance.claim_by_id[self.instance.placement_by_id[placement].claim]
