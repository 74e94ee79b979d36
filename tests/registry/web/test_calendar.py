"""The landing calendar: a page, iCalendar and CSV, the same bytes for the same register."""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.services import landing_windows
from registry.services.landing_windows import Asked
from solver.traffic import icalendar
from tests.registry.services import life_cases, slot_cases
from tests.registry.web.ics import events

STAMP = datetime(2027, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def landed(make_app: Callable[..., Flask]) -> Flask:
    """A register with one entry in use: a landing of two days, superseded once."""
    return make_app(life_cases.in_use)


@pytest.fixture(scope="module")
def slotted(make_app: Callable[..., Flask]) -> Flask:
    """An entry with two nights asked for and a slot confirmed, and a claim on which nobody has decided."""

    def fill(session: Session) -> None:
        slot_cases.confirmed(session)
        rival = session.get_one(Claim, "C-0002")
        rival.state = "READY"
        for phase in rival.current.placements[0].phases:
            phase.method_id, phase.inputs, phase.name = "landing-plume", {"landed_mass_kg": 500}, "landing"

    return make_app(fill)


def rows(app: Flask) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(app.test_client().get("/calendar.csv").text)))


def test_the_page_has_the_landings_of_entries_with_their_days(landed: Flask) -> None:
    text = landed.test_client().get("/calendar").text
    begins, row = rows(landed)
    assert (row["movement"], row["kind"], row["first_day"], row["last_day"]) == (
        "C-0001/landing", "landing", "2027-10-11", "2027-10-12",
    )  # fmt: skip
    assert (row["parties"], row["keep_out_m"], row["beside"]) == ("IND", "819", "")
    assert (begins["uid"], begins["first_day"], begins["last_day"]) == ("C-0001/begins", "2027-10-11", "2027-10-11")
    assert f"/entries/{row['entry']}" in text
    assert "<strong>2</strong> of 2 rows of the calendar" in re.sub(r"\s+", " ", text)


def test_windows_slots_and_what_is_not_decided_are_rows(slotted: Flask) -> None:
    found = {row["uid"]: row for row in rows(slotted)}
    assert {uid: (row["what"], row["status"], row["standing"]) for uid, row in found.items()} == {
        "C-0001/begins": ("begins", "CONFIRMED", "in force"),
        "C-0001/landing": ("days", "TENTATIVE", "in force"),
        "C-0001/landing/slot": ("slot", "CONFIRMED", "in force"),
        "C-0001/landing/window/1": ("asked", "TENTATIVE", "in force"),
        "C-0001/landing/window/2": ("asked", "TENTATIVE", "in force"),
        "C-0002/landing": ("days", "TENTATIVE", "in procedure"),
    }
    window, slot = found["C-0001/landing/window/1"], found["C-0001/landing/slot"]
    assert (window["azimuth_from_deg"], window["azimuth_to_deg"]) == ("350.0", "20.0")
    assert (window["starts"], window["ends"]) == ("2027-10-11T22:00:00Z", "2027-10-12T03:01:00Z")
    assert (slot["at"], slot["precision"], slot["state"], slot["slot"], slot["proposal"]) == (
        "2027-10-11T23:30:00Z", "minute", "CONFIRMED", "1", "1",
    )  # fmt: skip
    text = slotted.test_client().get("/calendar").text
    assert "350° to 20°, clockwise" in text
    assert "<strong>not decided</strong>" in text
    only = slotted.test_client().get("/calendar?what=slot").text
    assert "<strong>1</strong> of 6 rows" in re.sub(r"\s+", " ", only)
    assert slotted.test_client().get("/calendar?what=nonsense").status_code == 400


def test_a_calendar_program_reads_slots_with_their_names_counts_and_states(slotted: Flask) -> None:
    found = events(slotted.test_client().get("/calendar.ics").text)
    slot = found["C-0001/landing/slot@lunar-site-registry"]
    assert (slot["DTSTART"], slot["DTEND"], slot["STATUS"], slot["SEQUENCE"]) == (
        "20271011T230000Z", "20271011T233500Z", "CONFIRMED", "1",
    )  # fmt: skip
    assert "At 2027-10-11 23:30 UTC." in slot["DESCRIPTION"]
    assert "Azimuths on the map: 350 to 20 degrees, clockwise." in slot["DESCRIPTION"]
    undecided = found["C-0002/landing@lunar-site-registry"]
    assert "Not decided: the claim is in procedure" in undecided["DESCRIPTION"]
    assert undecided["STATUS"] == "TENTATIVE"
    assert found["C-0001/begins@lunar-site-registry"]["DTSTART;VALUE=DATE"] == "20271011"


