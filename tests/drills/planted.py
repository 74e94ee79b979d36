"""Faults put into a server on purpose, so that it is seen that the drills tell of them."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from registry import db
from registry.services import attachments

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


FAULTS: dict[str, Callable[[], None]] = {"forget-some": forget_some, "file-in-two-halves": file_in_two_halves}
