"""Freezing a round: its ready claims become one instance, stored with the hash by which everyone will know it."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import freeze as rules
from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.decisions import FrozenInstance
from registry.domain.instants import utc_text
from registry.domain.instruments import Membership
from registry.domain.memberships import groups_at
from registry.domain.parties import Operator
from registry.domain.places import Feature, Region
from registry.domain.rounds import Policy, Round
from registry.domain.transitions import OUT_OF_ROUND
from registry.queries import agreements
from registry.services.acting import get_round, move_round, policy_of
from registry.services.errors import ConflictError, ValidationError
from registry.services.recording import record
from solver.fields import InputError
from solver.io import parse_instance


def freeze_round(session: Session, round_id: str, actor: Actor, at: datetime) -> FrozenInstance:
    """Freeze a closed round whose claims are all ready or out of it."""
    round_ = get_round(session, round_id)
    claims = session.scalars(select(Claim).where(Claim.round_id == round_id).order_by(Claim.id)).all()
    settled = all(claim.state in (ClaimState.READY, *OUT_OF_ROUND) for claim in claims)
    move_round(round_, "freeze", actor, {"claims-settled"} if settled else ())
    policy = policy_of(round_)
    number = len(session.scalars(select(FrozenInstance.id).where(FrozenInstance.round_id == round_id)).all()) + 1
    content = _content(session, round_, policy, claims, number)
    data = rfc8785.dumps(content)
    _check(data)
    frozen = FrozenInstance(
        round_id=round_id,
        policy=policy,
        number=number,
        content=content,
        sha256=hashlib.sha256(data).hexdigest(),
        frozen_at=at,
    )
    round_.frozen_at = at
    session.add(frozen)
    record(session, at, actor, "round-frozen", f"rounds/{round_id}", [round_, frozen])
    return frozen


def instance_bytes(frozen: FrozenInstance) -> bytes:
    """The instance file: RFC 8785 bytes, whose SHA-256 is the instance's hash."""
    return rfc8785.dumps(frozen.content)


def _content(session: Session, round_: Round, policy: Policy, claims: Sequence[Claim], number: int) -> dict[str, Any]:
    rules_of_round = policy.content
    day = date.fromisoformat(rules_of_round["groups_as_of"])
    controllers = {row.id: row.controller_id for row in session.scalars(select(Operator))}
    ready = [_ready(claim, controllers) for claim in claims if claim.state == ClaimState.READY]
    try:
        return rules.freeze(
            round_.id if number == 1 else f"{round_.id}.{number}",
            rules_of_round,
            ready,
            groups_at(session.scalars(select(Membership)), rules_of_round["groups"], day),
            places(session),
            agreements.in_force(session, round_.id),
        )
    except rules.FreezeError as error:
        raise ConflictError(f"round {round_.id} cannot be frozen: {error}") from error


def places(session: Session) -> list[rules.RegionPlace | rules.FeaturePlace]:
    """Every region and named feature, as freezing and maps need them."""
    regions = [rules.RegionPlace(row.id, row.footprint) for row in session.scalars(select(Region))]
    features = [
        rules.FeaturePlace(row.id, row.lat_deg, row.lon_deg, None if row.diameter_km is None else row.diameter_km * 500)
        for row in session.scalars(select(Feature))
    ]
    return [*regions, *features]


def _ready(claim: Claim, controllers: dict[str, str]) -> rules.ReadyClaim:
    revision = claim.current
    return rules.ReadyClaim(
        id=claim.id,
        credit={credit.party_id: credit.percent for credit in revision.credits},
        operator=revision.operator_id,
        controller=controllers[revision.operator_id],
        received_at=utc_text(claim.received_at),
        placements=tuple(
            rules.ReadyPlacement(
                rank=row.rank,
                footprint=row.footprint,
                first_day=row.first_day,
                last_day=row.last_day,
                phases=tuple((phase.name, phase.offset_days, phase.days, phase.keep_out_m) for phase in row.phases),
            )
            for row in revision.placements
        ),
    )


def _check(data: bytes) -> None:
    """Refuse to freeze what the solver could not read."""
    try:
        parse_instance(data)
    except InputError as error:
        raise ValidationError(error.faults) from error
