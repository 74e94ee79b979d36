"""What waits because of entries: duties that are due soon or overdue, notices of others to be answered, services that end.

A delegate sees what the own party has to do, the registrar all of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Revision, is_newest
from registry.domain.duties import Duty, DutyKind, DutyState, reminder_at
from registry.domain.rounds import Round
from registry.domain.shared_services import ServiceReliance, SharedService
from registry.domain.visibility import Viewer
from registry.domain.zone_requests import RequestKind, ZoneRequest
from registry.queries.items import Item
from registry.queries.shared_services import LASTING

OFFICE = "registrar"
Chosen = Select[*tuple[Any, ...]]


def due_duties(session: Session, viewer: Viewer, at: datetime) -> Iterator[Item]:
    """Duties from the day of their reminder on, until they are met or their miss is recorded; by kind, each once."""
    timers = _timers(session)
    cells = (Duty, Claim.id, Claim.round_id, Revision.name)
    wanted = _newest(select(*cells).join(Claim, Claim.id == Duty.claim_id))
    for duty, claim, round_id, name in session.execute(_of_viewer(wanted, viewer).where(Duty.state == DutyState.OPEN)):
        if reminder_at(duty.due_at, timers.get(round_id, {})) <= at:
            yield Item(f"duty-{duty.kind}", claim, name, round_id, duty.opened_at, duty.due_at)


def unanswered(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    """Notices of work within zones that wait for terms of coordination, as long as the entry is there."""
    cells = (ZoneRequest, Claim.round_id, Revision.name)
    wanted = _newest(select(*cells).join(Claim, Claim.id == ZoneRequest.claim_id)).where(
        ZoneRequest.kind == RequestKind.ENTER, ZoneRequest.answered_at.is_(None), Claim.state.in_(LASTING)
    )
    for row, round_id, name in session.execute(_of_viewer(wanted, viewer)):
        yield Item("request", str(row.id), f"{row.claim_id} {name}", round_id, row.asked_at, row.answer_by_at)


def ending_services(session: Session, viewer: Viewer, at: datetime) -> Iterator[Item]:
    """Services that somebody relies on and whose entry ends soon; a delegate's own reliances only."""
    timers = _timers(session)
    cells = (SharedService, Claim.round_id, Revision.name, Duty.due_at, ServiceReliance.since_at)
    wanted = _newest(
        select(*cells)
        .join(ServiceReliance, ServiceReliance.service_id == SharedService.id)
        .join(Claim, Claim.id == SharedService.claim_id)
        .join(Duty, Duty.claim_id == Claim.id)
    ).where(
        SharedService.ended_at.is_(None),
        ServiceReliance.ended_at.is_(None),
        Duty.kind == DutyKind.TERM,
        Duty.state == DutyState.OPEN,
    )
    if OFFICE not in viewer.roles:
        wanted = wanted.where(ServiceReliance.party_id == viewer.filing_party)
    for row, round_id, name, ends_at, since_at in session.execute(wanted):
        if reminder_at(ends_at, timers.get(round_id, {})) <= at:
            yield Item("service-ending", row.id, f"{row.kind}, {row.claim_id} {name}", round_id, since_at, ends_at)


def _timers(session: Session) -> Mapping[str, Mapping[str, Any]]:
    """The timers of each round's policy."""
    return {row.id: row.policy.content["timers"] for row in session.scalars(select(Round)) if row.policy}


def _newest(chosen: Chosen) -> Chosen:
    """With the newest revision of the claim."""
    return chosen.join(Revision, Revision.claim_id == Claim.id).where(is_newest())


def _of_viewer(chosen: Chosen, viewer: Viewer) -> Chosen:
    """Of the own party's claims, or of all for the registrar."""
    return chosen if OFFICE in viewer.roles else chosen.where(Claim.filed_by_id == viewer.filing_party)
