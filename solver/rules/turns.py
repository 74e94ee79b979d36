"""Turns, for the rules in which one after the other gets its best: what is still open, the turn itself, what is settled.

A turn gives the first placement of a ranked list that some completion of least shortfall still permits, at the earliest
start that one permits, and nothing is moved afterwards. What the turns before leave open of each placement (days by C2
and C5, room by C3) is a ceiling that needs no engine. Where the turns so far and the best that is open already have the least
shortfall, leaving all others out is such a completion and the ceiling is reached; the engine is asked only otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.access import Passage
from solver.allocation import Allocation, Allotment, cap_rows, entries_in_force, shortfall, start_days
from solver.conflicts import Interval, merged, mirrored, shifted, without
from solver.instance import Instance, Placement
from solver.model.objectives import EarliestStart
from solver.model.search import Reached
from solver.model.variables import Variables
from solver.options import Options
from solver.rules.stages import Task
from solver.solution import Stage

SETTLED = "settled"


class Turns:
    """All turns of a run. `open`: the claims that wait for theirs, in ticket order; `stopped`: a turn was not proved."""

    def __init__(self, task: Task):
        self._task = task
        self._instance = task.instance
        self._still = StillOpen(task.instance, task.options, task.search.passage)
        self._settled: dict[str, Allotment] = entries_in_force(task.instance)
        self._least = self._missing(task.search.best)
        self._number = 0
        waiting = (claim.id for claim in task.instance.claims if claim.in_force is None)
        self.open = task.draw.order(waiting)
        self.stopped = False

    def take(self, claims: Sequence[str], party: str | None = None) -> Stage:
        """One turn for these claims (of a party, in ticket order): the stage says what points it gets.

        The claim that gets its best is settled; if none of them can get any, all are.
        """
        self._number += 1
        ranked = self._ranked(claims)
        who = party or claims[0]
        reached = self._best_of(f"turn {self._number} {who}", ranked)
        gained = ranked[-reached.value] if -reached.value < len(ranked) else None
        self.stopped = not (reached.proved and self._settle(gained, claims, ranked))
        name = f"turn {self._number} {who}" + (f" {gained.claim}" if gained and party else "")
        return Stage.of(name, gained.points if gained else 0, _points(ranked, -reached.bound))

    def settled(self) -> Stage:
        """How many claims are settled, those in force included, of how many."""
        count = len(self._instance.claims)
        return Stage.of(SETTLED, count - len(self.open), count)

    def _ranked(self, claims: Sequence[str]) -> list[Placement]:
        """Most points first, then the claim of the smallest ticket, then the smallest placement id by bytes."""
        rows = [(n, p) for n, claim in enumerate(claims) for p in self._instance.claim_by_id[claim].placements]
        return [p for _, p in sorted(rows, key=lambda row: (-row[1].points, row[0], row[1].id.encode("utf-8")))]

    def _best_of(self, name: str, ranked: Sequence[Placement]) -> Reached:
        first = next(
            (n for n, placement in enumerate(ranked) if self._still.earliest(placement) is not None), len(ranked)
        )
        objective = BestRank(tuple(ranked), ceiling=-first)
        if first < len(ranked) and objective.value(self._task.search.best) < -first:
            self._offer(ranked[first])
        return self._task.search.maximise(name, objective)

    def _offer(self, placement: Placement) -> None:
        """Make the turns so far and this placement the incumbent, if that has the least shortfall."""
        start = self._still.earliest(placement)
        if start is None:
            return
        offered = self._settled | {placement.claim: Allotment(placement.claim, placement.id, start)}
        if self._missing(offered) == self._least:
            self._task.search.best = offered

    def _missing(self, allocation: Allocation) -> int:
        return sum(shortfall(self._instance, reserve, allocation) for reserve in self._instance.reserves)

    def _settle(self, gained: Placement | None, claims: Sequence[str], ranked: Sequence[Placement]) -> bool:
        """Settle what a turn gave; False if its start could not be proved."""
        if gained is None:
            self._task.search.require(_forbidden(ranked))
            self.open = [claim for claim in self.open if claim not in claims]
            return True
        self._task.search.require(_allotted(gained))
        if not self._settle_start(gained):
            return False
        self._settled[gained.claim] = self._task.search.best[gained.claim]
        self._still.settle(gained, self._settled[gained.claim].start)
        self.open.remove(gained.claim)
        return True

    def _settle_start(self, gained: Placement) -> bool:
        search = self._task.search
        # What a turn gave is open beside the turns before it.
        first_day = self._still.earliest(gained) or 0
        if search.best[gained.claim].start > first_day:
            self._offer(gained)
        claim = self._instance.claim_by_id[gained.claim]
        earliest = EarliestStart(claim, gained.id, -first_day)
        reached = search.maximise(f"turn {self._number} {gained.claim} start", earliest)
        if reached.proved:
            search.fix_start(gained.id, -reached.value)
        return reached.proved


def _points(ranked: Sequence[Placement], rank: int) -> int:
    return ranked[rank].points if rank < len(ranked) else 0


def _allotted(placement: Placement) -> Callable[[cp_model.CpModel, Variables], None]:
    def add_rows(model: cp_model.CpModel, variables: Variables) -> None:
        model.add(variables.is_allotted(placement.id) == 1)

    return add_rows


def _forbidden(placements: Sequence[Placement]) -> Callable[[cp_model.CpModel, Variables], None]:
    def add_rows(model: cp_model.CpModel, variables: Variables) -> None:
        for placement in placements:
            if placement.id in variables.open_placements:
                model.add(variables.is_allotted(placement.id) == 0)

    return add_rows


class StillOpen:
    """What the claims settled so far leave of each placement: days that keep apart from them (C2) and block no way (C5),
    room in caps (C3).
    """

    def __init__(self, instance: Instance, options: Options, passage: Passage | None):
        self._instance = instance
        self._passage = passage
        self._stays = start_days(instance, entries_in_force(instance))
        self._starts = dict(options.starts)
        self._apart: dict[str, list[tuple[str, tuple[Interval, ...] | None]]] = {}
        for a, b in options.exclusive:
            self._apart.setdefault(a, []).append((b, None))
            self._apart.setdefault(b, []).append((a, None))
        for pair in options.timed:
            self._apart.setdefault(pair.a, []).append((pair.b, pair.forbidden))
            self._apart.setdefault(pair.b, []).append((pair.a, mirrored(pair.forbidden)))
        self._caps = [(cap.most, row) for cap in instance.caps for row in cap_rows(instance, cap).values()]
        self._used = [
            sum(row.get(entry.placement, 0) for entry in entries_in_force(instance).values()) for _, row in self._caps
        ]

    def earliest(self, placement: Placement) -> int | None:
        """The first start day open to a placement of a claim that is not settled; None without one, or without room."""
        for (most, row), used in zip(self._caps, self._used, strict=True):
            if placement.id in row and used + row[placement.id] > most:
                return None
        days = self._starts.get(placement.id, ())
        if self._passage is not None:
            return self._passage.earliest(placement.id, days, self._stays)
        return days[0][0] if days else None

    def settle(self, placement: Placement, start: int) -> None:
        """Take the days and the room that an allotment needs from all others."""
        self._stays[placement.id] = start
        self._used = [used + row.get(placement.id, 0) for (_, row), used in zip(self._caps, self._used, strict=True)]
        for other, forbidden in self._apart.get(placement.id, []):
            days = self._starts[other]
            self._starts[other] = () if forbidden is None else without(days, merged(shifted(forbidden, start)))


@dataclass(frozen=True, slots=True)
class BestRank:
    """Minus the rank of the first placement of a list that is allotted: 0 for its first, its length for none."""

    ranked: tuple[Placement, ...]
    ceiling: int

    def value(self, allocation: Allocation) -> int:
        """Minus the least rank of what is allotted."""
        held = {allotment.placement for allotment in allocation.values()}
        return -next((rank for rank, p in enumerate(self.ranked) if p.id in held), len(self.ranked))

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """One literal for each placement, at most one of them true, and only where the placement is allotted."""
        terms, none = [], len(self.ranked)
        literals = []
        for rank, placement in enumerate(self.ranked):
            if placement.id in variables.open_placements:
                literal = model.new_bool_var("")
                model.add_implication(literal, variables.chosen(placement.id))
                literals.append(literal)
                terms.append((none - rank) * literal)
        model.add_at_most_one(literals)
        return cp_model.LinearExpr.sum(terms) - none
