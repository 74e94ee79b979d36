"""Bringing into use: a landing at the site of the entry, with evidence; from then on the entry is confirmed every year."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import MILESTONES, DutyKind, DutyState
from registry.domain.entries import Entry, EntryState
from registry.domain.evidence import EvidenceKind
from registry.services import bank_duties, lives
from registry.services.acting import move_claim, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.evidence import Report, keep_evidence
from registry.services.lives import Life
from solver import geometry


def bring_into_use(
    session: Session, claim_id: str, position: Sequence[float], report: Report, actor: Actor, at: datetime
) -> Entry:
    """Record that the operation has landed at `position` (map metres); milestones before it are not asked for any more.

    Raises
    ------
    ValidationError
        If the landing is of no day of the entry, or farther from its footprint than its widest zone reaches.
    """
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    bank_duties.require_chosen(session, claim_id)
    ground = _landing(life, position, report)
    keep_evidence(session, life, EvidenceKind.LANDING, report, at, ground=ground)
    move_claim(life.claim, "bring-into-use", actor, at)
    lives.close_duties(session, life, DutyState.MET, at, [DutyKind.LANDING])
    lives.close_duties(session, life, DutyState.VOID, at, MILESTONES)
    entry = lives.supersede(session, life, at, "in-use", state=EntryState.IN_USE, in_use_from=report.happened_on)
    landed_at = lives.midnight(report.happened_on)
    lives.open_duty(session, life, DutyKind.CONFIRMATION, landed_at, at)
    if _has_extent(entry):
        lives.open_duty(session, life, DutyKind.FOOTPRINT, landed_at, at)
    where = f"{ground['coordinates'][0]:.0f} m, {ground['coordinates'][1]:.0f} m on the map"
    said = {"landed_on": report.happened_on, "position": where, "text": report.text.strip()}
    lives.tell(session, life, "entry-in-use", at, said)
    lives.keep(session, life, "entry-in-use", actor, at)
    return entry


def _has_extent(entry: Entry) -> bool:
    """Whether the footprint has anything to give back; a point has not."""
    shape = geometry.footprint(entry.ground)
    return bool(shape.area > 0 or shape.length > 0)


def _landing(life: Life, position: Sequence[float], report: Report) -> dict[str, Any]:
    """The place of the landing as GeoJSON; refused where it does not put this entry to use."""
    entry = life.entry
    document: dict[str, Any] = {"type": "Point", "coordinates": [*position]}
    try:
        point = geometry.footprint(document)
    except geometry.GeometryFault as error:
        raise ValidationError([f"position: {error}"]) from error
    if entry.state != EntryState.RECORDED:
        raise ConflictError(f"entry {entry.id} is {entry.state}; it was brought into use already")
    faults = []
    if not entry.valid_from <= report.happened_on < entry.valid_until:
        faults.append(
            f"happened_on: {report.happened_on} is no day of the entry, which runs from {entry.valid_from} until "
            f"{entry.valid_until}; a landing on another day does not bring it into use"
        )
    reach = max(zone.keep_out_m for zone in entry.zones)
    away = geometry.distance_m(geometry.footprint(entry.ground), point)
    if away > reach:
        faults.append(f"position: it lies {away:.0f} m from the footprint, outside every zone; give the landing in it")
    if faults:
        raise ValidationError(faults)
    return {"type": "Point", "coordinates": [round(float(value), 3) for value in position]}
