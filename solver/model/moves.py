"""The stages of moves (`solver.moves`) for the engine: minus the entries moved, minus their metres, minus their days."""

from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.allocation import Allocation, Allotment, recorded_entries
from solver.instance import Instance
from solver.model.variables import Variables
from solver.moves import DAYS, METRES, MOVES, moved_metres, sums


@dataclass(frozen=True, slots=True)
class Moved:
    """Minus the sum of what one stage counts."""

    instance: Instance
    stage: str

    @property
    def ceiling(self) -> int:
        """Nothing is moved."""
        return 0

    def value(self, allocation: Allocation) -> int:
        """Counted from the allotments."""
        return -sums(self.instance, allocation)[self.stage]

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """The same for the engine."""
        part = {MOVES: self._is_moved, METRES: self._metres, DAYS: self._days}[self.stage]
        entries = recorded_entries(self.instance).values()
        return -1 * cp_model.LinearExpr.sum([part(model, variables, entry) for entry in entries])

    def _is_moved(self, model: cp_model.CpModel, variables: Variables, entry: Allotment) -> cp_model.LinearExprT:
        """1 - k, where k may be 1 only if the entry stays as it is; 1 where an earlier stage has closed its placement."""
        if entry.placement not in variables.open_placements:
            return 1
        stays = model.new_bool_var(f"stays[{entry.claim}]")
        model.add_implication(stays, variables.chosen(entry.placement))
        model.add(variables.start(entry.placement) == entry.start).only_enforce_if(stays)
        return 1 - stays

    def _metres(self, _: cp_model.CpModel, variables: Variables, entry: Allotment) -> cp_model.LinearExprT:
        placements = self.instance.claim_by_id[entry.claim].placements
        metres = {p.id: moved_metres(self.instance, entry.claim, p.id) for p in placements}
        return cp_model.LinearExpr.sum([m * variables.is_allotted(name) for name, m in metres.items()])

    def _days(self, model: cp_model.CpModel, variables: Variables, entry: Allotment) -> cp_model.LinearExprT:
        """At least the days between the old start and the new one, on either side."""
        own = [p.id for p in self.instance.claim_by_id[entry.claim].placements if p.id in variables.open_placements]
        ends = [day for name in own for days in variables.open_placements[name] for day in days]
        days = model.new_int_var(0, max(abs(day - entry.start) for day in ends), f"days[{entry.claim}]")
        for name in own:
            model.add(days >= variables.start(name) - entry.start).only_enforce_if(variables.chosen(name))
            model.add(days >= entry.start - variables.start(name)).only_enforce_if(variables.chosen(name))
        return days
