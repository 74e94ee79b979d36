"""Rows to filings: placements gathered by the key of their claim, and the way back from a field of a filing to its cell.

What is said of a claim may stand in one row for the claim, or in any of its placements' rows; where it stands more than once it
has to be the same.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.imports.cells import CellError, is_empty, value
from registry.imports.columns import SHAPES, Column, Path, column, fixed
from registry.imports.sheets import Row, Sheet, at
from solver.fields import Fault

_PLACEMENT = re.compile(r"placements\[(\d+)\]\.?(.*)")
_PHASE = re.compile(r"phases\[(\d+)\]\.?(.*)")
_NAMES = {"name": "placement_name", "start": "first_day and last_day", "start[0]": "first_day", "start[1]": "last_day"}
_MISSING: Any = object()


@dataclass(slots=True)
class Assembled:
    """A filing as it was put together; `cells` says where each field of it stands in the file."""

    key: str
    place: str
    document: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def located(self, fault: Fault) -> Fault | None:
        """A fault of the filing at its cell in the file; None for one that follows from a cell already told of."""
        found = _PLACEMENT.fullmatch(fault.path)
        if found and int(found[1]) < len(self.rows):
            row = self.rows[int(found[1])]
            name = _column_name(found[2], row)
            is_told = any(_is_within(found[2], path) for path in _paths(row.broken)) or name in row.broken
            return None if is_told else Fault(at(row.place, name), fault.what, fault.mend)
        if any(_is_within(fault.path, path) or _is_within(path, fault.path) for path in self.broken):
            return None
        cell = next(
            (self.cells[path] for path in sorted(self.cells, key=len, reverse=True) if _is_within(fault.path, path)),
            None,
        )
        return Fault(at(cell or self.place, fault.path), fault.what, fault.mend)


def assemble(sheet: Sheet) -> list[Assembled]:
    """The filings of a sheet, in the order in which their keys first stand in it; faults go to the sheet."""
    found: dict[str, Assembled] = {}
    _check_columns(sheet)
    for place, document in sheet.documents:
        key = document.get("key")
        if not isinstance(key, str) or not key.strip():
            sheet.faults.append(Fault(at(place, "key"), "missing", "give each claim its key"))
        elif key in found:
            sheet.faults.append(Fault(at(place, "key"), f"claim {key[:60]!r} stands twice", "keep one of them"))
        else:
            found[key] = Assembled(key, place, dict(document))
    rows_of_claims = set()
    for row in sheet.claims:
        claim = _claim_of(row, found, sheet)
        if claim and claim.key in rows_of_claims:
            sheet.faults.append(
                Fault(at(row.place, "key"), f"claim {claim.key[:60]!r} stands twice", "keep one of them")
            )
        elif claim:
            rows_of_claims.add(claim.key)
            _take_claim(claim, row, sheet)
    for row in sheet.placements:
        if claim := _claim_of(row, found, sheet):
            _take_claim(claim, row, sheet)
            _take_placement(claim, row, sheet)
    return list(found.values())


def _check_columns(sheet: Sheet) -> None:
    """A fault for each column that imports do not have, at the first row that has it."""
    told: set[str] = set()
    for row, of_claims in [*((row, True) for row in sheet.claims), *((row, False) for row in sheet.placements)]:
        for name in row.cells:
            known = column(name)
            if name in told or (known and not (of_claims and known.of_placement)):
                continue
            told.add(name)
            near = difflib.get_close_matches(name, [*fixed(), *SHAPES], 1)
            mend = f"did you mean {near[0]!r}? Otherwise remove it" if near and near[0] != name else "remove it"
            sheet.faults.append(Fault(at(row.place, name), "the column is unknown", mend))


def _claim_of(row: Row, found: dict[str, Assembled], sheet: Sheet) -> Assembled | None:
    key = row.cells.get("key")
    if not isinstance(key, str) or is_empty(key):
        what = "missing" if is_empty(key) else f"{str(key)[:40]!r} is not a text"
        sheet.faults.append(Fault(at(row.place, "key"), what, "give the key of the claim"))
        return None
    return found.setdefault(key, Assembled(key, row.place))


def _take_claim(claim: Assembled, row: Row, sheet: Sheet) -> None:
    """What a row says of its claim."""
    for name, raw in row.cells.items():
        known = column(name)
        if known is None or known.of_placement:
            continue
        path = _text(known.path)
        read = _read(name, known, raw, row, sheet)
        if read is _MISSING:
            claim.broken.add(path)
            continue
        before = _get(claim.document, known.path)
        if is_empty(raw):
            if before is _MISSING and (not known.optional or path in claim.cells):
                _put(claim.document, known.path, read)
        elif before is _MISSING or (is_empty(before) and path not in claim.cells):
            _put(claim.document, known.path, read)
            claim.cells[path] = row.place
        elif before != read:
            first = claim.cells.get(path, claim.place)
            what = f"it is not what {first} says of claim {claim.key[:60]!r}"
            sheet.faults.append(Fault(at(row.place, name), what, "say it once, or the same in every row"))


def _take_placement(claim: Assembled, row: Row, sheet: Sheet) -> None:
    """What a row says of its placement."""
    placement: dict[str, Any] = {}
    broken = set(row.broken)
    for name, raw in row.cells.items():
        known = column(name)
        if known is None or not known.of_placement or (is_empty(raw) and known.path[0] in ("phases", "start")):
            continue
        read = _read(name, known, raw, row, sheet)
        if read is _MISSING:
            broken.add(name)
        elif known.path[0] == "phases" and len(known.path) == 1 and "phases" in placement:
            sheet.faults.append(
                Fault(at(row.place, name), "there are columns for single phases too", "use one of both")
            )
        elif not _put_in(placement, known.path, read):
            sheet.faults.append(Fault(at(row.place, name), "the phases are given as JSON too", "use one of both"))
    _finish(placement, row)
    claim.rows.append(Row(row.place, row.cells, row.shape_column, row.footprint, frozenset(broken)))
    claim.document.setdefault("placements", []).append(placement)


def _finish(placement: dict[str, Any], row: Row) -> None:
    """Lists where fields were gathered by number; what is missing between them is left to the reading of the filing."""
    if isinstance(phases := placement.get("phases"), dict):
        placement["phases"] = [phases.get(number, {}) for number in range(max(phases) + 1)]
    if isinstance(days := placement.get("start"), dict):
        placement["start"] = [days.get(number) for number in (0, 1)]
    if row.footprint is not None:
        placement["footprint"] = row.footprint


def _read(name: str, known: Column, raw: Any, row: Row, sheet: Sheet) -> Any:
    if is_empty(raw):
        return {"text": "", "list": []}.get(known.kind)
    try:
        return value(known.kind, raw)
    except CellError as error:
        sheet.faults.append(Fault(at(row.place, name), error.what, error.mend))
        return _MISSING


def _get(document: Mapping[str, Any], path: Path) -> Any:
    found: Any = document
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return _MISSING
        found = found[step]
    return found


def _put(document: dict[str, Any], path: Path, read: Any) -> None:
    """Set a field; a group of which nothing but emptiness is known stays null, which says nothing."""
    for step in path[:-1]:
        if not isinstance(document.get(str(step)), dict):
            document[str(step)] = {}
        document = document[str(step)]
    document[str(path[-1])] = read


def _put_in(placement: dict[str, Any], path: Path, read: Any) -> bool:
    """Set a field of a placement, phases by their number; False if they are a list already."""
    inner: dict[Any, Any] = placement
    for step in path[:-1]:
        if not isinstance(inner.setdefault(step, {}), dict):
            return False
        inner = inner[step]
    inner[path[-1]] = read
    return True


def _column_name(rest: str, row: Row) -> str:
    """The column of a field of a placement, as the file has it."""
    if rest.startswith("footprint"):
        return row.shape_column
    if (found := _PHASE.fullmatch(rest)) and "phases" not in row.cells:
        return f"phases.{int(found[1]) + 1}.{found[2]}".rstrip(".")
    return _NAMES.get(rest, rest)


def _paths(names: frozenset[str]) -> Iterator[str]:
    for name in names:
        known = column(name)
        yield _text(known.path) if known else name


def _text(path: Path) -> str:
    """A path as faults write it: phases[0].days."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _is_within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))
