"""Reading calendars back as a calendar program does (RFC 5545)."""

import re


def events(text: str) -> dict[str, dict[str, str]]:
    """The events of a calendar by UID, read as RFC 5545 says: unfolded, escapes undone, parameters with the name."""
    found: dict[str, dict[str, str]] = {}
    event: dict[str, str] | None = None
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    for line in lines[1:-2]:
        name, _, value = line.partition(":")
        value = re.sub(r"\\([\\;,nN])", lambda mark: "\n" if mark[1] in "nN" else mark[1], value)
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            assert event is not None
            assert event["UID"] not in found
            found[event["UID"]], event = event, None
        elif event is not None:
            assert name not in event
            event[name] = value
    return found
