"""`python -m tests.benchmarks.audit [--records N] [--turns N] [--url URL] [--out FILE]`: how long `registry audit verify` takes.

A register of N records, each about a comment that the database still has, with the person's name sealed twice; then one in
which a cell was changed, which must be found. The table goes to the screen, figures to FILE as JSON. URL is an empty
database (default: a SQLite file that is thrown away).
"""

import argparse
import json
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.audit.verifying import verify
from registry.db import Base
from registry.domain.instants import utc_text
from registry.log import records, sealing
from tests.registry.long_log import AT, Nodes, row_of

RECORDS, TURNS, AT_ONCE = 100_000, 3, 5_000
LIMIT_S = 10
SALT = b"\x03" * sealing.SALT_BYTES
SEALED = ["/actor/name", "/content/rows/comments/0/author"]
TEXT = "We land on the other side of the ridge, and ask for the dates of the relay. " * 4


def comments(start: int, end: int) -> Iterator[dict[str, Any]]:
    """The rows of some comments."""
    for number in range(start, end):
        yield {
            "id": f"M-{number:06d}", "claim_id": f"C-{number % 500:04d}", "reply_to": None, "party_id": "IND",
            "author": f"person{number % 97}@example.org", "text": f"{number}: {TEXT}",
            "made_at": AT + timedelta(seconds=number), "illustrative": True,
        }  # fmt: skip


def record_of(index: int, row: dict[str, Any]) -> dict[str, Any]:
    """The record of one comment."""
    cells = {**row, "made_at": utc_text(row["made_at"])}
    record = records.Record(
        index=index, at=row["made_at"], act="comment-made", subject=f"claims/{row['claim_id']}", salt=SALT, sealed=SEALED,
        actor={"name": row["author"], "role": "delegate", "party": "IND"}, content={"rows": {"comments": [cells]}},
    )  # fmt: skip
    return row_of(record)


def fill(session: Session, count: int) -> None:
    """The records, the tree over them, and the rows they tell of."""
    nodes = Nodes()
    table = Base.metadata.tables["comments"]
    for start in range(0, count, AT_ONCE):
        rows = list(comments(start, min(start + AT_ONCE, count)))
        made = [record_of(start + number, row) for number, row in enumerate(rows)]
        session.execute(sa.insert(table), rows)
        session.execute(sa.insert(records.Record), made)
        session.execute(sa.insert(records.TreeNode), nodes.completed(made))


def without_references(engine: sa.Engine) -> None:
    """Make the tables without foreign keys: the comments here are about claims that are not there."""
    plain = sa.MetaData()
    for table in Base.metadata.tables.values():
        columns = [sa.Column(c.name, c.type, primary_key=c.primary_key) for c in table.columns]
        sa.Table(table.name, plain, *columns)
    plain.create_all(engine)


def measured(engine: sa.Engine, turns: int) -> dict[str, Any]:
    """Seconds of the comparison, and what it compared."""
    seconds, busy = [], []
    for _ in range(turns):
        with db.reading(engine) as session:
            started, used = time.perf_counter(), time.process_time()
            report = verify(session)
            seconds.append(time.perf_counter() - started)
            busy.append(time.process_time() - used)
    assert report, "\n".join(map(str, report.differences[:5]))
    return {
        "records": report.records, "rows": report.rows, "cells": report.cells, "median_s": round(statistics.median(seconds), 2),
        "slowest_s": round(max(seconds), 2),
        "median_cpu_s": round(statistics.median(busy), 2), "limit_s": LIMIT_S,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "python": platform.python_version(),
        "database": engine.dialect.name,
    }  # fmt: skip


def found(engine: sa.Engine, index: int) -> str:
    """What is told of one changed cell."""
    table = Base.metadata.tables["comments"]
    with db.unit_of_work(engine) as session:
        session.execute(sa.update(table).where(table.c.id == f"M-{index:06d}").values(text="changed"))
    with db.reading(engine) as session:
        [difference] = verify(session).differences
    return f"{difference.table} {difference.row} {difference.column}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--url")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = db.make_engine(asked.url or f"sqlite:///{Path(folder) / 'registry.sqlite'}")
        without_references(engine)
        with db.unit_of_work(engine) as session:
            fill(session, asked.records)
        figures = measured(engine, asked.turns) | {"changed_cell": found(engine, asked.records // 2)}
        engine.dispose()
    for name, value in figures.items():
        click.echo(f"{name:<14}{value}")
    if asked.out:
        asked.out.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
