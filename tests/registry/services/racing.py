"""Many at once on one register, and the way back to where it was before the next race."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.services.errors import ConflictError

CHANGED = {
    "claims", "decisions", "duties", "entries", "notices", "offers", "proposals", "records", "rounds", "tree_nodes", "votes",
    "zones",
}  # fmt: skip


class Snapshot:
    """The rows that races change, by table and key, to go back to between them."""

    def __init__(self, engine: Engine):
        self.tables = [table for table in db.Base.metadata.sorted_tables if table.name in CHANGED]
        with db.reading(engine) as session:
            self.rows = {table: self._read(session, table) for table in self.tables}

    @staticmethod
    def _read(session: Session, table: sa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
        rows = session.execute(table.select()).mappings()
        return {tuple(row[column] for column in table.primary_key): dict(row) for row in rows}

    def restore(self, engine: Engine) -> None:
        """Take new rows away and give changed ones their former cells."""
        with db.unit_of_work(engine) as session:
            session.execute(sa.text("UPDATE proposals SET outcome = NULL"))
            for table in reversed(self.tables):
                for key, row in self._read(session, table).items():
                    former = self.rows[table].get(key)
                    if former != row:
                        is_it = sa.and_(*(column == cell for column, cell in zip(table.primary_key, key, strict=True)))
                        step: Any = table.delete() if former is None else table.update().values(former)
                        session.execute(step.where(is_it))


def at_once(engine: Engine, deeds: Sequence[Callable[[Session], str]]) -> list[str]:
    """What each deed came to when all start together, each in a thread and a transaction of its own."""
    start, heard = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(number: int) -> None:
        start.wait()
        try:
            with db.unit_of_work(engine) as session:
                said = deeds[number](session)
            heard[number] = said
        except ConflictError as error:
            heard[number] = str(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard
