"""Rounds: announced, opened on a published policy that cannot change afterwards, closed."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.examinations import Provision
from registry.domain.instants import utc_text
from registry.domain.instruments import Instrument
from registry.domain.notices import Notice
from registry.domain.places import Feature, Region
from registry.domain.policy import Known, changed_after_filing, check_policy
from registry.domain.rounds import Policy, Round, RoundState
from registry.domain.site_bank import unheld
from registry.log import records
from registry.queries import site_bank
from registry.services import outbox
from registry.services.acting import get_round, move_round, policy_of, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at, refuse_naive
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
    for field, instant in (("at", at), ("opens_at", opens_at), ("closes_at", closes_at)):
        refuse_naive(field, instant)
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
    fields = {"opens_at": utc_text(opens_at), "closes_at": utc_text(closes_at)}
    told = _tell(session, "round-announced", round_, fields, at)
    record(session, at, actor, "round-announced", f"rounds/{round_id}", [round_, *told])
    return round_


def publish_policy(session: Session, round_id: str, content: Mapping[str, Any], actor: Actor, at: datetime) -> Policy:
    """Publish the policy of a round that is not open yet, or a new version after a rejection; earlier ones are kept.

    A version after a rejection keeps what filings were made under and names another source for a new draw. The round
    is then closed again: it is frozen, drawn and proposed anew.
    """
    require_role(actor, "registrar")
    round_ = get_round(session, round_id)
    if round_.state not in (RoundState.ANNOUNCED, RoundState.REJECTED):
        raise ConflictError(f"round {round_id} is {round_.state}; its policy cannot change after the opening")
    check_at(session, f"rounds/{round_id}", at)
    _check(session, content)
    _require_bank_held(session, content)
    holds = _new_version(round_, content) if round_.state == RoundState.REJECTED else ()
    policy = Policy(
        round=round_,
        version=len(round_.policies) + 1,
        content=dict(content),
        sha256=hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest(),
        published_at=at,
    )
    session.add(policy)
    session.flush()  # while the state still permits it: the database looks too
    move_round(round_, "publish-policy", actor, holds)
    told = _tell(session, "policy-published", round_, {"version": policy.version, "sha256": policy.sha256}, at)
    record(session, at, actor, "policy-published", f"rounds/{round_id}", [round_, policy, *told])
    return policy


def _new_version(round_: Round, content: Mapping[str, Any]) -> set[str]:
    """The guard that a policy after a rejection meets; ConflictError if it changes what claims were filed under."""
    changed = changed_after_filing(policy_of(round_).content, content)
    if changed:
        raise ConflictError(f"claims were filed under {', '.join(changed)}; a later version keeps these as they are")
    sources = {policy.content["draw_source"] for policy in round_.policies}
    return set() if content["draw_source"] in sources else {"source-anew"}


def _tell(session: Session, kind: str, round_: Round, fields: Mapping[str, object], at: datetime) -> list[Notice]:
    about = {"round": round_.id, "round_name": round_.name, **fields}
    return outbox.post(session, kind, f"rounds/{round_.id}", about, at)


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


def _require_bank_held(session: Session, content: Mapping[str, Any]) -> None:
    """Refuse a policy that does not keep every banked site free."""
    wanted = site_bank.holds(session, date.fromisoformat(content["epoch"]), content["horizon_days"])
    faults = unheld(content["holds"], wanted)
    if faults:
        raise ValidationError(faults)


def open_round(session: Session, round_id: str, actor: Actor, at: datetime) -> Round:
    """Open the filing window, at or after the announced opening and only on a published policy."""
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    if round_.policy is not None:  # a site can be banked after its publication; it is published anew then
        _require_bank_held(session, round_.policy.content)
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
    check_at(session, f"rounds/{round_id}", at)
    move_round(round_, "close", actor, {"closing-reached"} if at >= round_.closes_at else ())
    round_.closed_at = at
    record(session, at, actor, "round-closed", f"rounds/{round_id}", [round_])
    return round_
