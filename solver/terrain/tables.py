"""Candidates as CSV, as a GeoPackage, and as placements of an instance that `solver solve` takes."""

import csv
import hashlib
import io
import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from solver.fields import Fault, InputError
from solver.geometry import MAP_CRS
from solver.io import dump, read_bytes, write_atomically
from solver.terrain.candidates import LAYERS, Candidate
from solver.terrain.grid import Origin
from solver.terrain.writing import beside

COLUMNS = ("id", "x_m", "y_m", "lat_deg", "lon_deg", "score", "height_m", *LAYERS, "area_km2", "cell_m", "mast_m")
_DIGITS = {"lat_deg": 5, "lon_deg": 4, "score": 1, "height_m": 0, "slope_deg": 1, "light_percent": 1, "earth_percent": 1,
           "shadow_m": 0, "area_km2": 2, "x_m": 1, "y_m": 1, "cell_m": 3, "mast_m": 1}  # fmt: skip
# A GeoPackage holds the date of its last change; the present would make every file another.
_NO_DATE = "2000-01-01T00:00:00.000Z"
_LEAST_POINTS = 40


@dataclass(frozen=True, slots=True)
class Table:
    """Candidates in the order of choice, with what every figure must state: cell size and mast height (None where not asked)."""

    candidates: Sequence[Candidate]
    cell_m: float
    mast_m: float | None
    origin: Origin

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row for each candidate: rounded to what the figures are worth, None where a layer was not asked."""
        for found in self.candidates:
            lat_deg, lon_deg = found.lat_lon
            row = {"id": found.id, "x_m": found.x_m, "y_m": found.y_m, "lat_deg": lat_deg, "lon_deg": lon_deg}
            row |= {"score": found.score, "height_m": found.height_m, "area_km2": found.area_km2}
            row |= {name: found.figures.get(name) for name in LAYERS}
            row |= {"cell_m": self.cell_m, "mast_m": self.mast_m}
            yield {name: _rounded(name, row[name]) for name in COLUMNS}


def _rounded(name: str, value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if math.isnan(value):
        return None
    rounded = round(float(value), _DIGITS[name])
    return int(rounded) if rounded.is_integer() else rounded


def csv_bytes(table: Table) -> bytes:
    """The table as CSV (RFC 4180 with line feeds), empty where there is no figure."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows())
    return text.getvalue().encode()


def write_csv(path: Path, table: Table) -> None:
    """The CSV, and beside it the origin as JSON."""
    _write(path, csv_bytes(table), table.origin)


def read_csv(path: Path) -> list[Candidate]:
    """The places of a table as `write_csv` makes it, in its order; other columns are not looked at.

    Raises
    ------
    InputError
        With a line for each row that is no place.
    """
    rows = csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8", "replace")))
    if not {"id", "x_m", "y_m"} <= set(rows.fieldnames or ()):
        raise InputError([Fault(str(path), "it has no columns id, x_m and y_m", "give a table of candidates")])
    found, faults = [], []
    for number, row in enumerate(rows, start=2):
        try:
            x_m, y_m = float(row["x_m"]), float(row["y_m"])
            found.append(Candidate(row["id"], x_m, y_m, float(row.get("score") or 0), math.nan, math.nan))
        except (TypeError, ValueError):
            faults.append(Fault(f"{path}, line {number}", "x_m or y_m is no number", "give map metres"))
    if faults or not found:
        raise InputError(faults or [Fault(str(path), "it holds no place", "give a table of candidates")])
    return found


