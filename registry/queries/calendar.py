"""The landing calendar: when entries begin, when craft may land and leave, what windows are asked for, and the slots.

Rows have names that last: what changes is the same row with a higher `sequence`, what is off is CANCELLED. Of claims that
nobody has decided on there are rows too, and they say so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Placement, Revision
from registry.domain.entries import OVER, Entry, superseded
from registry.domain.landing_slots import LIVE, LandingSlot, LandingWindows, SlotState
from registry.domain.offers import Offer
from registry.domain.windows import DAY, MINUTE, Window
from registry.queries.calendar_clashes import Met, met
from registry.queries.landings import Movement, Standing, credits_of
from registry.queries.landings_ahead import in_procedure
from registry.queries.slot_instances import all_movable
from solver.geometry import XY, footprint
from solver.traffic.icalendar import CANCELLED, CONFIRMED, TENTATIVE
from solver.traffic.methods import flight_min
from solver.traffic.solution import MINUTE as TO_THE_MINUTE

Moment = date | datetime
# What an event of a slot adds to the count of its changes: three steps for each slot that there was before.
_STEP: Mapping[str, int] = {SlotState.PROPOSED: 0, SlotState.CONFIRMED: 1}
_STEPS = 3


class What(StrEnum):
    """What a row tells."""

    BEGINS = "begins"
    DAYS = "days"
    ASKED = "asked"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class About:
    """Whom and where a row is about; `kind` is landing, ascent or empty, `entry` is empty where there is none yet."""

    claim: str
    entry: str
    name: str
    round: str
    parties: tuple[str, ...]
    operator: str
    kind: str
    place: str
    site: XY
    keep_out_m: int | None
    standing: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line: from `starts` until before `ends`, days or instants. `clashes` are rule and other at the slot, or at the time
    preferred; `beside` the entries within reach on shared days; `at` the touchdown, lift-off or time preferred.
    """

    uid: str
    what: What
    status: str
    sequence: int
    starts: Moment
    ends: Moment
    about: About
    recorded_at: datetime
    movement: str = ""
    beside: tuple[str, ...] = ()
    clashes: tuple[tuple[str, str], ...] = ()
    azimuths: tuple[float, float] | None = None
    at: datetime | None = None
    precision: str = ""
    state: str = ""
    slot: int | None = None
    proposal: int | None = None
    outside_zone: bool = False

    @property
    def first_day(self) -> date:
        """The day on which it begins."""
        return _day(self.starts)

    @property
    def last_day(self) -> date:
        """The last day on which any of it is."""
        return (self.ends - MINUTE).date() if isinstance(self.ends, datetime) else self.ends - DAY

    @property
    def is_decided(self) -> bool:
        """Whether it stands on an entry."""
        return self.about.standing == Standing.IN_FORCE


def calendar(session: Session) -> tuple[CalendarRow, ...]:
    """Every row, by its beginning and its name."""
    moving = {row.id: row for row in (*all_movable(session), *in_procedure(session))}
    asked, slots = _chains(session, LandingWindows), _chains(session, LandingSlot)
    standing = {name: rows[-1] for name, rows in asked.items() if rows[-1].withdrawn_at is None and name in moving}
    live = {name: rows[-1] for name, rows in slots.items() if rows[-1].state in LIVE and name in moving}
    clashes = met(session, moving.values(), standing, live)
    changes = _changes(session, {row.claim for row in moving.values()})
    lost = _claims(session, {name.partition("/")[0] for name in (*asked, *slots) if name not in moving})
    found = [*_beginnings(session), *(_days(row, changes[row.claim]) for row in moving.values())]
    for name, chain in asked.items():
        found += _windows(name, chain, moving.get(name), lost, clashes if name not in live else {})
    for name, chain in slots.items():
        found.append(_slot(name, chain, moving.get(name), lost, clashes, standing.get(name)))
    return tuple(sorted(found, key=lambda row: (_instant(row.starts), row.uid)))


def _chains(session: Session, kind: Any) -> dict[str, list[Any]]:
    """What was asked for or proposed for each landing and ascent, the newest last."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.scalars(select(kind).order_by(kind.id)):
        found[f"{row.claim_id}/{row.phase}"].append(row)
    return found


def _changes(session: Session, claims: Iterable[str]) -> Counter[str]:
    """How often what is known of a claim's days has changed: with each revision after the first, each offer, each entry."""
    found: Counter[str] = Counter(dict.fromkeys(claims, -1))
    for kind in (Revision, Offer, Entry):
        found.update(name for name in session.scalars(select(kind.claim_id)) if name in found)
    return found


def _beginnings(session: Session) -> Iterator[CalendarRow]:
    """The first days of the entries in force."""
    chosen = (
        select(Entry, Placement, Revision, Claim)
        .join(Placement, Entry.placement_id == Placement.id)
        .join(Revision, Placement.revision_id == Revision.id)
        .join(Claim, Entry.claim_id == Claim.id)
        .where(Entry.state.not_in(OVER), Entry.id.not_in(superseded()))
    )
    rows = session.execute(chosen).all()
    credit = credits_of(session, [revision.id for _, _, revision, _ in rows])
    often = Counter(session.scalars(select(Entry.claim_id)))
    for entry, placement, revision, claim in rows:
        about = _about_claim(claim, revision, placement, credit, entry)
        begin, many = entry.valid_from, often[claim.id] - 1
        yield CalendarRow(
            f"{claim.id}/begins", What.BEGINS, CONFIRMED, many, begin, begin + DAY, about, entry.recorded_at
        )


