"""The yearly confirmation that an entry is still used, and for what; from a suspended entry it resumes the use."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import Duty, DutyKind, DutyState
from registry.domain.entries import Entry, EntryState
from registry.domain.evidence import EvidenceKind
from registry.services import lives
from registry.services.acting import move_claim, require_role
from registry.services.errors import ConflictError
from registry.services.evidence import Report, keep_evidence
from registry.services.lives import Life


def confirm(session: Session, claim_id: str, report: Report, actor: Actor, at: datetime) -> Entry:
    """Confirm that the entry is in use; the next confirmation is due a year after this one was, or after an earlier day.

    A suspended entry is in use again, and confirmed a year from now.
    """
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    if life.entry.state == EntryState.SUSPENDED:
        return _resume(session, life, report, actor, at)
    if life.entry.state != EntryState.IN_USE:
        raise ConflictError(f"entry {life.entry.id} is {life.entry.state}; bring it into use first")
    keep_evidence(session, life, EvidenceKind.CONFIRMATION, report, at, needs_document=False)
    asked = lives.open_duties(session, claim_id, [DutyKind.CONFIRMATION])
    lives.close_duties(session, life, DutyState.MET, at, [DutyKind.CONFIRMATION])
    lives.open_duty(session, life, DutyKind.CONFIRMATION, _from(asked, at), at)
    lives.tell(session, life, "entry-confirmed", at, {"happened_on": report.happened_on, "text": report.text.strip()})
    lives.keep(session, life, "entry-confirmed", actor, at)
    return life.entry


def _from(asked: Sequence[Duty], at: datetime) -> datetime:
    """From when the next year counts: an early confirmation does not make a year longer, a late one no shorter."""
    return min([*(duty.due_at for duty in asked), at])


def _resume(session: Session, life: Life, report: Report, actor: Actor, at: datetime) -> Entry:
    keep_evidence(session, life, EvidenceKind.RESUMPTION, report, at)
    move_claim(life.claim, "resume", actor, at)
    lives.close_duties(session, life, DutyState.MET, at, [DutyKind.RESUMPTION])
    entry = lives.supersede(session, life, at, "resumed", state=EntryState.IN_USE)
    lives.open_duty(session, life, DutyKind.CONFIRMATION, at)
    lives.tell(session, life, "entry-resumed", at, {"happened_on": report.happened_on, "text": report.text.strip()})
    lives.keep(session, life, "entry-resumed", actor, at)
    return entry
