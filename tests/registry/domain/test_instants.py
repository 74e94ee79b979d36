"""One spelling for each instant; partial dates claim no more than their source."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from registry.domain.instants import first_possible_day, last_possible_day, parse_utc, utc_text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2027, 2, 1, 10, tzinfo=UTC), "2027-02-01T10:00:00Z"),
        (datetime(2027, 2, 1, 10, tzinfo=timezone(timedelta(hours=-5))), "2027-02-01T15:00:00Z"),
        (datetime(2027, 2, 1, 10, 0, 0, 250000, tzinfo=UTC), "2027-02-01T10:00:00.250000Z"),
    ],
)
def test_an_instant_has_one_spelling_and_comes_back(at: datetime, text: str) -> None:
    assert utc_text(at) == text
    assert parse_utc(text) == at


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset from UTC"):
        parse_utc("2027-02-01T10:00:00")
    with pytest.raises(ValueError, match="naive datetime"):
        utc_text(datetime.fromisoformat("2027-02-01T10:00:00"))


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12-16", date(2024, 12, 16), date(2024, 12, 16)),
    ],
)
def test_a_partial_date_spans_all_that_it_can_mean(partial: str, first: date, last: date) -> None:
    assert (first_possible_day(partial), last_possible_day(partial)) == (first, last)


@pytest.mark.parametrize("text", ["24", "2024-13", "2024-02-30", "2024-2", "spring 2024", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        last_possible_day(text)
