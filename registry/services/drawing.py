"""The draw: a public value that nobody could know when the instance was frozen, and the seed made from both."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.decisions import Draw, FrozenInstance
from registry.services.acting import get_round, move_round
from registry.services.errors import ConflictError, ValidationError
from registry.services.recording import record

LEAST_VALUE_BYTES = 16


def draw(
    session: Session,
    round_id: str,
    value_hex: str,
    source: str,
    actor: Actor,
    at: datetime,
    *,
    illustrative: bool = False,
) -> Draw:
    """Record the one draw of a frozen round. An invented value is for illustrative rounds only."""
    round_ = get_round(session, round_id)
    value = _value(value_hex)
    if illustrative and not round_.illustrative:
        raise ConflictError(f"round {round_id} is not illustrative; draw a real public value")
    move_round(round_, "draw", actor)
    instance = newest_instance(session, round_id)
    if at < instance.frozen_at:
        raise ConflictError("the draw lies before the freezing; take a value published after it")
    drawn = Draw(
        instance=instance,
        source=source,
        value_hex=value.hex(),
        seed_hex=seed(instance.sha256, value),
        drawn_at=at,
        illustrative=illustrative,
    )
    round_.drawn_at = at
    session.add(drawn)
    record(session, at, actor, "seed-drawn", f"rounds/{round_id}", [round_, drawn])
    return drawn


def seed(instance_sha256: str, value: bytes) -> str:
    """SHA-256(instance hash bytes, 0x00, value bytes), in lower-case hex."""
    return hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).hexdigest()


def newest_instance(session: Session, round_id: str) -> FrozenInstance:
    """The instance that the round was last frozen to."""
    found = session.scalars(
        select(FrozenInstance).where(FrozenInstance.round_id == round_id).order_by(FrozenInstance.number.desc())
    ).first()
    if found is None:
        raise ConflictError(f"round {round_id} is not frozen; freeze it first")
    return found


def _value(value_hex: str) -> bytes:
    try:
        value = bytes.fromhex(value_hex)
    except ValueError as error:
        raise ValidationError(["value_hex: it is not whole bytes in hexadecimal; copy the published value"]) from error
    if len(value) < LEAST_VALUE_BYTES:
        raise ValidationError([f"value_hex: it has {len(value)} bytes; a public value has {LEAST_VALUE_BYTES} or more"])
    return value
