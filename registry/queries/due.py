"""What is due by the clock at an instant, by its deadline: what `registry timers run` does, and what pages show beforehand.

A line names what is due by a code and the thing by its id. Nothing is stored about it: a thing is due because of its
state and its dates, and is done when these have changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, ClaimState
from registry.domain.duties import Duty, DutyState, reminder_at
from registry.domain.entries import OVER, Entry, Zone, superseded
from registry.domain.offers import Offer, OfferState
from registry.domain.rounds import Round
from registry.domain.site_bank import BankedSite, PairState
from registry.domain.timers import deadline
from registry.domain.zone_events import ZoneEvent, ZoneEventKind
from registry.queries.consultations import open_by_age

Timers = Mapping[str, Mapping[str, Any]]
# In this order at one instant: what begins or is told comes before what ends.
WHATS = (
    "consultation-reminder", "claim-ready", "offer-over", "duties-begin", "duty-reminder",
    "zone-established", "zone-ended", "duty-missed", "pair-over",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: `subject` is the claim's or round's id, `key` the duty's or the zone's position."""

    what: str
    subject: str
    due_at: datetime
    key: int = 0
    about: str = ""

    @property
    def name(self) -> tuple[str, str, int]:
        """What tells it apart from all else that is due."""
        return self.what, self.subject, self.key

    @property
    def order(self) -> tuple[datetime, int, str, int]:
        """By deadline."""
        return self.due_at, WHATS.index(self.what), self.subject, self.key


def due_at(session: Session, at: datetime) -> tuple[Due, ...]:
    """All that is due at `at`, in the order of the deadlines; late things are due until they are done."""
    timers = {row.id: row.policy.content["timers"] for row in session.scalars(select(Round)) if row.policy}
    found = (
        *_consultations(session, at), *_ready(session, timers), *_offers(session), *_without_duties(session),
        *_duties(session, at, timers), *_zones(session), *_pairs(session),
    )  # fmt: skip
    return tuple(sorted((row for row in found if row.due_at <= at), key=lambda row: row.order))


def _consultations(session: Session, at: datetime) -> Iterator[Due]:
    rounds = {row.round for row in open_by_age(session, at) if row.is_reminder_due}
    return (Due("consultation-reminder", round_id, at) for round_id in sorted(rounds))


def _ready(session: Session, timers: Mapping[str, Timers]) -> Iterator[Due]:
    waiting = select(Claim.id, Claim.round_id, Claim.state_since_at).where(Claim.state == ClaimState.COORDINATION)
    for row in session.execute(waiting):
        yield Due("claim-ready", row.id, deadline(row.state_since_at, timers[row.round_id]["coordination"]))


def _offers(session: Session) -> Iterator[Due]:
    """The last instant for an answer still counts; a second later the offer is over."""
    for row in session.execute(select(Offer.claim_id, Offer.expires_at).where(Offer.state == OfferState.OPEN)):
        yield Due("offer-over", row.claim_id, row.expires_at + timedelta(microseconds=1))


def _without_duties(session: Session) -> Iterator[Due]:
    """Entries that were recorded before there were duties: every entry has at least the end of its term."""
    known = exists().where(Duty.claim_id == Entry.claim_id)
    wanted = select(Entry.claim_id, Entry.recorded_at).where(Entry.state.not_in(OVER), ~known)
    for row in session.execute(wanted.where(Entry.id.not_in(superseded()))):
        yield Due("duties-begin", row.claim_id, row.recorded_at)


def _duties(session: Session, at: datetime, timers: Mapping[str, Timers]) -> Iterator[Due]:
    wanted = select(Duty, Claim.round_id).join(Claim, Claim.id == Duty.claim_id).where(Duty.state == DutyState.OPEN)
    for duty, round_id in session.execute(wanted):
        if duty.is_missed_at(at):
            yield Due("duty-missed", duty.claim_id, duty.final_at + timedelta(microseconds=1), duty.id, duty.kind)
        elif duty.is_reminder_due_at(at, timers[round_id]):
            yield Due("duty-reminder", duty.claim_id, reminder_at(duty.due_at, timers[round_id]), duty.id, duty.kind)


def _zones(session: Session) -> Iterator[Due]:
    """Zones of entries that stand, by their first day and the day on which they have ended."""
    happened: dict[tuple[str, int], set[str]] = {}
    for claim, position, kind in session.execute(select(ZoneEvent.claim_id, ZoneEvent.position, ZoneEvent.kind)):
        happened.setdefault((claim, position), set()).add(kind)
    cells = (Entry.claim_id, Zone.position, Zone.phase, Zone.valid_from, Zone.valid_until)
    wanted = select(*cells).join(Zone, Zone.entry_id == Entry.id)
    for row in session.execute(wanted.where(Entry.state.not_in(OVER), Entry.id.not_in(superseded()))):
        known = happened.get((row.claim_id, row.position), set())
        if ZoneEventKind.ESTABLISHED not in known:
            yield Due("zone-established", row.claim_id, _midnight(row.valid_from), row.position, row.phase)
        if ZoneEventKind.ENDED not in known:
            yield Due("zone-ended", row.claim_id, _midnight(row.valid_until), row.position, row.phase)


def _pairs(session: Session) -> Iterator[Due]:
    """Pairs of sites that the agency did not choose from in time, and banked sites whose time is over."""
    for row in session.scalars(select(BankedSite).where(BankedSite.closed_at.is_(None))):
        if row.state == PairState.OFFERED:
            yield Due("pair-over", row.id, row.choose_by_at + timedelta(microseconds=1), 0, "no choice")
        elif row.held_until is not None:
            yield Due("pair-over", row.id, _midnight(row.held_until), 1, "banked until then")


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC)
