"""The landing calendar and the proposals of slots: pages, a file for calendar programs (iCalendar) and a table (CSV), at
addresses that last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import rfc8785
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from registry.queries.calendar import CalendarRow, What, calendar
from registry.queries.names import party_names, places_by_id
from registry.queries.slots import ProposalPage, list_proposals, proposal
from registry.web import asked, calendar_files
from registry.web.errors import QueryError
from registry.web.keeping import kept, state_of
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer
from solver.traffic import icalendar

pages = Blueprint("calendar", __name__)
_MOST = 2**31 - 1  # what a whole number of the database holds


@dataclass(frozen=True)
class KeptCalendar:
    """All rows by day, with the names that the page says; nobody changes a row."""

    rows: tuple[CalendarRow, ...]
    names: Mapping[str, str]
    places: Mapping[str, str]


def _kept() -> KeptCalendar:
    """The calendar, read once for each state of the log."""

    def read() -> KeptCalendar:
        return KeptCalendar(calendar(session()), party_names(session()), places_by_id(session()))

    found: KeptCalendar = kept(state_of(session(), viewer(), "calendar"), read)
    return found


@pages.get("/calendar")
def all_days() -> str:
    """Windows, slots and the days on which craft land and leave, the earliest first; `from` leaves out what is over by
    then, `what` and `claim` choose.
    """
    everything = _kept()
    first, claim = _first_day(), asked.text("claim")
    what = asked.choice("what", [str(kind) for kind in What])
    rows = [
        row
        for row in everything.rows
        if (first is None or row.last_day >= first) and what in (None, row.what) and claim in ("", row.about.claim)
    ]
    return render_template(
        "calendar.html",
        round=chosen_round(),
        found=Pages.of(rows, asked.whole_number("page", 1)),
        total=len(everything.rows),
        kinds=[str(kind) for kind in What],
        proposals=list_proposals(session()),
        names=everything.names,
        places=everything.places,
        asked=request.args,
    )


def _first_day() -> date | None:
    text = asked.text("from")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong = gettext("'%(value)s' is no day", value=asked.shortened(text))
        raise QueryError("from", wrong, gettext("Give YYYY-MM-DD, or leave it out.")) from None


@pages.get("/calendar.ics")
def feed() -> Response:
    """The calendar for calendar programs; the same register gives the same bytes."""
    everything = _kept()
    events = [calendar_files.event(row, everything.places) for row in everything.rows]
    content = icalendar.written(gettext("Landings near the lunar south pole"), events)
    return calendar_files.answered(content, icalendar.TYPE)


@pages.get("/calendar.csv")
def table() -> Response:
    """The calendar as a table; the same register gives the same bytes."""
    return calendar_files.answered(calendar_files.table(_kept().rows), "text/csv")


@pages.get("/calendar/proposals/<int:number>")
def one_proposal(number: int) -> str:
    """One proposal of slots, slot by slot, with its hashes and what the independent check said."""
    return render_template(
        "slot_proposal.html", round=chosen_round(), found=_proposal(number), names=party_names(session())
    )


@pages.get("/calendar/proposals/<int:number>/instance.json")
def instance(number: int) -> Response:
    """The instance of a proposal: the bytes that have its hash."""
    return calendar_files.answered(rfc8785.dumps(_proposal(number).instance), "application/json")


@pages.get("/calendar/proposals/<int:number>/solution.json")
def solution(number: int) -> Response:
    """The solution of a proposal: the bytes that have its hash."""
    return calendar_files.answered(rfc8785.dumps(_proposal(number).solution), "application/json")


def _proposal(number: int) -> ProposalPage:
    found = proposal(session(), number) if number <= _MOST else None
    return found or no_such("proposal", str(number))
