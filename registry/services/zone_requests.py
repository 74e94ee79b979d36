"""What others ask of an entry: to work within its zones, by notice and coordination without a veto, and the basis of a zone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.entries import Zone
from registry.domain.instants import utc_text
from registry.domain.parties import Party
from registry.domain.timers import deadline
from registry.domain.zone_requests import RequestKind, ZoneRequest
from registry.services import lives
from registry.services.acting import get, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at
from registry.services.lives import Life
from registry.services.wording import worded
from solver import zones

# How long the party of an entry has to answer, where its filing says nothing. Source: Artemis Accords, section 11
# (promptly); proposal of this project.
ANSWER_DAYS = 14


def announce(
    session: Session,
    claim_id: str,
    party: str,
    purpose: str,
    days: tuple[date, date],
    actor: Actor,
    at: datetime,
) -> ZoneRequest:
    """Tell the party of an entry that `party` will work within its zones on these days, both included, and ask for terms.

    It is a notice: nobody can refuse it, and no answer is needed to go in.
    """
    life = _asked_of(session, claim_id, party, actor, at)
    said, (first, last) = worded("purpose", purpose), days
    faults = [] if first <= last else [f"days: {first} is after {last}; give the first day first"]
    if last < at.date():
        faults.append(f"days: {last} is over; a notice comes before")
    if faults:
        raise ValidationError(faults)
    request = _kept(session, life, party, RequestKind.ENTER, said, at, first_day=first, last_day=last)
    told = {"request": request.id, "party": party, "purpose": said, "first_day": first, "last_day": last}
    lives.tell(session, life, "zone-entry-announced", at, {"answer_by": utc_text(request.answer_by_at), **told})
    lives.keep(session, life, "zone-entry-announced", actor, at)
    return request


def answer(session: Session, request_id: int, terms: str, actor: Actor, at: datetime) -> ZoneRequest:
    """Answer with terms of coordination, or with more on a basis; the notice stands whatever they are."""
    require_role(actor, "delegate", "registrar")
    request = get(session, ZoneRequest, request_id, "request")
    life = lives.life_of(session, request.claim_id, actor, at)
    if request.answered_at is not None:
        raise ConflictError(f"request {request_id} was answered already; coordinate with party {request.party_id}")
    request.answer, request.answered_at = worded("terms", terms), at
    life.rows.append(request)
    told = {"request": request.id, "party": request.party_id, "terms": request.answer}
    lives.tell(session, life, "zone-request-answered", at, told, to=[request.party_id])
    lives.keep(session, life, "zone-request-answered", actor, at)
    return request


def ask_basis(
    session: Session, claim_id: str, party: str, position: int, purpose: str, actor: Actor, at: datetime
) -> ZoneRequest:
    """Give `party` the basis of the zone of a phase (its position in the entry): at once, with all that is published."""
    life = _asked_of(session, claim_id, party, actor, at)
    said = worded("purpose", purpose)
    zone = next((row for row in life.entry.zones if row.position == position), None)
    if zone is None:
        there = ", ".join(f"{row.position} ({row.phase})" for row in life.entry.zones)
        raise ValidationError([f"position: entry {life.entry.id} has no zone {position}; use one of {there or 'none'}"])
    basis = basis_of(life, zone)
    request = _kept(session, life, party, RequestKind.BASIS, said, at, position=position, basis=basis)
    told = {"request": request.id, "party": party, "purpose": said, "phase": zone.phase, "basis": _in_words(basis)}
    lives.tell(session, life, "zone-basis-given", at, told, to=sorted({party, *life.credited}))
    lives.keep(session, life, "zone-basis-given", actor, at)
    return request


def basis_of(life: Life, zone: Zone) -> dict[str, Any]:
    """On what the size of a zone rests: method, version, source and inputs, and what its party published and keeps back."""
    phase = next(row for row in life.entry.placement.phases if row.position == zone.position)
    filed = life.claim.current.particulars.get("zones") or {}
    method = zones.METHODS.get(zone.method_id)
    return {
        "phase": zone.phase,
        "keep_out_m": zone.keep_out_m,
        "method": zone.method_id,
        "version": zone.method_version,
        "source": method.source if method else "",
        "inputs": phase.inputs,
        "anomaly": phase.anomaly,
        "reason": filed.get("reason", ""),
        "published": filed.get("published", ""),
        "withheld": filed.get("withheld", ""),
    }


def _in_words(basis: dict[str, Any]) -> str:
    inputs = ", ".join(f"{name} {value}" for name, value in sorted(basis["inputs"].items())) or "none"
    withheld = f" Withheld: {basis['withheld']}" if basis["withheld"] else ""
    return (
        f"{basis['keep_out_m']} m by {basis['method']} {basis['version']} ({basis['source']}) from {inputs}. "
        f"{basis['reason']}{withheld}"
    ).strip()


def _asked_of(session: Session, claim_id: str, party: str, actor: Actor, at: datetime) -> Life:
    """The entry that somebody asks about, in the name of a party that is there."""
    require_role(actor, "delegate", "registrar")
    require_own_party(actor, party)
    life = lives.life_of(session, claim_id, actor, at, own_party=False)
    if session.get(Party, party) is None:
        raise ValidationError([f"party: there is no party {party!r}; check the id"])
    check_at(session, f"claims/{claim_id}", at)
    return life


def _kept(
    session: Session, life: Life, party: str, kind: RequestKind, purpose: str, at: datetime, **cells: Any
) -> ZoneRequest:
    filed = life.claim.current.particulars.get("zones") or {}
    days = filed.get("entry_notice_days")
    request = ZoneRequest(
        claim_id=life.claim.id,
        entry_id=life.entry.id,
        party_id=party,
        kind=kind,
        purpose=purpose,
        asked_at=at,
        answer_by_at=deadline(at, {"value": days if isinstance(days, int) else ANSWER_DAYS, "unit": "days"}),
        answer="",
        **cells,
    )
    session.add(request)
    session.flush()
    life.rows.append(request)
    return request
