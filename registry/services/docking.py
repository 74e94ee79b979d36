"""Docking: an arrangement that was agreed somewhere is recorded, and parties say whether they adopt it or dissent.

A record takes no side and binds nobody. What was recorded is never changed; a party may change its mind, and both words stay.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.agreements import Agreement
from registry.domain.docking import DockingPosition, DockingRecord, Position
from registry.domain.parties import Party
from registry.domain.texts import text_faults
from registry.services.acting import get, require_own_party, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record as append
from registry.services.wording import LONGEST_TEXT, worded
from solver.fields import Fault, InputError, Record

FIELDS = {
    "title": True, "origin_forum": True, "agreed_on": False, "text": True, "evidence": True, "target_body": True,
    "agenda_item": True, "agreement": False, "illustrative": True,
}  # fmt: skip
LINES = {"title": 200, "origin_forum": 200, "target_body": 200, "agenda_item": 300}
MOST_EVIDENCE, LONGEST_EVIDENCE = 50, 500


def record(session: Session, document: Any, actor: Actor, at: datetime, *, party: str | None = None) -> DockingRecord:
    """Record an arrangement from a document with the fields of FIELDS; the party for which it is done adopts it with that.

    Parameters
    ----------
    party
        The party whose paper the registrar enters (None: the agency's own); a delegate speaks for the own party.

    Raises
    ------
    ValidationError
        With every fault of the document.
    """
    require_role(actor, "delegate", "registrar")
    speaker = party or actor.party
    if speaker is not None:
        require_own_party(actor, speaker)
        get(session, Party, speaker, "party")
    said = _read(session, document)
    number = (session.scalar(select(func.count()).select_from(DockingRecord)) or 0) + 1
    made = DockingRecord(id=f"D-{number:04d}", recorded_by_id=speaker, recorded_at=at, **said)
    check_at(session, f"docking/{made.id}", at)
    session.add(made)
    session.flush()
    positions = [] if speaker is None else [_said(session, made, speaker, Position.ADOPTS, "", at)]
    append(session, at, actor, "arrangement-recorded", f"docking/{made.id}", [made, *positions])
    return made


def state(
    session: Session,
    docking_id: str,
    position: str,
    statement: str,
    actor: Actor,
    at: datetime,
    *,
    party: str | None = None,
) -> DockingPosition:
    """Say that a party adopts an arrangement, dissents, or takes its word back; who dissents says why.

    Parameters
    ----------
    party
        The party whose paper the registrar enters; a delegate speaks for the own party.
    """
    require_role(actor, "delegate", "registrar")
    made = get(session, DockingRecord, docking_id, "docking record")
    speaker = party or actor.party
    if speaker is None:
        raise NotAllowedError("name the party whose word this is")
    require_own_party(actor, speaker)
    get(session, Party, speaker, "party")
    if position not in tuple(Position):
        raise ValidationError([f"position: {position!r} is none; use one of {', '.join(Position)}"])
    kept = worded("statement", statement) if statement.strip() or position == Position.DISSENTS else ""
    check_at(session, f"docking/{docking_id}", at)
    _check_change(made, speaker, position, kept)
    said = _said(session, made, speaker, Position(position), kept, at)
    append(session, at, actor, "arrangement-position", f"docking/{docking_id}", [said])
    return said


def _check_change(made: DockingRecord, party: str, position: str, statement: str) -> None:
    """Refuse a word that says nothing new."""
    last = next((row.position for row in reversed(made.positions) if row.party_id == party), Position.WITHDRAWN)
    if position == last == Position.WITHDRAWN:
        raise ConflictError(f"party {party} has no word on {made.id} that it could take back")
    if position == last and not statement:
        raise ConflictError(f"party {party} {position} {made.id} already; add a statement, or take the word back")


def _said(
    session: Session, made: DockingRecord, party: str, position: Position, statement: str, at: datetime
) -> DockingPosition:
    said = DockingPosition(
        docking_id=made.id, party_id=party, position=position, statement=statement, stated_at=at, arrangement=made
    )
    session.add(said)
    session.flush()
    return said


def _read(session: Session, document: Any) -> Mapping[str, Any]:
    """The columns that a document gives; all its faults at once."""
    faults: list[Fault] = [*text_faults(document)]
    row = Record(document, "", faults, FIELDS)
    said: dict[str, Any] = {name: _line(row, name, longest) for name, longest in LINES.items()}
    said["text"] = _line(row, "text", LONGEST_TEXT)
    said["evidence"] = row.texts("evidence")
    if len(said["evidence"]) > MOST_EVIDENCE or any(len(one) > LONGEST_EVIDENCE for one in said["evidence"]):
        row.fault(
            "evidence", "it is too long", f"give at most {MOST_EVIDENCE} references of {LONGEST_EVIDENCE} characters"
        )
    said["agreed_on"] = _day(row)
    said["agreement_id"] = _agreement(session, row)
    said["illustrative"] = row.raw("illustrative")
    if not isinstance(said["illustrative"], bool):
        row.fault("illustrative", "it is neither true nor false", "give true or false")
    if faults:
        raise ValidationError(InputError(faults).faults)
    return said


def _line(row: Record, name: str, longest: int) -> str:
    text = row.text(name).strip()
    if len(text) > longest:
        row.fault(name, f"it has {len(text)} characters", f"use at most {longest}")
    return text


def _day(row: Record) -> date | None:
    if not row.has("agreed_on"):
        return None
    text = row.text("agreed_on")
    try:
        return date.fromisoformat(text)
    except ValueError:
        row.fault("agreed_on", f"{text!r} is not a date", "give YYYY-MM-DD")
        return None


def _agreement(session: Session, row: Record) -> str | None:
    if not row.has("agreement"):
        return None
    name = row.text("agreement")
    if session.get(Agreement, name) is None:
        row.fault("agreement", f"{name!r} is no agreement of the register", "give the id of one, or leave it out")
    return name
