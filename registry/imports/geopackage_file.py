"""Claims from a GeoPackage: a layer of placements, and where it is wanted a table `claims`.

A GeoPackage is a database that strangers filled, so it is looked at before anything is asked of it: from a copy in memory, with
nothing in it trusted. Views are refused, and triggers but for those that the standard's own extensions write; none ever fires.
Cells are read as they are stored, because a layer read as columns of numbers cannot tell none from NaN; geometries and
coordinate systems are read by GDAL.
"""

import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from registry.imports.limits import LIMITS
from registry.imports.shapes import ShapeError, from_wkb
from registry.imports.sheets import FileFault, Row, Sheet, at
from registry.imports.systems import System, described
from solver.fields import Fault

MAGIC = b"SQLite format 3\x00"
CLAIMS = "claims"
PLACEMENTS = "placements"
# Written by every GIS: the spatial index (GeoPackage 1.3, annex F.3) and GDAL's count of features.
_USUAL_TRIGGERS = re.compile(
    r"(rtree_.+_(insert|update[1-7]|delete))|(trigger_(insert|delete)_feature_count_.+)|(gpkg_(tile_matrix|metadata)_.+)"
)
_LAYERS = "SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name"
_SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY name"


def read_geopackage(name: str, data: bytes, sheet: Sheet) -> None:
    """Read a GeoPackage into the sheet.

    Raises
    ------
    FileFault
        If it is none, or is not what a GIS writes.
    """
    with closing(_database(name, data)) as database:
        try:
            _check_schema(name, database)
            layers = dict(database.execute(_LAYERS))
            layer = _layer_of_placements(name, [row for row, kind in layers.items() if kind == "features"])
            rows = list(_rows(name, database, layer))
            database.text_factory = _name
            claims = list(_rows(name, database, CLAIMS)) if layers.get(CLAIMS) == "attributes" else []
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise FileFault(
                name, f"it is no GeoPackage that can be read ({error})", "export the layer again"
            ) from error
    shapes, system = _shapes(name, data, layer)
    if system.note:
        sheet.note(system.note)
    sheet.claims += [Row(f"{name}, layer {CLAIMS}, row {key}", cells) for key, cells in claims]
    for key, cells in rows:
        sheet.placements.append(_row(f"{name}, layer {layer}, row {key}", cells, shapes.get(key), system, sheet))


def _database(name: str, data: bytes) -> sqlite3.Connection:
    if not data.startswith(MAGIC):
        raise FileFault(name, "it is no GeoPackage", "export the layer as GeoPackage")
    if data[18:20] != b"\x01\x01":
        # SQLite's write-ahead mode: what was written last may still lie in a file beside.
        raise FileFault(name, "it is still open in another program", "close it there and export it again")
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    database.text_factory = _name
    for setting in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        database.execute(f"PRAGMA {setting}")
    return database


def _name(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _cell(data: bytes) -> str | bytes:
    """A text; what is none stays as it is, and is refused where it stands."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _check_schema(name: str, database: sqlite3.Connection) -> None:
    rows = database.execute(_SCHEMA).fetchall()
    if sum(kind == "table" for kind, _, _ in rows) > LIMITS.tables:
        raise FileFault(name, f"it has more than {LIMITS.tables} tables", "export the layer by itself")
    for kind, what, sql in rows:
        if kind == "view":
            raise FileFault(name, f"it has a view, {what[:60]!r}", "export the layer by itself, without views")
        if kind == "trigger" and not _USUAL_TRIGGERS.fullmatch(what):
            raise FileFault(name, f"it has a trigger, {what[:60]!r}", "export the layer by itself, without triggers")
        if (
            kind == "table"
            and (sql or "").upper().startswith("CREATE VIRTUAL")
            and not re.search(r"(?i)using\s+rtree", sql)
        ):
            raise FileFault(name, f"it has a virtual table, {what[:60]!r}", "export the layer by itself")
    if not any(what == "gpkg_contents" for _, what, _ in rows):
        raise FileFault(name, "it has no list of its contents", "export the layer as GeoPackage")


def _layer_of_placements(name: str, layers: list[str]) -> str:
    if PLACEMENTS in layers or len(layers) == 1:
        return PLACEMENTS if PLACEMENTS in layers else layers[0]
    what = f"it has the layers {', '.join(layers)[:120]}" if layers else "it has no layer of features"
    raise FileFault(name, what, f"give one layer, or call that of the claims {PLACEMENTS!r}")


def _rows(name: str, database: sqlite3.Connection, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table by primary key, without key and geometry."""
    quoted = table.replace('"', '""')
    columns = database.execute(f'PRAGMA table_info("{quoted}")').fetchall()
    if len(columns) > LIMITS.columns:
        raise FileFault(f"{name}, layer {table}", f"it has {len(columns)} columns", f"use at most {LIMITS.columns}")
    keys = [row[1] for row in columns if row[5]]
    found = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
    shapes = {row[0] for row in database.execute(found, [table])} if _has_shapes(database) else set()
    flags = {row[1] for row in columns if str(row[2]).upper() == "BOOLEAN"}
    database.text_factory = _cell
    cursor = database.execute(f'SELECT rowid, * FROM "{quoted}" ORDER BY rowid LIMIT {LIMITS.rows + 1}')  # noqa: S608  quoted
    for number, (key, *cells) in enumerate(cursor):
        if number >= LIMITS.rows:
            raise FileFault(
                f"{name}, layer {table}", f"it has more than {LIMITS.rows} rows", "give them in several files"
            )
        named = dict(zip((row[1] for row in columns), cells, strict=True))
        yield (
            key,
            {
                column: bool(cell) if column in flags and cell in (0, 1) else cell
                for column, cell in named.items()
                if column not in shapes and column not in keys
            },
        )


def _has_shapes(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_geometry_columns'").fetchone())


def _shapes(name: str, data: bytes, layer: str) -> tuple[dict[int, bytes | None], System]:
    """The geometries of a layer as well-known binary by feature id, and their coordinate system."""
    import pyogrio.errors
    import pyogrio.raw

    place = f"{name}, layer {layer}"
    try:
        # A copy of the very bytes that were looked at, under a name of our own.
        with TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL remarks on is either told here or no matter
            path = Path(folder) / "copy.gpkg"
            path.write_bytes(data)
            about, keys, shapes, _ = pyogrio.raw.read(path, layer=layer, columns=[], return_fids=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        said = " ".join(str(error).split())[:100]
        raise FileFault(place, f"it cannot be read ({said})", "export the layer again") from error
    if not about["crs"]:
        raise FileFault(place, "it has no coordinate system", "set the layer's coordinate system and export it again")
    found = {int(key): shape for key, shape in zip(keys, shapes, strict=True)}
    return found, described(about["crs"], place)


def _row(place: str, cells: dict[str, Any], shape: bytes | None, system: System, sheet: Sheet) -> Row:
    column = "geometry"
    try:
        return Row(place, cells, column, from_wkb(shape, system))
    except ShapeError as error:
        sheet.faults.append(Fault(at(place, column), error.what, error.mend))
        return Row(place, cells, column, broken=frozenset([column]))
