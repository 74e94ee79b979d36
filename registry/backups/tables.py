"""The tables of a database as they stand, whatever their revision, and their rows as canonical JSON lines.

A cell is written by the kind of its column: instants as RFC 3339 text in UTC, days as ISO dates, bytes as hex, texts
(JSON that is stored as text among them) letter for letter. Rows come in the order of their primary keys, texts compared
by code points: the lines of one table are the same bytes on SQLite and PostgreSQL.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import rfc8785
import sqlalchemy as sa

from registry.domain.instants import parse_utc, utc_text

REVISION_TABLE = "alembic_version"
CHUNK = 500

Cells = list[Any]
Writer = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name and kind: `bool`, `instant`, `day`, `bytes`, `whole`, `number` or `text`."""

    name: str
    kind: str
    type: sa.types.TypeEngine[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns in their order by name, and its primary key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def sql(self) -> sa.TableClause:
        """The table for statements."""
        return sa.table(self.name, *(sa.column(column.name, column.type) for column in self.columns))


_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "bool"), (sa.DateTime, "instant"), (sa.Date, "day"), (sa.LargeBinary, "bytes"),
    (sa.Integer, "whole"), (sa.Float, "number"), (sa.String, "text"),
)  # fmt: skip
_WRITERS: dict[str, Writer] = {
    "instant": lambda value: utc_text(value.replace(tzinfo=UTC) if value.tzinfo is None else value),
    "day": date.isoformat,
    "bytes": bytes.hex,
}
_READERS: dict[str, tuple[type, Writer]] = {
    "bool": (bool, bool),
    "instant": (str, parse_utc),
    "day": (str, date.fromisoformat),
    "bytes": (str, bytes.fromhex),
    "whole": (int, int),
    "text": (str, str),
}


def tables_of(connection: sa.Connection) -> tuple[Table, ...]:
    """The tables of a register by name; the table that holds its revision is left out."""
    inspector = sa.inspect(connection)
    names = sorted(name for name in inspector.get_table_names() if name != REVISION_TABLE)
    return tuple(_table(inspector, name) for name in names)


def _table(inspector: sa.Inspector, name: str) -> Table:
    columns = [Column(row["name"], _kind(name, row), row["type"]) for row in inspector.get_columns(name)]
    key = inspector.get_pk_constraint(name)["constrained_columns"]
    return Table(name, tuple(sorted(columns, key=lambda column: column.name)), tuple(key))


def _kind(table: str, column: Any) -> str:
    kind = next((kind for type_, kind in _KINDS if isinstance(column["type"], type_)), None)
    if kind is None:
        raise TypeError(f"{table}.{column['name']} has type {column['type']!r}, which backups do not know")
    return kind


def rows_of(connection: sa.Connection, table: Table) -> Iterator[Cells]:
    """The cells of every row, in the order of the columns, as they are read from the database."""
    rows = table.sql()
    binary = "C" if connection.dialect.name == "postgresql" else "BINARY"
    texts = {column.name for column in table.columns if column.kind == "text"}
    order = [rows.c[name].collate(binary) if name in texts else rows.c[name] for name in table.key]
    found = connection.execute(sa.select(rows).order_by(*order), execution_options={"yield_per": CHUNK})
    for row in found:
        yield list(row)


def line_of(table: Table, cells: Cells) -> bytes:
    """A row as one line: an object of its cells in RFC 8785 form, and a line feed."""
    named = {
        column.name: value if value is None or column.kind not in _WRITERS else _WRITERS[column.kind](value)
        for column, value in zip(table.columns, cells, strict=True)
    }
    return canonical(named) + b"\n"


def canonical(row: dict[str, Any]) -> bytes:
    """RFC 8785, by the quick way of json where the two agree: names sorted already, and no broken numbers."""
    if any(isinstance(value, float) for value in row.values()):
        return rfc8785.dumps(row)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def cells_of(table: Table, line: bytes) -> Cells:
    """The cells of a line, as the database takes them.

    Raises
    ------
    ValueError
        For a line that is no row of this table.
    """
    row = json.loads(line)
    if not isinstance(row, dict) or row.keys() != {column.name for column in table.columns}:
        raise ValueError(f"it has not the columns of {table.name}")
    return [_value(column, row[column.name]) for column in table.columns]


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{column.name} is no number")
        return float(value)
    kind, read = _READERS[column.kind]
    if type(value) is not kind:
        raise ValueError(f"{column.name} is not of its kind, {column.kind}")
    return read(value)


def count_of(connection: sa.Connection, names: Sequence[str]) -> int:
    """How many rows the tables have together."""
    counts = (sa.select(sa.func.count()).select_from(sa.table(name)) for name in names)
    return sum(connection.scalar(count) or 0 for count in counts)
