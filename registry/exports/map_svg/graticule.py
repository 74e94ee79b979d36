"""Circles of latitude and lines of longitude with their names."""

import math
from collections.abc import Iterator

import shapely

from registry.exports.map_svg.elements import drawn, group, number, text_at
from registry.exports.map_svg.frame import AREA_RADIUS_M, MARGIN, Frame
from solver.geometry import to_geographic, to_map

# Steps that a person reads easily, degrees of latitude, with the step of longitude that goes with them.
STEPS_DEG = ((2.0, 30.0), (1.0, 30.0), (0.5, 15.0), (0.2, 10.0), (0.1, 5.0), (0.05, 2.0), (0.02, 1.0))


def graticule(frame: Frame) -> str:
    """The graticule of the frame; on the whole area each degree, every fifth of them stronger."""
    return _whole(frame) if frame.is_whole_area else _zoomed(frame)


def _whole(frame: Frame) -> str:
    circles = [_circle(frame, latitude, "grid-strong" if latitude == -85 else "grid") for latitude in range(-89, -80)]
    lines = [_line(frame, longitude, "grid") for longitude in range(-180, 180, 30)]
    latitudes = [_latitude_label(frame, latitude) for latitude in (-88, -86, -84, -82)]
    longitudes = [_rim_label(frame, longitude) for longitude in range(-180, 180, 30)]
    return group("graticule", [*circles, *lines, *latitudes, *longitudes])


def _circle(frame: Frame, latitude: float, look: str) -> str:
    x, y = frame.at(0.0, 0.0)
    return drawn("circle", look, cx=x, cy=y, r=to_map(latitude, 0.0)[1] * frame.per_metre)


def _line(frame: Frame, longitude: float, look: str) -> str:
    (x1, y1), (x2, y2) = frame.at(*to_map(-89.0, longitude)), frame.at(*to_map(-80.0, longitude))
    return drawn("line", look, x1=x1, y1=y1, x2=x2, y2=y2)


def _latitude_label(frame: Frame, latitude: float) -> str:
    x, y = frame.at(*to_map(latitude, -165.0))
    return text_at(x, y + 4, degrees(latitude, "N", "S"), "label", text_anchor="middle")


def _rim_label(frame: Frame, longitude: float) -> str:
    """A longitude outside the rim, along it, and never upside down."""
    angle = math.radians(longitude)
    lower_half = math.cos(angle) < -0.01
    middle, radius = frame.width / 2, AREA_RADIUS_M * frame.per_metre + (18 if lower_half else 8)
    x, y = middle + radius * math.sin(angle), middle - radius * math.cos(angle)
    text = {0: "0° Earth side", -180: "180° far side"}.get(round(longitude), degrees(longitude, "E", "W"))
    minor = "" if longitude % 90 == 0 else " map__minor"
    return _turned(x, y, text, longitude + (180 if lower_half else 0), f"map__label{minor}")


def _zoomed(frame: Frame) -> str:
    latitude_step, longitude_step = _steps(frame)
    parts = [part for value, ring in _latitudes(frame, latitude_step) for part in _crossing(frame, ring, value, "S")]
    parts += [part for value, ray in _longitudes(frame, longitude_step) for part in _crossing(frame, ray, value, "E")]
    return group("graticule", parts)


def _steps(frame: Frame) -> tuple[float, float]:
    across_deg = 2 * frame.half_m / (AREA_RADIUS_M / 10)
    latitude = next((pair for pair in STEPS_DEG if across_deg / pair[0] >= 4), STEPS_DEG[-1])[0]
    distance_m = max(math.hypot(frame.x_m, frame.y_m), frame.half_m)
    across_lon = math.degrees(2 * frame.half_m / distance_m)
    longitude = next((step for step in (30.0, 15.0, 10.0, 5.0, 2.0, 1.0) if across_lon / step >= 3), 1.0)
    return latitude, longitude


def _latitudes(frame: Frame, step: float) -> Iterator[tuple[float, shapely.Geometry]]:
    for index in range(1, round(10 / step)):
        latitude = -90 + index * step
        radius = to_map(latitude, 0.0)[1]
        ring = shapely.Point(0, 0).buffer(radius, quad_segs=180).exterior
        if frame.square.intersects(ring):
            yield latitude, ring


def _longitudes(frame: Frame, step: float) -> Iterator[tuple[float, shapely.Geometry]]:
    for index in range(round(360 / step)):
        longitude = -180 + index * step
        ray = shapely.LineString([to_map(-89.95, longitude), to_map(-80.0, longitude)])
        if frame.square.intersects(ray):
            yield longitude, ray


def _crossing(frame: Frame, line: shapely.Geometry, value: float, kind: str) -> Iterator[str]:
    """The line inside the frame, with its value where it leaves the frame."""
    yield drawn("path", "grid", d=frame.path(shapely.intersection(line, frame.square)))
    text = degrees(value, "N", "S") if kind == "S" else degrees(value, "E", "W")
    for x_m, y_m in shapely.get_coordinates(shapely.intersection(line, frame.square.exterior)):
        x, y = frame.at(x_m, y_m)
        label = _edge_label(frame, x, y, text, kind)
        if label:
            yield label


def _edge_label(frame: Frame, x: float, y: float, text: str, kind: str) -> str | None:
    """Latitudes stand at the left edge, longitudes at the top and right ones, each outside the square."""
    low, high = MARGIN, frame.width - MARGIN
    near_corner = min(abs(x - low), abs(x - high)) < 30 and min(abs(y - low), abs(y - high)) < 12
    if near_corner:
        return None
    if kind == "S" and abs(x - low) < 0.5:
        return _turned(x - 8, y, text, -90)
    if kind == "E" and abs(y - low) < 0.5:
        return text_at(x, y - 8, text, "label", text_anchor="middle")
    if kind == "E" and abs(x - high) < 0.5:
        return _turned(x + 17, y, text, -90)
    return None


def _turned(x: float, y: float, text: str, angle: float, kind: str = "map__label") -> str:
    turn = f"rotate({angle:g} {number(x)} {number(y)})"
    return text_at(x, y, text, "label", text_anchor="middle", transform=turn, class_=kind)


def degrees(value: float, plus: str, minus: str) -> str:
    """A coordinate as people write it: 85.5° S, 120° W, 0°."""
    size = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    if size in ("0", "180"):
        return f"{size}°"
    return f"{size}° {plus if value > 0 else minus}"


def position(x_m: float, y_m: float) -> str:
    """Latitude and longitude of a map point in words, to a hundredth of a degree."""
    latitude, longitude = to_geographic(x_m, y_m)
    return f"{degrees(latitude, 'N', 'S')}, {degrees(longitude, 'E', 'W')}"
