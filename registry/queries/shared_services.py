"""Shared services: what is offered, who relies on it, and what breaks if one ends. The same for every viewer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, ClaimState, Revision, is_newest
from registry.domain.shared_services import Loss, Offered, Relied, ServiceReliance, SharedService, what_breaks

# The states of a claim whose entry is not over.
LASTING = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class RelianceView:
    """An entry that relies on a service, by its claim."""

    claim: str
    party: str
    vital: bool
    need: str
    since_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service with those who rely on it now; `breaks` is what follows if it ends. Over when ended, or its entry is."""

    id: str
    kind: str
    claim: str
    party: str
    what: str
    serves: int
    offered_at: datetime
    is_over: bool
    relied_on_by: tuple[RelianceView, ...]
    breaks: tuple[Loss, ...]


def list_services(session: Session) -> tuple[ServiceView, ...]:
    """Every service by id."""
    rows = list(session.scalars(select(SharedService).order_by(SharedService.id)))
    reliances = _reliances(session)
    offered, relied = _in_force(session, rows, reliances)
    there = {row.id for row in offered}
    return tuple(
        ServiceView(
            id=row.id,
            kind=row.kind,
            claim=row.claim_id,
            party=row.party_id,
            what=row.what,
            serves=row.serves,
            offered_at=row.offered_at,
            is_over=row.id not in there,
            relied_on_by=tuple(
                RelianceView(held.claim_id, held.party_id, held.vital, held.need, held.since_at)
                for held in reliances.get(row.id, ())
            ),
            breaks=what_breaks(offered, relied, ending=(row.id,)),
        )
        for row in rows
    )


def find_service(session: Session, service_id: str) -> ServiceView | None:
    """The service with this id, or None."""
    return next((row for row in list_services(session) if row.id == service_id), None)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the entry of a claim offers, what it relies on, and what follows if it ends."""

    offered: tuple[ServiceView, ...]
    relied_on: tuple[ServiceView, ...]
    breaks: tuple[Loss, ...]


def sharing_of(session: Session, claim_id: str) -> Sharing:
    """What an entry has to do with services; those that are over are left out."""
    rows = [row for row in list_services(session) if not row.is_over]
    return Sharing(
        offered=tuple(row for row in rows if row.claim == claim_id),
        relied_on=tuple(row for row in rows if any(held.claim == claim_id for held in row.relied_on_by)),
        breaks=breaks_with(session, claim_id),
    )


def lasting(session: Session, party: str | None = None) -> tuple[tuple[str, str], ...]:
    """Claim and name of every entry that is not over, or of those of the claims that a party filed; by claim."""
    chosen = select(Claim.id, Revision.name).join(Revision, Revision.claim_id == Claim.id)
    chosen = chosen.where(Claim.state.in_(LASTING), is_newest())
    if party is not None:
        chosen = chosen.where(Claim.filed_by_id == party)
    return tuple((row.id, row.name) for row in session.execute(chosen.order_by(Claim.id)))


def breaks_with(session: Session, claim_id: str) -> tuple[Loss, ...]:
    """What follows if the entry of a claim ends."""
    rows = list(session.scalars(select(SharedService)))
    return what_breaks(*_in_force(session, rows, _reliances(session)), entries=(claim_id,))


def _reliances(session: Session) -> Mapping[str, list[ServiceReliance]]:
    found: dict[str, list[ServiceReliance]] = defaultdict(list)
    chosen = select(ServiceReliance).where(ServiceReliance.ended_at.is_(None))
    for row in session.scalars(chosen.order_by(ServiceReliance.id)):
        found[row.service_id].append(row)
    return found


def _in_force(
    session: Session, services: list[SharedService], reliances: Mapping[str, list[ServiceReliance]]
) -> tuple[list[Offered], list[Relied]]:
    """What is offered and relied on by entries that are not over."""
    involved = {row.claim_id for row in services} | {row.claim_id for rows in reliances.values() for row in rows}
    chosen = select(Claim.id).where(Claim.id.in_(involved), Claim.state.in_(LASTING))
    lasting = set(session.scalars(chosen))
    offered = [
        Offered(row.id, row.kind, row.claim_id) for row in services if row.ended_at is None and row.claim_id in lasting
    ]
    relied = [
        Relied(row.service_id, row.claim_id, row.vital)
        for rows in reliances.values()
        for row in rows
        if row.claim_id in lasting
    ]
    return offered, relied
