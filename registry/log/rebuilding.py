"""Rebuilding the register's tables from records alone, in memory, to repeat what was computed from them.

The records are those of the register, or the leaves of an export with its openings: a row that is still sealed is left
out, a sealed cell is empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import domain
from registry.db import Base, UtcDateTime, make_engine
from registry.domain.instants import parse_utc
from registry.log.sealing import Opening, is_sealed, unseal

__all__ = ["contents_of", "domain", "leaves_opened", "rebuilt", "rows_of"]

Rows = dict[str, dict[tuple[Any, ...], Mapping[str, Any]]]


@contextmanager
def rebuilt(contents: Iterable[Mapping[str, Any]]) -> Iterator[Session]:
    """A session on tables with the newest state of every row that the contents of records hold, in their order.

    The tables lie in memory and have no constraints; what no record holds (secrets) is empty. Writing to them changes
    nothing else.
    """
    engine = make_engine("sqlite://")
    tables = _plain_tables()
    tables.create_all(engine)
    with Session(engine) as session:
        for name, rows in rows_of(contents).items():
            table = tables.tables.get(name)
            if table is not None:
                session.execute(table.insert(), [_values(table, row) for row in rows.values()])
        yield session
    engine.dispose()


def leaves_opened(leaves: Iterable[Mapping[str, Any]], openings: Iterable[Opening]) -> Iterator[dict[str, Any]]:
    """Leaves in their order, each with the values in clear that the openings open; ValueError if one does not fit."""
    by_index: dict[int, list[Opening]] = {}
    for opening in openings:
        by_index.setdefault(opening.index, []).append(opening)
    for leaf in leaves:
        yield unseal(leaf, by_index.get(leaf["index"], ()))


def contents_of(leaves: Iterable[Mapping[str, Any]], openings: Iterable[Opening]) -> Iterator[Mapping[str, Any]]:
    """The contents of exported records, for `rebuilt`."""
    return (leaf["content"] for leaf in leaves_opened(leaves, openings))


def rows_of(contents: Iterable[Mapping[str, Any]]) -> Rows:
    """The newest state of every row, by table and primary key."""
    found: Rows = {}
    keys = {name: tuple(column.key for column in table.primary_key) for name, table in Base.metadata.tables.items()}
    for content in contents:
        for name, rows in content.get("rows", {}).items():
            for row in rows:
                if is_sealed(row):
                    continue
                key = tuple(row[column] for column in keys.get(name, ()))
                found.setdefault(name, {})[key] = row
    return found


def _plain_tables() -> sa.MetaData:
    """The register's tables without constraints."""
    plain = sa.MetaData()
    for table in Base.metadata.tables.values():
        columns = [sa.Column(c.name, c.type, primary_key=c.primary_key, nullable=not c.primary_key) for c in table.c]
        sa.Table(table.name, plain, *columns)
    return plain


def _values(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    defaults = Base.metadata.tables[table.name].c
    return {column.name: _value(defaults[column.name], row) for column in table.c}


def _value(column: sa.Column[Any], row: Mapping[str, Any]) -> Any:
    """The cell as the column holds it; a column that is newer than the record has its default."""
    if column.name not in row:
        default = column.server_default
        return default.arg if isinstance(default, sa.DefaultClause) and isinstance(default.arg, str) else None
    value = row[column.name]
    if is_sealed(value):
        return None
    if isinstance(value, str) and isinstance(column.type, UtcDateTime):
        return parse_utc(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(column.type, sa.Date) else value
