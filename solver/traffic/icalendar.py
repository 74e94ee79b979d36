"""Calendars that other programs read (iCalendar, RFC 5545): the same events give the same bytes.

Times are UTC; an event of whole days ends on the first day on which it is over. The stamp of an event is when what it says was
recorded, never the time of writing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

TYPE = "text/calendar"
TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"  # RFC 5545 section 3.8.1.11
_LONGEST = 75  # octets of a line, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `uid` is its own for ever. `start` and `end` are both days, or both aware instants. `sequence` counts how
    often what it says was changed: a calendar program puts the newest in the place of the ones before.
    """

    uid: str
    stamp: datetime
    start: date | datetime
    end: date | datetime
    summary: str
    description: str = ""
    location: str = ""
    status: str = CONFIRMED
    sequence: int = 0


def written(name: str, events: Iterable[Event]) -> bytes:
    """A calendar of these events, in their order."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lunar Site Registry//landings//EN", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{_text(name)}"]
    for event in events:
        lines += _event(event)
    lines += ["END:VCALENDAR"]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(event: Event) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{_instant(event.stamp)}",
        f"DTSTART{_when(event.start)}",
        f"DTEND{_when(event.end)}",
        f"SUMMARY:{_text(event.summary)}",
    ]
    lines += [f"SEQUENCE:{event.sequence}"] if event.sequence else []
    lines += [f"DESCRIPTION:{_text(event.description)}"] if event.description else []
    lines += [f"LOCATION:{_text(event.location)}"] if event.location else []
    return [*lines, f"STATUS:{event.status}", "TRANSP:TRANSPARENT", "END:VEVENT"]


def _when(moment: date | datetime) -> str:
    return f":{_instant(moment)}" if isinstance(moment, datetime) else f";VALUE=DATE:{moment:%Y%m%d}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A text with its marks escaped; what cannot be printed is left out, so that no text can begin a line of its own."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(character for character in escaped if character.isprintable())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets at most, continued after a space; no character is cut."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    yield piece
