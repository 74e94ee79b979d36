"""Where and when features are asked for: `bbox`, `datetime` and coordinate systems, as OGC API - Features writes them.

Part 2 has coordinates in the order of their system's axes: latitude before longitude in IAU_2015:30100, which is named only
where it is asked for. What names no system is longitude before latitude, as all GeoJSON; of the Moon.

A box in degrees may reach over longitude 180 (its first longitude is larger than its second), and ends at the pole.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from shapely import union_all
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from registry.domain.instants import parse_utc
from registry.web.api.pointers import Wrong
from registry.web.api.problems import ProblemError

OGC = "http://www.opengis.net/def/crs/IAU/2015/"
DEGREES, METRES = f"{OGC}30100", f"{OGC}30135"
SYSTEMS = (METRES, DEGREES)  # that of the register first


@dataclass(frozen=True, slots=True)
class Interval:
    """From the first day to the last, both included; None is no limit."""

    first: date | None = None
    last: date | None = None


def system(parameter: str, value: str | None) -> str | None:
    """A coordinate system that answers and boxes can have; None is longitude and latitude on the Moon, in this order."""
    if value is not None and value not in SYSTEMS:
        _refuse(
            parameter,
            "it is no coordinate system of this register, which is about the Moon",
            f"give {DEGREES} or {METRES}",
        )
    return value


def area(text: str, crs: str | None) -> BaseGeometry:
    """The box in metres, or in longitude and latitude; heights, which nothing here has, are passed over."""
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        _refuse(
            "bbox",
            f"it has {len(numbers)} numbers",
            "give four: west, south, east, north; or least x, y, then most x, y",
        )
    if crs == DEGREES:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if south > north:
        _refuse("bbox", "its second number is larger than its fourth", "give the south before the north")
    if crs == METRES:
        if west > east:
            _refuse("bbox", "its first number is larger than its third", "give the least x before the most")
        return box(west, south, east, north)
    if not (south >= -90 and north <= 90 and all(-180 <= lon <= 180 for lon in (west, east))):
        _refuse(
            "bbox",
            "it reaches beyond -180 to 180 or -90 to 90 degrees",
            "give degrees on the Moon; west may be larger than east",
        )
    if west > east:
        return union_all([box(west, south, 180, north), box(-180, south, east, north)])
    return box(west, south, east, north)


def interval(text: str) -> Interval:
    """The days of an instant, of a day, or of an interval of two; `..` or nothing is no limit."""
    first, slash, last = text.partition("/")
    found = Interval(_day(first), _day(last)) if slash else Interval(_day(text), _day(text))
    if slash and found == Interval():
        _refuse("datetime", "both ends are open", "leave it out")
    if not slash and found == Interval():
        _refuse("datetime", "it names no instant", "give an instant, a day, or an interval of two with / between")
    if found.first and found.last and found.first > found.last:
        _refuse("datetime", "it ends before it begins", "give the earlier end first")
    return found


def _day(text: str) -> date | None:
    if text in ("", ".."):
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else parse_utc(text.replace("z", "Z")).date()
    except (ValueError, OverflowError):
        _refuse(
            "datetime", "it is no instant and no day", "give 2027-02-01T10:00:00Z, 2027-02-01, or two with / between"
        )


def _number(text: str) -> float:
    try:
        found = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        _refuse("bbox", "one of its parts is no number", "give four numbers with commas between")
    return found


def _refuse(parameter: str, what: str, mend: str) -> NoReturn:
    raise ProblemError(
        "invalid", f"The parameter {parameter} cannot be used.", [Wrong(what, mend, parameter=parameter)]
    )
