"""Reading tables as they lie in the database, and telling whether a cell is a recorded value: nothing is mended on the
way, so that a value which the program could not even read is told of like any other.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.db import CanonicalJson, UtcDateTime
from registry.domain.instants import parse_utc, utc_text
from registry.log.canonical import canonical

Matcher = Callable[[Any, Any], bool]
_AT_ONCE = 2000


def stored_rows(session: Session, table: sa.Table, columns: Sequence[str], *order: str) -> Iterator[Any]:
    """The rows with the values that the driver gives, without the column types of the program; KeyError for a name that
    the table has not (SQLite would take it for a text, or for the name with other capitals).
    """
    quote = session.get_bind().dialect.identifier_preparer.quote
    plain: dict[str, Any] = {column.name: sa.literal_column(quote(column.name)) for column in table.columns}
    chosen: Any = sa.select(*(plain[name] for name in columns)).select_from(table)
    ordered = chosen.order_by(*(plain[name] for name in order))
    return iter(session.execute(ordered, execution_options={"yield_per": _AT_ONCE}))


def matcher(column: sa.Column[Any], dialect: str) -> Matcher | None:
    """Tells whether the driver's value of a cell is the recorded one; None where both are written alike."""
    kind = column.type
    if isinstance(kind, CanonicalJson):
        return is_text_of
    if isinstance(kind, UtcDateTime):
        return _in_form(_sqlite_instant if dialect == "sqlite" else _instant)
    if isinstance(kind, sa.Date) and dialect != "sqlite":
        return _in_form(_day)
    if isinstance(kind, sa.Boolean) and dialect == "sqlite":
        return _in_form(lambda value: int(value) if isinstance(value, bool) else value)
    if isinstance(kind, sa.Float):
        return _in_form(lambda value: float(value) if isinstance(value, int) else value)
    return None


def is_text_of(value: Any, text: Any) -> bool:
    """Whether a stored text is the canonical JSON of a value (no text at all for None)."""
    if value is None or not isinstance(text, str):
        return value is None and text is None
    try:
        return canonical(value).decode() == text
    except ValueError:
        return False


def instant_text(found: Any) -> str:
    """The text of an instant as the driver gives it; ValueError for one that is none."""
    at = _parsed_instant(found) if isinstance(found, str) else found
    if not isinstance(at, datetime):
        raise ValueError(f"{found!r} is no instant")
    return utc_text(at)


def _in_form(stored: Callable[[Any], Any]) -> Matcher:
    """A matcher by the recorded value's stored form, in which 1, 1.0 and True are three."""

    def matches(recorded: Any, found: Any) -> bool:
        try:
            wanted = stored(recorded)
        except (ValueError, TypeError):
            return False
        return wanted == found and type(wanted) is type(found)

    return matches


@functools.lru_cache(maxsize=4096)
def _parsed_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@functools.lru_cache(maxsize=4096)
def _instant(value: Any) -> Any:
    return parse_utc(value) if isinstance(value, str) else value


@functools.lru_cache(maxsize=4096)
def _sqlite_instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return parse_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
