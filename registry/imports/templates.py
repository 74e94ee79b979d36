"""Filings as files to import: the template that a party fills in, and any filing turned back into rows.

The template is one illustrative filing with two placements, so that every column shows by an example what goes into it.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from registry.imports.cells import shown
from registry.imports.columns import Column, fixed
from registry.imports.files import FORMATS
from registry.services.errors import ValidationError
from solver.fields import load_json
from solver.geometry import MAP_CRS
from solver.io import read_bytes

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "rounds" / "2027-1" / "claims.json"
EXAMPLE = "luna-27a"
MOST_PLACEMENTS = 2
Filing = Mapping[str, Any]
Cells = dict[str, Any]


def example() -> dict[str, Any]:
    """The filing that templates show, an illustrative one."""
    claims = load_json(read_bytes(FIXTURE))["claims"]
    found: dict[str, Any] = next(row for row in claims if row["key"] == EXAMPLE)
    rest = {name: value for name, value in found.items() if name != "received_at"}
    return {**rest, "key": "example", "placements": found["placements"][:MOST_PLACEMENTS], "illustrative": True}


def written(kind: str, filings: Sequence[Filing]) -> bytes:
    """Filings as a file to import.

    Raises
    ------
    ValidationError
        For a format that imports do not have.
    """
    writers = {"geojson": _geojson, "gpkg": _geopackage, "csv": _csv}
    if kind not in writers:
        raise ValidationError([f"FORMAT: {kind[:40]!r} is unknown; use one of {', '.join(FORMATS)}"])
    return writers[kind](filings)


def _rows(filings: Sequence[Filing]) -> Iterator[tuple[Mapping[str, Any], Cells]]:
    """The footprint and cells of each placement; what is of the claim stands in its first row."""
    for filing in filings:
        for number, placement in enumerate(filing["placements"]):
            of_claim = dict(_cells_of_claim(filing)) if number == 0 else {"key": filing["key"]}
            yield placement["footprint"], {**of_claim, **dict(_cells_of_placement(placement))}


def _cells_of_claim(filing: Filing) -> Iterator[tuple[str, Any]]:
    for name, column in fixed().items():
        if column.of_placement or name.startswith("sustainability."):
            continue
        found, is_there = _found(filing, column)
        if is_there:
            yield name, "; ".join(found) if column.kind == "list" else found


def _found(filing: Filing, column: Column) -> tuple[Any, bool]:
    value: Any = filing
    for step in column.path:
        if not isinstance(value, Mapping) or step not in value:
            return None, False
        value = value[step]
    return value, True


def _cells_of_placement(placement: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "rank", placement["rank"]
    yield "place", placement["place"]
    yield "placement_name", placement["name"]
    yield "first_day", placement["start"][0]
    yield "last_day", placement["start"][1]
    yield "phases", placement["phases"]


def _csv(filings: Sequence[Filing]) -> bytes:
    rows = [
        {**cells, "wkt": shapely.to_wkt(shape(footprint), rounding_precision=-1)} for footprint, cells in _rows(filings)
    ]
    stream = io.StringIO(newline="")
    columns = _columns(rows)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([shown(row.get(column)) for column in columns] for row in rows)
    return stream.getvalue().encode()


def _columns(rows: Sequence[Cells]) -> list[str]:
    """The columns of all rows, in the order of a filing, footprints last."""
    there = {name for row in rows for name in row}
    return [name for name in (*fixed(), "wkt") if name in there]


def _geojson(filings: Sequence[Filing]) -> bytes:
    """Claims as they are filed, and a feature for each placement, a line each."""
    claims = [{name: value for name, value in filing.items() if name != "placements"} for filing in filings]
    features = [
        {
            "type": "Feature",
            "geometry": placement["footprint"],
            "properties": {"key": filing["key"], **dict(_cells_of_placement(placement))},
        }
        for filing in filings
        for placement in filing["placements"]
    ]
    heading = {"type": "name", "properties": {"name": "urn:ogc:def:crs:IAU_2015::30135"}}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in features)
    kept = ",\n".join(json.dumps(row, ensure_ascii=False) for row in claims)
    start = f'{{"type": "FeatureCollection", "crs": {json.dumps(heading)}'
    return f'{start},\n"claims": [\n{kept}\n],\n"features": [\n{lines}\n]}}\n'.encode()


def _geopackage(filings: Sequence[Filing]) -> bytes:
    import pyogrio.raw

    rows = list(_rows(filings))
    columns = [name for name in _columns([cells for _, cells in rows]) if name != "wkt"]
    arrays = [_array(name, [cells.get(name) for _, cells in rows]) for name in columns]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "placements.gpkg"
        pyogrio.raw.write(
            path,
            geometry=np.array([shapely.to_wkb(shape(footprint)) for footprint, _ in rows], dtype=object),
            field_data=[values for values, _ in arrays],
            field_mask=[mask for _, mask in arrays],
            fields=columns,
            layer="placements",
            driver="GPKG",
            geometry_type="Unknown",
            crs=MAP_CRS,
            dataset_options={"CRS_WKT_EXTENSION": "YES"},
        )
        return path.read_bytes()


def _array(name: str, values: Sequence[Any]) -> tuple[Any, Any]:
    """A column of a layer with the rows that have none; lists and objects are JSON texts there."""
    kinds = {"whole": (np.int64, 0), "number": (np.float64, 0.0), "flag": (np.bool_, False)}
    dtype, nothing = kinds.get(fixed()[name].kind, (object, ""))
    mask = np.array([value is None for value in values], dtype=bool)
    plain = [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value for value in values]
    return np.array([nothing if value is None else value for value in plain], dtype=dtype), mask if mask.any() else None
