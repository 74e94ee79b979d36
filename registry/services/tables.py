"""Reading reference files row by row, every fault kept with its file and line."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solver.fields import InputError, load_json


class TableFaults(list[str]):
    """All that is wrong with the files read so far."""

    def add(self, place: str, sentence: str) -> None:
        """Keep one fault."""
        self.append(f"{place}: {sentence}")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its place, its texts by field, and its geometry if the file has one."""

    place: str
    texts: Mapping[str, str]
    geometry: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.texts[name]

    def number(self, name: str) -> float:
        """A finite number."""
        try:
            value = float(self[name])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{name}: {self[name]!r} is not a number; give one")
        return value

    def optional_number(self, name: str) -> float | None:
        """A finite number, or None where the field is empty."""
        return self.number(name) if self[name] else None

    def whole(self, name: str) -> int | None:
        """A whole number, or None where the field is empty."""
        if not self[name]:
            return None
        value = self.number(name)
        if not value.is_integer():
            raise ValueError(f"{name}: {self[name]!r} is not whole; give a whole number")
        return int(value)

    def flag(self, name: str) -> bool:
        """True for yes, False for no."""
        if self[name] not in ("yes", "no"):
            raise ValueError(f"{name}: {self[name]!r} is unknown; give yes or no")
        return self[name] == "yes"


def read_csv(path: Path, faults: TableFaults) -> Iterator[Line]:
    """The rows of a CSV file with a heading; a row of another length is a fault."""
    text = _text(path, faults)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = next(rows, [])
    seen: set[str] = set()
    try:
        for row in rows:
            place = f"{path.name}, line {rows.line_num}"
            if len(row) != len(heading):
                faults.add(place, f"it has {len(row)} fields; give {len(heading)} as in the heading")
                continue
            line = Line(place, dict(zip(heading, row, strict=True)))
            if _is_new(line, seen, faults):
                yield line
    except csv.Error as error:
        faults.add(f"{path.name}, line {rows.line_num}", f"it cannot be read ({error}); mend the quotes")


def read_list(path: Path, faults: TableFaults) -> Iterator[Line]:
    """The objects of a JSON list."""
    for number, row in enumerate(_json(path, faults, list), start=1):
        yield from _lines(f"{path.name}, row {number}", row, {}, faults)


def read_regions(path: Path, faults: TableFaults) -> Iterator[Line]:
    """The features of a GeoJSON collection in map metres, with their properties and geometry."""
    for number, row in enumerate(_json(path, faults, dict).get("features", []), start=1):
        feature = row if isinstance(row, dict) else {}
        geometry = feature.get("geometry") or {}
        yield from _lines(f"{path.name}, feature {number}", feature.get("properties"), geometry, faults)


def _lines(place: str, row: Any, geometry: Mapping[str, Any], faults: TableFaults) -> Iterator[Line]:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        faults.add(place, "it is not an object of texts; give the fields as texts")
        return
    yield Line(place, row, geometry)


def _is_new(line: Line, seen: set[str], faults: TableFaults) -> bool:
    row_id = line.texts.get("id")
    if row_id is None:
        return True
    if row_id in seen:
        faults.add(line.place, f"id: {row_id!r} stands twice; keep one of them")
        return False
    seen.add(row_id)
    return True


def _json(path: Path, faults: TableFaults, kind: type) -> Any:
    try:
        document = load_json(_text(path, faults).encode())
    except InputError as error:
        for fault in error.faults:
            faults.add(path.name, str(fault))
        return kind()
    if not isinstance(document, kind):
        faults.add(path.name, f"it is not a {kind.__name__}; give one")
        return kind()
    return document


def _text(path: Path, faults: TableFaults) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        faults.add(path.name, "the file is missing; give it in the folder of reference data")
    except UnicodeDecodeError as error:
        faults.add(path.name, f"byte {error.start} is not UTF-8; save the file as UTF-8")
    return ""
