"""Claims from GeoJSON: a feature for each placement. RFC 7946 knows the Earth only, so the file has to say where it is."""

import json
from collections.abc import Mapping
from typing import Any

from registry.imports.limits import LIMITS
from registry.imports.shapes import ShapeError, from_geojson
from registry.imports.sheets import FileFault, Row, Sheet, at
from registry.imports.systems import System, named
from solver.fields import Fault, InputError, load_json
from solver.geometry import MAP_CRS

SHAPE_COLUMN = "geometry"


def read_geojson(name: str, data: bytes, sheet: Sheet, crs: str | None = None) -> None:
    """Read a feature collection into the sheet; a member `claims` may hold the filings without their placements.

    Raises
    ------
    FileFault
        If no feature of it can be read.
    """
    document = _document(name, data)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FileFault(name, "it is no feature collection", 'give {"type": "FeatureCollection", "features": [...]}')
    if not features:
        raise FileFault(name, "it has no features", "give a feature for each placement")
    if len(features) > LIMITS.rows:
        raise FileFault(name, f"it has {len(features)} features", f"give at most {LIMITS.rows} in a file")
    system = _system(name, document, crs)
    if system.note:
        sheet.note(system.note)
    for number, feature in enumerate(features, start=1):
        _read_feature(f"{name}, feature {number}", feature, system, sheet)
    _read_claims(name, document.get("claims", []), sheet)


def _document(name: str, data: bytes) -> Mapping[str, Any]:
    try:
        document = load_json(data.removeprefix(b"\xef\xbb\xbf"))
    except InputError as error:
        raise InputError([Fault(f"{name}, {fault.path}", fault.what, fault.mend) for fault in error.faults]) from error
    if not isinstance(document, dict):
        raise FileFault(name, "it is no GeoJSON object", "export the layer as GeoJSON")
    return document


def _system(name: str, document: Mapping[str, Any], crs: str | None) -> System:
    said = document.get("crs")
    if said is None and crs is None:
        mend = f"name one with --crs: {MAP_CRS} (metres) or IAU_2015:30100 (lunar degrees)"
        raise FileFault(name, "it names no coordinate system, which for GeoJSON means the Earth", mend)
    if said is None:
        return named(str(crs), "--crs")
    properties = said.get("properties") if isinstance(said, dict) else None
    code = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(code, str):
        raise FileFault(f"{name}, crs", f"{json.dumps(said)[:60]} names none", f"name one, for example {MAP_CRS}")
    if crs is not None and named(crs, "--crs") is not None and crs != code:
        raise FileFault("--crs", f"the file itself says {code[:60]!r}", "leave --crs out")
    return named(code, f"{name}, crs")


def _read_feature(place: str, feature: Any, system: System, sheet: Sheet) -> None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or feature.get("type") != "Feature" or not isinstance(properties, dict):
        sheet.faults.append(Fault(place, "it is no feature with properties", "export the layer again"))
        return
    if len(properties) > LIMITS.columns:
        sheet.faults.append(Fault(place, f"it has {len(properties)} properties", f"use at most {LIMITS.columns}"))
        return
    try:
        footprint = from_geojson(feature.get("geometry"), system)
    except ShapeError as error:
        sheet.faults.append(Fault(at(place, SHAPE_COLUMN), error.what, error.mend))
        sheet.placements.append(Row(place, properties, SHAPE_COLUMN, broken=frozenset([SHAPE_COLUMN])))
        return
    sheet.placements.append(Row(place, properties, SHAPE_COLUMN, footprint))


def _read_claims(name: str, claims: Any, sheet: Sheet) -> None:
    if not isinstance(claims, list):
        sheet.faults.append(Fault(f"{name}, claims", "it is no list", "give a list of filings without placements"))
        return
    for number, document in enumerate(claims, start=1):
        place = f"{name}, claim {number}"
        if not isinstance(document, dict) or "placements" in document:
            what = "it has placements" if isinstance(document, dict) else "it is no object"
            sheet.faults.append(Fault(place, what, "give a filing without placements; these are the features"))
        else:
            sheet.documents.append((place, document))
