"""What the steps in the life of an entry share: the entry that stands, the one that supersedes it, duties, evidence, notices.

A step gathers in `Life.rows` what it made or changed, and writes one record of it about the claim.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.duties import MILESTONES, REMINDER, Duty, DutyKind, DutyState, times, with_grace
from registry.domain.entries import OVER, Entry, EntryState, Zone
from registry.domain.timers import deadline
from registry.domain.zone_events import ZoneEvent, ZoneEventKind
from registry.queries.instances import entry_of
from registry.services import outbox
from registry.services.acting import get_claim, get_round, policy_of, require_own_party
from registry.services.errors import ConflictError
from registry.services.instants import check_at
from registry.services.outlines import outline
from registry.services.recording import record

Timers = Mapping[str, Mapping[str, Any]]
_SECOND = timedelta(seconds=1)
DUTY_WORDS: Mapping[str, str] = {
    DutyKind.CONTRACT: "contract for the lander",
    DutyKind.LAUNCH_CONTRACT: "contract for the launch",
    DutyKind.LICENCE: "licence of the operation",
    DutyKind.LANDING: "landing, which brings the entry into use",
    DutyKind.CONFIRMATION: "yearly confirmation of use",
    DutyKind.RESUMPTION: "resumption after the suspension",
    DutyKind.FOOTPRINT: "footprint that is demonstrably used",
    DutyKind.TERM: "end of the term",
    DutyKind.SECOND_SITE: "second site of equal score for the site bank",
}

# What an entry without duties has to show, by its state.
LATE_DUTIES: Mapping[EntryState, Sequence[DutyKind]] = {
    EntryState.RECORDED: (*MILESTONES, DutyKind.LANDING),
    EntryState.IN_USE: (DutyKind.CONFIRMATION,),
    EntryState.SUSPENDED: (DutyKind.RESUMPTION,),
}


@dataclass(slots=True)
class Life:
    """An entry as it stands, with its claim and the timers of its policy."""

    claim: Claim
    entry: Entry
    timers: Timers
    rows: list[Base] = field(default_factory=list)

    @property
    def credited(self) -> list[str]:
        """The parties credited in the claim, as it was decided on."""
        return [credit.party_id for credit in self.claim.current.credits]


def life_of(session: Session, claim_id: str, actor: Actor, at: datetime, *, own_party: bool = True) -> Life:
    """The entry of a claim that stands at `at`, for a step of its party or (`own_party` false) of anybody.

    Raises
    ------
    ConflictError
        If the claim has no entry, or one that is over.
    """
    claim = get_claim(session, claim_id, actor)
    if own_party:
        require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    there = session.scalar(select(func.count()).select_from(Entry).where(Entry.claim_id == claim_id))
    if not there:
        raise ConflictError(f"claim {claim_id} is {claim.state} and has no entry; there is nothing in force")
    entry = entry_of(session, claim_id)
    if entry.state in OVER:
        raise ConflictError(f"entry {entry.id} is {entry.state} since {entry.ended_on}; nothing follows any more")
    timers = policy_of(get_round(session, claim.round_id)).content["timers"]
    return Life(claim, entry, timers, [claim])


def next_id(session: Session) -> str:
    """The id of the next entry: entries are numbered in the order in which they are recorded."""
    return f"E-{(session.scalar(select(func.count()).select_from(Entry)) or 0) + 1:04d}"


def begin(session: Session, claim: Claim, entry: Entry, at: datetime) -> Sequence[Base]:
    """The duties of a new entry, for its record: milestones, landing, and the end of its term."""
    life = Life(claim, entry, policy_of(get_round(session, claim.round_id)).content["timers"])
    for kind in (*MILESTONES, DutyKind.LANDING):
        open_duty(session, life, kind, at)
    open_term(session, life, at)
    session.flush()
    return life.rows


def begin_late(session: Session, life: Life, at: datetime) -> None:
    """The duties of an entry that was recorded before there were any.

    Their time counts from the recording, as the policy said then; but none ends sooner than a reminder comes before it.
    """
    least = deadline(at, life.timers.get("reminder", REMINDER))
    for kind in LATE_DUTIES[EntryState(life.entry.state)]:
        found = times(kind, life.entry.recorded_at, life.timers)
        if found is not None:
            due_at = max(found[0], least)
            _add_duty(session, life, kind, at, due_at, with_grace(kind, due_at, life.timers))
    open_term(session, life, at)


def open_duty(
    session: Session, life: Life, kind: DutyKind, begun_at: datetime, opened_at: datetime | None = None
) -> None:
    """Begin a duty whose time counts from `begun_at`; nothing where the policy has no timer for it."""
    found = times(kind, begun_at, life.timers)
    if found is not None:
        _add_duty(session, life, kind, opened_at or begun_at, *found)


def open_term(session: Session, life: Life, at: datetime) -> None:
    """The end of the term: of what was allotted, of what was left of it, or of the longest term that there is."""
    last = last_instant(life.entry, life.timers)
    _add_duty(session, life, DutyKind.TERM, at, last, last)


def _add_duty(
    session: Session, life: Life, kind: DutyKind, opened_at: datetime, due_at: datetime, final_at: datetime
) -> None:
    earlier = select(func.count()).where(Duty.claim_id == life.claim.id, Duty.kind == kind)
    duty = Duty(
        claim_id=life.claim.id,
        kind=kind,
        number=(session.scalar(earlier) or 0) + 1,
        opened_at=opened_at,
        due_at=due_at,
        final_at=final_at,
        state=DutyState.OPEN,
    )
    session.add(duty)
    session.flush()
    life.rows.append(duty)


def last_instant(entry: Entry, timers: Timers) -> datetime:
    """The last second of an entry's term; the term cap counts from its first day."""
    ends = [midnight(entry.valid_until)]
    if "term_cap" in timers:
        ends.append(deadline(midnight(entry.valid_from), timers["term_cap"]))
    return min(ends) - _SECOND


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), UTC)


