"""A change under an idempotency key: the same request again gets the same answer, also after the process was killed.

The answers are kept with what they answer, in one transaction (`registry.services.idempotency`). A second request that
comes to this process while the first is at work is refused at once; one that comes to another process waits for the first
to end, and gets its answer.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain.actors import Actor
from registry.log import records
from registry.services import idempotency
from registry.web.api.problems import ProblemError
from registry.web.sessions import session

_KEY = "registry.api.in-flight"
_GUARD = threading.Lock()


def once(
    header: str, operation: str, body: Any, actor: Actor, step: Callable[[Session, datetime], dict[str, Any]]
) -> dict[str, Any]:
    """Take a step under the key in a header and commit it; the answer of `step`, or the one it gave under this key before.

    Parameters
    ----------
    step
        Takes the step in a session at an instant, which is read once no other writer is left.
    """
    key = _unquoted(header)
    with _in_flight((actor.name, key)):
        held = session()
        records.lock(held)
        at = ambient.now()
        told: dict[str, Any] = idempotency.once(held, key, operation, body, lambda: step(held, at), actor, at)
        db.commit(held)
    return told


def _unquoted(header: str) -> str:
    """The key, which the draft of the IETF writes as a quoted text."""
    is_quoted = len(header) > 1 and header[0] == header[-1] == '"'
    return header[1:-1] if is_quoted else header


@contextmanager
def _in_flight(name: tuple[str, str]) -> Iterator[None]:
    with _GUARD:
        busy: set[tuple[str, str]] = current_app.extensions.setdefault(_KEY, set())
        if name in busy:
            words = "A request with this Idempotency-Key is being answered; wait a moment and send it again."
            raise ProblemError("in-flight", words, headers={"Retry-After": "1"})
        busy.add(name)
    try:
        yield
    finally:
        with _GUARD:
            busy.discard(name)
