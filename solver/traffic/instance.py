"""Movements that need a slot, and what they must keep clear of, as immutable plain data.

Times are whole minutes from the epoch, midnight UTC; a movement's time is that of its touchdown or lift-off. Windows
include both ends; times of operations are half-open. Build an Instance with `solver.traffic.instance_file`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely.geometry import LineString, Point, Polygon

from solver.geometry import XY
from solver.traffic.methods import LANDING, flight_min, parameters, plume_m

Interval = tuple[int, int]
_FAN_STEP_DEG = 5.0  # a fan's rim has a corner every so often; it still goes around all of it


@dataclass(frozen=True, slots=True)
class Follows:
    """An ascent comes at least `least_min` and at most `most_min` minutes after the movement named."""

    movement: str
    least_min: int
    most_min: int


@dataclass(frozen=True)
class Movement:
    """One landing or ascent. `azimuth_deg`: where it comes from or goes to on the map, 0 up, 90 to the right, or
    `azimuth_range_deg`: from which to which, clockwise; neither: not known, so its whole surroundings count as corridor.
    `slot`: allotted before, stays as it is.
    """

    id: str
    kind: str
    site: XY
    landed_mass_kg: float
    built_pad: bool
    azimuth_deg: float | None
    windows: tuple[Interval, ...]
    preferred: int
    claim: str | None = None
    party: str | None = None
    slot: int | None = None
    follows: Follows | None = None
    azimuth_range_deg: tuple[float, float] | None = None

    @cached_property
    def keep_out_m(self) -> int:
        """Ground metres of its plume, rounded up."""
        return plume_m(self.landed_mass_kg, self.built_pad)

    @cached_property
    def flight_min(self) -> Interval:
        """Minutes before and after its time in which it is on its way."""
        return flight_min(self.kind)

    @cached_property
    def corridor(self) -> LineString | Point | Polygon:
        """The middle of its corridor on the map, from its site towards its azimuth, a fan if that is a range; the site if it
        is not known.
        """
        if self.azimuth_range_deg is not None:
            return self._fan(*self.azimuth_range_deg)
        if self.azimuth_deg is None:
            return self.point
        return LineString([self.site, self._towards(self.azimuth_deg, self._way["corridor_m"])])

    def _fan(self, first_deg: float, last_deg: float) -> LineString | Polygon:
        """All corridors from one azimuth clockwise to the other; its rim circumscribes theirs."""
        length_m, wide_deg = self._way["corridor_m"], (last_deg - first_deg) % 360
        if wide_deg == 0:
            return LineString([self.site, self._towards(first_deg, length_m)])
        steps = math.ceil(wide_deg / _FAN_STEP_DEG)
        rim_m = length_m / math.cos(math.radians(wide_deg / steps / 2))
        rim = (self._towards(first_deg + wide_deg * i / steps, rim_m) for i in range(steps + 1))
        return Polygon([self.site, *rim])

    def _towards(self, azimuth_deg: float, length_m: float) -> XY:
        turn, (x, y) = math.radians(azimuth_deg), self.site
        return x + length_m * math.sin(turn), y + length_m * math.cos(turn)

    @property
    def half_width_m(self) -> int:
        """Ground metres either side of the middle of the corridor; its whole length where the azimuth is not known."""
        is_known = self.azimuth_deg is not None or self.azimuth_range_deg is not None
        return int(self._way["half_width_m" if is_known else "corridor_m"])

    @property
    def _way(self) -> Mapping[str, Any]:
        return parameters("descent" if self.kind == LANDING else "ascent")

    @cached_property
    def point(self) -> Point:
        """Its site on the map."""
        return Point(self.site)


@dataclass(frozen=True, slots=True)
class Orbiter:
    """A craft in a circular orbit; `south_at_s` is one time at which it is farthest south, in seconds from the epoch.

    `margin_s` is added on either side of every pass: what the forecast may be wrong by.
    """

    id: str
    altitude_km: float
    inclination_deg: float
    south_at_s: int
    period_ms: int
    margin_s: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Work that a movement nearby would disturb, at a place and at half-open times."""

    id: str
    activity: str
    site: XY
    times: tuple[Interval, ...]
    claim: str | None = None
    party: str | None = None


@dataclass(frozen=True)
class Instance:
    """A checked problem of slots; `document` is the file's content, whose RFC 8785 form is hashed.

    `orbits_until`: the first minute for which orbits are not forecast; slots from there on are to the day.
    """

    id: str
    epoch: str
    horizon_min: int
    movements: tuple[Movement, ...]
    orbiters: tuple[Orbiter, ...]
    operations: tuple[Operation, ...]
    orbits_until: int
    sha256: str
    document: Mapping[str, Any]

    @cached_property
    def movement_by_id(self) -> Mapping[str, Movement]:
        """Movements by id."""
        return {movement.id: movement for movement in self.movements}
