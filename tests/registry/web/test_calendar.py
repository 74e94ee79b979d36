"""The landing calendar: a page, iCalendar and CSV, the same bytes for the same register."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from solver.traffic import icalendar
from tests.registry.services import life_cases

STAMP = datetime(2027, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def landed(make_app: Callable[..., Flask]) -> Flask:
    """A register with one entry in use: a landing of two days, superseded once."""
    return make_app(life_cases.in_use)


def test_the_page_has_the_landings_of_entries_with_their_days(landed: Flask) -> None:
    text = landed.test_client().get("/calendar").text
    (row,) = csv.DictReader(io.StringIO(landed.test_client().get("/calendar.csv").text))
    assert (row["movement"], row["kind"], row["first_day"], row["last_day"]) == (
        "C-0001/landing", "landing", "2027-10-11", "2027-10-12",
    )  # fmt: skip
    assert (row["parties"], row["keep_out_m"], row["beside"]) == ("IND", "819", "")
    assert f"/entries/{row['entry']}" in text
    assert "<strong>1</strong> of 1 landings and ascents" in re.sub(r"\s+", " ", text)


def test_files_are_the_same_twice_and_known_by_their_tag(landed: Flask) -> None:
    client = landed.test_client()
    for address, kind in (("/calendar.ics", "text/calendar"), ("/calendar.csv", "text/csv")):
        first, second = client.get(address), client.get(address)
        assert (first.data, first.content_type) == (second.data, f"{kind}; charset=utf-8")
        unchanged = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_feed_has_one_event_for_each_row_of_the_table(landed: Flask) -> None:
    client = landed.test_client()
    rows = list(csv.DictReader(io.StringIO(client.get("/calendar.csv").text)))
    feed = client.get("/calendar.ics").text.replace("\r\n ", "")
    assert re.findall(r"UID:(.*)@lunar-site-registry\r\n", feed) == [row["movement"] for row in rows]
    assert re.findall(r"DTSTART;VALUE=DATE:(\d+)", feed) == [row["first_day"].replace("-", "") for row in rows]


def test_days_before_the_first_wanted_are_left_out_and_a_wrong_day_is_refused(landed: Flask) -> None:
    client = landed.test_client()
    assert "No entry in force has a landing" in client.get("/calendar?from=2999-01-01").text
    refused = client.get("/calendar?from=soon")
    assert refused.status_code == 400
    assert "&#39;soon&#39; is no day" in refused.text


def test_an_empty_register_has_an_empty_calendar(empty: Flask) -> None:
    client = empty.test_client()
    assert "No entry in force has a landing" in client.get("/calendar").text
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
