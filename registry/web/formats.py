"""How values are written on pages: UTC dates in words, lengths in m or km, numbers with thin spaces; by language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext, ngettext
from markupsafe import Markup
from shapely.geometry import shape

from registry.domain.instants import utc_text
from registry.exports.map_svg.graticule import position as position_words
from registry.web.languages import ENGLISH, locale
from registry.web.sentences import told

NARROW_SPACE, MINUS = "\u202f", "−"


def day_words(value: date) -> str:
    """A date in words: 21 April 2027; in another language as it is written there."""
    spoken = locale()
    return format_date(value, "d MMMM y" if spoken.language == ENGLISH else "long", locale=spoken)


def day(value: date | str) -> Markup:
    """A date in words, readable by programs too. An instant counts by its UTC date."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    stamp = found.date().isoformat() if isinstance(found, datetime) else found.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(stamp, day_words(found))


def instant(value: datetime) -> Markup:
    """An instant in words, in UTC: 21 April 2027, 15:00 UTC."""
    words = gettext("%(day)s, %(time)s UTC", day=day_words(value), time=f"{value:%H:%M}")
    return Markup('<time datetime="{}">{}</time>').format(utc_text(value), words)


def last_day(value: date) -> Markup:
    """The last day of a period that ends before `value`."""
    return day(value - timedelta(days=1))


def after_epoch(number: int, epoch: str) -> Markup:
    """The date of a day counted from the epoch, with the count."""
    found = date.fromisoformat(epoch) + timedelta(days=number)
    return Markup(gettext("%(date)s (day %(number)s)", date=day(found), number=grouped(number)))  # noqa: S704  both are ours


def length_words(metres: float) -> str:
    """A length: metres below one kilometre, else kilometres to ten metres."""
    if metres < 1000:
        return gettext("%(number)s m", number=grouped(round(metres)))
    return gettext("%(number)s km", number=grouped(round(metres / 1000, 2)))


def bytes_words(size: int) -> str:
    """The size of a file: bytes, kB or MB."""
    if size < 1000:
        return gettext("%(number)s B", number=size)
    if size < 1_000_000:
        return gettext("%(number)s kB", number=grouped(round(size / 1000)))
    return gettext("%(number)s MB", number=grouped(round(size / 1e6, 1)))


def grouped(value: float) -> str:
    """A number with its thousands apart and at most two decimals; in another language with its own signs."""
    spoken = locale()
    if spoken.language != ENGLISH:
        return format_decimal(value, format="#,##0.##", locale=spoken)
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
    return ngettext("%(number)s day", "%(number)s days", number, number=grouped(number))


def time_words(timer: Mapping[str, Any]) -> str:
    """A time of a policy: 15 working days, 4 months."""
    number = timer["value"]
    if timer["unit"] == "months":
        return ngettext("%(number)s month", "%(number)s months", number, number=grouped(number))
    if timer["unit"] == "working days":
        return ngettext("%(number)s working day", "%(number)s working days", number, number=grouped(number))
    return days(number)


def listed(texts: Iterable[str]) -> str:
    """Texts one after the other, the last after "and"."""
    found = [str(text) for text in texts]
    if locale().language == ENGLISH:  # a list of three would otherwise get the comma of another English
        return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 2 else found)
    return format_list(found, locale=locale()) if found else ""


def hash_words(digest: str) -> Markup:
    """A hash in the face of code; it may break anywhere."""
    return Markup('<code class="registry-code">{}</code>').format(digest)


def inputs(values: Mapping[str, Any]) -> str:
    """The inputs of a sizing method in words."""
    said = (f"{gettext(name.replace('_', ' '))} {_plain(value)}" for name, value in values.items())
    return ", ".join(said) or gettext("none")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
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
        listed,
        time_words,
        told,
    ):
        app.add_template_filter(filter_)
