"""The layers as GeoJSON: once in lunar degrees as RFC 7946 has it, once in the map's metres."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.exports.features import Layer
from registry.exports.lonlat import to_lonlat

Geometry = Mapping[str, Any]

LONLAT_NOTE = (
    "These are places on the MOON, not on the Earth. Positions are [longitude, latitude] in degrees, east-positive, on "
    "the lunar reference sphere of radius 1737400 m (IAU_2015:30100); RFC 7946 knows the Earth only, so a program that "
    "follows it to the letter will draw them there. Edges follow the straight lines of the polar map within a metre."
)
METRES_NOTE = (
    "Coordinates are metres in IAU_2015:30135 (Moon, south polar stereographic, sphere of radius 1737400 m; x towards "
    "90 E, y towards 0 E). They are not longitude and latitude, and not of the Earth, so this file is no RFC 7946 "
    "GeoJSON; tell your program the coordinate system, or use the GeoPackage, which carries it."
)


def lonlat_bytes(layers: Sequence[Layer], notes: Mapping[str, Any]) -> bytes:
    """The layers in degrees."""
    return _collection({"note": LONLAT_NOTE, **notes}, layers, to_lonlat)


def metres_bytes(layers: Sequence[Layer], notes: Mapping[str, Any]) -> bytes:
    """The layers in metres of the polar map."""
    return _collection({"crs_note": METRES_NOTE, **notes}, layers, dict)


def _collection(heading: Mapping[str, Any], layers: Sequence[Layer], place: Callable[[Geometry], Geometry]) -> bytes:
    """One feature a line, so that two exports can be compared line by line."""
    lines = [
        _json({"type": "Feature", "geometry": place(geometry), "properties": _properties(layer, values)})
        for layer in layers
        for geometry, values in layer.rows
    ]
    start = _json({"type": "FeatureCollection", **heading}).removesuffix("}")
    features = ",\n".join(lines)
    return f'{start}, "features": [\n{features}\n]}}\n'.encode()


def _properties(layer: Layer, values: Sequence[Any]) -> dict[str, Any]:
    return {"layer": layer.name, **dict(zip(layer.fields, values, strict=True))}


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
