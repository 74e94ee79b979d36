"""What an export says of the life of entries: duties, evidence, extensions, events of zones, and what others asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.duties import Duty
from registry.domain.evidence import Evidence
from registry.domain.extensions import Extension
from registry.domain.zone_events import ZoneEvent
from registry.domain.zone_requests import ZoneRequest

Row = Sequence[Any]
Named = tuple[str, Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Lives:
    """What happened to the entries of one round, each kind in the order of its numbers. Entries are of published claims."""

    duties: Sequence[Duty]
    evidence: Sequence[Evidence]
    extensions: Sequence[Extension]
    zone_events: Sequence[ZoneEvent]
    zone_requests: Sequence[ZoneRequest]

    def tables(self, round_id: str, *, illustrative: bool) -> Iterator[Named]:
        """Name and rows of each table."""
        last = illustrative
        yield "duties", ((row.id, row.claim_id, round_id, *_duty(row), last) for row in self.duties)
        yield "evidence", ((row.id, row.claim_id, round_id, *_evidence(row), last) for row in self.evidence)
        yield "extensions", ((row.id, row.claim_id, round_id, *_extension(row), last) for row in self.extensions)
        yield "zone_events", ((row.id, row.claim_id, round_id, *_event(row), last) for row in self.zone_events)
        yield "zone_requests", ((row.id, row.claim_id, round_id, *_request(row), last) for row in self.zone_requests)


def gather(session: Session, round_id: str) -> Lives:
    """Read what happened to the entries of a round."""
    return Lives(
        duties=_of(session, Duty, round_id),
        evidence=_of(session, Evidence, round_id),
        extensions=_of(session, Extension, round_id),
        zone_events=_of(session, ZoneEvent, round_id),
        zone_requests=_of(session, ZoneRequest, round_id),
    )


def _of(session: Session, kind: Any, round_id: str) -> Sequence[Any]:
    chosen = select(kind).join(Claim, Claim.id == kind.claim_id).where(Claim.round_id == round_id)
    return session.scalars(chosen.order_by(kind.id)).all()


def _duty(row: Duty) -> Row:
    times = (row.opened_at, row.due_at, row.final_at)
    return (row.kind, row.number, *times, row.state, row.closed_at, row.reminded_at)


def _evidence(row: Evidence) -> Row:
    said = (row.kind, row.party_id, row.given_at, row.happened_on, row.text)
    return (*said, row.sha256, row.attachment_id, row.ground)


def _extension(row: Extension) -> Row:
    given = (row.ground, row.months, row.reason, row.due_before_at, row.due_at, row.granted_at)
    return (row.duty_id, row.evidence_id, *given)


def _event(row: ZoneEvent) -> Row:
    return (row.entry_id, row.position, row.phase, row.kind, row.on_day, row.at, row.keep_out_m, row.reason)


def _request(row: ZoneRequest) -> Row:
    asked = (row.entry_id, row.party_id, row.kind, row.position, row.purpose, row.first_day, row.last_day, row.asked_at)
    return (*asked, row.answer_by_at, row.answered_at, row.answer or None, row.basis)