def test_a_proposal_has_its_page_and_the_files_that_have_its_hashes(slotted: Flask) -> None:
    client = slotted.test_client()
    text = client.get("/calendar/proposals/1").text
    assert "Slots, proposal 1" in text
    for name in ("instance", "solution"):
        data = client.get(f"/calendar/proposals/1/{name}.json").data
        assert hashlib.sha256(data).hexdigest()[:8] in text.replace("&#8203;", "")
    assert client.get("/calendar/proposals/9").status_code == 404
    assert client.get(f"/calendar/proposals/{10**20}").status_code == 404


def test_what_is_off_is_cancelled_with_a_higher_count(make_app: Callable[..., Flask]) -> None:
    def fill(session: Session) -> None:
        slot_cases.confirmed(session)
        landing_windows.ask(
            session, "C-0001", "", Asked(("2027-10-12, 22:00 to 23:00",), (350, 20)), slot_cases.IND, slot_cases.AT
        )

    found = events(make_app(fill).test_client().get("/calendar.ics").text)
    told = {uid.partition("@")[0]: (row["STATUS"], row.get("SEQUENCE", "0")) for uid, row in found.items()}
    assert told == {
        "C-0001/begins": ("CONFIRMED", "0"),
        "C-0001/landing": ("TENTATIVE", "2"),  # filed, on offer, recorded
        "C-0001/landing/slot": ("CANCELLED", "2"),  # it lay in the night before
        "C-0001/landing/window/1": ("TENTATIVE", "2"),
        "C-0001/landing/window/2": ("CANCELLED", "2"),
    }


def test_files_are_the_same_twice_and_known_by_their_tag(landed: Flask) -> None:
    client = landed.test_client()
    for address, kind in (("/calendar.ics", "text/calendar"), ("/calendar.csv", "text/csv")):
        first, second = client.get(address), client.get(address)
        assert (first.data, first.content_type) == (second.data, f"{kind}; charset=utf-8")
        unchanged = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_feed_has_one_event_for_each_row_of_the_table(slotted: Flask) -> None:
    found = events(slotted.test_client().get("/calendar.ics").text)
    table = rows(slotted)
    assert list(found) == [f"{row['uid']}@lunar-site-registry" for row in table]
    assert [row["STATUS"] for row in found.values()] == [row["status"] for row in table]


def test_days_before_the_first_wanted_are_left_out_and_a_wrong_day_is_refused(landed: Flask) -> None:
    client = landed.test_client()
    assert "Nobody has a landing or an ascent ahead" in client.get("/calendar?from=2999-01-01").text
    refused = client.get("/calendar?from=soon")
    assert refused.status_code == 400
    assert "&#39;soon&#39; is no day" in refused.text


def test_an_empty_register_has_an_empty_calendar(empty: Flask) -> None:
    client = empty.test_client()
    assert "Nobody has a landing or an ascent ahead" in client.get("/calendar").text
    assert client.get("/calendar.ics").text.count("BEGIN:VEVENT") == 0
    assert client.get("/calendar.csv").text.count("\n") == 1


def test_a_calendar_is_written_to_the_letter() -> None:
    days = icalendar.Event(
        "C-1/landing", STAMP, date(2028, 3, 1), date(2028, 3, 3), "Landing: A, B; C\\", status=icalendar.TENTATIVE
    )
    hour = icalendar.Event("L-1", STAMP, STAMP, datetime(2027, 9, 1, 0, 40, tzinfo=UTC), "x", "one\ntwo", "Malapert")
    assert icalendar.written("Landings", [days, hour]).decode().split("\r\n") == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lunar Site Registry//landings//EN", "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Landings", "BEGIN:VEVENT", "UID:C-1/landing", "DTSTAMP:20270901T000000Z",
        "DTSTART;VALUE=DATE:20280301", "DTEND;VALUE=DATE:20280303", "SUMMARY:Landing: A\\, B\\; C\\\\",
        "STATUS:TENTATIVE", "TRANSP:TRANSPARENT", "END:VEVENT", "BEGIN:VEVENT", "UID:L-1", "DTSTAMP:20270901T000000Z",
        "DTSTART:20270901T000000Z", "DTEND:20270901T004000Z", "SUMMARY:x", "DESCRIPTION:one\\ntwo", "LOCATION:Malapert",
        "STATUS:CONFIRMED", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["é" * 200, "日" * 120, "a" * 75, "a" * 76])
def test_long_lines_are_folded_between_characters(text: str) -> None:
    lines = icalendar.written("n", [icalendar.Event("u", STAMP, STAMP, STAMP, text)]).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert f"SUMMARY:{text}" in b"\r\n".join(lines).replace(b"\r\n ", b"").decode()


def test_a_text_cannot_begin_a_line_of_its_own() -> None:
    event = icalendar.Event("u", STAMP, STAMP, STAMP, "x\r\nBEGIN:VALARM\x0b\u2028ATTACH:y")
    lines = icalendar.written("n", [event]).decode().split("\r\n")
    assert not [line for line in lines if line.startswith(("BEGIN:VALARM", "ATTACH"))]
