"""Envy up to one placement (EF1) where claims exclude one another in space and time.

A party p holds its allotments, worth u_p to it. What is another party's bundle B worth to p? Not the points others gave to
those placements, which say nothing about p, but what p could feasibly get of it:

- p gives up its own allotments, and those of B are taken away; all others stay, with holds.
- Claim c of p can have the room of an allotment b in B if a placement of c has a start in its window that keeps apart
  (C2) from all that stayed but not from b: the room is b's. It is worth points x credit_p / 100, the best such placement.
- Each b serves one claim of p and each claim is served once, so the value is capped by what p asks for: v_p(B) is
  the largest sum over such a matching.

p envies beyond one placement if v_p(B without b) > u_p for every b in B, where b stays in its place, since its room is no part
of what p would have. An allocation is EF1 if nobody does. Allotments
credited to both parties belong to no bundle that p could envy; entries in force stay with whom they have been recorded for
and are in no bundle. Whether the claims matched keep apart from one another and fit under the caps is not asked, so envy is
never told too small.

Source: Budish (2011), Lipton et al. (2004), envy-freeness up to one good; values capped by what is feasible for the envier as
in Wu, Li and Gan (2021), budget-feasible envy.
"""

from collections.abc import Mapping, Sequence

from solver.allocation import Allocation, hundredths_by_party
from solver.conflicts import Interval, fixed_starts, merged, mirrored, separations, shifted, without
from solver.instance import Instance, Placement


def envious_beyond_one(instance: Instance, allocation: Allocation) -> list[tuple[str, str]]:
    """Each pair (envier, envied) for which one placement less is still too much, by ids."""
    return Envy(instance, allocation).pairs()


class Envy:
    """Who would rather have what another one got."""

    def __init__(self, instance: Instance, allocation: Allocation):
        self._instance = instance
        self._held = hundredths_by_party(instance, allocation)
        self._starts = {a.placement: a.start for a in allocation.values()} | {h.id: h.start for h in instance.holds}
        self._fixed = fixed_starts(instance)
        self._claim_of = {a.placement: claim for claim, a in allocation.items()}
        self._apart: dict[str, list[tuple[str, tuple[Interval, ...]]]] = {}
        for pair in separations(instance, self._starts.keys()):
            self._apart.setdefault(pair.a, []).append((pair.b, mirrored(pair.forbidden)))
            self._apart.setdefault(pair.b, []).append((pair.a, pair.forbidden))

    def pairs(self) -> list[tuple[str, str]]:
        """Each pair (envier, envied) that envy up to one placement does not excuse."""
        parties = self._instance.credited_parties
        return [(p, q) for p in parties for q in parties if p != q and self._envies(p, q)]

    def _envies(self, p: str, q: str) -> bool:
        bundle = [name for name in self._bundle(q) if not self._is_credited(name, p)]
        if not bundle or self._value(p, bundle) <= self._held[p]:
            return False
        return all(self._value(p, [name for name in bundle if name != less]) > self._held[p] for less in bundle)

    def _value(self, p: str, bundle: Sequence[str]) -> int:
        """v_p of a bundle, in hundredths."""
        return best_matching(self._worth(p, bundle))

    def _bundle(self, party: str) -> list[str]:
        open_rows = (name for name in self._claim_of if name not in self._fixed)
        return sorted(name for name in open_rows if self._is_credited(name, party))

    def _is_credited(self, placement: str, party: str) -> bool:
        return party in self._instance.claim_by_id[self._claim_of[placement]].credit

    def _worth(self, p: str, bundle: Sequence[str]) -> list[list[int]]:
        """For each open claim of p what each allotment of the bundle would be worth to p, in hundredths."""
        gone = {*bundle, *self._bundle(p)}
        claims = [claim for claim in self._instance.claims if p in claim.credit and claim.in_force is None]
        rows = []
        for claim in claims:
            best = dict.fromkeys(bundle, 0)
            for placement in claim.placements:
                for name in self._roomy(placement, gone, best):
                    best[name] = max(best[name], placement.points * claim.credit[p])
            rows.append([best[name] for name in bundle])
        return rows

    def _roomy(self, placement: Placement, gone: set[str], bundle: Mapping[str, int]) -> list[str]:
        """The allotments of a bundle whose room would let a placement in."""
        latest = min(placement.last_start, self._instance.horizon_days - placement.end)
        near = {other: days for other, days in self._apart.get(placement.id, []) if other in self._starts}
        closed = {other: shifted(days, self._starts[other]) for other, days in near.items()}
        stayed = merged(day for other, days in closed.items() if other not in gone for day in days)
        free = without([(placement.first_start, latest)], stayed)
        return [name for name in bundle if name in closed and without(free, closed[name]) != free]


def best_matching(worth: Sequence[Sequence[int]]) -> int:
    """The largest sum of entries no two of which share a row or a column.

    Hungarian method with potentials (Kuhn 1955, Munkres 1957), rows padded with zeros; cubic in the larger side.
    """
    if not worth or not worth[0]:
        return 0
    size = max(len(worth), len(worth[0]))
    cost = [[0] * (size + 1) for _ in range(size + 1)]
    for i, row in enumerate(worth, start=1):
        for j, value in enumerate(row, start=1):
            cost[i][j] = -value
    owner = _assignment(cost, size)
    return -sum(cost[owner[j]][j] for j in range(1, size + 1))


def _assignment(cost: Sequence[Sequence[int]], size: int) -> list[int]:
    """For each column 1..size the row that a cheapest assignment gives it; index 0 is a helper."""
    of_row, of_column = [0] * (size + 1), [0] * (size + 1)
    owner = [0] * (size + 1)
    for row in range(1, size + 1):
        owner[0], column = row, 0
        least: list[float] = [float("inf")] * (size + 1)
        came_from, is_done = [0] * (size + 1), [False] * (size + 1)
        while owner[column]:
            is_done[column] = True
            i = owner[column]
            rest = [j for j in range(1, size + 1) if not is_done[j]]
            for j in rest:
                reduced = cost[i][j] - of_row[i] - of_column[j]
                if reduced < least[j]:
                    least[j], came_from[j] = reduced, column
            column = min(rest, key=lambda j: least[j])
            step = int(least[column])
            for j in range(size + 1):
                if is_done[j]:
                    of_row[owner[j]] += step
                    of_column[j] -= step
                else:
                    least[j] -= step
        while column:
            owner[column] = owner[came_from[column]]
            column = came_from[column]
    return owner
