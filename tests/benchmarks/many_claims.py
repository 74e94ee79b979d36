"""A register of many claims for measurements: one claim filed, examined and published by the services, then copied.

Each copy has ids of its own in every row and record, sealed values and a leaf in the log, as if it had been filed by itself; the
audit finds nothing wrong with it. Filing ten thousand claims one by one would take longer than all that is measured.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from registry import db
from registry.backups.tables import Table, rows_of, tables_of
from registry.db import Base
from registry.domain.instants import utc_text
from registry.log import sealing, tree
from registry.log.canonical import canonical
from registry.services import coordination, examination
from tests import factories as make
from tests.registry.long_log import Nodes

Row = dict[str, Any]
FIRST = "C-0001"
BATCH = 500


def fill(engine: Engine, claims: int) -> None:
    """An open round with this many claims, each filed, examined and published."""
    with db.unit_of_work(engine) as session:
        make.open_round(session)
        [claim] = make.filed(session)
        examination.examine(session, claim.id, make.REGISTRAR, make.EXAMINED)
        coordination.publish(session, claim.id, make.REGISTRAR, make.PUBLISHED)
    with engine.begin() as connection:
        _copy(connection, {table.name: table for table in tables_of(connection)}, claims)


def _copy(connection: sa.Connection, tables: dict[str, Table], claims: int) -> None:
    template = {name: list(_about_first(connection, table)) for name, table in tables.items()}
    records = [row for row in _named(connection, tables["records"]) if row["subject"] == f"claims/{FIRST}"]
    known = {(row["level"], row["position"]): row["hash"] for row in _named(connection, tables["tree_nodes"])}
    size, nodes = sum(level == 0 for level, _ in known), Nodes(known)
    steps = {name: len(rows) for name, rows in template.items()}
    order = [table.name for table in Base.metadata.sorted_tables if template.get(table.name)]
    for start in range(2, claims + 1, BATCH):
        numbers = range(start, min(start + BATCH, claims + 1))
        for name in order:
            made = [_shifted(name, row, number, steps) for number in numbers for row in template[name]]
            connection.execute(sa.insert(tables[name].sql()), made)
        new = [_record(row, number, size + i * len(records) + j, steps)
               for i, number in enumerate(numbers) for j, row in enumerate(records)]  # fmt: skip
        connection.execute(sa.insert(tables["records"].sql()), new)
        size += len(new)
        connection.execute(sa.insert(tables["tree_nodes"].sql()), nodes.completed(new))


def _named(connection: sa.Connection, table: Table) -> Iterator[Row]:
    names = [column.name for column in table.columns]
    return (dict(zip(names, cells, strict=True)) for cells in rows_of(connection, table))


def _about_first(connection: sa.Connection, table: Table) -> Iterator[Row]:
    """The rows of the one claim: all rows of the tables that claims fill."""
    filled = ("claims", "revisions", "credits", "placements", "phases", "examinations", "findings")
    return _named(connection, table) if table.name in filled else iter(())


def _shifted(name: str, row: Row, number: int, steps: dict[str, int]) -> Row:
    """A row with the ids of copy `number`: numbers moved on, the claim's id and key replaced in every text."""
    table = Base.metadata.tables[name]
    return {column: _cell(table.c[column], name, cell, number, steps) for column, cell in row.items()}


def _cell(column: sa.Column[Any], name: str, cell: Any, number: int, steps: dict[str, int]) -> Any:
    if isinstance(cell, str):
        return cell.replace(FIRST, f"C-{number:04d}").replace("alpha", f"claim-{number}")
    if not isinstance(cell, int) or isinstance(cell, bool):
        return cell
    target = next((key.column.table.name for key in column.foreign_keys), name if column.primary_key else None)
    return cell + (number - 1) * steps[target] if steps.get(target) else cell


def _record(row: Row, number: int, index: int, steps: dict[str, int]) -> Row:
    content = json.loads(row["content"].replace(FIRST, f"C-{number:04d}").replace("alpha", f"claim-{number}"))
    for name, rows in content["rows"].items():
        content["rows"][name] = [_shifted(name, inner, number, steps) for inner in rows]
    subject = f"claims/C-{number:04d}"
    clear = {"act": row["act"], "actor": json.loads(row["actor"]), "at": utc_text(_aware(row["at"])), "content": content,
             "index": index, "subject": subject}  # fmt: skip
    salt = sha256(row["salt"] + str(number).encode()).digest() if row["salt"] else None
    leaf = clear if salt is None else sealing.seal(clear, json.loads(row["sealed"]), salt)
    return {
        **row,
        "index": index,
        "subject": subject,
        "content": canonical(content).decode(),
        "salt": salt,
        "leaf_hash": tree.leaf_hash(canonical(leaf)),
    }


def _aware(at: Any) -> Any:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
