"""Claims from CSV: UTF-8, commas, a heading, a row for each placement; the line of every fault is told."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from registry.imports.cells import CellError, value
from registry.imports.columns import SHAPES
from registry.imports.limits import LIMITS
from registry.imports.shapes import ShapeError, from_wkt, point
from registry.imports.sheets import FileFault, Row, Sheet, at
from registry.imports.systems import System, named
from solver.fields import Fault
from solver.geometry import MAP_CRS

GEOGRAPHIC = "IAU_2015:30100"
_PAIRS = {"x_m": ("x_m", "y_m", MAP_CRS), "lon_deg": ("lon_deg", "lat_deg", GEOGRAPHIC)}


def read_csv(name: str, data: bytes, sheet: Sheet, crs: str | None = None, *, of_claims: bool = False) -> None:
    """Read a CSV file into the sheet: placements, or with `of_claims` a row for each claim.

    Raises
    ------
    FileFault
        If no row of it can be read.
    """
    text = _text(name, data)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    read: list[tuple[str, dict[str, str]]] = []
    try:
        heading = _heading(name, next(rows, []))
        for cells in rows:
            place = f"{name}, line {rows.line_num}"
            if len(read) >= LIMITS.rows:
                raise FileFault(place, f"there are more than {LIMITS.rows} rows", "give them in several files")
            if len(cells) != len(heading):
                what = f"it has {len(cells)} cells, the heading {len(heading)}"
                sheet.faults.append(Fault(place, what, "give as many; a cell with a comma needs quotes"))
            elif any(cell.strip() for cell in cells):
                read.append((place, dict(zip(heading, cells, strict=True))))
    except csv.Error as error:
        raise FileFault(f"{name}, line {rows.line_num}", f"it cannot be read ({error})", "mend the quotes") from error
    if not read and not sheet.faults:
        raise FileFault(name, "it has a heading and no rows", "give a row for each placement")
    if of_claims:
        sheet.claims += [Row(place, cells) for place, cells in read]
    else:
        sheet.placements += _with_shapes(name, heading, read, sheet, crs)


def _text(name: str, data: bytes) -> str:
    """The file as text; the line of a byte that is not UTF-8, or of a NUL, is told."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileFault(name, "it is UTF-16", "save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFault(
            f"{name}, line {line}", f"byte 0x{data[error.start]:02X} is not UTF-8", "save it as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileFault(f"{name}, line {line}", "it has a NUL character", "export the table again as text")
    return text


def _heading(name: str, cells: list[str]) -> list[str]:
    place = f"{name}, line 1"
    if not any(cell.strip() for cell in cells):
        raise FileFault(place, "there is no heading", "name the columns in the first line")
    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        raise FileFault(place, "its columns are not parted by commas", "save it with commas")
    if len(cells) > LIMITS.columns:
        raise FileFault(place, f"it has {len(cells)} columns", f"use at most {LIMITS.columns}")
    for number, cell in enumerate(cells, start=1):
        if not cell.strip():
            raise FileFault(place, f"column {number} has no name", "name it or remove it")
        if cells.count(cell) > 1:
            raise FileFault(place, f"column {cell[:60]!r} stands twice", "keep one of them")
    return cells


def _with_shapes(
    name: str, heading: list[str], read: list[tuple[str, dict[str, str]]], sheet: Sheet, crs: str | None
) -> Iterator[Row]:
    """The rows with their footprints, from the one way of giving them that the heading has."""
    given = [column for column in ("wkt", "x_m", "lon_deg") if column in heading]
    for first, (x, y, _) in _PAIRS.items():
        if (x in heading) != (y in heading):
            raise FileFault(
                f"{name}, line 1", f"of the columns {x} and {y} one is missing", f"give both, or neither {first}"
            )
    if len(given) != 1:
        what = f"footprints are given by {' and '.join(given)}" if given else "there are no footprints"
        mend = "give one of: wkt; x_m and y_m; lon_deg and lat_deg"
        raise FileFault(f"{name}, line 1", what, mend)
    if crs is not None and given[0] != "wkt":
        raise FileFault("--crs", f"{given[0]} has its coordinate system in its name", "leave --crs out")
    system = named(crs or _PAIRS.get(given[0], ("", "", MAP_CRS))[2], "--crs")
    if system.note:
        sheet.note(system.note)
    for place, cells in read:
        yield _row(place, cells, given[0], system, sheet)


def _row(place: str, cells: dict[str, str], given: str, system: System, sheet: Sheet) -> Row:
    rest = {column: cell for column, cell in cells.items() if column not in SHAPES}
    column = "wkt" if given == "wkt" else " and ".join(_PAIRS[given][:2])
    try:
        return Row(place, rest, column, _shape(cells, given, system))
    except ShapeError as error:
        sheet.faults.append(Fault(at(place, column), error.what, error.mend))
        return Row(place, rest, column, broken=frozenset([column]))


def _shape(cells: dict[str, str], given: str, system: System) -> dict[str, Any]:
    if given == "wkt":
        return from_wkt(cells["wkt"].strip(), system)
    x, y, _ = _PAIRS[given]
    try:
        return point(value("number", cells[x].strip()), value("number", cells[y].strip()), system)
    except CellError as error:
        raise ShapeError(error.what, error.mend) from error