def write_geopackage(path: Path, table: Table) -> None:
    """The table as layer `candidates` of a GeoPackage in map metres, origin in its metadata and as JSON beside it."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.gpkg"
        _geopackage(made, table)
        data = made.read_bytes()
    _write(path, data, table.origin)


def _write(path: Path, data: bytes, origin: Origin) -> None:
    words = {
        "file": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "crs": MAP_CRS,
        "origin": origin.to_document(),
    }
    write_atomically(beside(path), dump(words))
    write_atomically(path, data)


def _geopackage(path: Path, table: Table) -> None:
    import pyogrio.raw

    rows = list(table.rows())
    points = shapely.points([[row["x_m"], row["y_m"]] for row in rows]) if rows else np.array([], dtype=object)
    names = [name for name in COLUMNS if name not in {"x_m", "y_m"}]
    columns = [_column(name, rows) for name in names]
    with _undated():
        pyogrio.raw.write(
            path,
            geometry=np.array(shapely.to_wkb(points), dtype=object),
            field_data=[values for values, _ in columns],
            field_mask=[mask for _, mask in columns],
            fields=names,
            layer="candidates",
            driver="GPKG",
            geometry_type="Point",
            crs=MAP_CRS,
            dataset_options={"CRS_WKT_EXTENSION": "YES"},
            dataset_metadata={"ORIGIN": json.dumps(table.origin.to_document(), ensure_ascii=False)},
            layer_metadata={
                "SOURCE": table.origin.source,
                "LICENCE": table.origin.licence,
                "KIND": table.origin.kind,
                "STEPS": "; ".join(table.origin.steps),
            },
        )


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    values = [row[name] for row in rows]
    mask = np.array([value is None for value in values], dtype=bool)
    if name == "id":
        return np.array(values, dtype=object), None
    filled = np.array([math.nan if value is None else float(value) for value in values], dtype=np.float64)
    return filled, mask if mask.any() else None


@contextmanager
def _undated() -> Iterator[None]:
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


# ---- placements of an instance --------------------------------------------------------------------------------------


def points_of_rank(rank: int, ranks: int) -> int:
    """100 for the first of `ranks`, down to 40 for the last in equal steps."""
    return 100 - round((100 - _LEAST_POINTS) * rank / max(1, ranks - 1))


def into_claim(document: Mapping[str, Any], claim: str, found: Sequence[Candidate], ranks: int) -> dict[str, Any]:
    """An instance with the placements of one claim replaced by the `ranks` best candidates, ids CLAIM/1 on.

    Window and phases are those of the claim's first placement.

    Raises
    ------
    InputError
        If the claim is not there, is in force, or other parts of the instance name placements of it.
    """
    row = next((row for row in document["claims"] if row["id"] == claim), None)
    if row is None:
        raise InputError([Fault("--claim", f"{claim!r} is not in the instance", "give the id of one of its claims")])
    if row.get("in_force"):
        raise InputError([Fault("--claim", f"{claim} is in force, its placement stays", "give another claim")])
    first = row["placements"][0]
    placements = [
        _placement(f"{claim}/{n + 1}", place, points_of_rank(n, ranks), first["start"], first["phases"])
        for n, place in enumerate(found[:ranks])
    ]
    _check_named(document, {old["id"] for old in row["placements"]} - {new["id"] for new in placements})
    claims = [{**row, "placements": placements} if other is row else other for other in document["claims"]]
    return {**document, "claims": claims}


def _check_named(document: Mapping[str, Any], gone: set[str]) -> None:
    named = [
        name
        for part in ("caps", "reserves")
        for row in document.get(part) or []
        for name in row["placements"]
        if name in gone
    ]
    if named or document.get("conflicts") is not None:
        what = f"placements that would go are named elsewhere ({', '.join(named) or 'conflicts'})"
        raise InputError([Fault("--claim", what, "take them out of caps, reserves and conflicts first")])


def instance_of(
    found: Sequence[Candidate], name: str, claims: int, ranks: int, phase: Mapping[str, int]
) -> dict[str, Any]:
    """An instance of as many claims and parties, dealt the candidates in turn: claim k gets k, k + claims, ...

    `phase` has days and keep_out_m of the one phase of every placement, and the last start day.
    """
    phases = [{"name": "operation", "offset": 0, "days": phase["days"], "keep_out_m": phase["keep_out_m"]}]
    rows = []
    for k in range(claims):
        mine = list(found[k :: max(1, claims)])[:ranks]
        placements = [
            _placement(f"C-{k + 1}/{n + 1}", place, points_of_rank(n, ranks), [0, phase["last_start"]], phases)
            for n, place in enumerate(mine)
        ]
        rows.append({"id": f"C-{k + 1}", "credit": {f"P-{k + 1}": 100}, "placements": placements})
    return {
        "format": "lunar-allocation-instance/1",
        "id": name,
        "note": "illustrative: placements are candidates of the terrain, claims and parties stand in for real ones",
        "crs": MAP_CRS,
        "epoch": "2027-01-01",
        "horizon_days": phase["last_start"] + phase["days"],
        "parties": [{"id": f"P-{k + 1}"} for k in range(claims)],
        "claims": rows,
        "policy": {"rule": "equal-footing"},
    }


def _placement(name: str, place: Candidate, points: int, start: Any, phases: Any) -> dict[str, Any]:
    footprint = {"type": "Point", "coordinates": [place.x_m, place.y_m]}
    return {"id": name, "points": points, "start": start, "footprint": footprint, "phases": phases, "note": place.id}
