"""Where Sun and Earth stand over the Moon: directions in its own axes, for a period with a step.

Positions and the Moon's axis come from astronomy-engine (geometric, light time and aberration left out: 0.006 degrees
for the Sun). They are computed once a day and interpolated by cubics in between, which is right to 0.001 degree.
An elevation is that above the plane of the south pole's horizon, an azimuth that of the map (0 up, 90 to the right):
the frame of `solver.terrain.horizon`. Directions are those seen from the pole itself, so the Earth stands 0.26 degrees
lower than from the Moon's centre; elsewhere south of 80 S its direction differs by up to 0.05 degrees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import astronomy
import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M

Times = NDArray[np.float64]

SUN_RADIUS_KM = 695_700.0  # IAU 2015 resolution B3
EARTH_RADIUS_KM = 6_371.0  # mean radius
SUN_HIGHEST_LIMB_DEG = 1.854  # the most of elevation plus radius from 2009 to 2046, two turns of the Moon's nodes

_KNOT_H = 24.0
_MOON_RADIUS_KM = MOON_RADIUS_M / 1000


@dataclass(frozen=True)
class Track:
    """A body's way over the sky: one value a time, `step_h` hours apart, the first at `start`; all angles in degrees.

    `radius_deg` is that of its disc, `sub_lat_deg` and `sub_lon_deg` name the point of the Moon it stands over.
    """

    body: str
    start: datetime
    step_h: float
    azimuth_deg: Times
    elevation_deg: Times
    radius_deg: Times
    sub_lat_deg: Times
    sub_lon_deg: Times

    def __len__(self) -> int:
        return len(self.azimuth_deg)

    def at(self, index: int) -> datetime:
        """The instant of a value."""
        return self.start + timedelta(hours=self.step_h * index)

    @property
    def end(self) -> datetime:
        """The first instant after the period that the values stand for."""
        return self.at(len(self))

    def part(self, start: datetime, end: datetime) -> "Track":
        """The values at instants in [start, end)."""
        first, last = (max(0, self._index(instant)) for instant in (start, end))
        names = ("azimuth_deg", "elevation_deg", "radius_deg", "sub_lat_deg", "sub_lon_deg")
        return Track(self.body, self.at(first), self.step_h, *(getattr(self, name)[first:last] for name in names))

    def _index(self, instant: datetime) -> int:
        """The first value at or after an instant."""
        return int(np.ceil((instant - self.start) / timedelta(hours=self.step_h) - 1e-9))

    def described(self) -> str:
        """The period in words, for a product's steps."""
        return f"{self.body} from {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d} every {self.step_h:g} h"


def sun(start: datetime, end: datetime, step_h: float = 1.0) -> Track:
    """The Sun from `start` to before `end` (aware instants), every `step_h` hours."""
    return _track("Sun", start, end, step_h, _to_sun, SUN_RADIUS_KM)


def earth(start: datetime, end: datetime, step_h: float = 1.0) -> Track:
    """The Earth from `start` to before `end` (aware instants), every `step_h` hours."""
    return _track("Earth", start, end, step_h, _to_earth, EARTH_RADIUS_KM)


def _to_earth(time: astronomy.Time) -> NDArray[np.float64]:
    """From the Moon's centre to the Earth's, kilometres, J2000 equator."""
    moon = astronomy.GeoMoon(time)
    return np.array([moon.x, moon.y, moon.z]) * -float(astronomy.KM_PER_AU)


def _to_sun(time: astronomy.Time) -> NDArray[np.float64]:
    """From the Moon's centre to the Sun's, kilometres, J2000 equator."""
    home = astronomy.HelioVector(astronomy.Body.Earth, time)
    return _to_earth(time) - np.array([home.x, home.y, home.z]) * float(astronomy.KM_PER_AU)


def _track(
    body: str,
    start: datetime,
    end: datetime,
    step_h: float,
    to_body: Callable[[astronomy.Time], NDArray[np.float64]],
    radius_km: float,
) -> Track:
    if start.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("the instants of a period need a time zone; give for example 2027-01-01T00:00:00Z")
    hours = (end - start) / timedelta(hours=1)
    if not (hours > 0 and step_h > 0):
        raise ValueError(f"a period of {hours:g} hours with a step of {step_h:g} holds no instant; end after the start")
    times = np.arange(int(np.ceil(hours / step_h - 1e-9)), dtype=np.float64) * step_h
    lat, lon, distance_km = _sub_points(start, times, to_body)
    # Seen from the pole, which is one lunar radius from the centre, along the axis.
    beside, along = np.cos(lat) * distance_km, -np.sin(lat) * distance_km - _MOON_RADIUS_KM
    seen_km = np.hypot(beside, along)
    return Track(
        body, start, float(step_h), np.degrees(lon) % 360, np.degrees(np.arctan2(along, beside)),
        np.degrees(np.arcsin(radius_km / seen_km)), np.degrees(lat), (np.degrees(lon) + 180) % 360 - 180,
    )  # fmt: skip


def _sub_points(
    start: datetime, hours: Times, to_body: Callable[[astronomy.Time], NDArray[np.float64]]
) -> tuple[Times, Times, Times]:
    """Latitude and longitude in radians (longitude without jumps) and distance in km at hours after the start."""
    count = int(hours[-1] // _KNOT_H) + 4
    knots = np.array([_seen(start + timedelta(hours=_KNOT_H * (i - 1)), to_body) for i in range(count)])
    knots[:, 1] = np.unwrap(knots[:, 1])
    lat, lon, distance_km = (_cubic(knots[:, i], hours / _KNOT_H + 1) for i in range(3))
    return lat, lon, distance_km


def _seen(instant: datetime, to_body: Callable[[astronomy.Time], NDArray[np.float64]]) -> tuple[float, float, float]:
    """Latitude, longitude (radians) and distance (km) of a body in the Moon's own axes at an instant."""
    time = astronomy.Time.Parse(f"{_utc(instant):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z")
    axis, vector = astronomy.RotationAxis(astronomy.Body.Moon, time), to_body(time)
    ra, dec, spin = np.radians(axis.ra * 15), np.radians(axis.dec), np.radians(axis.spin)
    pole = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    node = np.array([-np.sin(ra), np.cos(ra), 0.0])
    x_axis = np.cos(spin) * node + np.sin(spin) * np.cross(pole, node)
    distance_km = float(np.linalg.norm(vector))
    lon = np.arctan2(vector @ np.cross(pole, x_axis), vector @ x_axis)
    return float(np.arcsin(vector @ pole / distance_km)), float(lon), distance_km


def _utc(instant: datetime) -> datetime:
    offset = instant.utcoffset()
    assert offset is not None
    return instant.replace(tzinfo=None) - offset


def _cubic(values: Times, place: Times) -> Times:
    """Values between equally spaced knots: the cubic through the two knots on either side."""
    i = np.clip(place.astype(np.int64), 1, len(values) - 3)
    t = place - i
    a, b, c, d = (values[i + shift] for shift in (-1, 0, 1, 2))
    return np.asarray(
        -a * t * (t - 1) * (t - 2) / 6
        + b * (t + 1) * (t - 1) * (t - 2) / 2
        - c * (t + 1) * t * (t - 2) / 2
        + d * (t + 1) * t * (t - 1) / 6
    )
