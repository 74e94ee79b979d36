"""Consultations: the list, one case whole, and the open ones by the time since anybody was in touch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.consultations import Consultation
from registry.domain.notes import Note, NoteText
from registry.domain.rounds import Round
from registry.domain.timers import deadline
from registry.domain.visibility import PUBLIC, Viewer, person

REMINDER = "consultation_reminder"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a case, with its point of contact (empty where people are not shown) and when its party last spoke."""

    claim: str
    party: str
    point: str
    spoke_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A consultation in public; `outcome` is empty while it is open."""

    id: str
    round: str
    sides: tuple[Side, Side]
    opened_at: datetime
    deadline_at: datetime
    last_contact_at: datetime
    closed_at: datetime | None
    outcome: str
    summary: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class NoteFace:
    """What everybody may know of a note; text and salt only once it is disclosed."""

    id: str
    consultation: str
    party: str | None
    written_at: datetime
    sha256: str
    disclosure_agreed_at: datetime | None
    disclosed_at: datetime | None
    text: str | None
    salt_hex: str | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One consultation whole: the overlaps behind it, who may observe it, and the faces of its notes."""

    row: CaseRow
    overlaps: Sequence[Mapping[str, Any]]
    observers: tuple[str, ...]
    notes: tuple[NoteFace, ...]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case for the eye of the registrar: for how many whole days nobody was in touch, and whom to ask."""

    id: str
    round: str
    sides: tuple[Side, Side]
    last_contact_at: datetime
    age_days: int
    deadline_at: datetime
    reminded_at: datetime | None
    is_reminder_due: bool


def list_cases(
    session: Session,
    *,
    round_id: str | None = None,
    claim: str | None = None,
    party: str | None = None,
    viewer: Viewer = PUBLIC,
) -> tuple[CaseRow, ...]:
    """Consultations by id; those of a round, a claim or a party if named."""
    rows = (case_row(case, viewer) for case in session.scalars(_chosen(round_id, claim, party)))
    return tuple(sorted(rows, key=lambda row: row.id))


def case_page(session: Session, consultation_id: str, viewer: Viewer = PUBLIC) -> CasePage | None:
    """The consultation with this id, whole, or None."""
    pages = _pages(session, select(Consultation).where(Consultation.id == consultation_id), viewer)
    return pages[0] if pages else None


def case_pages(session: Session, round_id: str, viewer: Viewer = PUBLIC) -> tuple[CasePage, ...]:
    """The consultations of a round, whole, by id."""
    return _pages(session, _chosen(round_id, None, None), viewer)


def _pages(session: Session, chosen: Select[Consultation], viewer: Viewer) -> tuple[CasePage, ...]:
    cases = sorted(session.scalars(chosen.options(selectinload(Consultation.observers))), key=lambda case: case.id)
    notes = note_faces(session, [case.id for case in cases])
    return tuple(
        CasePage(
            case_row(case, viewer),
            case.overlaps,
            tuple(_observers(case, viewer)),
            tuple(face for face in notes if face.consultation == case.id),
        )
        for case in cases
    )


def open_by_age(
    session: Session, at: datetime, round_id: str | None = None, viewer: Viewer = PUBLIC
) -> tuple[OpenCase, ...]:
    """The open cases at `at`, the one that sleeps longest first."""
    cases = session.scalars(_chosen(round_id, None, None).where(Consultation.closed_at.is_(None)))
    timers = {
        round_.id: round_.policy.content["timers"].get(REMINDER)
        for round_ in session.scalars(select(Round))
        if round_.policy is not None
    }
    rows = (_open_case(case, at, timers.get(case.round_id), viewer) for case in cases)
    return tuple(sorted(rows, key=lambda row: (row.last_contact_at, row.id)))


def note_faces(session: Session, consultation_ids: Sequence[str]) -> tuple[NoteFace, ...]:
    """The notes of some cases as everybody may know them, by id."""
    chosen = select(Note, NoteText).join(NoteText, NoteText.note_id == Note.id)
    rows = session.execute(chosen.where(Note.consultation_id.in_(consultation_ids)))
    return tuple(sorted((note_face(note, secret) for note, secret in rows), key=lambda face: face.id))


def note_face(note: Note, secret: NoteText) -> NoteFace:
    """A note as everybody may know it."""
    is_public = note.disclosed_at is not None
    return NoteFace(
        id=note.id,
        consultation=note.consultation_id,
        party=note.party_id,
        written_at=note.written_at,
        sha256=note.sha256,
        disclosure_agreed_at=note.agreed_at,
        disclosed_at=note.disclosed_at,
        text=secret.text if is_public else None,
        salt_hex=secret.salt_hex if is_public else None,
    )


def case_row(case: Consultation, viewer: Viewer = PUBLIC) -> CaseRow:
    """A consultation as a viewer may see it."""
    return CaseRow(
        id=case.id,
        round=case.round_id,
        sides=_sides(case, viewer),
        opened_at=case.opened_at,
        deadline_at=case.deadline_at,
        last_contact_at=case.last_contact_at,
        closed_at=case.closed_at,
        outcome=case.outcome or "",
        summary=case.summary,
        illustrative=case.illustrative,
    )


def _chosen(round_id: str | None, claim: str | None, party: str | None) -> Select[Consultation]:
    chosen = select(Consultation)
    if round_id is not None:
        chosen = chosen.where(Consultation.round_id == round_id)
    if claim is not None:
        chosen = chosen.where(or_(Consultation.claim_a_id == claim, Consultation.claim_b_id == claim))
    if party is not None:
        chosen = chosen.where(or_(Consultation.party_a_id == party, Consultation.party_b_id == party))
    return chosen


def _sides(case: Consultation, viewer: Viewer) -> tuple[Side, Side]:
    point_a, point_b = (_of_case(case, viewer, point) for point in (case.point_a, case.point_b))
    return (
        Side(case.claim_a_id, case.party_a_id, point_a, case.spoke_a_at),
        Side(case.claim_b_id, case.party_b_id, point_b, case.spoke_b_at),
    )


def _observers(case: Consultation, viewer: Viewer) -> Iterator[str]:
    """Who may follow the case; empty texts for those to whom people are not shown, so that all know how many."""
    return (_of_case(case, viewer, row.observer) for row in case.observers if row.ended_at is None)


def _of_case(case: Consultation, viewer: Viewer, name: str) -> str:
    """A person of a case: the two parties know each other's."""
    return name if viewer.filing_party in case.parties else person(viewer, name)


def _open_case(case: Consultation, at: datetime, timer: Mapping[str, Any] | None, viewer: Viewer) -> OpenCase:
    quiet_since_at = max(case.last_contact_at, case.reminded_at or case.last_contact_at)
    return OpenCase(
        id=case.id,
        round=case.round_id,
        sides=_sides(case, viewer),
        last_contact_at=case.last_contact_at,
        age_days=(at - case.last_contact_at).days,
        deadline_at=case.deadline_at,
        reminded_at=case.reminded_at,
        is_reminder_due=timer is not None and at >= deadline(quiet_since_at, timer),
    )


def find_note(session: Session, note_id: str) -> NoteFace | None:
    """The note with this id as everybody may know it, or None."""
    row = session.execute(select(Note, NoteText).join(NoteText).where(Note.id == note_id)).one_or_none()
    return None if row is None else note_face(*row)
