"""How values are written on pages: UTC dates in words, lengths in m or km, numbers with thin spaces."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from markupsafe import Markup
from shapely.geometry import shape

from registry.domain.instants import utc_text
from registry.exports.map_svg.graticule import position as position_words

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NARROW_SPACE, MINUS = "\u202f", "−"


def day_words(value: date) -> str:
    """A date in words: 21 April 2027."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def day(value: date | str) -> Markup:
    """A date in words, readable by programs too. An instant counts by its UTC date."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    stamp = found.date().isoformat() if isinstance(found, datetime) else found.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(stamp, day_words(found))


def instant(value: datetime) -> Markup:
    """An instant in words, in UTC: 21 April 2027, 15:00 UTC."""
    words = f"{day_words(value)}, {value:%H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(utc_text(value), words)


def last_day(value: date) -> Markup:
    """The last day of a period that ends before `value`."""
    return day(value - timedelta(days=1))


def after_epoch(number: int, epoch: str) -> Markup:
    """The date of a day counted from the epoch, with the count."""
    found = date.fromisoformat(epoch) + timedelta(days=number)
    return Markup("{} (day {})").format(day(found), grouped(number))


def length_words(metres: float) -> str:
    """A length: metres below one kilometre, else kilometres to ten metres."""
    if metres < 1000:
        return f"{grouped(round(metres))} m"
    return f"{f'{metres / 1000:,.2f}'.rstrip('0').rstrip('.').replace(',', NARROW_SPACE)} km"


def bytes_words(size: int) -> str:
    """The size of a file: bytes, kB or MB."""
    if size < 1000:
        return f"{size} B"
    return f"{grouped(round(size / 1000))} kB" if size < 1_000_000 else f"{grouped(round(size / 1e6, 1))} MB"


def grouped(value: float) -> str:
    """A number with its thousands apart and at most two decimals."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text.replace(",", NARROW_SPACE).replace("-", MINUS)


def position(place: Any) -> str:
    """Latitude and longitude of a pair of map metres."""
    return position_words(*place)


def middle(footprint: Mapping[str, Any]) -> tuple[float, float]:
    """A point inside a footprint, map metres."""
    point = shape(footprint).representative_point()
    return point.x, point.y


def days(number: int) -> str:
    """A duration in days."""
    return f"{grouped(number)} day{'' if number == 1 else 's'}"


def hash_words(digest: str) -> Markup:
    """A hash in the face of code; it may break anywhere."""
    return Markup('<code class="registry-code">{}</code>').format(digest)


def inputs(values: Mapping[str, Any]) -> str:
    """The inputs of a sizing method in words."""
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in values.items()) or "none"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return grouped(value) if isinstance(value, int | float) else str(value)


def add_filters(app: Flask) -> None:
    """Make these the filters of the templates."""
    for filter_ in (
        day,
        instant,
        last_day,
        after_epoch,
        length_words,
        bytes_words,
        grouped,
        position,
        middle,
        days,
        hash_words,
        inputs,
    ):
        app.add_template_filter(filter_)
