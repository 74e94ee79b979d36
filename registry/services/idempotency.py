"""Idempotency keys: a request that comes again under its key gets the same answer and does nothing a second time.

A refused request leaves no trace, so that it can be corrected and sent again under the same key. Requests are no part
of what the log can rebuild: they say how often something was asked for, not what happened.

What is being answered is reserved in the database, so that every process knows of it. That is a courtesy to whoever sends
twice at once: a filing made twice is kept away by the lock of the log and the kept answer, not by the reservation.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.requests import IN_FLIGHT, LONGEST_KEY, Request, RequestInFlight
from registry.log import records
from registry.services.errors import KeyUsedError, ValidationError


def once(
    session: Session,
    key: str,
    operation: str,
    body: Any,
    do: Callable[[], Any],
    actor: Actor,
    at: datetime,
) -> Any:
    """The kept answer of this actor's request under `key`, or that of `do()`, which is kept for the next time.

    Parameters
    ----------
    body
        All that tells one request of the operation from another, as JSON values; the instant is no part of it.
    do
        Takes the step and returns its answer as JSON values.

    Raises
    ------
    KeyUsedError
        If the key stands for another request of this actor.
    """
    _check(key)
    records.lock(session)
    kept = kept_request(session, key, operation, body, actor)
    if kept is not None:
        return kept.answer
    answer = do()
    digest = request_sha256(operation, body, actor)
    session.add(Request(actor=actor.name, key=key, operation=operation, sha256=digest, answer=answer, at=at))
    session.flush()
    return answer


def kept_request(session: Session, key: str, operation: str, body: Any, actor: Actor) -> Request | None:
    """The request of this actor under `key`, if it was answered.

    Raises
    ------
    KeyUsedError
        If the key stands for another request of this actor.
    """
    _check(key)
    kept = session.scalars(select(Request).where(Request.actor == actor.name, Request.key == key)).one_or_none()
    if kept is not None and kept.sha256 != request_sha256(operation, body, actor):
        raise KeyUsedError(f"the key {key!r} stands for another request, of {kept.operation}; take a new key")
    return kept


def is_in_flight(session: Session, key: str, name: str, at: datetime) -> bool:
    """Whether some process is answering the request under `key` of this person. One that was killed over it is so no more after
    `IN_FLIGHT`, or twice that where its clock was ahead; so is one whose clock is further ahead.
    """
    row = session.get(RequestInFlight, _hash(key, name))
    return row is not None and at < row.until_at <= at + 2 * IN_FLIGHT


def reserve(session: Session, key: str, actor: Actor, at: datetime) -> bool:
    """Reserve the answering of a request for this process, in a transaction of its own; False if another one has it."""
    gone = sa.or_(RequestInFlight.until_at <= at, RequestInFlight.until_at > at + 2 * IN_FLIGHT)
    session.execute(sa.delete(RequestInFlight).where(gone))
    session.add(RequestInFlight(request=_hash(key, actor.name), until_at=at + IN_FLIGHT))
    try:
        session.flush()
    except sa.exc.IntegrityError:
        session.rollback()
        return False
    return True


def release(session: Session, key: str, actor: Actor, at: datetime) -> None:
    """Give back what was reserved at `at`, and nothing that another process reserved since."""
    mine = (RequestInFlight.request == _hash(key, actor.name), RequestInFlight.until_at == at + IN_FLIGHT)
    session.execute(sa.delete(RequestInFlight).where(*mine))


def _hash(key: str, name: str) -> str:
    """What stands for person and key, without naming the person."""
    return hashlib.sha256(rfc8785.dumps([name, key])).hexdigest()


def request_sha256(operation: str, body: Any, actor: Actor) -> str:
    """The hash by which a request is known again: operation, role, party and body in RFC 8785 form."""
    request = {"operation": operation, "role": actor.role, "party": actor.party, "body": body}
    return hashlib.sha256(rfc8785.dumps(request)).hexdigest()


def _check(key: str) -> None:
    if not key.strip() or not key.isprintable():
        raise ValidationError(["key: it is empty or has control characters; give a text of your own, used once"])
    if len(key) > LONGEST_KEY:
        raise ValidationError([f"key: it has {len(key)} characters; use at most {LONGEST_KEY}"])
