"""Footprints of a file in map metres. What is broken stays broken: the reading of the filing refuses it, nothing mends it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely.geometry import mapping

from registry.imports.limits import LIMITS
from registry.imports.systems import System

KINDS = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_MEND = "draw it anew"
# Shapes that are no text or bytes of their kind; and, by another error, arcs, which the library does not read.
_UNREADABLE = (shapely.errors.ShapelyError, NotImplementedError)


class ShapeError(ValueError):
    """A footprint that cannot be read or converted: what is wrong, and the mend."""

    def __init__(self, what: str, mend: str):
        super().__init__(f"{what}; {mend}")
        self.what, self.mend = what, mend


def from_geojson(document: Any, system: System) -> dict[str, Any]:
    """A GeoJSON geometry in map metres."""
    if not isinstance(document, Mapping) or document.get("type") not in KINDS:
        kind = document.get("type") if isinstance(document, Mapping) else document
        raise ShapeError(f"{str(kind)[:40]!r} is not a footprint", f"use one of {', '.join(KINDS)}")
    return {"type": document["type"], "coordinates": _moved(document.get("coordinates"), system)}


def from_wkt(text: str, system: System) -> dict[str, Any]:
    """A shape in well-known text, in map metres."""
    try:
        return _from_shape(shapely.from_wkt(text), system)
    except _UNREADABLE as error:
        raise ShapeError(
            f"it is no well-known text ({_said(error)})", "give for example POINT (-11000 -12000)"
        ) from error


def from_wkb(data: bytes | None, system: System) -> dict[str, Any]:
    """A shape in well-known binary form, in map metres."""
    if data is None:
        raise ShapeError("there is none", "give each placement its footprint")
    try:
        return _from_shape(shapely.from_wkb(bytes(data)), system)
    except _UNREADABLE as error:
        raise ShapeError(f"it cannot be read ({_said(error)})", _MEND) from error


def point(x: float, y: float, system: System) -> dict[str, Any]:
    """A point in map metres."""
    return {"type": "Point", "coordinates": _moved([x, y], system)}


def _from_shape(shape: Any, system: System) -> dict[str, Any]:
    if shape is None or shape.is_empty:
        raise ShapeError("it is empty", _MEND)
    document = mapping(shape)
    return from_geojson(document, system)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:80]


def _moved(coordinates: Any, system: System) -> Any:
    positions = sum(1 for _ in _positions(coordinates, 0))
    if positions > LIMITS.positions:
        raise ShapeError(f"it has {positions} positions", f"use at most {LIMITS.positions}")
    return _each(coordinates, system)


def _positions(coordinates: Any, depth: int) -> Iterator[Any]:
    if depth > 4:
        raise ShapeError("its coordinates are nested too deep", _MEND)
    if isinstance(coordinates, list | tuple) and coordinates and isinstance(coordinates[0], list | tuple):
        for part in coordinates:
            yield from _positions(part, depth + 1)
    else:
        yield coordinates


def _each(coordinates: Any, system: System) -> Any:
    if isinstance(coordinates, list | tuple) and not _is_position(coordinates):
        return [_each(part, system) for part in coordinates]
    if system.move is None or not _is_position(coordinates):
        return list(coordinates) if isinstance(coordinates, tuple) else coordinates
    if len(coordinates) != 2:
        raise ShapeError(f"a position has {len(coordinates)} numbers", "give two-dimensional footprints")
    try:
        return list(system.move(*coordinates))
    except ValueError as error:
        what, _, mend = str(error).rpartition("; ")
        raise ShapeError(what, mend) from error


def _is_position(value: Any) -> bool:
    """Whether a list holds numbers that can be converted; anything else is for the reading of the filing to refuse."""
    return bool(value) and all(
        isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number) for number in value
    )
