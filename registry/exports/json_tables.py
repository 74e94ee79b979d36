"""All tables in one JSON file, a row a line: numbers, yes and no, objects and lists as they are, dates as text."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from registry.domain.instants import utc_text
from registry.exports.tables import Table


def write_json(path: Path, heading: Mapping[str, Any], tables: Sequence[Table]) -> None:
    """Write `heading`, then every table as a list of objects under its name."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{_json(heading).removesuffix("}")}, "tables": {{')
        for number, table in enumerate(tables):
            stream.write(f"{',' if number else ''}\n{_json(table.name)}: [")
            names = [column.name for column in table.columns]
            for place, row in enumerate(table.rows):
                cells = {name: _value(cell) for name, cell in zip(names, row, strict=True)}
                stream.write(f"{',' if place else ''}\n{_json(cells)}")
            stream.write("]")
        stream.write("\n}}\n")


def _value(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return utc_text(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
