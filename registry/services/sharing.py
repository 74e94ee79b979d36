"""Shared services between entries: offered by one to all, relied on by others, left and ended. Nobody is asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.shared_services import ServiceKind, ServiceReliance, SharedService
from registry.services import outbox
from registry.services.acting import get, get_claim, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record
from registry.services.wording import worded

WITH_ENTRY = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)
PARTY_OR_OFFICE = ("delegate", "registrar")
MOST_SERVED = 1000


def offer(
    session: Session, claim_id: str, kind: str, what: str, serves: int, actor: Actor, at: datetime
) -> SharedService:
    """Offer a service of an entry of the own party to every other entry, at most `serves` at a time."""
    require_role(actor, *PARTY_OR_OFFICE)
    claim = _with_entry(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    _check(kind, serves)
    service = SharedService(
        id=f"S-{(session.scalar(select(func.count()).select_from(SharedService)) or 0) + 1:04d}",
        claim_id=claim_id,
        party_id=claim.filed_by_id,
        kind=kind,
        what=worded("what", what),
        serves=serves,
        offered_at=at,
        illustrative=claim.illustrative,
    )
    session.add(service)
    record(session, at, actor, "service-offered", f"services/{service.id}", [service])
    return service


def rely(
    session: Session, service_id: str, claim_id: str, need: str, actor: Actor, at: datetime, *, vital: bool
) -> ServiceReliance:
    """State that an entry of the own party relies on a service of another entry.

    Raises
    ------
    ConflictError
        If the service or one of the entries is over, the service is one's own, or it serves as many as it can.
    """
    require_role(actor, *PARTY_OR_OFFICE)
    service = _in_force(session, service_id, at)
    claim = _with_entry(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    _with_entry(session, service.claim_id, actor)
    if claim_id == service.claim_id:
        raise ConflictError(f"service {service_id} is offered by claim {claim_id} itself; rely on another's")
    served = _served(session, service_id)
    if any(row.claim_id == claim_id for row in served):
        raise ConflictError(f"claim {claim_id} relies on service {service_id} already; there is nothing to state")
    if len(served) >= service.serves:
        raise ConflictError(f"service {service_id} serves {service.serves} entries, all that it can; rely on another")
    reliance = ServiceReliance(
        service_id=service_id,
        claim_id=claim_id,
        party_id=claim.filed_by_id,
        vital=vital,
        need=worded("need", need),
        since_at=at,
    )
    session.add(reliance)
    record(session, at, actor, "service-relied-on", f"services/{service_id}", [reliance])
    return reliance


def leave(session: Session, service_id: str, claim_id: str, reason: str, actor: Actor, at: datetime) -> ServiceReliance:
    """State that an entry of the own party relies on a service no more."""
    require_role(actor, *PARTY_OR_OFFICE)
    _in_force(session, service_id, at)
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    reliance = next((row for row in _served(session, service_id) if row.claim_id == claim_id), None)
    if reliance is None:
        raise ConflictError(f"claim {claim_id} does not rely on service {service_id}; there is nothing to leave")
    kept = worded("reason", reason)
    reliance.ended_at = at
    record(session, at, actor, "service-left", f"services/{service_id}", [reliance], reason=kept)
    return reliance


def end(session: Session, service_id: str, reason: str, actor: Actor, at: datetime) -> SharedService:
    """End a service that the own party offers; those who rely on it stand in the record, and are told."""
    require_role(actor, *PARTY_OR_OFFICE)
    service = _in_force(session, service_id, at)
    require_own_party(actor, service.party_id)
    kept, served = worded("reason", reason), _served(session, service_id)
    rows = _ended(session, service, served, kept, at)
    record(session, at, actor, "service-ended", f"services/{service_id}", rows, reason=kept)
    return service


def end_with(session: Session, claim_id: str, reason: str, at: datetime) -> list[Base]:
    """End what the entry of a claim offers and relies on, with the entry: the rows for the record of that step."""
    offered = select(SharedService).where(SharedService.claim_id == claim_id, SharedService.ended_at.is_(None))
    rows: list[Base] = []
    for service in session.scalars(offered.order_by(SharedService.id)).all():
        rows += _ended(session, service, _served(session, service.id), reason, at)
    relied = select(ServiceReliance).where(ServiceReliance.claim_id == claim_id, ServiceReliance.ended_at.is_(None))
    for row in session.scalars(relied.order_by(ServiceReliance.id)).all():
        row.ended_at = at
        rows.append(row)
    return rows


def _ended(
    session: Session, service: SharedService, served: Sequence[ServiceReliance], reason: str, at: datetime
) -> list[Base]:
    """Close a service and what is relied on; a notice for each entry that relied on it. All these rows."""
    service.ended_at = at
    rows: list[Base] = [service, *served]
    for row in served:
        row.ended_at = at
        said = {
            "service": service.id,
            "kind": service.kind,
            "what": service.what,
            "offered_by": service.claim_id,
            "claim": row.claim_id,
            "party": row.party_id,
            "need": row.need,
            "matters": "vital: without another one of this kind it has to stop" if row.vital else "not vital",
            "reason": reason,
        }
        rows += outbox.post(session, "service-ended", f"services/{service.id}", said, at, [row.party_id])
    return rows


def _in_force(session: Session, service_id: str, at: datetime) -> SharedService:
    service = get(session, SharedService, service_id, "service")
    check_at(session, f"services/{service_id}", at)
    if service.ended_at is not None:
        raise ConflictError(f"service {service_id} has ended; another has to be offered")
    return service


def _with_entry(session: Session, claim_id: str, actor: Actor) -> Claim:
    claim = get_claim(session, claim_id, actor)
    if claim.state not in WITH_ENTRY:
        raise ConflictError(f"claim {claim_id} is {claim.state}; services are shared between recorded entries")
    return claim


def _served(session: Session, service_id: str) -> list[ServiceReliance]:
    chosen = select(ServiceReliance).where(ServiceReliance.service_id == service_id)
    return list(session.scalars(chosen.where(ServiceReliance.ended_at.is_(None)).order_by(ServiceReliance.id)))


def _check(kind: str, serves: int) -> None:
    faults = []
    if kind not in list(ServiceKind):
        faults.append(f"kind: {kind!r} is unknown; use one of {', '.join(ServiceKind)}")
    if not 1 <= serves <= MOST_SERVED:
        faults.append(f"serves: {serves} is not from 1 to {MOST_SERVED}; say how many entries it can serve at a time")
    if faults:
        raise ValidationError(faults)
