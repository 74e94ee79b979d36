"""Where a placement is, as it is typed: positions in metres of the map or in latitude and longitude, one a line.

What is drawn on the map is written into the same boxes, so that the checks are the same with and without a script.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from solver import geometry

CIRCLE_CORNERS = 64
_TO_SIDES = math.cos(math.pi / CIRCLE_CORNERS)  # from the distance of corners to that of sides
MOST_POSITIONS = 2000
_SEPARATORS = re.compile(r"[,;\s]+")
_MINUS = str.maketrans({"−": "-", "°": ""})


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the boxes."""

    shape: str = "Point"
    system: str = "metres"
    positions: str = ""
    radius: str = ""
    geojson: str = ""


class ShapeError(ValueError):
    """What was typed is no footprint: the box that it is about, and why."""

    def __init__(self, box: str, words: str):
        super().__init__(words)
        self.box = box


def typed(form: Mapping[str, str]) -> Typed:
    """The boxes of a form."""
    return Typed(
        form.get("shape", "Point"),
        form.get("system", "metres"),
        form.get("positions", "").replace("\r\n", "\n"),
        form.get("radius", ""),
        form.get("geojson", ""),
    )


def from_footprint(footprint: Any) -> Typed:
    """The boxes that give a footprint again, always in metres; a polygon that `circle` makes is a circle again."""
    if not isinstance(footprint, Mapping):
        return Typed()
    kind, coordinates = footprint.get("type"), footprint.get("coordinates")
    if kind == "Point" and _is_position(coordinates):
        return Typed("Point", positions=_line(coordinates))
    if kind == "Polygon" and isinstance(coordinates, list) and len(coordinates) == 1 and _are_positions(coordinates[0]):
        ring = coordinates[0]
        if found := _as_circle(ring):
            return found
        corners = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
        return Typed("Polygon", positions="\n".join(_line(corner) for corner in corners))
    return Typed("other", geojson=json.dumps(footprint))


def to_footprint(boxes: Typed) -> dict[str, Any] | None:
    """The footprint that the boxes give, None if nothing is typed; what it is worth is for the reading of the filing.

    Raises
    ------
    ShapeError
        If a box cannot be read.
    """
    if boxes.shape == "other":
        return _document(boxes.geojson)
    positions = list(_positions(boxes))
    if not positions:
        return None
    if boxes.shape == "Polygon":
        return {"type": "Polygon", "coordinates": [[*positions, positions[0]]]}
    if len(positions) > 1:
        raise ShapeError(
            "positions", gettext("A point or the middle of a circle is one line. Choose area for several.")
        )
    if boxes.shape == "Circle":
        return circle(positions[0], _radius(boxes.radius))
    return {"type": "Point", "coordinates": positions[0]}


def circle(middle: list[float], radius_m: float) -> dict[str, Any]:
    """The polygon of 64 sides around the circle of so many metres on the ground; its corners to the millimetre."""
    (x, y), radius = geometry.circle_on_map((middle[0], middle[1]), radius_m)
    corner = radius / _TO_SIDES
    turns = (2 * math.pi * number / CIRCLE_CORNERS for number in range(CIRCLE_CORNERS))
    ring = [[round(x + corner * math.cos(turn), 3), round(y + corner * math.sin(turn), 3)] for turn in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _as_circle(ring: list[list[float]]) -> Typed | None:
    """The boxes of the circle that gives exactly this ring, the shortest numbers first; None for any other ring."""
    if len(ring) != CIRCLE_CORNERS + 1 or ring[0] != ring[-1]:
        return None
    corners = ring[:-1]
    x, y = (math.fsum(corner[axis] for corner in corners) / CIRCLE_CORNERS for axis in (0, 1))
    corner = math.fsum(math.dist(row, (x, y)) for row in corners) / CIRCLE_CORNERS
    middle, radius_m = _on_ground((x, y), corner * _TO_SIDES)
    for digits in range(4):
        for places in range(4):
            typed_ = [round(part, places) for part in middle]
            if circle(typed_, round(radius_m, digits))["coordinates"][0] == ring:
                return Typed("Circle", positions=_line(typed_), radius=_number(round(radius_m, digits)))
    return None


def _on_ground(centre: tuple[float, float], map_radius_m: float) -> tuple[list[float], float]:
    """The map point and the ground metres around it that `geometry.circle_on_map` makes this circle of."""
    diameter_m, middle = 2 * geometry.MOON_RADIUS_M, math.hypot(*centre)
    far, near = (2 * math.atan((middle + sign * map_radius_m) / diameter_m) for sign in (1, -1))
    rho = diameter_m * math.tan((far + near) / 4)
    ux, uy = (centre[0] / middle, centre[1] / middle) if middle else (0.0, 1.0)
    return [rho * ux, rho * uy], geometry.MOON_RADIUS_M * (far - near) / 2


def _positions(boxes: Typed) -> Iterator[list[float]]:
    lines = [line for line in boxes.positions.split("\n") if line.strip()]
    if len(lines) > MOST_POSITIONS:
        raise ShapeError("positions", gettext("There are %(count)s lines. Use at most 2000.", count=len(lines)))
    for number, line in enumerate(lines, start=1):
        yield _position(line, number, boxes.system)


def _position(line: str, number: int, system: str) -> list[float]:
    words = [word for word in _SEPARATORS.split(line.translate(_MINUS).strip()) if word]
    try:
        first, second = (float(word) for word in words)
    except ValueError as error:
        wanted = (
            gettext("latitude and longitude in degrees, as -89.5, 120.25")
            if system == "degrees"
            else gettext("x and y in metres, as -11000, 12500")
        )
        raise ShapeError(
            "positions", gettext("Line %(number)s is not two numbers. Give %(wanted)s.", number=number, wanted=wanted)
        ) from error
    if not (math.isfinite(first) and math.isfinite(second)):
        raise ShapeError("positions", gettext("Line %(number)s has a number that is not finite.", number=number))
    if system != "degrees":
        return [first, second]
    if not -90 <= first <= geometry.NORTH_LIMIT_DEG or abs(second) > 360:
        words_ = gettext(
            "Line %(number)s is not in the register’s area: latitude comes first, from -90 to -80.", number=number
        )
        raise ShapeError("positions", words_)
    x, y = geometry.to_map(first, second)
    return [round(x, 3), round(y, 3)]


def _radius(text: str) -> float:
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        found = math.nan
    if not 0 < found <= 50_000:
        raise ShapeError("radius", gettext("The radius is not a number of metres from 1 to 50 000."))
    return found


def _document(text: str) -> dict[str, Any] | None:
    if not text.strip():
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError("geojson", gettext("This is no GeoJSON geometry.")) from error
    if not isinstance(found, dict):
        raise ShapeError("geojson", gettext("This is no GeoJSON geometry."))
    return found


def _is_position(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, int | float) for part in value)


def _are_positions(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_position(part) for part in value)


def _line(position: Any) -> str:
    return ", ".join(_number(part) for part in position)


def _number(value: float) -> str:
    return f"{value + 0.0:.3f}".rstrip("0").rstrip(".")
