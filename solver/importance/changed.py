"""Instance files in which one claim must be served, or one placement has ground of its own or is gone."""

import math
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Point, box

from solver.explain.granted import forced
from solver.incentives import edits
from solver.incentives.edits import Document
from solver.instance import Instance

STEP_M, RADIUS_M = 20_000, 290_000
MARGIN_M, SCALE = 100.0, 1.02
"""No map length inside the area is more than 1.0077 times the ground's (solver.geometry)."""


def served(instance: Instance, claim_id: str) -> Document:
    """The instance with reserves that serve a claim before everything else, if anything can."""
    asked = forced(instance, claim_id, (p.id for p in instance.claim_by_id[claim_id].placements))
    groups = {party.id: sorted(party.groups) for party in asked.parties}
    parties = [{**row, "groups": groups[row["id"]]} for row in instance.document["parties"]]
    added = asked.reserves[len(instance.reserves) :]
    reserves = [{"id": r.id, "group": r.group, "placements": sorted(r.placements), "min": r.least} for r in added]
    return {
        **instance.document,
        "parties": parties,
        "reserves": [*(instance.document.get("reserves") or []), *reserves],
    }


def without_placement(instance: Instance, placement_id: str) -> Document:
    """The instance without a placement, and without its claim if it has no other."""
    claim = instance.claim_by_id[instance.placement_by_id[placement_id].claim]
    kept = [p.id for p in claim.placements if p.id != placement_id]
    return edits.truncated(instance.document, claim.id, kept) if kept else edits.dropped(instance.document, claim.id)


def with_own_ground(instance: Instance, placement_id: str) -> Document | None:
    """The instance with a placement moved to where nothing is near; None if there is no such ground.

    Where conflicts are given, those of the placement are taken out instead.
    """
    if instance.conflicts is not None:
        pairs = [pair for pair in instance.document["conflicts"] if placement_id not in pair]
        return {**instance.document, "conflicts": pairs}
    ground = free_ground(instance)
    if ground is None:
        return None
    footprint = {"type": "Point", "coordinates": [ground.x, ground.y]}

    def change(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "footprint": footprint} if row["id"] == placement_id else row

    return edits.with_placements(instance.document, instance.placement_by_id[placement_id].claim, change)


def free_ground(instance: Instance) -> Point | None:
    """The point of a grid of 20 km that is farthest from all footprints and holds, outside the access grid.

    None if it is not farther than every keep-out of the instance.
    """
    shapes = [p.footprint for p in instance.placement_by_id.values()] + [hold.footprint for hold in instance.holds]
    taken = shapely.union_all([*shapes, *([box(*instance.access.extent)] if instance.access else [])])
    grid = MultiPoint(list(_grid()))
    best = max(grid.geoms, key=lambda point: (point.distance(taken), point.x, point.y))
    return best if best.distance(taken) > SCALE * _widest_m(instance) + MARGIN_M else None


def _grid() -> Iterator[tuple[int, int]]:
    for x in range(-RADIUS_M, RADIUS_M + 1, STEP_M):
        yield from ((x, y) for y in range(-RADIUS_M, RADIUS_M + 1, STEP_M) if math.hypot(x, y) <= RADIUS_M)


def _widest_m(instance: Instance) -> int:
    phases = [phase for p in instance.placement_by_id.values() for phase in p.phases]
    return max(phase.keep_out_m for phase in [*phases, *(phase for hold in instance.holds for phase in hold.phases)])
