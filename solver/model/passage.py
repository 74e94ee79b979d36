"""(C5) free access in the model: rows for blockades that the engine ran into, each true for every allocation with C5.

The members of a blockade may not all be there on one day. Intervals of days have a day in common if and only if every
two of them have one, so it is enough that some member is not allotted, or that some two members lie apart. For that there
is a literal for each two and each side: one ends before the other begins. Members that stay where they are (entries in
force and holds) are one interval, the days that they share; the others' starts are held against it.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from solver.access import Blockade, Member, Passage
from solver.conflicts import Interval
from solver.model.variables import Variables


@dataclass(slots=True)
class FreeAccess:
    """The rows of all blockades known so far; they are added again to every new model of a search."""

    passage: Passage
    known: list[Blockade] = field(default_factory=list)

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Add the rows known so far to a new model."""
        self._add(self.known, model, variables)

    def knows(self, found: Sequence[Blockade]) -> bool:
        """True if there are rows for all of these already: no answer that heeds them can run into them."""
        known = {blockade.members for blockade in self.known}
        return all(blockade.members in known for blockade in found)

    def learn(self, found: Sequence[Blockade], model: cp_model.CpModel, variables: Variables) -> None:
        """Add the rows of blockades found in an answer."""
        self.known.extend(found)
        self._add(found, model, variables)

    def _add(self, blockades: Iterable[Blockade], model: cp_model.CpModel, variables: Variables) -> None:
        sides = _Sides(model, variables)
        for blockade in blockades:
            free = [m for m in blockade.members if m.id in variables.open_placements]
            if len(free) + sum(m.id in self.passage.fixed for m in blockade.members) < len(blockade.members):
                continue  # a member that cannot be allotted at all
            literals = [~variables.chosen(m.id) for m in free]
            shared = shared_days(self.passage, blockade)
            for member in free if shared else []:
                literals += sides.beside(member, shared or (0, 0))
            for one, other in itertools.combinations(free, 2):
                literals += [*sides.before(one, other), *sides.before(other, one)]
            model.add_bool_or(literals)


def shared_days(passage: Passage, blockade: Blockade) -> Interval | None:
    """The half-open days that the members which stay where they are have in common; None if there is no such member."""
    days = [
        (passage.fixed[m.id] + m.first, passage.fixed[m.id] + m.end) for m in blockade.members if m.id in passage.fixed
    ]
    return (max(first for first, _ in days), min(end for _, end in days)) if days else None


class _Sides:
    """Literals that say that a member lies before or after another one."""

    def __init__(self, model: cp_model.CpModel, variables: Variables):
        self._model = model
        self._variables = variables

    def beside(self, member: Member, days: Interval) -> list[cp_model.IntVar]:
        """The member ends by the first of fixed days, or begins after the last."""
        start, (first, last) = self._variables.start(member.id), self._reach(member)
        found = []
        if first + member.end <= days[0]:
            found.append(self._literal(start <= days[0] - member.end))
        if last + member.first >= days[1]:
            found.append(self._literal(start >= days[1] - member.first))
        return found

    def before(self, one: Member, other: Member) -> list[cp_model.IntVar]:
        """The one ends by the day on which the other begins; none if no starts permit it."""
        if self._reach(one)[0] + one.end > self._reach(other)[1] + other.first:
            return []
        gap = self._variables.start(other.id) + other.first - self._variables.start(one.id)
        return [self._literal(gap >= one.end)]

    def _reach(self, member: Member) -> Interval:
        days = self._variables.open_placements[member.id]
        return days[0][0], days[-1][1]

    def _literal(self, row: cp_model.BoundedLinearExpression | bool) -> cp_model.IntVar:
        literal = self._model.new_bool_var("")
        self._model.add(row).only_enforce_if(literal)
        return literal
