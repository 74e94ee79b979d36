"""Entries with their zones and their life, and the landing calendar."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from registry.domain.entries import EntryState
from registry.queries import entries as reading
from registry.queries import landings, lives
from registry.web.api.blueprint import listing, single
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.sessions import session
from registry.web.viewing import viewer


class Entry(Model):
    """A recorded, time-limited priority of use; it grants nothing else."""

    id: str = says("Its id, for example E-0001")
    claim: str = says("Claim it comes from")
    name: str = says("Name of the operation")
    round: str = says("Round it comes from")
    state: str = says("RECORDED, IN_USE, SUSPENDED, ENDED or LAPSED")
    operator: str = says("Who flies it")
    credit: dict[str, int] = says("Percent of each party")
    placement: str = says("Placement that was decided on")
    place: str = says("Region or feature")
    valid_from: date = says("First day")
    valid_until: date = says("First day on which it has ended")
    recorded_at: datetime = says("When it was recorded")
    supersedes: str | None = says("Entry in whose place it stands")
    illustrative: bool = says("Whether it is invented")
    cause: str = says("Why it took the place of the one before; empty for the first")
    in_use_from: date | None = says("Day of the landing that brought it into use")
    ended_on: date | None = says("Day on which it ended or lapsed")


class Zone(Model):
    """The safety zone of one phase: notice and coordination, no veto and no exclusion."""

    phase: str = says("Its phase")
    valid_from: date = says("First day")
    valid_until: date = says("First day without it")
    keep_out_m: int = says("Distance around the footprint, metres")
    method: str = says("Sizing method")
    method_version: str = says("Its version")
    outline: Json = says("GeoJSON geometry in metres of IAU_2015:30135")


class Vote(Model):
    """What one decider said. People are not named to the public."""

    party: str = says("Party of the decider")
    choice: str = says("What was chosen")
    ground: str | None = says("Ground of a rejection")
    reason: str = says("In words")
    voted_at: datetime = says("When")
    interested: bool | None = says("Whether the party has a claim in the proposal")


class Duty(Model):
    """What the party of an entry has to show until when."""

    id: int = says("Its number")
    kind: str = says("What is to be shown")
    number: int = says("The how-manieth of its kind")
    opened_at: datetime = says("When it began")
    due_at: datetime = says("Until when it is met in time")
    final_at: datetime = says("After when a miss has its consequence")
    state: str = says("open, met, missed or void")
    closed_at: datetime | None = says("Since when it is not open")


class Evidence(Model):
    """What a party stated about its entry."""

    id: int = says("Its number")
    kind: str = says("What it shows")
    party_id: str = says("Party that stated it")
    given_at: datetime = says("When")
    happened_on: date = says("Day of what it shows")
    text: str = says("In words")
    sha256: str | None = says("Hash of the document behind it")
    ground: Json | None = says("Where: GeoJSON geometry in metres of IAU_2015:30135")


class Extension(Model):
    """A deadline that was moved on a ground of the closed list."""

    id: int = says("Its number")
    duty_id: int = says("Duty whose deadline moved")
    ground: str = says("The ground")
    months: int = says("By how many months")
    reason: str = says("Why")
    due_before_at: datetime = says("Deadline before")
    due_at: datetime = says("Deadline now")
    granted_at: datetime = says("When it was granted")


class ZoneEvent(Model):
    """What became of a zone."""

    id: int = says("Its number")
    entry_id: str = says("Entry that had the zone")
    position: int = says("Number of the zone in the entry")
    phase: str = says("Its phase")
    kind: str = says("established, altered or ended")
    on_day: date = says("Day of the event")
    at: datetime = says("When it was recorded")
    keep_out_m: int = says("Distance from then on, metres")
    reason: str = says("Why")


class ZoneRequest(Model):
    """A notice by another party that it will work within a zone, or a question for its basis."""

    id: int = says("Its number")
    entry_id: str = says("Entry it is about")
    party_id: str = says("Party that asks")
    kind: str = says("enter or basis")
    position: int | None = says("Number of the zone")
    purpose: str = says("What for")
    first_day: date | None = says("First day of the work")
    last_day: date | None = says("Last day of the work")
    asked_at: datetime = says("When it was asked")
    answer_by_at: datetime = says("Until when an answer is expected")
    answered_at: datetime | None = says("When it was answered")
    answer: str = says("The answer; empty before")
    basis: Json | None = says("What the size of the zone rests on")


class Life(Model):
    """What happened to the entries of one claim."""

    duties: tuple[Duty, ...] = says("Duties by deadline")
    evidence: tuple[Evidence, ...] = says("Evidence in the order in which it came")
    extensions: tuple[Extension, ...] = says("Deadlines that were moved")
    zone_events: tuple[ZoneEvent, ...] = says("What became of its zones")
    requests: tuple[ZoneRequest, ...] = says("What others asked of it")


class WholeEntry(Entry):
    """An entry with its zones, its decision and its life."""

    start_day: int = says("Day of the start, from the epoch of the policy")
    footprint: Json = says("GeoJSON geometry in metres of IAU_2015:30135")
    placement_name: str = says("Name of the placement")
    zones: tuple[Zone, ...] = says("A zone for each phase")
    decided_at: datetime = says("When it was decided")
    votes: tuple[Vote, ...] = says("What the deciders said")
    filed_by: str = says("Party that filed the claim")
    life: Life = says("What happened to it and is due")
    history: tuple[str, ...] = says("Ids of all entries that the claim ever had, the oldest first")


class Movement(Model):
    """A landing or an ascent of the landing calendar."""

    id: str = says("Its own name: claim and phase")
    entry: str = says("Its entry")
    claim: str = says("Its claim")
    name: str = says("Name of the operation")
    round: str = says("Its round")
    parties: tuple[str, ...] = says("Credited parties")
    operator: str = says("Who flies it")
    kind: str = says("landing or ascent")
    phase: str = says("Its phase")
    place: str = says("Region or feature")
    site: tuple[float, float] = says("x and y in metres of IAU_2015:30135")
    first_day: date = says("First day on which it may be")
    last_day: date = says("Last such day")
    keep_out_m: int = says("Distance kept meanwhile, metres")
    beside: tuple[str, ...] = says("Entries with a movement on a shared day within reach of ejecta")
    recorded_at: datetime = says("When the entry was recorded")
    illustrative: bool = says("Whether it is invented")


class EntriesQuery(Paging):
    """Entries, filtered as on the page."""

    round: str | None = says("Only entries of this round", default=None, max_length=64)
    party: str | None = says("Only entries credited to this party", default=None, max_length=16)
    state: EntryState | None = says("Only entries in this state", default=None)


class CalendarQuery(Paging):
    """Movements, filtered."""

    from_day: date | None = says("Only movements that are not over by this day", default=None)


class EntryPath(Model):
    """One entry."""

    entry_id: str = says("Id of the entry, for example E-0001")


@listing("/entries", Entry, "entries")
def entries(query: EntriesQuery) -> Sequence[reading.EntryRow]:
    """The entries that no other one supersedes."""
    rows = reading.list_entries(session(), round_id=query.round, party=query.party)
    return [row for row in rows if query.state in (None, row.state)]


@single("/entries/<entry_id>", WholeEntry, "entries", "entry")
def entry(path: EntryPath) -> Json | None:
    """One entry whole: where, when, its zones, its life, decided by whom."""
    found = reading.entry_page(session(), path.entry_id, viewer())
    if found is None:
        return None
    own = ("start_day", "footprint", "placement_name", "zones", "decided_at", "votes", "filed_by")
    history = reading.list_entries(session(), claim=found.row.claim)
    return {
        **Entry.model_validate(found.row).model_dump(),
        **{name: getattr(found, name) for name in own},
        "life": lives.life_page(session(), found.row.claim),
        "history": sorted((row.id for row in history), key=lambda name: (len(name), name)),
    }


@listing("/calendar", Movement, "entries")
def calendar(query: CalendarQuery) -> Sequence[Any]:
    """The days on which craft land and leave by the entries in force."""
    return [row for row in landings.movements(session()) if query.from_day is None or row.until > query.from_day]
