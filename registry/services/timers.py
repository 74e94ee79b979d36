"""Doing what is due by the clock, each thing once: asked again under the lock of the log, so that of several that run, that
run twice, late or after a crash, one does it.

A milestone that is missed shrinks the entry, the second one and a landing that is missed let it lapse. A confirmation that
is missed suspends it, once; a suspension that is not ended in time lets it lapse. Whoever did not show a used footprint is
left with half of it. A second site that is not offered is a finding. The end of a term ends what was in use, and lets lapse
what was not.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.duties import MILESTONES, Duty, DutyKind, DutyState
from registry.domain.entries import OVER, EntryState
from registry.domain.instants import utc_text
from registry.domain.shrinking import days_left, left_of
from registry.domain.zone_events import ZoneEventKind
from registry.log import records
from registry.queries.due import Due
from registry.queries.instances import entry_of
from registry.services import bank_duties, consultations, coordination, lives, offers, relinquishing, suspending
from registry.services.acting import get_claim, move_claim, require_role
from registry.services.instants import refuse_naive
from registry.services.lives import Life


def do(session: Session, due: Due, actor: Actor, at: datetime) -> str:
    """Do one thing that was due, and say what was done; empty if it is not due (any more)."""
    require_role(actor, "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    if due.what == "consultation-reminder":
        reminded = consultations.remind(session, due.subject, actor, at)
        return f"round {due.subject}: {len(reminded)} consultations reminded" if reminded else ""
    if due.what in _OF_SUBJECT:
        return _OF_SUBJECT[due.what](session, due.subject, actor, at)
    if due.what.startswith("zone-"):
        return _turn_zone(session, due, actor, at)
    return _duty(session, due, actor, at)


def _make_ready(session: Session, claim_id: str, actor: Actor, at: datetime) -> str:
    ends_at = coordination.ends_at(session, get_claim(session, claim_id, actor))
    if ends_at is None or at < ends_at:
        return ""
    coordination.make_ready(session, claim_id, actor, at)
    return f"claim {claim_id}: coordination is over, it is ready"


def _let_lapse(session: Session, claim_id: str, actor: Actor, at: datetime) -> str:
    claim = get_claim(session, claim_id, actor)
    lapsed = offers.expire(session, claim.round_id, actor, at)
    names = ", ".join(row.claim_id for row in lapsed)
    return f"round {claim.round_id}: offers lapsed unanswered: {names}" if lapsed else ""


def _begin_duties(session: Session, claim_id: str, actor: Actor, at: datetime) -> str:
    """Give an entry that is older than duties its own; nothing if it has any, or is over."""
    has_some = session.scalar(select(Duty.id).where(Duty.claim_id == claim_id).limit(1)) is not None
    if has_some or entry_of(session, claim_id).state in OVER:
        return ""
    life = lives.life_of(session, claim_id, actor, at)
    life.rows.clear()  # the claim stays as it is
    lives.begin_late(session, life, at)
    given = ", ".join(f"{row.kind} until {row.due_at.date()}" for row in life.rows if isinstance(row, Duty))
    lives.keep(session, life, "duties-begun", actor, at)
    return f"entry {life.entry.id}: its duties begin: {given}"


# What is due about a claim or a pair, whatever else is.
_OF_SUBJECT: Mapping[str, Callable[[Session, str, Actor, datetime], str]] = {
    "claim-ready": _make_ready,
    "offer-over": _let_lapse,
    "duties-begin": _begin_duties,
    "pair-over": bank_duties.expire,
}


def _turn_zone(session: Session, due: Due, actor: Actor, at: datetime) -> str:
    if entry_of(session, due.subject).state in OVER:
        return ""
    life = lives.life_of(session, due.subject, actor, at)
    zone = next((row for row in life.entry.zones if row.position == due.key), None)
    kind = ZoneEventKind.ESTABLISHED if due.what == "zone-established" else ZoneEventKind.ENDED
    if zone is None or kind in lives.zone_events(session, due.subject, due.key):
        return ""
    day = zone.valid_from if kind == ZoneEventKind.ESTABLISHED else zone.valid_until
    if lives.midnight(day) > at:
        return ""
    life.rows.clear()  # the claim stays as it is
    lives.zone_event(
        session, life, zone, kind, day, at, "its days have begun" if kind == "established" else "its days are over"
    )
    lives.keep(session, life, f"zone-{kind}", actor, at)
    return f"entry {life.entry.id}: zone of phase {zone.phase} {kind} on {day}"


def _duty(session: Session, due: Due, actor: Actor, at: datetime) -> str:
    duty = session.get(Duty, due.key, populate_existing=True)
    if duty is None or duty.state != DutyState.OPEN:
        return ""
    life = lives.life_of(session, duty.claim_id, actor, at)
    if due.what == "duty-reminder":
        return _remind(session, life, duty, actor, at)
    return _miss(session, life, duty, actor, at) if duty.is_missed_at(at) else ""


def _remind(session: Session, life: Life, duty: Duty, actor: Actor, at: datetime) -> str:
    if not duty.is_reminder_due_at(at, life.timers):
        return ""
    duty.reminded_at = at
    life.rows[:] = [duty]
    said = {"duty": lives.DUTY_WORDS[duty.kind], "due_at": utc_text(duty.due_at), "final_at": utc_text(duty.final_at)}
    lives.tell(session, life, "duty-reminder", at, said)
    lives.keep(session, life, "duty-reminded", actor, at)
    return f"entry {life.entry.id}: reminded of the {lives.DUTY_WORDS[duty.kind]}, due {utc_text(duty.due_at)}"


def _miss(session: Session, life: Life, duty: Duty, actor: Actor, at: datetime) -> str:
    """What follows a miss, by the kind of the duty; one record."""
    duty.close(DutyState.MISSED, at)
    life.rows.append(duty)
    kind, missed = DutyKind(duty.kind), lives.DUTY_WORDS[duty.kind]
    before = life.entry.id
    if kind in MILESTONES and _missed_before(session, life, duty) == 0:
        entry = relinquishing.shrink(session, life, actor, at, "milestone-missed", **_smaller(life))
        return f"entry {before}: {missed} missed; it is smaller as entry {entry.id}"
    if kind == DutyKind.SECOND_SITE:
        return bank_duties.miss(session, life, duty, actor, at)
    if kind == DutyKind.FOOTPRINT:
        left = left_of(life.entry.ground)
        entry = relinquishing.shrink(session, life, actor, at, "footprint-not-demonstrated", footprint=left)
        return f"entry {before}: {missed} not shown; half of it is left as entry {entry.id}"
    if kind == DutyKind.CONFIRMATION and not suspending.was_suspended(session, life.claim.id):
        move_claim(life.claim, "suspend", actor, at)
        entry = suspending.enter_suspension(session, life, actor, at, "confirmation-missed", "it was not confirmed")
        return f"entry {before}: {missed} missed; it is suspended as entry {entry.id}"
    return _over(session, life, kind, actor, at)


def _missed_before(session: Session, life: Life, duty: Duty) -> int:
    earlier = select(func.count()).where(
        Duty.claim_id == life.claim.id, Duty.kind.in_(MILESTONES), Duty.state == DutyState.MISSED, Duty.id != duty.id
    )
    return session.scalar(earlier) or 0


def _smaller(life: Life) -> Mapping[str, Any]:
    """Half of the footprint, or of the days where it is of points."""
    left = left_of(life.entry.ground)
    if left is not None:
        return {"footprint": left}
    return {"valid_until": days_left(life.entry.valid_from, life.entry.valid_until)}


_CAUSES: Mapping[DutyKind, str] = {
    DutyKind.TERM: "term-over",
    DutyKind.CONFIRMATION: "confirmation-missed",
    DutyKind.RESUMPTION: "suspension-over",
}


def _over(session: Session, life: Life, kind: DutyKind, actor: Actor, at: datetime) -> str:
    """The end: of a term that was used, or by a lapse."""
    used, before = life.entry.state != EntryState.RECORDED, life.entry.id
    state = EntryState.ENDED if kind == DutyKind.TERM and used else EntryState.LAPSED
    move_claim(life.claim, "end" if state == EntryState.ENDED else "lapse", actor, at)
    last = lives.last_instant(life.entry, life.timers) + timedelta(seconds=1)
    on = last.date() if kind == DutyKind.TERM else at.date()
    cause = _CAUSES.get(kind, "milestone-missed")
    entry = relinquishing.finish(session, life, actor, at, cause, state, on, relinquishing.remains_as_filed(life))
    done = "has ended" if state == EntryState.ENDED else "has lapsed"
    return f"entry {before}: {lives.DUTY_WORDS[kind]} ({cause}); it {done}, as entry {entry.id}"
