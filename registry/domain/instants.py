"""Instants and partial dates as text: one spelling of each instant, and no certainty that a source does not
give.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def utc_text(at: datetime) -> str:
    """The RFC 3339 spelling of an aware instant, in UTC with Z; fractions of a second only where there are
    any.
    """
    if at.tzinfo is None:
        raise ValueError(f"naive datetime {at.isoformat()}; give an instant with its offset from UTC")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """The aware UTC instant that an RFC 3339 text names; ValueError for any other text, one without offset
    included.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC; end it with Z")
    return at.astimezone(UTC)


def first_possible_day(partial: str) -> date:
    """The earliest day that a YYYY, YYYY-MM or YYYY-MM-DD text can mean."""
    year, month, day = _parts(partial)
    return date(year, month or 1, day or 1)


def last_possible_day(partial: str) -> date:
    """The latest day that a YYYY, YYYY-MM or YYYY-MM-DD text can mean."""
    year, month, day = _parts(partial)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def _parts(partial: str) -> tuple[int, int | None, int | None]:
    match = _PARTIAL.fullmatch(partial)
    if match is None:
        raise ValueError(f"{partial!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    return int(year), int(month) if month else None, int(day) if day else None
