"""The state of a register as deposits tell it: its tables with their meaning, rows as lines, and what all of it hashes to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from registry import domain
from registry.backups.snapshot import Snapshot
from registry.backups.tables import Cells, Table, line_of, rows_of
from registry.db import Base
from registry.escrow.rule import LEFT_OUT, LEFT_OUT_COLUMNS
from registry.log.canonical import canonical

__all__ = ["FORMAT", "Hashes", "deposited", "domain", "key_line", "lines_of", "state_document"]

FORMAT = "lunar-site-registry-escrow/1"
# SHA-256 of every row by the canonical JSON of its key, in the order of keys; by table.
Hashes = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its key as canonical JSON, and its line."""

    key: str
    line: bytes


def deposited(state: Snapshot) -> tuple[Table, ...]:
    """The tables of a snapshot that are deposited, with the columns that are."""
    return tuple(_without_secrets(table) for table in state.tables if table.name not in LEFT_OUT)


def _without_secrets(table: Table) -> Table:
    secret = LEFT_OUT_COLUMNS.get(table.name, frozenset())
    return replace(table, columns=tuple(column for column in table.columns if column.name not in secret))


def lines_of(connection: sa.Connection, table: Table) -> Iterator[Row]:
    """Every row that is deposited, in the order of keys; of attached files those of claims, not those of drafts."""
    names = [column.name for column in table.columns]
    places = [names.index(name) for name in table.key]
    of_claims = _attached(connection) if table.name == "attached_files" else None
    for cells in rows_of(connection, table):
        key = [cells[place] for place in places]
        if of_claims is None or key[0] in of_claims:
            yield Row(key_line(key), line_of(table, cells))


def key_line(key: Cells) -> str:
    """The key of a row as canonical JSON; keys are texts and whole numbers."""
    return canonical(key).decode()


def _attached(connection: sa.Connection) -> frozenset[str]:
    return frozenset(connection.scalars(sa.text("SELECT sha256 FROM attachments")))


def state_document(state: Snapshot, origin: str, hashes: Hashes) -> bytes:
    """state.json: the same bytes for a full deposit and a difference of one moment."""
    tables = {table.name: _about(table, hashes[table.name]) for table in deposited(state)}
    log = {"size": state.log.size, "root_sha256": state.log.root_sha256}
    left_out = {
        **LEFT_OUT,
        **{f"{name} {column}": "secrets of sign-in" for name, row in LEFT_OUT_COLUMNS.items() for column in row},
    }
    document = {
        "format": FORMAT,
        "origin": origin,
        "revision": state.revision,
        "log": log,
        "tables": tables,
        "left_out": left_out,
    }
    return canonical(document) + b"\n"


def _about(table: Table, hashes: Mapping[str, str]) -> dict[str, Any]:
    columns = [{"name": column.name, "kind": column.kind} for column in table.columns]
    digest = sha256(b"".join(map(bytes.fromhex, hashes.values()))).hexdigest()
    return {
        "about": _meaning(table.name),
        "columns": columns,
        "key": list(table.key),
        "rows": len(hashes),
        "sha256": digest,
    }


def _meaning(name: str) -> str:
    """What a row of the table is, in a sentence."""
    table = Base.metadata.tables.get(name)
    found = [mapper.class_.__doc__ or "" for mapper in Base.registry.mappers if mapper.local_table is table]
    return " ".join(found[0].split()) if found else "Which rows of two tables belong together."


def parsed_key(text: str) -> list[Any]:
    """The cells of a key."""
    key: list[Any] = json.loads(text)
    return key
