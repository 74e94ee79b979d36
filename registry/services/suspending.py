"""Suspension: once in an entry's life, for as long as the policy's timer says at most; the place stays reserved meanwhile."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import DutyKind, DutyState
from registry.domain.entries import Entry, EntryState
from registry.services import lives
from registry.services.acting import move_claim, require_role
from registry.services.errors import ConflictError
from registry.services.lives import Life
from registry.services.wording import worded


def suspend(session: Session, claim_id: str, reason: str, actor: Actor, at: datetime) -> Entry:
    """Suspend an entry in use at its party's wish, if it was never suspended before."""
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    said = worded("reason", reason)
    if was_suspended(session, claim_id):
        raise ConflictError(f"entry {life.entry.id} was suspended once already; confirm its use, or give it up")
    move_claim(life.claim, "suspend", actor, at)
    return enter_suspension(session, life, actor, at, "suspended", said)


def was_suspended(session: Session, claim_id: str) -> bool:
    """Whether an entry of the claim was suspended at any time."""
    wanted = select(Entry.id).where(Entry.claim_id == claim_id, Entry.state == EntryState.SUSPENDED)
    return session.scalars(wanted.limit(1)).first() is not None


def enter_suspension(session: Session, life: Life, actor: Actor, at: datetime, cause: str, reason: str) -> Entry:
    """What a suspension brings with it, once the claim has moved: the entry, the day by which it resumes, notices, record."""
    lives.close_duties(session, life, DutyState.VOID, at, [DutyKind.CONFIRMATION])
    entry = lives.supersede(session, life, at, cause, state=EntryState.SUSPENDED)
    lives.open_duty(session, life, DutyKind.RESUMPTION, at)
    until = [duty.due_at.date() for duty in lives.open_duties(session, life.claim.id, [DutyKind.RESUMPTION])]
    lives.tell(
        session, life, "entry-suspended", at, {"reason": reason, "until": until[0] if until else entry.valid_until}
    )
    lives.keep(session, life, "entry-suspended", actor, at, reason=reason)
    return entry
