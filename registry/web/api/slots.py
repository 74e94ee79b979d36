"""When craft land and leave, for programs: windows asked for, proposals of slots, slots, and the calendar made of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from registry.domain.landing_slots import LandingSlot, LandingWindows, SlotState
from registry.queries import slots as proposed
from registry.queries.calendar import CalendarRow, What
from registry.queries.calendar import calendar as read_calendar
from registry.web.api.blueprint import OBJECT, listing, operation, single
from registry.web.api.canonical import canonical
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.api.rounds import MOST
from registry.web.keeping import kept, state_of
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer


class Windows(Model):
    """Windows asked for one landing or ascent. A slot is coordination and no permission."""

    id: int = says("Its number")
    claim_id: str = says("Its claim")
    phase: str = says("Phase that is the landing or ascent")
    kind: str = says("landing or ascent")
    party_id: str = says("Party that filed the claim")
    windows: tuple[tuple[datetime, datetime], ...] = says("First and last instant of each, both within it")
    preferred_at: datetime = says("What the party prefers")
    azimuth_from_deg: float | None = says(
        "First azimuth of the corridor on the map, degrees clockwise; null: all around"
    )
    azimuth_to_deg: float | None = says("Last azimuth, clockwise from the first")
    landed_mass_kg: float = says("Mass on landing, kilograms")
    method_version: str = says("Version of the method that gives the corridor")
    filed_at: datetime = says("When they were asked for")
    supersedes_id: int | None = says("Request in whose place it stands")
    withdrawn_at: datetime | None = says("When it was withdrawn")
    reason: str = says("Why it was withdrawn")
    in_force: bool = says("Whether it is neither amended nor withdrawn")
    illustrative: bool = says("Whether it is invented")


class Slot(Model):
    """The instant of touchdown or lift-off proposed to one landing or ascent."""

    id: int = says("Its number")
    proposal_id: int = says("Proposal that it stands in")
    claim_id: str = says("Its claim")
    phase: str = says("Phase that is the landing or ascent")
    kind: str = says("landing or ascent")
    slot_at: datetime = says("Touchdown or lift-off")
    precision: str = says("minute, or day while the hour is open")
    state: SlotState = says("State of the slot")
    state_since_at: datetime = says("Since when")
    reason: str = says("Why it was given back or withdrawn")
    illustrative: bool = says("Whether it is invented")


class SlotProposal(Model):
    """Slots proposed for some days: which instance was solved, and how."""

    number: int = says("Its number")
    first_day: date = says("First day for which there are slots")
    last_day: date = says("Last such day")
    status: str = says("What the solver said: OPTIMAL or FEASIBLE")
    instance_sha256: str = says("SHA-256 of the RFC 8785 form of the instance")
    solution_sha256: str = says("SHA-256 of the RFC 8785 form of the solution")
    proposed_at: datetime = says("When it was published")
    slots: int = says("How many slots it has")
    live: int = says("How many of them stand")
    confirmed: int = says("How many are confirmed")
    unserved: int = says("How many landings and ascents got none")
    illustrative: bool = says("Whether anything in it is invented")


class WholeSlotProposal(SlotProposal):
    """A proposal with its slots."""

    rows: tuple[Slot, ...] = says("Its slots, by instant")
    checks: tuple[str, ...] = says("What the independent check looked at")


class Happening(Model):
    """One row of the landing calendar."""

    id: str = says("Its name for ever, as calendar programs know it")
    what: What = says("Kind of row")
    status: str = says("TENTATIVE, CONFIRMED or CANCELLED")
    sequence: int = says("How often it was changed")
    starts: datetime | date = says("When it begins; a day where the hour is open")
    ends: datetime | date = says("When it has ended")
    claim: str = says("Its claim")
    entry: str = says("Its entry; empty where there is none yet")
    name: str = says("Name of the operation")
    round: str = says("Its round")
    parties: tuple[str, ...] = says("Credited parties")
    place: str = says("Region or feature")
    site: tuple[float, float] = says("x and y in metres of IAU_2015:30135")
    standing: str = says("in force, offered, in procedure, or over")
    movement: str = says("Landing or ascent: claim and phase")
    clashes: tuple[tuple[str, str], ...] = says("Landings and ascents that it meets, each with the reason")
    slot: int | None = says("Number of its slot")
    proposal: int | None = says("Number of the proposal of its slot")
    recorded_at: datetime = says("Since when it is as it is")
    illustrative: bool = says("Whether it is invented")


class WindowsQuery(Paging):
    """Windows, filtered."""

    claim: str | None = says("Only those of this claim", default=None, max_length=16)
    in_force: bool | None = says("Only those that are, or are not, in force", default=None)


class SlotsQuery(Paging):
    """Slots, filtered."""

    claim: str | None = says("Only those of this claim", default=None, max_length=16)
    proposal: int | None = says("Only those of this proposal", default=None, ge=1, le=MOST)
    state: SlotState | None = says("Only those in this state", default=None)


class HappeningsQuery(Paging):
    """Rows of the calendar, filtered as on the page."""

    from_day: date | None = says("Only rows that are not over by this day", default=None)
    what: What | None = says("Only rows of this kind", default=None)
    claim: str | None = says("Only those of this claim", default=None, max_length=16)


class WindowsPath(Model):
    """One request for windows."""

    windows_id: int = says("Its number", ge=1, le=MOST)


class SlotPath(Model):
    """One slot."""

    slot_id: int = says("Number of the slot", ge=1, le=MOST)


class SlotProposalPath(Model):
    """One proposal of slots."""

    number: int = says("Number of the proposal", ge=1, le=MOST)


def windows_model(row: LandingWindows, gone: frozenset[int]) -> Windows:
    """A request for windows as it is told; `gone` are the numbers of those that were amended."""
    names = Windows.model_fields.keys() - {"in_force"}
    in_force = row.withdrawn_at is None and row.id not in gone
    return Windows(**{name: getattr(row, name) for name in names}, in_force=in_force)


@listing("/landing-windows", Windows, "slots", key=lambda row: f"{row.id:010}")
def landing_windows(query: WindowsQuery) -> Sequence[Windows]:
    """Windows of landings and ascents that parties ask for; `after` takes a number with ten digits, as `next` has it."""
    rows, gone = proposed.list_windows(session()), proposed.amended(session())
    found = [windows_model(row, gone) for row in rows if query.claim in (None, row.claim_id)]
    return [row for row in found if query.in_force in (None, row.in_force)]


@single("/landing-windows/<int:windows_id>", Windows, "slots", "request for windows")
def landing_windows_asked(path: WindowsPath) -> Windows | None:
    """One request for windows; its ETag is what an amendment has to name while it is in force."""
    row = session().get(LandingWindows, path.windows_id)
    return None if row is None else windows_model(row, proposed.amended(session()))


@listing("/slots", Slot, "slots", key=lambda row: f"{row.id:010}")
def slots(query: SlotsQuery) -> Sequence[LandingSlot]:
    """The slots of all proposals; `after` takes a number with ten digits, as `next` has it."""
    return [
        row
        for row in proposed.list_slots(session())
        if query.claim in (None, row.claim_id)
        and query.proposal in (None, row.proposal_id)
        and query.state in (None, row.state)
    ]


@single("/slots/<int:slot_id>", Slot, "slots", "slot")
def slot(path: SlotPath) -> LandingSlot | None:
    """One slot."""
    return session().get(LandingSlot, path.slot_id)


@listing("/slot-proposals", SlotProposal, "slots", key=lambda row: f"{row.number:010}")
def slot_proposals(query: Paging) -> Sequence[proposed.ProposalRow]:
    """The proposals of slots; `after` takes a number with ten digits, as `next` has it."""
    return proposed.list_proposals(session())


@single("/slot-proposals/<int:number>", WholeSlotProposal, "slots", "proposal of slots")
def slot_proposal(path: SlotProposalPath) -> Json | None:
    """One proposal, slot by slot, with what the independent check said."""
    found = proposed.proposal(session(), path.number)
    if found is None:
        return None
    summary = SlotProposal.model_validate(found.summary).model_dump()
    return {**summary, "rows": found.rows, "checks": found.checks}


@operation("/slot-proposals/<int:number>/instance", OBJECT, "slots")
def slot_instance(path: SlotProposalPath) -> Response:
    """The instance of a proposal, as `solver slots` takes it: the bytes whose hash is published."""
    found = _proposal(path.number)
    return canonical(found.instance, found.summary.instance_sha256)


@operation("/slot-proposals/<int:number>/solution", OBJECT, "slots")
def slot_solution(path: SlotProposalPath) -> Response:
    """The solution of a proposal: the bytes whose hash is published."""
    found = _proposal(path.number)
    return canonical(found.solution, found.summary.solution_sha256)


@listing("/calendar/rows", Happening, "slots", key=lambda row: str(row["id"]))
def happenings(query: HappeningsQuery) -> Sequence[Mapping[str, Any]]:
    """All of the landing calendar: first days of entries, days, windows and slots, with what clashes."""
    return [
        _happening(row)
        for row in calendar_rows()
        if (query.from_day is None or row.last_day >= query.from_day)
        and query.what in (None, row.what)
        and query.claim in (None, row.about.claim)
    ]


def calendar_rows() -> tuple[CalendarRow, ...]:
    """The calendar, read once for each state of the log."""
    state = state_of(session(), viewer(), "calendar of programs")
    found: tuple[CalendarRow, ...] = kept(state, lambda: read_calendar(session()))
    return found


def _happening(row: CalendarRow) -> Json:
    own = ("what", "status", "sequence", "starts", "ends", "movement", "clashes", "slot", "proposal", "recorded_at")
    about = ("claim", "entry", "name", "round", "parties", "place", "site", "standing", "illustrative")
    said: Json = {name: getattr(row.about, name) for name in about}
    return said | {name: getattr(row, name) for name in own} | {"id": row.uid}


def _proposal(number: int) -> proposed.ProposalPage:
    return proposed.proposal(session(), number) or no_such("proposal of slots", str(number))