def open_duties(session: Session, claim_id: str, kinds: Collection[str] | None = None) -> Sequence[Duty]:
    """The duties of a claim that are still to be met, in the order of their deadlines."""
    wanted = select(Duty).where(Duty.claim_id == claim_id, Duty.state == DutyState.OPEN)
    if kinds is not None:
        wanted = wanted.where(Duty.kind.in_(kinds))
    return session.scalars(wanted.order_by(Duty.due_at, Duty.id)).all()


def close_duties(
    session: Session, life: Life, state: DutyState, at: datetime, kinds: Collection[str] | None = None
) -> None:
    """Close the open duties of these kinds, or all of them."""
    for duty in open_duties(session, life.claim.id, kinds):
        duty.close(state, at)
        life.rows.append(duty)


def supersede(session: Session, life: Life, at: datetime, cause: str, **changes: Any) -> Entry:
    """Record the entry that takes the place of the one that stands; its zones are what is left of the zones.

    Zones end with the term, and one that would begin after it is not there any more. A zone that was established and
    is cut or moved by it gets its event.
    """
    before = life.entry
    kept = (
        "start_day", "valid_from", "valid_until", "state", "illustrative", "footprint", "in_use_from", "ended_on", "place_id",
    )  # fmt: skip
    cells = {name: getattr(before, name) for name in kept} | changes
    after = Entry(
        id=next_id(session),
        claim=life.claim,
        placement=before.placement,
        decision_id=before.decision_id,
        recorded_at=at,
        supersedes_id=before.id,
        cause=cause,
        **cells,
    )
    after.zones = [zone for old in before.zones if (zone := _left_of(old, after, changes.get("footprint"))) is not None]
    session.add(after)
    session.flush()
    life.entry = after
    life.rows += [after, *after.zones]
    for old in before.zones:
        _tell_of_change(session, life, old, at, cause)
    return after


def _left_of(zone: Zone, entry: Entry, footprint: Mapping[str, Any] | None) -> Zone | None:
    """The zone within the entry's term and around its ground; None if no day of it is left."""
    until = min(zone.valid_until, entry.ended_on or entry.valid_until)
    if until <= zone.valid_from:
        return None
    return Zone(
        position=zone.position,
        phase=zone.phase,
        start_day=zone.start_day,
        end_day=zone.start_day + (until - zone.valid_from).days,
        valid_from=zone.valid_from,
        valid_until=until,
        keep_out_m=zone.keep_out_m,
        method_id=zone.method_id,
        method_version=zone.method_version,
        outline=outline(footprint, zone.keep_out_m) if footprint else zone.outline,
    )


def _tell_of_change(session: Session, life: Life, old: Zone, at: datetime, cause: str) -> None:
    """The event of a zone that was established and is not as it was."""
    happened = zone_events(session, life.claim.id, old.position)
    if ZoneEventKind.ESTABLISHED not in happened or ZoneEventKind.ENDED in happened:
        return
    new = next((zone for zone in life.entry.zones if zone.position == old.position), None)
    ended_on = life.entry.ended_on
    if new is None or ended_on is not None:
        zone_event(session, life, old, ZoneEventKind.ENDED, ended_on or at.date(), at, cause)
    elif (new.valid_until, new.outline) != (old.valid_until, old.outline):
        zone_event(session, life, new, ZoneEventKind.ALTERED, at.date(), at, cause)


def zone_events(session: Session, claim_id: str, position: int) -> set[str]:
    """What happened to the zone of a claim at a position."""
    wanted = select(ZoneEvent.kind).where(ZoneEvent.claim_id == claim_id, ZoneEvent.position == position)
    return set(session.scalars(wanted))


def zone_event(
    session: Session, life: Life, zone: Zone, kind: ZoneEventKind, on_day: date, at: datetime, reason: str
) -> None:
    """Note what became of a zone, and tell everybody."""
    event = ZoneEvent(
        claim_id=life.claim.id,
        entry_id=zone.entry_id,
        position=zone.position,
        phase=zone.phase,
        kind=kind,
        on_day=on_day,
        at=at,
        keep_out_m=zone.keep_out_m,
        reason=reason,
    )
    session.add(event)
    life.rows.append(event)
    said = {
        "phase": zone.phase,
        "keep_out_m": zone.keep_out_m,
        "on_day": on_day,
        "until": zone.valid_until,
        "method": f"{zone.method_id} {zone.method_version}",
        "reason": reason,
    }
    tell(session, life, f"zone-{kind}", at, said)


def tell(
    session: Session, life: Life, kind: str, at: datetime, more: Mapping[str, object], to: Collection[str] = ()
) -> None:
    """Post the notices of one kind about the entry; `to` stands for the credited parties where it is others."""
    said = {
        "entry": life.entry.id,
        "claim": life.claim.id,
        "claim_name": life.claim.current.name,
        "round": life.claim.round_id,
        **more,
    }
    life.rows += outbox.post(session, kind, f"claims/{life.claim.id}", said, at, to or life.credited)


def keep(session: Session, life: Life, act: str, actor: Actor, at: datetime, **more: Any) -> None:
    """Write the one record of the step."""
    record(session, at, actor, act, f"claims/{life.claim.id}", life.rows, **more)
