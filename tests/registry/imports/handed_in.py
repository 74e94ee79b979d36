"""Files of two claims, as text and tables that tests spoil in one place at a time."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from registry.imports import templates
from tests import factories as make

Feature = dict[str, Any]


def filings() -> list[dict[str, Any]]:
    return [
        make.claim_document("alpha", "IND", placements=[make.placement(1), make.placement(2, x=11000)]),
        make.claim_document("beta", "JPN", placements=[make.placement(1, x=12000, y=12000)]),
    ]


def table() -> list[dict[str, str]]:
    """The rows of the CSV: lines 2 and 3 are alpha's placements, line 4 is beta's."""
    return list(csv.DictReader(io.StringIO(templates.written("csv", filings()).decode())))


def csv_of(rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def csv_with(line: int, **cells: str) -> bytes:
    """The CSV with other cells in one line; `contacts__visits__email` is `contacts.visits.email`."""
    rows = table()
    named = {name.replace("__", "."): cell for name, cell in cells.items()}
    for row in rows:
        for name in named:
            row.setdefault(name, "")
    rows[line - 2].update(named)
    return csv_of(rows)


def collection() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(templates.written("geojson", filings()))
    return found


def geojson_with(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = collection()
    change(document)
    return json.dumps(document).encode()


def geometry(number: int, shape: Mapping[str, Any]) -> bytes:
    """The GeoJSON with another footprint in feature `number`."""
    return geojson_with(lambda document: document["features"][number - 1].update(geometry=shape))
