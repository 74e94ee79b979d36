"""What an export says of coordination: consultations, comments, agreements, and of confidential notes the hash alone.

Everything here comes from views that are public as a whole: the text of a note is in none of them before its disclosure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.queries.agreements import AgreementView, list_agreements
from registry.queries.comments import CommentView, list_comments
from registry.queries.consultations import CasePage, case_pages

Row = Sequence[Any]
Named = tuple[str, str, Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Coordination:
    """The coordination of one round, each kind in the order of its ids."""

    cases: Sequence[CasePage]
    comments: Sequence[CommentView]
    agreements: Sequence[AgreementView]

    def tables(self) -> Iterator[Named]:
        """Name, columns and rows of each table."""
        yield "consultations", _CONSULTATIONS, map(_consultation, self.cases)
        yield "overlaps", _OVERLAPS, _overlaps(self.cases)
        yield "comments", _COMMENTS, map(_comment, self.comments)
        yield "agreements", _AGREEMENTS, map(_agreement, self.agreements)
        yield "agreement_claims", _MEMBERS, _members(self.agreements)
        yield "notes", _NOTES, _notes(self.cases)


def gather(session: Session, round_id: str) -> Coordination:
    """Read the coordination of a round."""
    comments = sorted(list_comments(session, round_id=round_id), key=lambda row: row.id)
    return Coordination(case_pages(session, round_id), comments, list_agreements(session, round_id))


_CONSULTATIONS = """id round claim_a party_a contact_a spoke_a_at claim_b party_b contact_b spoke_b_at opened_at
    deadline_at last_contact_at closed_at outcome summary illustrative"""


def _consultation(page: CasePage) -> Row:
    row = page.row
    sides = [cell for side in row.sides for cell in (side.claim, side.party, side.point, side.spoke_at)]
    times = (row.opened_at, row.deadline_at, row.last_contact_at, row.closed_at)
    return (row.id, row.round, *sides, *times, row.outcome, row.summary, row.illustrative)


_OVERLAPS = "consultation placement_a placement_b distance_m keep_out_m illustrative"


def _overlaps(pages: Sequence[CasePage]) -> Iterator[Row]:
    for page in pages:
        for found in page.overlaps:
            yield page.row.id, *found["placements"], found["distance_m"], found["keep_out_m"], page.row.illustrative


_COMMENTS = "id claim party author made_at reply_to text illustrative"


def _comment(row: CommentView) -> Row:
    return row.id, row.claim, row.party, row.author, row.made_at, row.reply_to, row.text, row.illustrative


_AGREEMENTS = "id round keep_out_m conditions text proposed_by proposed_at in_force ended_at pairs illustrative"


def _agreement(row: AgreementView) -> Row:
    pairs = [list(pair) for pair in row.pairs]
    terms = (row.keep_out_m, list(row.conditions), row.text)
    made = (row.proposed_by, row.proposed_at, row.in_force, row.ended_at)
    return (row.id, row.round, *terms, *made, pairs, row.illustrative)


_MEMBERS = "agreement claim party accepted_at ended_at illustrative"


def _members(views: Sequence[AgreementView]) -> Iterator[Row]:
    for view in views:
        for row in view.members:
            yield view.id, row.claim, row.party, row.accepted_at, row.ended_at, view.illustrative


_NOTES = "id consultation party written_at sha256 disclosure_agreed_at disclosed_at salt_hex text illustrative"


def _notes(pages: Sequence[CasePage]) -> Iterator[Row]:
    for page in pages:
        for face in page.notes:
            dates = (face.written_at, face.sha256, face.disclosure_agreed_at, face.disclosed_at)
            yield face.id, page.row.id, face.party, *dates, face.salt_hex, face.text, page.row.illustrative
