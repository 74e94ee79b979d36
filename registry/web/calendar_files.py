"""The landing calendar as files: events for calendar programs, rows of a table."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping

from flask import Response, request
from flask_babel import gettext

from registry.exports.csv_files import cell
from registry.queries.calendar import CalendarRow, What
from registry.queries.landings import Standing
from registry.web import words
from solver.geometry import to_geographic
from solver.traffic import icalendar

DOMAIN = "lunar-site-registry"
COLUMNS = (
    "uid", "what", "status", "sequence", "movement", "kind", "standing", "entry", "claim", "name", "round", "parties",
    "operator", "place", "latitude_deg", "longitude_deg", "x_m", "y_m", "first_day", "last_day", "starts", "ends", "at",
    "precision", "state", "slot", "proposal", "azimuth_from_deg", "azimuth_to_deg", "keep_out_m", "beside", "clashes",
    "outside_zone", "recorded_at", "illustrative",
)  # fmt: skip


def event(row: CalendarRow, places: Mapping[str, str]) -> icalendar.Event:
    """A row as an event; what changes keeps its name and counts its changes."""
    about = row.about
    return icalendar.Event(
        uid=f"{row.uid}@{DOMAIN}",
        stamp=row.recorded_at,
        start=row.starts,
        end=row.ends,
        summary=f"{heading(row)}: {about.name} ({', '.join(about.parties)})",
        description=" ".join(_said(row)),
        location=places.get(about.place, about.place),
        status=row.status,
        sequence=row.sequence,
    )


def heading(row: CalendarRow) -> str:
    """What a row is, in two or three words."""
    if row.what == What.BEGINS:
        return gettext("Entry begins")
    is_landing = row.about.kind == "landing" or (not row.about.kind and not row.movement.endswith("ascent"))
    if row.what == What.DAYS:
        return gettext("Landing") if is_landing else gettext("Ascent")
    if row.what == What.ASKED:
        return gettext("Landing window") if is_landing else gettext("Ascent window")
    return gettext("Landing slot") if is_landing else gettext("Ascent slot")


def _said(row: CalendarRow) -> Iterable[str]:
    about = row.about
    if about.entry:
        yield gettext("Entry %(entry)s, claim %(claim)s.", entry=about.entry, claim=about.claim)
    else:
        yield gettext("Claim %(claim)s.", claim=about.claim)
    yield from _standing(row)
    if row.at is not None and row.what == What.SLOT and row.precision == "minute":
        yield gettext("At %(at)s UTC.", at=f"{row.at:%Y-%m-%d %H:%M}")
    if row.at is not None and row.what == What.ASKED:
        yield gettext("Preferred: %(at)s UTC.", at=f"{row.at:%Y-%m-%d %H:%M}")
    if row.azimuths is not None:
        first, last = (f"{turn:g}" for turn in row.azimuths)
        yield gettext("Azimuths on the map: %(first)s to %(last)s degrees, clockwise.", first=first, last=last)
    if about.keep_out_m is not None:
        yield gettext("Keep-out: %(metres)s m.", metres=about.keep_out_m)
    if row.beside:
        yield gettext("On shared days within reach: %(entries)s.", entries=", ".join(row.beside))
    for rule, other in row.clashes:
        yield gettext(
            "Clash (%(rule)s, %(other)s): %(words)s.", rule=rule, other=other, words=words.WORDS["clash"](rule)
        )
    if row.outside_zone:
        yield gettext("Outside the days of its zone.")
    if about.illustrative:
        yield gettext("Illustrative: invented data.")


def _standing(row: CalendarRow) -> Iterable[str]:
    """How firm it is."""
    if row.about.standing == Standing.IN_PROCEDURE:
        yield gettext("Not decided: the claim is in procedure, and this is its first choice.")
    elif row.about.standing == Standing.OFFERED:
        yield gettext("On offer, not accepted yet.")
    if row.what == What.DAYS or (row.what == What.SLOT and row.precision == "day"):
        yield gettext("The hour is agreed later.")
    if row.what == What.SLOT:
        yield gettext("Slot %(slot)s of proposal %(proposal)s.", slot=row.slot, proposal=row.proposal)


def table(rows: Iterable[CalendarRow]) -> bytes:
    """The rows as CSV."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in _cells(row)] for row in rows)
    return stream.getvalue().encode()


def _cells(row: CalendarRow) -> tuple[object, ...]:
    about = row.about
    lat_deg, lon_deg = (round(value, 6) for value in to_geographic(*about.site))
    x_m, y_m = (round(value, 3) for value in about.site)
    first, last = row.azimuths or (None, None)
    named = (
        row.uid,
        str(row.what),
        row.status,
        row.sequence,
        row.movement,
        about.kind,
        str(about.standing),
        about.entry,
    )
    who = (about.claim, about.name, about.round, " ".join(about.parties), about.operator, about.place)
    where = (lat_deg, lon_deg, x_m, y_m)
    when = (row.first_day, row.last_day, row.starts, row.ends, row.at, row.precision, row.state, row.slot, row.proposal)
    met = " ".join(f"{rule}:{other}" if other else rule for rule, other in row.clashes)
    last_cells = (about.keep_out_m, " ".join(row.beside), met, row.outside_zone, row.recorded_at, about.illustrative)
    return (*named, *who, *where, *when, first, last, *last_cells)


def answered(content: bytes, kind: str) -> Response:
    """The bytes as an answer that is known again by its tag."""
    response = Response(content, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
