"""Deadlines and terms, to the day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.domain.terms import days_term, entry_term
from registry.domain.timers import deadline


@pytest.mark.parametrize(
    ("start", "timer", "end"),
    [
        ("2027-04-26T09:00", {"value": 4, "unit": "months"}, "2027-08-26T09:00"),
        ("2027-10-31T00:00", {"value": 4, "unit": "months"}, "2028-02-29T00:00"),
        ("2027-12-15T00:00", {"value": 1, "unit": "months"}, "2028-01-15T00:00"),
        ("2027-09-20T14:00", {"value": 60, "unit": "days"}, "2027-11-19T14:00"),
        ("2027-03-31T23:00", {"value": 15, "unit": "working days"}, "2027-04-21T23:00"),
        ("2027-04-02T00:00", {"value": 1, "unit": "working days"}, "2027-04-05T00:00"),
        ("2027-04-02T00:00", {"value": 0, "unit": "working days"}, "2027-04-02T00:00"),
    ],
)
def test_deadlines_fall_where_a_calendar_puts_them(start: str, timer: dict[str, Any], end: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert deadline(at, timer) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="'fortnights' is unknown; use one of days, working days, months"):
        deadline(datetime(2027, 1, 1, tzinfo=UTC), {"value": 1, "unit": "fortnights"})


def test_a_term_runs_from_the_start_to_the_end_of_the_last_phase() -> None:
    term = entry_term(date(2027, 10, 1), 10, [(0, 2), (2, 400), (50, 10)])
    assert (term.start_day, term.end_day) == (10, 412)
    assert (term.valid_from, term.valid_until) == (date(2027, 10, 11), date(2028, 11, 16))


def test_a_term_may_begin_before_the_epoch() -> None:
    assert days_term(date(2027, 10, 1), -1, 1).valid_from == date(2027, 9, 30)
