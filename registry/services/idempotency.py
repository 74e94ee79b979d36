"""Idempotency keys: a request that comes again under its key gets the same answer and does nothing a second time.

A refused request leaves no trace, so that it can be corrected and sent again under the same key. Requests are no part
of what the log can rebuild: they say how often something was asked for, not what happened.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.requests import LONGEST_KEY, Request
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
    digest = request_sha256(operation, body, actor)
    kept = session.scalars(select(Request).where(Request.actor == actor.name, Request.key == key)).one_or_none()
    if kept is None:
        answer = do()
        session.add(Request(actor=actor.name, key=key, operation=operation, sha256=digest, answer=answer, at=at))
        session.flush()
        return answer
    if kept.sha256 != digest:
        raise KeyUsedError(f"the key {key!r} stands for another request, of {kept.operation}; take a new key")
    return kept.answer


def request_sha256(operation: str, body: Any, actor: Actor) -> str:
    """The hash by which a request is known again: operation, role, party and body in RFC 8785 form."""
    request = {"operation": operation, "role": actor.role, "party": actor.party, "body": body}
    return hashlib.sha256(rfc8785.dumps(request)).hexdigest()


def _check(key: str) -> None:
    if not key.strip() or not key.isprintable():
        raise ValidationError(["key: it is empty or has control characters; give a text of your own, used once"])
    if len(key) > LONGEST_KEY:
        raise ValidationError([f"key: it has {len(key)} characters; use at most {LONGEST_KEY}"])
