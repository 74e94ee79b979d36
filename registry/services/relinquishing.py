"""Giving back: part of a footprint, or the entry whole. What an operation leaves behind is kept as a heritage candidate."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import DutyKind, DutyState
from registry.domain.entries import Entry, EntryState
from registry.domain.evidence import Evidence, EvidenceKind
from registry.domain.places import ProtectedPlace
from registry.domain.shrinking import lies_within
from registry.services import lives, sharing
from registry.services.acting import move_claim, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.evidence import Report, keep_evidence
from registry.services.lives import Life
from registry.services.outlines import rounded
from solver import geometry

# How well the place of an object is known that its own party reported. Source: proposal of this project.
RESIDUAL_SIGMA_M = 100.0


def demonstrate(
    session: Session, claim_id: str, footprint: Mapping[str, Any], report: Report, actor: Actor, at: datetime
) -> Entry:
    """Shrink the entry to the footprint (GeoJSON, map metres) that is demonstrably used; the rest is given back.

    Raises
    ------
    ValidationError
        If the footprint is none, or reaches outside the one that the entry has.
    """
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    if life.entry.state not in (EntryState.IN_USE, EntryState.SUSPENDED):
        raise ConflictError(f"entry {life.entry.id} is {life.entry.state}; what is used shows after the landing")
    kept = _within(life.entry, footprint)
    keep_evidence(session, life, EvidenceKind.FOOTPRINT, report, at, ground=kept)
    lives.close_duties(session, life, DutyState.MET, at, [DutyKind.FOOTPRINT])
    return shrink(session, life, actor, at, "footprint-demonstrated", footprint=kept)


def shrink(session: Session, life: Life, actor: Actor, at: datetime, cause: str, **changes: Any) -> Entry:
    """Record a smaller entry, with a new end of its term where days were given back; tell and record it."""
    before = life.entry
    entry = lives.supersede(session, life, at, cause, **changes)
    if entry.valid_until != before.valid_until:
        lives.close_duties(session, life, DutyState.VOID, at, [DutyKind.TERM])
        lives.open_term(session, life, at)
    ground = "a smaller footprint" if "footprint" in changes else "the same footprint"
    lives.tell(session, life, "entry-shrunk", at, {"reason": cause, "ground": ground, "ends_on": entry.valid_until})
    lives.keep(session, life, "entry-shrunk", actor, at, reason=cause)
    return entry


def _within(entry: Entry, footprint: Mapping[str, Any]) -> dict[str, Any]:
    try:
        shape = geometry.footprint(footprint)
    except geometry.GeometryFault as error:
        raise ValidationError([f"footprint: {error}"]) from error
    if not lies_within(shape, geometry.footprint(entry.ground)):
        raise ValidationError(["footprint: it reaches outside the one of the entry; give a part of that"])
    return rounded(footprint)


def end(session: Session, claim_id: str, remains: str, report: Report, actor: Actor, at: datetime) -> Entry:
    """End an entry at its party's wish, today; `remains` says what stays on the ground, empty if nothing does."""
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    keep_evidence(session, life, EvidenceKind.END, report, at, needs_document=False)
    move_claim(life.claim, "end", actor, at)
    return finish(session, life, actor, at, "relinquished", EntryState.ENDED, at.date(), remains.strip())


def finish(
    session: Session,
    life: Life,
    actor: Actor,
    at: datetime,
    cause: str,
    state: EntryState,
    ended_on: date,
    remains: str,
) -> Entry:
    """What the end of an entry brings with it, once the claim has moved: zones and duties end, objects stay on a list."""
    before = life.entry
    lives.close_duties(session, life, DutyState.VOID, at)
    least = before.valid_from + timedelta(days=1)
    until = min(before.valid_until, max(ended_on, least))
    entry = lives.supersede(session, life, at, cause, state=state, ended_on=ended_on, valid_until=until)
    life.rows += sharing.end_with(session, life.claim.id, f"its entry is over ({cause})", at)
    if remains and entry.in_use_from is not None:
        life.rows.append(_candidate(session, life, remains))
    kind = "entry-ended" if state == EntryState.ENDED else "entry-lapsed"
    said = {"reason": cause, "ended_on": ended_on, "remains": remains if entry.in_use_from and remains else "nothing"}
    lives.tell(session, life, kind, at, said)
    lives.keep(session, life, kind, actor, at, reason=cause)
    return entry


def remains_as_filed(life: Life) -> str:
    """What the claim said would stay on the ground."""
    disposal = life.claim.current.particulars.get("disposal") or {}
    return str(disposal.get("end_state") or "the objects of the operation")


def _candidate(session: Session, life: Life, remains: str) -> ProtectedPlace:
    """The object that stays, listed where it was said to have landed; nothing about it is enforced."""
    revision, entry = life.claim.current, life.entry
    point = _landed_at(session, life)
    lat_deg, lon_deg = geometry.to_geographic(*point)
    place = ProtectedPlace(
        id=f"residual-{life.claim.id}",
        name=f"{revision.name}: residual object",
        kind="lander",
        party_id=revision.state_of_registry_id,
        year=entry.in_use_from.year if entry.in_use_from else None,
        lat_deg=round(lat_deg, 6),
        lon_deg=round(lon_deg, 6) if round(lon_deg, 6) < 180 else -180.0,
        coordinate_sigma_m=RESIDUAL_SIGMA_M,
        radius_m=2000.0,
        enforced=False,
        remark=f"Heritage candidate, not decided on. {remains}",
        source=f"entry {entry.id} of claim {life.claim.id}",
        candidate_of_id=life.claim.id,
    )
    session.add(place)
    session.flush()
    return place


def _landed_at(session: Session, life: Life) -> tuple[float, float]:
    """The place of the landing in map metres; a point of the footprint where none was told."""
    wanted = select(Evidence.ground).where(Evidence.claim_id == life.claim.id, Evidence.kind == EvidenceKind.LANDING)
    ground = session.scalars(wanted).first()
    if ground:
        x, y = ground["coordinates"]
        return x, y
    point = geometry.footprint(life.entry.ground).representative_point()
    return point.x, point.y
