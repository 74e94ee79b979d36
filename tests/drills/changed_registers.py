"""R6: whatever is changed in the database behind the program's back is found and located."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.db import Base
from tests.drills import tampering
from tests.drills.catalogue import Drill, Outcome, of_tests
from tests.drills.tampering import COVERED, at, differences, keys_of, names, row_text

Place = tuple[str, str, str]


@contextmanager
def filled(fill: Callable[[Session], None] = tampering.fill_every_table) -> Iterator[Session]:
    """The register of two rounds, with a row in every covered table, in a database without constraints."""
    source = db.make_engine("sqlite://")
    Base.metadata.create_all(source)
    with Session(source) as session:
        fill(session)
        with tampering.copied(session, "sqlite://") as copy:
            yield copy
    source.dispose()


def _nearest(column: sa.Column[Any], value: Any, _others: list[Any]) -> Any:
    """The nearest other value of the kind."""
    return tampering.other(column, value)


def _emptied(column: sa.Column[Any], value: Any, _others: list[Any]) -> Any:
    """No value; a value where there was none."""
    return None if value is not None else tampering.other(column, None)


def _borrowed(column: sa.Column[Any], value: Any, others: list[Any]) -> Any:
    """What another row has there; where all have the same, the value changed twice, or once if that leads back."""
    once = tampering.other(column, value)
    found = [other for other in (*others, tampering.other(column, once), once) if other != value]
    return found[0]


EDITS: tuple[Callable[[sa.Column[Any], Any, list[Any]], Any], ...] = (_nearest, _emptied, _borrowed)


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Each column of each table, edited in `edits` ways, in as many tables at once as have so many columns."""
    faults: list[str] = []
    cells = 0
    with filled() as session:
        tables = [table for table in COVERED if keys_of(session, table)]
        most = max(len(_columns(table)) for table in tables)
        for number in range(0, most, counts["stride"]):
            for edit in EDITS[: counts["edits"]]:
                session.expire_all()
                step = session.begin_nested()
                expected = {place for table in tables if (place := _edited(session, table, number, edit))}
                found = {(row.table, row.row, row.column) for row in differences(session) if row.table in COVERED}
                step.rollback()
                cells += len(expected)
                faults += [f"{'/'.join(place)}: {edit.__name__.strip('_')}, not found" for place in expected - found]
                faults += [f"{'/'.join(place)}: told without an edit" for place in found - expected]
        empty = sorted(set(COVERED) - set(tables))
        if differences(session):
            faults.append("the untouched register has differences")
    figures: dict[str, int | float | str] = {
        "tables": len(tables),
        "edited cells": cells,
        "tables without rows": ", ".join(empty),
    }
    return Outcome(figures, tuple(faults))


def _columns(table: str) -> list[str]:
    keys = {column.name for column in Base.metadata.tables[table].primary_key}
    return [name for name in names(table) if name not in keys]


def _edited(session: Session, table: str, number: int, edit: Callable[..., Any]) -> Place | None:
    """Edit one cell of the table's column with this number; where it is."""
    columns = _columns(table)
    if number >= len(columns):
        return None
    found, rows = Base.metadata.tables[table], keys_of(session, table)
    column, key = found.c[columns[number]], rows[number % len(rows)]
    value = session.scalar(sa.select(column).where(at(table, key)))
    others = list(session.scalars(sa.select(column).where(sa.not_(at(table, key))).limit(50)))
    session.execute(sa.update(found).where(at(table, key)).values({column.name: edit(column, value, others)}))
    return table, row_text(key), column.name


DRILLS = (
    Drill(
        name="changed-registers",
        properties=("R6",),
        promise="A cell that is changed in the database, in any column of any table that records cover, is found and "
        "located by table, row and column, and nothing else is accused.",
        counts={"edits": 3, "stride": 1},
        smoke={"edits": 3, "stride": 6},
        run=run,
    ),
    of_tests(
        name="changed-logs",
        properties=("R6",),
        promise="Rows deleted, inserted or exchanged, edits of records, tree, checkpoints, notes and attached files, and "
        "a tail that was cut are found and located.",
        selection=("tests/drills/test_tampered_register.py",),
        minutes=2,
    ),
)
