"""What an export says of coordination: consultations, comments, agreements, and of confidential notes the hash alone.

The text of a note is read only when it has been disclosed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.agreements import Agreement
from registry.domain.claims import Claim
from registry.domain.comments import Comment
from registry.domain.consultations import Consultation
from registry.domain.notes import Note, NoteRead, NoteText

Row = Sequence[Any]
Named = tuple[str, Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Coordination:
    """The coordination of one round, each kind in the order of its ids."""

    cases: Sequence[Consultation]
    comments: Sequence[Comment]
    agreements: Sequence[Agreement]
    notes: Sequence[Note]
    disclosed: Mapping[str, NoteText]
    readings: Sequence[NoteRead]

    def tables(self, round_id: str) -> Iterator[Named]:
        """Name and rows of each table."""
        yield "consultations", map(_consultation, self.cases)
        yield "overlaps", _overlaps(self.cases)
        yield "comments", (_comment(row, round_id) for row in self.comments)
        yield "agreements", map(_agreement, self.agreements)
        yield "agreement_claims", _members(self.agreements)
        yield "notes", (_note(row, self.disclosed.get(row.id), round_id) for row in self.notes)
        yield "observers", _observers(self.cases)
        yield "note_reads", map(_reading, self.readings)


def gather(session: Session, round_id: str, claims: Collection[str]) -> Coordination:
    """Read what the parties of these claims of a round said to one another."""
    comments = session.scalars(select(Comment).join(Claim).where(Claim.round_id == round_id))
    notes = select(Note).join(Consultation).where(Consultation.round_id == round_id)
    texts = select(NoteText).join(Note).where(Note.disclosed_at.is_not(None))
    readings = select(NoteRead).join(Note).join(Consultation).where(Consultation.round_id == round_id)
    return Coordination(
        cases=_cases(session, round_id, claims),
        comments=_by_id(row for row in comments if row.claim_id in claims),
        agreements=_agreements(session, round_id),
        notes=_by_id(session.scalars(notes)),
        disclosed={row.note_id: row for row in session.scalars(texts)},
        readings=session.scalars(readings.order_by(NoteRead.id)).all(),
    )


def _by_id(rows: Any) -> Sequence[Any]:
    # Sorted here and not by the database, whose order of texts depends on its locale.
    return sorted(rows, key=lambda row: row.id)


def _cases(session: Session, round_id: str, claims: Collection[str]) -> Sequence[Consultation]:
    wanted = select(Consultation).where(Consultation.round_id == round_id)
    rows = session.scalars(wanted.options(selectinload(Consultation.observers)))
    return _by_id(row for row in rows if set(row.claims) <= set(claims))


def _agreements(session: Session, round_id: str) -> Sequence[Agreement]:
    wanted = select(Agreement).where(Agreement.round_id == round_id)
    return _by_id(session.scalars(wanted.options(selectinload(Agreement.members), selectinload(Agreement.pairs))))


def _consultation(case: Consultation) -> Row:
    return (
        case.id, case.round_id,
        case.claim_a_id, case.party_a_id, case.point_a, case.spoke_a_at,
        case.claim_b_id, case.party_b_id, case.point_b, case.spoke_b_at,
        case.opened_at, case.deadline_at, case.last_contact_at, case.closed_at, case.outcome, case.summary,
        case.illustrative,
    )  # fmt: skip


def _overlaps(cases: Sequence[Consultation]) -> Iterator[Row]:
    for case in cases:
        for found in case.overlaps:
            pair = (case.id, case.round_id, *found["placements"])
            yield *pair, found["distance_m"], found["keep_out_m"], case.illustrative


def _comment(row: Comment, round_id: str) -> Row:
    said = (row.made_at, row.reply_to_id, row.text)
    return (row.id, row.claim_id, round_id, row.party_id, row.author, *said, row.illustrative)


def _agreement(row: Agreement) -> Row:
    pairs = sorted([pair.claim_a_id, pair.claim_b_id] for pair in row.pairs if pair.ended_at is None)
    made = (row.proposed_by_id, row.proposed_at, row.is_in_force, row.ended_at)
    return (row.id, row.round_id, row.keep_out_m, row.conditions, row.text, *made, pairs, row.illustrative)


def _members(rows: Sequence[Agreement]) -> Iterator[Row]:
    for row in rows:
        for one in row.members:
            since = (one.accepted_at, one.ended_at)
            yield row.id, one.claim_id, row.round_id, one.party_id, *since, row.illustrative


def _note(row: Note, known: NoteText | None, round_id: str) -> Row:
    dates = (row.written_at, row.sha256, row.agreed_at, row.disclosed_at)
    words = (known.salt_hex, known.text) if known and row.disclosed_at else (None, None)
    return (row.id, row.consultation_id, round_id, row.party_id, *dates, *words, row.illustrative)


def _observers(cases: Sequence[Consultation]) -> Iterator[Row]:
    for case in cases:
        for row in case.observers:
            yield case.id, case.round_id, row.observer, row.invited_by, row.invited_at, row.ended_at


def _reading(row: NoteRead) -> Row:
    return row.id, row.note_id, row.reader, row.role, row.party_id, row.read_at
