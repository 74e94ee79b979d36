"""Deadlines from the timers of a policy: days, working days (Monday to Friday) and calendar months."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

UNITS = ("days", "working days", "months")


def deadline(start: datetime, timer: Mapping[str, Any]) -> datetime:
    """The instant that `timer` ({"value", "unit"}) gives after `start`; a short month gives its last day."""
    value, unit = timer["value"], timer["unit"]
    if unit == "days":
        return start + timedelta(days=value)
    if unit == "months":
        return _months_later(start, value)
    if unit == "working days":
        return _working_days_later(start, value)
    raise ValueError(f"unit {unit!r} is unknown; use one of {', '.join(UNITS)}")


def lead(end: datetime, timer: Mapping[str, Any]) -> datetime:
    """The instant that lies `timer` before `end`; working days count as days there."""
    value = timer["value"]
    return _months_later(end, -value) if timer["unit"] == "months" else end - timedelta(days=value)


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _working_days_later(start: datetime, days: int) -> datetime:
    at = start
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at
