"""Everything that stands: is there room for one placement with all other allotments unchanged? No engine."""

import copy
import dataclasses
from collections.abc import Sequence

import shapely

from solver.access import passage_of
from solver.allocation import Allocation, cap_rows, start_days
from solver.conflicts import Interval
from solver.instance import Hold, InForce, Instance, Placement
from solver.options import open_options


class Standing:
    """The allotments of all claims but one as entries in force, with the holds."""

    def __init__(self, instance: Instance, allocation: Allocation, claim_id: str):
        self._whole = instance
        self._claim = instance.claim_by_id[claim_id]
        others = [a for a in allocation.values() if a.claim != claim_id]
        self._others = [
            dataclasses.replace(instance.claim_by_id[a.claim], in_force=InForce(a.placement, a.start), recorded=None)
            for a in others
        ]
        self._taken = {a.placement for a in others}
        self._passage = passage_of(instance)
        self._stays = start_days(instance, {a.claim: a for a in others})
        self._instance = dataclasses.replace(instance, claims=(self._claim, *self._others), reserves=())

    def is_free(self, placement: Placement) -> bool:
        """True if the placement, changed or not, could be allotted with all else unchanged."""
        claim = dataclasses.replace(self._claim, placements=(placement,), in_force=None, recorded=None)
        here = self._taken | {placement.id}
        given = self._whole.conflicts
        conflicts = None if given is None else frozenset(pair for pair in given if pair <= here)
        problem = dataclasses.replace(self._instance, claims=(claim, *self._others), caps=(), conflicts=conflicts)
        starts = open_options(problem).starts.get(placement.id, ())
        return self._blocks_no_way(placement, starts) and self._has_room(placement)

    def _blocks_no_way(self, placement: Placement, starts: Sequence[Interval]) -> bool:
        """(C5) True if one of these starts leaves every access point its way; all allotments count, near or not."""
        if self._passage is None:
            return bool(starts)
        return self._passage.changed(placement).earliest(placement.id, starts, self._stays) is not None

    def near(self, placement: Placement, within_m: int) -> "Standing":
        """The same with only those that could matter to a placement moved by up to `within_m` map metres."""
        smaller = copy.copy(self)
        if self._instance.conflicts is None and placement.footprint is not None:
            # Map lengths are at most 1.0077 times the ground's inside the area.
            reach_m = within_m + 1.01 * max(_widest(item) for item in (placement, *self._sites())) + 1
            smaller._others = [claim for claim in self._others if _is_near(claim.placements, placement, reach_m)]
            holds = tuple(hold for hold in self._instance.holds if _is_near((hold,), placement, reach_m))
            smaller._instance = dataclasses.replace(self._instance, holds=holds)
        return smaller

    def _sites(self) -> list[Placement | Hold]:
        return [*(placement for claim in self._others for placement in claim.placements), *self._instance.holds]

    def _has_room(self, placement: Placement) -> bool:
        """(C3) True if every cap has room; caps count all allotments, near or not."""
        caps = [cap for cap in self._whole.caps if placement.id in cap.placements]
        changed = tuple(placement if p.id == placement.id else p for p in self._claim.placements)
        claim = dataclasses.replace(self._claim, placements=changed)
        claims = tuple(claim if c.id == claim.id else c for c in self._whole.claims)
        problem = dataclasses.replace(self._whole, claims=claims)
        rows = [row for cap in caps for row in _rows(problem, cap.id) if placement.id in row[1]]
        return all(sum(m for p, m in row.items() if p in self._taken | {placement.id}) <= most for most, row in rows)


def _widest(item: Placement | Hold) -> int:
    return max(phase.keep_out_m for phase in item.phases)


def _rows(instance: Instance, cap_id: str) -> list[tuple[int, dict[str, int]]]:
    return [(cap.most, row) for cap in instance.caps if cap.id == cap_id for row in cap_rows(instance, cap).values()]


def _is_near(items: tuple[Placement | Hold, ...], placement: Placement, reach_m: float) -> bool:
    shapes = [item.footprint for item in items if item.footprint is not None]
    return any(shapely.dwithin(shape, placement.footprint, reach_m) for shape in shapes)
