"""A change under an idempotency key: the same request again gets the same answer, also after the process was killed.

The answers are kept with what they answer, in one transaction (`registry.services.idempotency`). A second request that comes
while the first is at work, to this process or another one, is refused at once; the first says so in the database before it
begins. A process that was killed over a request says so for five seconds longer; one that is slower than that is waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa
from flask import g, request
from sqlalchemy.orm import Session

from registry import ambient, db
from registry.domain.actors import Actor
from registry.log import records
from registry.services import idempotency
from registry.web.access.context import access
from registry.web.api.problems import ProblemError
from registry.web.sessions import SAFE_METHODS, session


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
    kept = _kept(key, operation, body, actor)
    if kept is not None:
        return kept
    with _in_flight(key, actor) as since:
        held = session()
        records.lock(held)
        at = ambient.now()
        told: dict[str, Any] = idempotency.once(held, key, operation, body, lambda: step(held, at), actor, at)
        idempotency.release(held, key, actor, since)
        db.commit(held)
    return told


def refuse_in_flight() -> None:
    """Refuse a change that some process is at work on, before anything is written for it: who writes waits for that process."""
    caller, key = g.get("api_caller"), request.headers.get("Idempotency-Key")
    if caller is None or key is None or request.method in SAFE_METHODS:
        return
    with db.reading(access().engine) as asked:
        if idempotency.is_in_flight(asked, _unquoted(key), caller.email, ambient.now()):
            _refuse()


def _unquoted(header: str) -> str:
    """The key, which the draft of the IETF writes as a quoted text."""
    is_quoted = len(header) > 1 and header[0] == header[-1] == '"'
    return header[1:-1] if is_quoted else header


def _kept(key: str, operation: str, body: Any, actor: Actor) -> dict[str, Any] | None:
    """The answer that is there already; asked without waiting for whoever writes now."""
    with db.reading(access().engine) as asked:
        found = idempotency.kept_request(asked, key, operation, body, actor)
        return None if found is None else dict(found.answer)


@contextmanager
def _in_flight(key: str, actor: Actor) -> Iterator[datetime]:
    """Keep the key for this request; gives since when. What is refused gives it back."""
    since = ambient.now()
    with db.unit_of_work(access().engine) as apart:
        is_free = idempotency.reserve(apart, key, actor, since)
    if not is_free:
        _refuse()
    try:
        yield since
    except BaseException:
        session().rollback()
        with suppress(sa.exc.SQLAlchemyError), db.unit_of_work(access().engine) as apart:
            idempotency.release(apart, key, actor, since)
        raise


def _refuse() -> NoReturn:
    words = "A request with this Idempotency-Key is being answered; wait a moment and send it again."
    raise ProblemError("in-flight", words, headers={"Retry-After": "1"})
