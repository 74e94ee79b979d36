"""Coordinate systems of files: the register's own, others of the Moon (converted, and said so), and what is refused.

A system is told by what it does, not by its name: one that leaves points of the whole area where they are is the register's
own. A polar file with another latitude of true scale looks just like it and is kilometres off, so it goes through its own.
"""

import math
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.imports.sheets import FileFault
from solver.geometry import MAP_CRS, MOON_RADIUS_M, NORTH_LIMIT_DEG, XY

_CODE = re.compile(
    r"(?:urn:ogc:def:crs:)?(IAU_2015|IAU|EPSG|ESRI|OGC|CRS)[:/]{1,2}(?:2015:|[0-9.]*:)?([A-Z]*[0-9]{1,6})",
    re.IGNORECASE,
)
_PROBES = ((0.0, 0.0), (150_000.0, 0.0), (0.0, -150_000.0), (-210_000.0, 210_000.0))
_SAME_M = 0.001
_RADIUS_SLACK_M = 0.5
_EDGE_DEG = 1e-6  # the reading of the filing knows the edge to the millimetre
_MEND = f"give {MAP_CRS} (metres of the polar map) or IAU_2015:30100 (lunar longitude and latitude)"

Move = Callable[[float, float], XY]


@dataclass(frozen=True, slots=True)
class System:
    """A way into map metres; `note` says what was converted, None for the register's own system."""

    move: Move | None
    note: str | None
    is_geographic: bool = False


OWN = System(None, None)


def named(text: str, place: str) -> System:
    """The system of an authority's code, for example IAU_2015:30100; nothing else is looked up."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise FileFault(place, f"coordinate system {text[:80]!r} is unknown", _MEND)
    authority = "IAU_2015" if found[1].upper().startswith("IAU") else found[1].upper()
    return described(f"{authority}:{found[2]}", place)


def described(definition: str, place: str) -> System:
    """The system of a definition that a file carries (a code or WKT).

    Raises
    ------
    FileFault
        For a system that is unknown, of another body, or not of the ground.
    """
    import pyproj

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            system = pyproj.CRS.from_user_input(definition)
            _check_body(system, place)
            into_map = pyproj.Transformer.from_crs(system, MAP_CRS, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise FileFault(place, f"coordinate system {definition[:80]!r} is unknown or not of the Moon", _MEND) from error
    if system.is_geographic:
        note = f"longitude and latitude in {system.name} were converted to {MAP_CRS}; edges are straight there"
        return System(_geographic(into_map), note, is_geographic=True)
    furthest = max(math.dist(probe, into_map.transform(*probe)) for probe in _PROBES)
    if furthest <= _SAME_M:
        return OWN
    note = (
        f"positions were converted from {system.name}, which is not the register's {MAP_CRS}: taken as they stand they would "
        f"be up to {_km(furthest)} off; edges are straight in {MAP_CRS}"
    )
    return System(lambda x, y: _pair(into_map.transform(x, y)), note)


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if math.isfinite(metres) else "another part of the Moon"


def _check_body(system: Any, place: str) -> None:
    if len(system.axis_info) != 2:
        raise FileFault(place, f"coordinate system {system.name!r} has not two axes", _MEND)
    ellipsoid = system.ellipsoid
    if ellipsoid is None or not (system.is_geographic or system.is_projected):
        raise FileFault(place, f"coordinate system {system.name!r} is not of the ground of the Moon", _MEND)
    radius_m = ellipsoid.semi_major_metre
    if any(abs(radius - MOON_RADIUS_M) > _RADIUS_SLACK_M for radius in (radius_m, ellipsoid.semi_minor_metre)):
        found = f"its radius is {radius_m:.0f} m, that of the Moon {MOON_RADIUS_M:.0f} m"
        what = f"coordinate system {system.name!r} is of another body: {found}"
        raise FileFault(place, what, _MEND)


def _geographic(into_map: Any) -> Move:
    def move(lon: float, lat: float) -> XY:
        if not -90 <= lat <= 90 and not -90 <= lon <= NORTH_LIMIT_DEG:
            raise ValueError(f"latitude {lat:g} is beyond the pole; give longitude first, then latitude")
        if lat > NORTH_LIMIT_DEG and -90 <= lon <= NORTH_LIMIT_DEG:
            raise ValueError(f"({lon:g}, {lat:g}): longitude and latitude seem to be swapped; give longitude first")
        if lat > NORTH_LIMIT_DEG + _EDGE_DEG:
            raise ValueError(
                f"latitude {lat:g} is north of the register's area; give a place at {NORTH_LIMIT_DEG:g} or south"
            )
        return _pair(into_map.transform(lon, lat))

    return move


def _pair(found: Sequence[float]) -> XY:
    """Map metres to the millimetre: finer than that no conversion is."""
    x, y = float(found[0]), float(found[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("a position has no place in its coordinate system; check the coordinates")
    return round(x, 3) + 0.0, round(y, 3) + 0.0
