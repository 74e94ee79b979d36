"""Rounds: announced, opened on a published policy that cannot change afterwards, closed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.examinations import Provision
from registry.domain.instruments import Instrument
from registry.domain.places import Feature, Region
from registry.domain.policy import Known, check_policy
from registry.domain.rounds import Policy, Round, RoundState
from registry.log import records
from registry.services.acting import get_round, move_round, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.recording import record
from solver.fields import InputError


def announce(
    session: Session,
    round_id: str,
    name: str,
    window: tuple[datetime, datetime],
    actor: Actor,
    at: datetime,
    *,
    note: str = "",
    illustrative: bool = False,
) -> Round:
    """Announce a round with its filing window (opening, closing)."""
    require_role(actor, "registrar")
    records.lock(session)
    opens_at, closes_at = window
    if session.get(Round, round_id):
        raise ConflictError(f"round {round_id} is announced already; choose another id")
    if opens_at >= closes_at:
        raise ValidationError(["closes_at: it does not follow the opening; give a later instant"])
    round_ = Round(
        id=round_id,
        name=name,
        state=RoundState.ANNOUNCED,
        illustrative=illustrative,
        note=note,
        opens_at=opens_at,
        closes_at=closes_at,
        announced_at=at,
    )
    session.add(round_)
    record(session, at, actor, "round-announced", f"rounds/{round_id}", [round_])
    return round_


def publish_policy(session: Session, round_id: str, content: Mapping[str, Any], actor: Actor, at: datetime) -> Policy:
    """Publish the policy of a round that is not open yet; a later version replaces an earlier one, which is kept."""
    require_role(actor, "registrar")
    round_ = get_round(session, round_id)
    if round_.state != RoundState.ANNOUNCED:
        raise ConflictError(f"round {round_id} is {round_.state}; its policy cannot change after the opening")
    _check(session, content)
    policy = Policy(
        round=round_,
        version=len(round_.policies) + 1,
        content=dict(content),
        sha256=hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest(),
        published_at=at,
    )
    session.add(policy)
    record(session, at, actor, "policy-published", f"rounds/{round_id}", [policy])
    return policy


def _check(session: Session, content: Mapping[str, Any]) -> None:
    known = Known(
        places={*session.scalars(select(Region.id)), *session.scalars(select(Feature.id))},
        instruments=set(session.scalars(select(Instrument.id))),
        provisions=set(session.scalars(select(Provision.id))),
    )
    try:
        check_policy(dict(content), known)
    except InputError as error:
        raise ValidationError(error.faults) from error


def open_round(session: Session, round_id: str, actor: Actor, at: datetime) -> Round:
    """Open the filing window, at or after the announced opening and only on a published policy."""
    round_ = get_round(session, round_id)
    holds = {
        "policy-published": round_.policy is not None,
        "opening-reached": at >= round_.opens_at,
    }
    move_round(round_, "open", actor, {name for name, held in holds.items() if held})
    round_.opened_at = at
    record(session, at, actor, "round-opened", f"rounds/{round_id}", [round_])
    return round_


def close_round(session: Session, round_id: str, actor: Actor, at: datetime) -> Round:
    """Close the filing window, at or after the announced closing."""
    round_ = get_round(session, round_id)
    move_round(round_, "close", actor, {"closing-reached"} if at >= round_.closes_at else ())
    round_.closed_at = at
    record(session, at, actor, "round-closed", f"rounds/{round_id}", [round_])
    return round_
