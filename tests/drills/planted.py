"""Faults put into a server on purpose, so that it is seen that the drills tell of them."""

import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from registry import db
from registry.services import attachments, idempotency

FLAG = "REGISTRY_TEST_FAULT_FLAG"
_COUNT = itertools.count(1)


def forget_some() -> None:
    """Every fourth unit of work is answered as if it had been kept, and is not."""
    commit = db.commit

    def forgetful(session: Any) -> None:
        if next(_COUNT) % 4:
            commit(session)
        else:
            session.rollback()

    db.commit = forgetful


def file_in_two_halves() -> None:
    """The claim is made permanent before its files and the record of them, with a moment between."""
    hand_over = attachments.hand_over

    def later(session: Any, *rest: Any) -> Any:
        session.flush()
        session.commit()
        time.sleep(0.05)
        return hand_over(session, *rest)

    attachments.hand_over = later


def swallow_errors() -> None:
    """What the database refuses to keep is answered as if it had."""
    commit = db.commit

    def silent(session: Any) -> None:
        try:
            commit(session)
        except sa.exc.OperationalError:
            session.rollback()

    db.commit = silent


def obey_the_flag() -> None:
    """No fault of the program: its disk is full, or can only be read, as long as a file says so (FLAG)."""
    begin, flag = db._begin_sqlite, Path(os.environ[FLAG])

    def faulty(connection: sa.Connection) -> None:
        begin(connection)
        fault = flag.read_text() if flag.exists() else ""
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() if fault == "full" else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        if fault == "read-only":
            connection.exec_driver_sql("PRAGMA query_only=ON")

    db._begin_sqlite = faulty


def forget_keys() -> None:
    """A request under a key that was used is done again."""
    idempotency.once = lambda _session, _key, _operation, _body, do, _actor, _at: do()


FAULTS: dict[str, Callable[[], None]] = {
    "forget-some": forget_some,
    "file-in-two-halves": file_in_two_halves,
    "forget-keys": forget_keys,
    "obey-the-flag": obey_the_flag,
    "obey-and-swallow": lambda: (obey_the_flag(), swallow_errors())[0],
}
