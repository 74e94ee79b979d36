"""Decision variables: which placement a claim gets, and on which day it starts."""

from collections.abc import Mapping

from ortools.sat.python import cp_model

from solver.allocation import Allocation, Allotment, entries_in_force
from solver.conflicts import Interval
from solver.instance import Instance
from solver.options import Options


class Variables:
    """x[o] in {0, 1} for each open placement o, and its start s[o] within the allowed days.

    Entries in force have no variables: they are constants in every expression.
    """

    def __init__(self, model: cp_model.CpModel, instance: Instance, options: Options):
        self.instance = instance
        self.entries = entries_in_force(instance)
        self._starts = options.starts
        self._chosen: dict[str, cp_model.IntVar] = {}
        self._start: dict[str, cp_model.IntVar] = {}
        for placement in sorted(options.starts):
            domain = cp_model.Domain.from_intervals([list(days) for days in options.starts[placement]])
            self._chosen[placement] = model.new_bool_var(f"x[{placement}]")
            self._start[placement] = model.new_int_var_from_domain(domain, f"s[{placement}]")

    @property
    def open_placements(self) -> Mapping[str, tuple[Interval, ...]]:
        """Allowed start days of each placement that has variables."""
        return self._starts

    def chosen(self, placement: str) -> cp_model.IntVar:
        """The literal that says that an open placement is allotted."""
        return self._chosen[placement]

    def start(self, placement: str) -> cp_model.IntVar:
        """The start day of an open placement, free within its days when it is not allotted."""
        return self._start[placement]

    def is_allotted(self, placement: str) -> cp_model.LinearExprT:
        """1 if the placement is allotted, else 0: a literal, or the constant that entries in force or closure give."""
        if placement in self._chosen:
            return self._chosen[placement]
        claim = self.instance.placement_by_id[placement].claim
        return int(claim in self.entries and self.entries[claim].placement == placement)

    def points_of(self, party: str) -> cp_model.LinearExprT:
        """u_p in hundredths of a point."""
        return cp_model.LinearExpr.sum(
            [
                placement.points * claim.credit[party] * self.is_allotted(placement.id)
                for claim in self.instance.claims
                if party in claim.credit
                for placement in claim.placements
            ]
        )

    def hint(self, model: cp_model.CpModel, allocation: Allocation) -> None:
        """Tell the engine a known allocation."""
        model.clear_hints()  # type: ignore[no-untyped-call]  # the engine ships it without types
        starts = {allotment.placement: allotment.start for allotment in allocation.values()}
        for placement in self._chosen:
            model.add_hint(self._chosen[placement], int(placement in starts))
            model.add_hint(self._start[placement], starts.get(placement, self._starts[placement][0][0]))

    def read(self, engine: cp_model.CpSolver) -> Allocation:
        """The allocation of the engine's last solution, entries in force included."""
        found = dict(self.entries)
        for placement, literal in self._chosen.items():
            if engine.boolean_value(literal):
                claim = self.instance.placement_by_id[placement].claim
                found[claim] = Allotment(claim, placement, engine.value(self._start[placement]))
        return found
