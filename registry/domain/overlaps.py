"""Which placements of two claims could come too near to one another: the reason why a consultation is opened.

Two placements overlap if a phase of one and a phase of the other may fall on the same day, at starts that their windows
allow, and lie nearer than the larger of the two keep-outs asks for (rule 5 of solver.geometry). That is what the
allocation will have to keep apart (C2), seen before it.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from solver import geometry

_RIM_SCALE = geometry.scale(*geometry.to_map(geometry.NORTH_LIMIT_DEG, 0)) + 1e-6


@dataclass(frozen=True, slots=True)
class Stay:
    """A phase: days from the start of its placement, half-open, and the keep-out in whole metres."""

    offset_days: int
    days: int
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class Site:
    """A placement that somebody asks for or has: its allowed starts, first to last, count from any day that all share."""

    id: str
    footprint: BaseGeometry
    first_day: int
    last_day: int
    stays: tuple[Stay, ...]

    def days(self, stay: Stay) -> tuple[int, int]:
        """The days that a phase can touch, half-open."""
        return self.first_day + stay.offset_days, self.last_day + stay.offset_days + stay.days


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two placements that may not be that near at the same time; the distance is rounded down to whole metres."""

    placements: tuple[str, str]
    distance_m: int
    keep_out_m: int

    def content(self) -> dict[str, Any]:
        """The overlap as written in a record."""
        return {
            "placements": list(self.placements),
            "distance_m": self.distance_m,
            "keep_out_m": self.keep_out_m,
        }


def overlaps(some: Iterable[Site], others: Iterable[Site]) -> list[Overlap]:
    """The pairs of a placement of one claim and a placement of another that could conflict, by the ids of both."""
    found = (_overlap(a, b) for a, b in itertools.product(some, others))
    return sorted((row for row in found if row), key=lambda row: row.placements)


def _overlap(a: Site, b: Site) -> Overlap | None:
    asked_m = _asked_m(a, b)
    # No ground length inside the area is shorter than its map length over the scale at the rim.
    if not asked_m or shapely.distance(a.footprint, b.footprint) > asked_m * _RIM_SCALE:
        return None
    ground_m = geometry.distance_m(a.footprint, b.footprint)
    return Overlap((a.id, b.id), int(ground_m), asked_m) if geometry.is_too_near(ground_m, asked_m) else None


def _asked_m(a: Site, b: Site) -> int:
    """The largest keep-out between phases that can share a day; 0 where none can."""
    return max(
        (
            max(one.keep_out_m, other.keep_out_m)
            for one, other in itertools.product(a.stays, b.stays)
            if _share_a_day(a.days(one), b.days(other))
        ),
        default=0,
    )


def _share_a_day(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
