"""The layers as GeoJSON: once in lunar degrees as RFC 7946 has it, once in the map's metres."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.exports.features import Layer
from registry.exports.lonlat import to_lonlat
from solver.io import dump

Geometry = Mapping[str, Any]

LONLAT_NOTE = (
    "These are places on the MOON, not on the Earth. Positions are [longitude, latitude] in degrees, east-positive, on "
    "the lunar reference sphere of radius 1737400 m (IAU_2015:30100); RFC 7946 knows the Earth only, so a program that "
    "follows it to the letter will draw them there. Edges follow straight lines of the polar map within some metres."
)
METRES_NOTE = (
    "Coordinates are metres in IAU_2015:30135 (Moon, south polar stereographic, sphere of radius 1737400 m; x towards "
    "90 E, y towards 0 E). They are not longitude and latitude, and not of the Earth, so this file is no RFC 7946 "
    "GeoJSON; tell your program the coordinate system, or use the GeoPackage, which carries it."
)


def lonlat_bytes(layers: Sequence[Layer], notes: Mapping[str, Any]) -> bytes:
    """The layers in degrees."""
    return dump({"type": "FeatureCollection", "note": LONLAT_NOTE, **notes, "features": _all(layers, to_lonlat)})


def metres_bytes(layers: Sequence[Layer], notes: Mapping[str, Any]) -> bytes:
    """The layers in metres of the polar map."""
    heading = {"type": "FeatureCollection", "crs_note": METRES_NOTE, **notes}
    return dump({**heading, "features": _all(layers, dict)})


def _all(layers: Sequence[Layer], place: Callable[[Geometry], Geometry]) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "geometry": place(geometry),
            "properties": {"layer": layer.name, **dict(zip(layer.fields, values, strict=True))},
        }
        for layer in layers
        for geometry, values in layer.rows
    ]
