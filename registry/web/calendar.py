"""The landing calendar: a page, a file for calendar programs (iCalendar) and a table (CSV), at addresses that last."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from registry.exports.csv_files import cell
from registry.queries.landings import Movement, movements
from registry.queries.names import party_names, places_by_id
from registry.web import asked
from registry.web.errors import QueryError
from registry.web.keeping import kept, state_of
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer
from solver.geometry import to_geographic
from solver.traffic import icalendar

pages = Blueprint("calendar", __name__)
COLUMNS = (
    "movement", "kind", "entry", "claim", "name", "round", "parties", "operator", "place", "latitude_deg", "longitude_deg",
    "x_m", "y_m", "first_day", "last_day", "keep_out_m", "beside", "recorded_at", "illustrative",
)  # fmt: skip


@dataclass(frozen=True)
class KeptCalendar:
    """All movements by day, with the names that the page says; nobody changes a row."""

    rows: tuple[Movement, ...]
    names: Mapping[str, str]
    places: Mapping[str, str]


def _kept() -> KeptCalendar:
    """The calendar, read once for each state of the log."""

    def read() -> KeptCalendar:
        return KeptCalendar(movements(session()), party_names(session()), places_by_id(session()))

    found: KeptCalendar = kept(state_of(session(), viewer(), "calendar"), read)
    return found


@pages.get("/calendar")
def all_days() -> str:
    """The days on which craft land and leave, the earliest first; `from` leaves out what is over by then."""
    everything = _kept()
    first = _first_day()
    rows = [row for row in everything.rows if first is None or row.until > first]
    return render_template(
        "calendar.html",
        round=chosen_round(),
        found=Pages.of(rows, asked.whole_number("page", 1)),
        total=len(everything.rows),
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
    events = [_event(row, everything) for row in everything.rows]
    return _file(icalendar.written(gettext("Landings near the lunar south pole"), events), icalendar.TYPE)


def _event(row: Movement, everything: KeptCalendar) -> icalendar.Event:
    kind = gettext("Landing") if row.kind == "landing" else gettext("Ascent")
    said = [
        gettext("Entry %(entry)s, claim %(claim)s. The hour is agreed later.", entry=row.entry, claim=row.claim),
        gettext("Keep-out: %(metres)s m.", metres=row.keep_out_m),
    ]
    if row.beside:
        said.append(gettext("On shared days within reach: %(entries)s.", entries=", ".join(row.beside)))
    if row.illustrative:
        said.append(gettext("Illustrative: invented data."))
    return icalendar.Event(
        uid=f"{row.id}@lunar-site-registry",
        stamp=row.recorded_at,
        start=row.first_day,
        end=row.until,
        summary=f"{kind}: {row.name} ({', '.join(row.parties)})",
        description=" ".join(said),
        location=everything.places.get(row.place, row.place),
        status=icalendar.TENTATIVE,
    )


@pages.get("/calendar.csv")
def table() -> Response:
    """The calendar as a table; the same register gives the same bytes."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _cells(row)] for row in _kept().rows)
    return _file(stream.getvalue().encode(), "text/csv")


def _cells(row: Movement) -> tuple[object, ...]:
    lat_deg, lon_deg = (round(value, 6) for value in to_geographic(*row.site))
    x_m, y_m = (round(value, 3) for value in row.site)
    who = (row.id, row.kind, row.entry, row.claim, row.name, row.round, " ".join(row.parties), row.operator, row.place)
    days = (row.first_day, row.last_day, row.keep_out_m, " ".join(row.beside), row.recorded_at, row.illustrative)
    return (*who, lat_deg, lon_deg, x_m, y_m, *days)


def _file(content: bytes, kind: str) -> Response:
    response = Response(content, content_type=f"{kind}; charset=utf-8")
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
