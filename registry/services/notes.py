"""Confidential notes: for the two parties of a consultation, the registrar, and an observer invited to that one case.

1. A note's salted hash is recorded at once, its text never before its disclosure.
2. To everybody else, auditors included, a note that they may not read does not exist.
3. Each reading is noted and recorded.
4. The text is disclosed from the date on which both parties have agreed, or never; then anyone can repeat the hash.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.consultations import Consultation
from registry.domain.instants import utc_text
from registry.domain.notes import SALT_BYTES, Note, NoteRead, NoteText, note_sha256
from registry.log import records
from registry.services.acting import require_role
from registry.services.casework import get_case, get_open_case, speaker_of
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record
from registry.services.wording import worded


def add(
    session: Session,
    consultation_id: str,
    text: str,
    salt: bytes,
    actor: Actor,
    at: datetime,
    *,
    disclose_at: datetime | None = None,
) -> Note:
    """Write a note in an open case.

    Parameters
    ----------
    salt
        32 random bytes, new for each note.
    disclose_at
        From when the writing party lets the text be disclosed; the other has to agree. None is never.
    """
    require_role(actor, "delegate", "registrar")
    case = get_open_case(session, consultation_id, at)
    party = speaker_of(case, actor)
    kept = worded("text", text)
    if len(salt) != SALT_BYTES:
        raise ValidationError([f"salt: it has {len(salt)} bytes; give {SALT_BYTES} random ones"])
    note = Note(
        id=f"N-{(session.scalar(select(func.count()).select_from(Note)) or 0) + 1:04d}",
        consultation_id=case.id,
        party_id=party,
        written_at=at,
        sha256=note_sha256(salt, kept),
        illustrative=case.illustrative,
    )
    _state_date(note, case, party, disclose_at, at)
    session.add(note)
    session.flush()
    session.add(NoteText(note_id=note.id, salt_hex=salt.hex(), text=kept))
    case.heard(party, at)
    record(session, at, actor, "note-written", f"notes/{note.id}", [note, case])
    return note


def read(session: Session, note_id: str, actor: Actor, at: datetime) -> NoteText:
    """The text of a note, for somebody who may read it; the reading is noted."""
    note = _readable(session, note_id, actor)
    check_at(session, f"notes/{note_id}", at)
    seen = NoteRead(note_id=note.id, reader=actor.name, role=actor.role, party_id=actor.party, read_at=at)
    session.add(seen)
    record(session, at, actor, "note-read", f"notes/{note.id}", [seen])
    return session.get_one(NoteText, note.id)


def readings(session: Session, note_id: str, actor: Actor) -> list[NoteRead]:
    """Who has read a note, for those who may read it themselves."""
    note = _readable(session, note_id, actor)
    return list(session.scalars(select(NoteRead).where(NoteRead.note_id == note.id).order_by(NoteRead.id)))


def agree(session: Session, note_id: str, disclose_at: datetime | None, actor: Actor, at: datetime) -> Note:
    """State, for the own party, from when a note may be disclosed (None: never); it counts once both state the same."""
    note = _readable(session, note_id, actor)
    require_role(actor, "delegate")
    check_at(session, f"notes/{note_id}", at)
    case = get_case(session, note.consultation_id)
    _refuse_disclosed(note)
    _state_date(note, case, speaker_of(case, actor), disclose_at, at)
    record(session, at, actor, "note-date-stated", f"notes/{note.id}", [note])
    return note


def disclose(session: Session, note_id: str, actor: Actor, at: datetime) -> Note:
    """Publish text and salt of a note as a record, from the date on which both parties have agreed."""
    note = _readable(session, note_id, actor)
    require_role(actor, "delegate", "registrar")
    check_at(session, f"notes/{note_id}", at)
    _refuse_disclosed(note)
    if note.agreed_at is None:
        raise ConflictError(
            f"no date is agreed on for note {note_id}; it stays confidential until both parties state one"
        )
    if at < note.agreed_at:
        raise ConflictError(f"note {note_id} is confidential until {utc_text(note.agreed_at)}; wait for that date")
    secret = session.get_one(NoteText, note.id)
    note.disclosed_at = at
    record(session, at, actor, "note-disclosed", f"notes/{note.id}", [note], text=secret.text, salt_hex=secret.salt_hex)
    return note


def may_read(case: Consultation, actor: Actor) -> bool:
    """Whether somebody may read the notes of a case."""
    if actor.role == "delegate":
        return actor.party in case.parties
    if actor.role == "observer":
        return any(row.observer == actor.name and row.ended_at is None for row in case.observers)
    return actor.role == "registrar"


def _readable(session: Session, note_id: str, actor: Actor) -> Note:
    """The note; for somebody who may not read it the answer is that of a note that does not exist."""
    records.lock(session)
    note = session.get(Note, note_id, populate_existing=True)
    if note is None or not may_read(get_case(session, note.consultation_id), actor):
        raise NotFoundError(f"there is no note {note_id}; check the id")
    return note


def _state_date(note: Note, case: Consultation, party: str | None, disclose_at: datetime | None, at: datetime) -> None:
    if disclose_at is not None:
        refuse_naive("disclose_at", disclose_at)
        if party is None:
            raise NotAllowedError("disclose_at: the parties agree on the date; leave it to them")
        if disclose_at < at:
            raise ValidationError([f"disclose_at: {utc_text(disclose_at)} is past; give a later instant"])
    if party == case.party_a_id:
        note.disclose_a_at = disclose_at
    elif party == case.party_b_id:
        note.disclose_b_at = disclose_at


def _refuse_disclosed(note: Note) -> None:
    if note.disclosed_at is not None:
        raise ConflictError(f"note {note.id} was disclosed on {utc_text(note.disclosed_at)}; it is public")
