"""Faults put into a server on purpose, so that it is seen that the drills tell of them."""

import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from registry import db
from registry.log import records
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
    idempotency.kept_request = lambda *_: None


def forget_some_steps() -> None:
    """Every third step under a key is answered as if it had been kept, and is not."""
    release = idempotency.release

    def forgetful(session: Any, *rest: Any) -> None:
        release(session, *rest)
        if next(_COUNT) % 3 == 0:
            session.rollback()

    idempotency.release = forgetful


def answer_anew() -> None:
    """The receipt is made under the checkpoint of the moment, and not under the one that ends with the record."""
    from registry.web.api import filing

    under = filing.receipt_under

    def newest(held: Any, index: int, reader: Any) -> Any:
        return {**(under(held, index, reader) or {}), "size": records.size(held)}

    filing.receipt_under = newest


def slow_filing() -> None:
    """Every filing takes three seconds, the last of its transaction."""
    once = idempotency.once

    def slow(*given: Any) -> Any:
        answer = once(*given)
        time.sleep(3)
        return answer

    idempotency.once = slow


FAULTS: dict[str, Callable[[], None]] = {
    "forget-some": forget_some,
    "file-in-two-halves": file_in_two_halves,
    "forget-keys": forget_keys,
    "forget-some-steps": forget_some_steps,
    "answer-anew": answer_anew,
    "slow-filing": slow_filing,
    "obey-the-flag": obey_the_flag,
    "obey-and-swallow": lambda: (obey_the_flag(), swallow_errors())[0],
}
