"""Windows in words: days, hours past midnight, leap days, and what is joined."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.windows import MINUTE, MOST_WINDOWS, in_minutes, joined, minutes_between, read_windows

START = datetime(2028, 2, 28, tzinfo=UTC)


def read(*lines: str) -> list[str]:
    """The windows as day and hour, MM-DD HH:MM."""
    found, faults = read_windows(lines)
    assert faults == []
    return [f"{first:%m-%d %H:%M} {last:%m-%d %H:%M}" for first, last in found]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("2028-02-28", ["02-28 00:00 02-28 23:59"]),
        ("2028-02-28 to 2028-03-01", ["02-28 00:00 03-01 23:59"]),
        ("2028-02-29, 22:00 to 03:00", ["02-29 22:00 03-01 03:00"]),
        ("2028-02-28 to 2028-03-01, 22:00 to 03:00",
         ["02-28 22:00 02-29 03:00", "02-29 22:00 03-01 03:00", "03-01 22:00 03-02 03:00"]),
        ("2028-02-28 22:00 to 2028-03-01 03:00", ["02-28 22:00 03-01 03:00"]),
        ("2028-02-28T22:00Z/2028-02-29T03:00Z", ["02-28 22:00 02-29 03:00"]),
        ("2028-12-31, 23:59 to 00:00", ["12-31 23:59 01-01 00:00"]),
        ("2028-02-28, 06:00 to 06:00", ["02-28 06:00 02-28 06:00"]),
        ("  2028-02-28   to  2028-02-28 ", ["02-28 00:00 02-28 23:59"]),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, wanted: list[str]) -> None:
    assert read(line) == wanted


def test_windows_that_touch_or_overlap_are_one_and_in_order() -> None:
    assert read("2028-03-02", "2028-03-01", "2028-02-28, 20:00 to 22:00", "2028-02-28, 21:00 to 23:00") == [
        "02-28 20:00 02-28 23:00", "03-01 00:00 03-02 23:59",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("2027-02-29", "2027-02-29 is no day"),
        ("2028-02-30 22:00 to 2028-03-01 03:00", "2028-02-30 is no day"),
        ("2028-02-28, 24:00 to 03:00", "24:00 is no hour"),
        ("2028-02-28 22:00", "it is no window"),
        ("28.2.2028", "it is no window"),
        ("2028-03-01 to 2028-02-28", "its last day comes before its first"),
        ("0000-01-01", "is no day"),
        ("2028-01-01 to 2031-01-01, 22:00 to 03:00", "more than 1000 days"),
    ],
)
def test_what_is_no_window_says_which_line_and_why(line: str, wanted: str) -> None:
    _, faults = read_windows(["2028-02-28", line])
    assert len(faults) == 1
    assert faults[0].startswith("windows: line 2, ")
    assert wanted in faults[0]


def test_too_many_are_refused_before_they_are_all_read() -> None:
    _, faults = read_windows(["2028-01-01 to 2030-01-01, 22:00 to 23:00"] * 100)
    assert faults == [f"windows: they are more than {MOST_WINDOWS}; ask for whole days, or for fewer"]


def test_the_last_day_that_a_calendar_has_is_no_traceback() -> None:
    _, faults = read_windows(["9999-12-31, 22:00 to 03:00"])
    assert len(faults) == 1


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 300)), max_size=8))
def test_joining_keeps_every_minute_and_no_other(spans: list[tuple[int, int]]) -> None:
    windows = [(START + at * MINUTE, START + (at + length) * MINUTE) for at, length in spans]
    wanted = {minute for at, length in spans for minute in range(at, at + length + 1)}
    rows = joined(windows)
    found = [minute for low, high in in_minutes(rows, START.date(), 10_000) for minute in range(low, high + 1)]
    assert sorted(wanted) == found
    assert all(later[0] - earlier[1] > MINUTE for earlier, later in itertools.pairwise(rows))


def test_minutes_count_from_the_midnight_of_the_first_day_and_are_cut_to_the_days() -> None:
    window = (START - timedelta(hours=1), START + timedelta(days=2))
    assert in_minutes([window], date(2028, 2, 28), 1440) == [[0, 1439]]
    assert in_minutes([window], date(2028, 3, 5), 1440) == []
    assert minutes_between(date(2028, 2, 28), datetime(2028, 3, 1, tzinfo=UTC)) == 2880  # over a leap day
