"""Freezing a round: its ready claims become one instance, stored with the hash by which everyone will know it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import freeze as rules
from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.decisions import FrozenInstance
from registry.domain.transitions import OUT_OF_ROUND, WITH_ENTRY
from registry.queries import instances
from registry.services.acting import get_round, move_round, policy_of
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record
from solver.fields import InputError
from solver.io import parse_instance

SETTLED = (ClaimState.READY, *OUT_OF_ROUND, *WITH_ENTRY)


def freeze_round(session: Session, round_id: str, actor: Actor, at: datetime) -> FrozenInstance:
    """Freeze a closed round whose claims are all ready, out of it, or recorded."""
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    states = session.scalars(select(Claim.state).where(Claim.round_id == round_id))
    move_round(round_, "freeze", actor, {"claims-settled"} if set(states) <= set(SETTLED) else ())
    policy = policy_of(round_)
    try:
        content = instances.of_round(session, policy)
    except rules.FreezeError as error:
        raise ConflictError(f"round {round_id} cannot be frozen: {error}") from error
    frozen = FrozenInstance(
        round_id=round_id,
        policy=policy,
        number=instances.next_number(session, round_id),
        frozen_at=at,
        **content_columns(content),
    )
    round_.frozen_at = at
    session.add(frozen)
    record(session, at, actor, "round-frozen", f"rounds/{round_id}", [round_, frozen])
    return frozen


def content_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content and hash of an instance that the solver can read; ValidationError for any other."""
    data = rfc8785.dumps(dict(content))
    try:
        parse_instance(data)
    except InputError as error:
        raise ValidationError(error.faults) from error
    return {"content": dict(content), "sha256": hashlib.sha256(data).hexdigest()}


def newest_instance(session: Session, round_id: str) -> FrozenInstance:
    """The instance that the round was last frozen to."""
    found = instances.newest(session, round_id)
    if found is None:
        raise ConflictError(f"round {round_id} is not frozen; freeze it first")
    return found


def instance_bytes(frozen: FrozenInstance) -> bytes:
    """The instance file: RFC 8785 bytes, whose SHA-256 is the instance's hash."""
    return rfc8785.dumps(frozen.content)