def _about_claim(
    claim: Claim, revision: Revision, placement: Placement, credit: Mapping[int, tuple[str, ...]], entry: Entry | None
) -> About:
    middle = footprint(placement.footprint if entry is None else entry.ground).representative_point()
    return About(
        claim=claim.id,
        entry="" if entry is None else entry.id,
        name=revision.name,
        round=claim.round_id,
        parties=credit.get(revision.id, ()),
        operator=revision.operator_id,
        kind="",
        place=placement.place_id if entry is None else entry.place,
        site=(middle.x, middle.y),
        keep_out_m=None,
        standing="over" if entry is None else Standing.IN_FORCE,
        illustrative=claim.illustrative,
    )


def _claims(session: Session, claims: Iterable[str]) -> dict[str, About]:
    """Claims whose landings are off: they had windows or slots, and have no entry and no offer any more."""
    chosen = (
        select(Claim, Revision, Placement)
        .join(Revision, Revision.claim_id == Claim.id)
        .join(Placement, Placement.revision_id == Revision.id)
        .where(Claim.id.in_(list(claims)), Placement.rank == 1)
        .order_by(Revision.number)
    )
    rows = session.execute(chosen).all()
    credit = credits_of(session, [revision.id for _, revision, _ in rows])
    return {claim.id: _about_claim(claim, revision, placement, credit, None) for claim, revision, placement in rows}


def _about(row: Movement) -> About:
    return About(
        claim=row.claim,
        entry=row.entry,
        name=row.name,
        round=row.round,
        parties=row.parties,
        operator=row.operator,
        kind=row.kind,
        place=row.place,
        site=row.site,
        keep_out_m=row.keep_out_m,
        standing=row.standing,
        illustrative=row.illustrative,
    )


def _days(row: Movement, changes: int) -> CalendarRow:
    """The days on which it may be."""
    return CalendarRow(
        row.id, What.DAYS, TENTATIVE, max(changes, 0), row.first_day, row.until, _about(row), row.recorded_at, row.id,
        beside=row.beside,
    )  # fmt: skip


def _windows(
    name: str, chain: list[LandingWindows], row: Movement | None, lost: Mapping[str, About], clashes: Met
) -> Iterator[CalendarRow]:
    """The windows asked for, and as CANCELLED those that were asked for before and no more."""
    newest = chain[-1]
    is_off = newest.withdrawn_at is not None or row is None
    known: dict[int, Window] = {}
    for request in chain:
        known.update(enumerate(request.spans, start=1))
    azimuths = newest.azimuth_from_deg, newest.azimuth_to_deg
    for number, (first, last) in known.items():
        is_gone = is_off or number > len(newest.windows)
        yield CalendarRow(
            uid=f"{name}/window/{number}",
            what=What.ASKED,
            status=CANCELLED if is_gone else TENTATIVE,
            sequence=2 * (len(chain) - 1) + is_off,
            starts=first,
            ends=last + MINUTE,
            about=lost[newest.claim_id] if row is None else _about(row),
            recorded_at=newest.withdrawn_at or newest.filed_at,
            movement=name,
            clashes=() if is_gone else clashes.get(name, ()),
            azimuths=None if azimuths[0] is None or azimuths[1] is None else (azimuths[0], azimuths[1]),
            at=newest.preferred_at,
            outside_zone=row is not None and not row.first_day <= first.date() <= last.date() < row.until,
        )


def _slot(
    name: str,
    chain: list[LandingSlot],
    row: Movement | None,
    lost: Mapping[str, About],
    clashes: Met,
    asked: LandingWindows | None,
) -> CalendarRow:
    """The newest slot; CANCELLED if it does not stand any more."""
    newest = chain[-1]
    is_live = newest.state in LIVE and row is not None
    confirmed = CONFIRMED if newest.state == SlotState.CONFIRMED else TENTATIVE
    starts, ends = _span(newest)
    azimuths = (asked.azimuth_from_deg, asked.azimuth_to_deg) if asked is not None else (None, None)
    return CalendarRow(
        uid=f"{name}/slot",
        what=What.SLOT,
        status=confirmed if is_live else CANCELLED,
        sequence=_STEPS * (len(chain) - 1) + (_STEP[newest.state] if is_live else _STEPS - 1),
        starts=starts,
        ends=ends,
        about=lost[newest.claim_id] if row is None else _about(row),
        recorded_at=newest.state_since_at,
        movement=name,
        clashes=clashes.get(name, ()) if is_live else (),
        azimuths=None if azimuths[0] is None or azimuths[1] is None else (azimuths[0], azimuths[1]),
        at=newest.slot_at,
        precision=newest.precision,
        state=newest.state,
        slot=newest.id,
        proposal=newest.proposal_id,
        outside_zone=row is not None and not row.first_day <= newest.slot_at.date() < row.until,
    )


def _span(slot: LandingSlot) -> tuple[Moment, Moment]:
    """From the way in to the way out; the whole day while the hour is open."""
    if slot.precision != TO_THE_MINUTE:
        return slot.slot_at.date(), slot.slot_at.date() + DAY
    before, after = flight_min(slot.kind)
    return slot.slot_at - timedelta(minutes=before), slot.slot_at + timedelta(minutes=after)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _instant(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
