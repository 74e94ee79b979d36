"""Windows of time in words: days and hours in UTC, to the minute, as a party asks for them.

A line is one of::

    2028-02-28                                    the whole day
    2028-02-28 to 2028-03-02                      these days
    2028-02-28, 22:00 to 03:00                    hours of a day, here until three the next morning
    2028-02-28 to 2028-03-02, 22:00 to 03:00      the same hours of each of these days
    2028-02-28 22:00 to 2028-02-29 03:00          one stretch

Both ends belong to a window. `/` stands for `to` too, `T` between day and hour and `Z` behind it are read over.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

Window = tuple[datetime, datetime]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOST_WINDOWS = 1000  # a year of nightly hours, and room
LAST_YEAR = 9000  # so that sums of days stay within what dates can say
_DAY, _HOUR = r"(\d{4}-\d{2}-\d{2})", r"(\d{2}:\d{2})"
_DAYS = re.compile(rf"{_DAY}(?: to {_DAY})?(?:,? {_HOUR} to {_HOUR})?")
_STRETCH = re.compile(rf"{_DAY} {_HOUR} to {_DAY} {_HOUR}")
_EXAMPLE = "write for example 2028-02-28 22:00 to 2028-02-29 03:00, or 2028-02-28 to 2028-03-02, 22:00 to 03:00"


def read_windows(lines: Iterable[str]) -> tuple[tuple[Window, ...], list[str]]:
    """The windows that the lines name, in order, joined where they touch, and what is wrong, a sentence for each line."""
    found: list[Window] = []
    faults: list[str] = []
    for number, line in enumerate((line for line in lines if line.strip()), start=1):
        try:
            found += _of_line(line)
        except ValueError as error:
            faults.append(f"windows: line {number}, {line.strip()[:60]!r}: {error}")
        if len(found) > MOST_WINDOWS:
            faults.append(f"windows: they are more than {MOST_WINDOWS}; ask for whole days, or for fewer")
            break
    if not found and not faults:
        faults.append(f"windows: there is none; {_EXAMPLE}")
    return joined(found), faults


def _of_line(line: str) -> Iterator[Window]:
    words = re.sub(r"\s*/\s*", " to ", line.strip())
    words = re.sub(r"(?<=\d)T(?=\d)", " ", words)
    words = " ".join(re.sub(r"(?<=\d)Z\b", "", words).split())
    if stretch := _STRETCH.fullmatch(words):
        first, last = _at(stretch[1], stretch[2]), _at(stretch[3], stretch[4])
        if last < first:
            raise ValueError("it ends before it begins; give the earlier instant first")
        yield first, last
    elif days := _DAYS.fullmatch(words):
        yield from _of_days(days)
    else:
        raise ValueError(f"it is no window; {_EXAMPLE}")


def _of_days(found: re.Match[str]) -> Iterator[Window]:
    first, last = _day(found[1]), _day(found[2] or found[1])
    if last < first:
        raise ValueError("its last day comes before its first; give the earlier day first")
    begin, end = _at(found[1], found[3] or "00:00"), _at(found[1], found[4] or "23:59")
    if end < begin:
        end += DAY  # past midnight
    days = (last - first).days
    if found[3] is None:
        yield begin, end + days * DAY
        return
    if days >= MOST_WINDOWS:
        raise ValueError(f"it has more than {MOST_WINDOWS} days; ask for whole days, or for fewer")
    yield from ((begin + n * DAY, end + n * DAY) for n in range(days + 1))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day; look it up in a calendar") from None
    if day.year > LAST_YEAR:
        raise ValueError(f"{text} is no day that anybody plans for; give one before {LAST_YEAR}")
    return day


def _at(day: str, hour: str) -> datetime:
    try:
        return datetime.combine(_day(day), time.fromisoformat(hour), UTC)
    except ValueError as error:
        said = str(error) if "no day" in str(error) else f"{hour} is no hour; write 00:00 to 23:59"
        raise ValueError(said) from None


def joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same minutes in ascending order, windows that touch or overlap made one."""
    found: list[Window] = []
    for first, last in sorted(windows):
        if found and first <= found[-1][1] + MINUTE:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def covers(windows: Iterable[Window], at: datetime) -> bool:
    """Whether an instant lies in one of the windows."""
    return any(first <= at <= last for first, last in windows)


def in_minutes(windows: Sequence[Window], epoch: date, horizon_min: int) -> list[list[int]]:
    """The windows in minutes from the midnight that begins `epoch`, cut to [0, horizon_min); what is left of none is no row."""
    found = []
    for first, last in windows:
        low, high = minutes_between(epoch, first), minutes_between(epoch, last)
        if high >= 0 and low < horizon_min:
            found.append([max(0, low), min(horizon_min - 1, high)])
    return found


def minutes_between(epoch: date, at: datetime) -> int:
    """Whole minutes from the midnight that begins `epoch`, rounded down."""
    return (at - datetime.combine(epoch, time(), UTC)) // MINUTE
