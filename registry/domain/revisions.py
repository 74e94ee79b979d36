"""Two revisions of a claim side by side: field by field, and what became of each placement on the ground and in time.

Placements are compared by rank, phases by their position. What a claim asks for is compared as it was filed; keep-outs
as the methods gave them when each revision was received.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from solver import geometry
from solver.areas import ground_km2

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"


@dataclass(frozen=True, slots=True)
class PhaseVersion:
    """A phase of one revision."""

    name: str
    offset_days: int
    days: int
    method: str
    method_version: str
    inputs: Mapping[str, Any]
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class PlacementVersion:
    """A placement of one revision; days from the epoch."""

    rank: int
    place: str
    name: str
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    phases: tuple[PhaseVersion, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One revision: what was filed, and its placements with their keep-outs."""

    number: int
    content: Mapping[str, Any]
    placements: tuple[PlacementVersion, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; None stands for a field that one of the two does not have."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PlacementChange:
    """What became of the placement of one rank.

    `moved_m` is the ground distance of the two centres. `area_km2` is the ground that only one of the two covers; None
    where neither is a polygon.
    """

    rank: int
    kind: str
    moved_m: float | None
    area_km2: float | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two revisions of a claim."""

    before: int
    after: int
    fields: tuple[Change, ...]
    placements: tuple[PlacementChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether the two ask for the same."""
        return not self.fields and all(row.kind == SAME for row in self.placements)


def compare(before: Version, after: Version) -> Comparison:
    """What differs between two revisions; placements in the order of their ranks, those that stayed included."""
    old, new = ({row.rank: row for row in version.placements} for version in (before, after))
    apart = [{name: value for name, value in one.content.items() if name != "placements"} for one in (before, after)]
    return Comparison(
        before=before.number,
        after=after.number,
        fields=tuple(_changes("", *apart)),
        placements=tuple(_placement(rank, old.get(rank), new.get(rank)) for rank in sorted({*old, *new})),
    )


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    """Fields of objects one by one; lists and all else whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _changes(f"{path}.{name}".lstrip("."), before.get(name), after.get(name))
    elif before != after:
        yield Change(path, before, after)


def _placement(rank: int, before: PlacementVersion | None, after: PlacementVersion | None) -> PlacementChange:
    if before is None or after is None:
        return PlacementChange(rank, REMOVED if before else ADDED, None, None, ())
    changes = (
        *_changes("", _plain(before), _plain(after)),
        *_phases(before.phases, after.phases),
    )
    a, b = (geometry.footprint(row.footprint) for row in (before, after))
    centres = [(float(shape.centroid.x), float(shape.centroid.y)) for shape in (a, b)]
    covering = [shape for shape in (a, b) if shape.area > 0]
    area_km2 = ground_km2(shapely.symmetric_difference(a, b)) if covering else None
    moved_m = geometry.point_distance_m(*centres)
    return PlacementChange(rank, CHANGED if changes else SAME, moved_m, area_km2, changes)


def _plain(row: PlacementVersion) -> dict[str, Any]:
    return {
        "place": row.place,
        "name": row.name,
        "footprint": row.footprint,
        "start": [row.first_day, row.last_day],
    }


def _phases(before: Sequence[PhaseVersion], after: Sequence[PhaseVersion]) -> Iterator[Change]:
    for i in range(max(len(before), len(after))):
        one, other = (_phase(rows[i]) if i < len(rows) else None for rows in (before, after))
        yield from _changes(f"phases[{i}]", one, other)


def _phase(row: PhaseVersion) -> dict[str, Any]:
    return {
        "name": row.name,
        "offset": row.offset_days,
        "days": row.days,
        "method": f"{row.method} {row.method_version}",
        "inputs": row.inputs,
        "keep_out_m": row.keep_out_m,
    }
