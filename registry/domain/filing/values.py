"""Single values of a filing: texts that may be empty, flags, numbers, dates, addresses."""

import re
from collections.abc import Set as AbstractSet
from datetime import date
from urllib.parse import urlsplit

from solver.fields import Record

EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,}")
LARGEST = 1e12


def words(record: Record, name: str) -> str:
    """A text that may be empty, or null for none: whether it says enough is for the examination."""
    value = record.raw(name)
    if isinstance(value, str):
        return value
    if value is not None:
        record.fault(name, "it is not a text", "give a text")
    return ""


def stated(record: Record, name: str) -> str:
    """A text that may be empty but not null."""
    if name in record and record.raw(name) is None:
        record.fault(name, "it is not a text", "give a text")
    return words(record, name)


def short(record: Record, name: str, length: int) -> str:
    """A text of at least one character and at most `length`."""
    value = record.text(name)
    if len(value) > length:
        record.fault(name, f"it has {len(value)} characters", f"use at most {length}")
    return value


def flag(record: Record, name: str) -> bool:
    """True or false."""
    value = record.raw(name)
    if not isinstance(value, bool) and name in record:
        record.fault(name, "it is neither true nor false", "give true or false")
    return value is True


def optional_flag(record: Record, name: str) -> bool | None:
    """True, false, or None if absent or null."""
    return flag(record, name) if record.has(name) else None


def optional_whole(record: Record, name: str, least: int, most: int) -> int | None:
    """A whole number, or None if absent or null."""
    return record.whole(name, least=least, most=most) if record.has(name) else None


def optional_number(record: Record, name: str) -> float | None:
    """A number from 0 on, or None if absent or null."""
    value = record.raw(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        record.fault(name, f"{str(value)[:40]!r} is no number from 0 to {LARGEST:g}", "give a number")
        return None
    return float(value)


def known(record: Record, name: str, ids: AbstractSet[str], kind: str) -> str:
    """The id of something registered."""
    value = record.text(name)
    if value and value not in ids:
        record.fault(name, f"{kind} {value!r} is unknown", f"use the id of a registered {kind}")
    return value


def iso_date(record: Record, name: str) -> str:
    """A whole date as text, or an empty text."""
    value = words(record, name)
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        record.fault(name, f"{value[:40]!r} is not a date", "give YYYY-MM-DD")
        return ""


def email(record: Record, name: str) -> str:
    """An e-mail address, or an empty text."""
    value = words(record, name)
    if value and not EMAIL.fullmatch(value):
        record.fault(name, f"{value[:60]!r} is not an e-mail address", "give it as name@place.example")
    return value


def phone(record: Record, name: str) -> str:
    """A telephone number, or an empty text."""
    value = words(record, name)
    if value and not PHONE.fullmatch(value):
        record.fault(name, f"{value[:60]!r} is not a telephone number", "give it as +00 0000 0000")
    return value


def web_address(record: Record, name: str) -> str:
    """An address that a browser opens, or an empty text; nothing else may stand in a link."""
    value = words(record, name)
    if value and not _opens(value):
        record.fault(name, f"{value[:60]!r} is not a web address", "give it as https://place.example/page")
    return value


def _opens(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
