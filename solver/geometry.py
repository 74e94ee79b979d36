"""Lunar geodesy on the reference sphere: map metres, distances, and outlines of zones.

Everything is in metres of the map CRS ``IAU_2015:30135`` (south polar stereographic, latitude of true scale -90) on
the sphere of radius 1 737 400 m, unless a name says otherwise:

1. x = rho sin(lon), y = rho cos(lon), rho = 2R tan(colatitude / 2); longitude 0 points up (+y), 90 E to the right.
2. The scale is k = 1 + (rho / 2R)^2, so a map length is never shorter than the ground it shows.
3. The distance of two points p, q is d = 2R asin(min(1, (|p-q| / 2R) / sqrt((1 + |p|^2/4R^2)(1 + |q|^2/4R^2)))).
4. Edges are straight on the map; the distance of two footprints is d of their nearest pair of points there (of pairs
   equally near within 1e-6 m the smallest d), and 0 when they touch.
5. A pair is too near for a keep-out if and only if d + 0.001 < keep_out_m: no verdict rests on the last bit.

Source: Snyder, Map Projections: A Working Manual (USGS PP 1395, 1987), section 21, spherical polar aspect; radius of
the IAU 2015 lunar reference sphere.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

MOON_RADIUS_M = 1_737_400.0
MAP_CRS = "IAU_2015:30135"
NORTH_LIMIT_DEG = -80.0
EDGE_SLACK_M = 0.001
DECISION_SLACK_M = 0.001
EQUALLY_NEAR_M = 1e-6
OUTLINE_SEGMENTS = 128

XY = tuple[float, float]

_DIAMETER_M = 2 * MOON_RADIUS_M
_NESTING = {
    "Point": 0,
    "LineString": 1,
    "Polygon": 2,
    "MultiPoint": 1,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}


class GeometryFault(ValueError):
    """A footprint that cannot be used as it stands; the text names what is wrong and the mend."""


def to_map(lat_deg: float, lon_deg: float) -> XY:
    """Map metres (x, y) of a selenographic point; any longitude, latitude in [-90, 90)."""
    rho = _DIAMETER_M * math.tan(math.radians(90 + lat_deg) / 2)
    lon = math.radians(lon_deg)
    return rho * math.sin(lon), rho * math.cos(lon)


def to_geographic(x_m: float, y_m: float) -> XY:
    """Latitude and longitude in degrees of a map point; longitude east-positive in [-180, 180), 0 at the pole."""
    colatitude = 2 * math.atan(math.hypot(x_m, y_m) / _DIAMETER_M)
    lon_deg = math.degrees(math.atan2(x_m, y_m))
    return math.degrees(colatitude) - 90, -180.0 if lon_deg >= 180 else lon_deg


def scale(x_m: float, y_m: float) -> float:
    """Map metres per ground metre at a map point, at least 1."""
    return 1 + (x_m * x_m + y_m * y_m) / (_DIAMETER_M * _DIAMETER_M)


def point_distance_m(p: XY, q: XY) -> float:
    """Great-circle distance in ground metres of two map points, on the reference sphere."""
    half_chord = math.hypot(p[0] - q[0], p[1] - q[1]) / _DIAMETER_M
    return _DIAMETER_M * math.asin(min(1.0, half_chord / math.sqrt(scale(*p) * scale(*q))))


def point_distances_m(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """`point_distance_m` of many pairs at once: two arrays of shape (n, 2)."""
    scales = [1 + np.sum(points * points, axis=1) / (_DIAMETER_M * _DIAMETER_M) for points in (p, q)]
    half_chords = np.hypot(*(p - q).T) / _DIAMETER_M
    return np.asarray(_DIAMETER_M * np.arcsin(np.minimum(1.0, half_chords / np.sqrt(scales[0] * scales[1]))))


@overload
def is_too_near(distance_m: float, keep_out_m: float) -> bool: ...


@overload
def is_too_near(distance_m: NDArray[np.float64], keep_out_m: NDArray[np.float64]) -> NDArray[np.bool_]: ...


def is_too_near(distance_m: Any, keep_out_m: Any) -> Any:
    """True if a ground distance is less than a keep-out by more than 1 mm; a keep-out of 0 separates nothing."""
    return distance_m + DECISION_SLACK_M < keep_out_m


# Footprints


def footprint(document: Mapping[str, Any]) -> BaseGeometry:
    """The geometry of a GeoJSON geometry object in map metres, exactly as given.

    Refuses, and never repairs: other types, coordinates that are not finite numbers, more than two dimensions, empty or
    invalid shapes, and any point north of latitude -80 (by more than 1 mm).

    Raises
    ------
    GeometryFault
        With one sentence that says what is wrong and what to do.
    """
    kind = document.get("type")
    if not isinstance(kind, str) or kind not in _NESTING:
        raise GeometryFault(f"type {kind!r} is not a footprint; use one of {', '.join(_NESTING)}")
    if "coordinates" not in document:
        raise GeometryFault("coordinates are missing; give them in metres of IAU_2015:30135")
    _check_coordinates(document["coordinates"], _NESTING[kind])
    _check_rings(kind, document["coordinates"])
    geometry = _shape(kind, document["coordinates"])
    check_inside_area(geometry)
    if not geometry.is_valid:
        raise GeometryFault(f"the shape is not valid ({shapely.is_valid_reason(geometry)}); draw it anew")
    return geometry


def check_inside_area(geometry: BaseGeometry) -> None:
    """Raise GeometryFault if any point lies north of latitude -80 by more than 1 mm."""
    # The area is a disc, convex on the map, so the vertices decide for straight edges as well.
    for x_m, y_m in shapely.get_coordinates(geometry):
        lat_deg, _ = to_geographic(x_m, y_m)
        if math.radians(lat_deg - NORTH_LIMIT_DEG) * MOON_RADIUS_M > EDGE_SLACK_M:
            raise GeometryFault(
                f"({x_m:.0f}, {y_m:.0f}) lies at latitude {lat_deg:.4f}, north of -80, outside the register's area; "
                "check that the coordinates are metres of IAU_2015:30135"
            )


def _check_coordinates(value: Any, depth: int) -> None:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise GeometryFault("coordinates are not nested as the type asks; compare RFC 7946, section 3.1")
    if depth:
        if not value:
            raise GeometryFault("the coordinates are empty; give at least one position")
        for item in value:
            _check_coordinates(item, depth - 1)
        return
    if len(value) != 2:
        raise GeometryFault(f"a position has {len(value)} numbers; give two, x and y in metres")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise GeometryFault(f"coordinate {number!r} is not a number; give metres")
        if not math.isfinite(number):
            raise GeometryFault(f"coordinate {number!r} is not finite; give metres")


def _check_rings(kind: str, coordinates: Any) -> None:
    """Refuse open or short rings: the geometry library would close them silently."""
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(ring) < 4:
            raise GeometryFault("a ring has fewer than four positions; give at least a triangle and close it")
        if list(ring[0]) != list(ring[-1]):
            raise GeometryFault("a ring is not closed; repeat its first position at the end")


def _shape(kind: str, coordinates: Any) -> BaseGeometry:
    try:
        return cast(BaseGeometry, shape({"type": kind, "coordinates": coordinates}))
    except (ValueError, OverflowError, shapely.errors.ShapelyError) as error:
        raise GeometryFault(f"the shape cannot be built ({str(error).strip()}); draw it anew") from error


# Distances


def distance_m(a: BaseGeometry, b: BaseGeometry) -> float:
    """Distance in ground metres of two footprints in map metres: rule 4 above; holes count as holes."""
    if isinstance(a, Point) and isinstance(b, Point):
        return point_distance_m((a.x, a.y), (b.x, b.y))
    nearest_m = float(shapely.distance(a, b))
    if nearest_m == 0:
        return 0.0
    reach_m = nearest_m + EQUALLY_NEAR_M
    near_a, near_b = _edges_within(a, b, reach_m), _edges_within(b, a, reach_m)
    pairs = [(p, q) for edge in near_a for other in near_b for p, q in _near_ends(edge, other, reach_m)]
    pairs += [(p, q) for edge in near_b for other in near_a for p, q in _near_ends(edge, other, reach_m)]
    line = shapely.get_coordinates(shapely.shortest_line(a, b))
    pairs.append((tuple(line[0]), tuple(line[1])))
    return min(point_distance_m(p, q) for p, q in pairs)


def are_too_near(points: NDArray[np.float64], other: BaseGeometry, keep_out_m: float) -> NDArray[np.bool_]:
    """Which of many map points, shape (n, 2), are too near a footprint for a keep-out: `is_too_near` of each distance.

    For lines and polygons the distance on the map decides all but a narrow ring: the ground is never longer, and
    shorter by the scale at most. Only in the ring is every distance worked out.
    """
    if isinstance(other, Point):
        return is_too_near(point_distances_m(points, np.array([[other.x, other.y]])), np.array(float(keep_out_m)))
    on_map_m = shapely.distance(shapely.points(points), other)
    widest = max(scale(*xy) for xy in (*_corners(points), *shapely.get_coordinates(other)))
    near = on_map_m + 2 * DECISION_SLACK_M < keep_out_m
    for n in np.flatnonzero(~near & (on_map_m / widest < keep_out_m)):
        near[n] = is_too_near(distance_m(Point(points[n]), other), keep_out_m)
    return cast(NDArray[np.bool_], near)


def _corners(points: NDArray[np.float64]) -> list[XY]:
    """The corners of the points' bounding box: nothing inside it is farther from the pole."""
    if not len(points):
        return []
    (xmin, ymin), (xmax, ymax) = points.min(axis=0), points.max(axis=0)
    return [(float(x), float(y)) for x in (xmin, xmax) for y in (ymin, ymax)]


def _edges_within(geometry: BaseGeometry, other: BaseGeometry, reach_m: float) -> list[tuple[XY, XY]]:
    """The straight pieces of a footprint within `reach_m` of another; a lone point is a piece without length."""
    ends = np.concatenate([_edges(line) for line in _lines(geometry)])
    near = shapely.distance(shapely.linestrings(ends), other) <= reach_m
    return [((float(x0), float(y0)), (float(x1), float(y1))) for (x0, y0), (x1, y1) in ends[near]]


def _lines(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(geometry):
        yield from [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]


def _edges(line: BaseGeometry) -> NDArray[np.float64]:
    """Start and end of each piece of a line, shape (n, 2, 2); of a point, twice the point."""
    positions = shapely.get_coordinates(line)
    return (
        np.stack([positions[:-1], positions[1:]], axis=1) if len(positions) > 1 else np.stack([positions] * 2, axis=1)
    )


def _near_ends(edge: tuple[XY, XY], other: tuple[XY, XY], reach_m: float) -> list[tuple[XY, XY]]:
    """The ends of the stretch of `edge` that lies within `reach_m` of `other`, each with its nearest point there.

    On parallel edges a whole stretch is equally near; d is smallest at one of its ends, because the product of the
    two scales is convex along it.
    """
    span = _stretch(edge, other, reach_m)
    if span is None:
        return []
    ends = [_along(edge, t) for t in span]
    return [(p, _nearest_on(other, p)) for p in ends]


def _stretch(edge: tuple[XY, XY], other: tuple[XY, XY], reach_m: float) -> tuple[float, float] | None:
    """First and last t in [0, 1] at which edge(t) is within `reach_m` of the edge `other`, or None."""
    spans = [_in_disc(edge, other[0], reach_m), _in_disc(edge, other[1], reach_m), _in_strip(edge, other, reach_m)]
    found = [(max(0.0, lo), min(1.0, hi)) for lo, hi in (s for s in spans if s) if hi >= 0 and lo <= 1]
    return (min(lo for lo, _ in found), max(hi for _, hi in found)) if found else None


def _in_disc(edge: tuple[XY, XY], centre: XY, radius_m: float) -> XY | None:
    (x0, y0), (dx, dy) = _relative(edge, centre)
    a, b, c = dx * dx + dy * dy, x0 * dx + y0 * dy, x0 * x0 + y0 * y0 - radius_m * radius_m
    if a == 0:
        return (0.0, 1.0) if c <= 0 else None
    root = b * b - a * c
    return ((-b - math.sqrt(root)) / a, (-b + math.sqrt(root)) / a) if root >= 0 else None


def _in_strip(edge: tuple[XY, XY], other: tuple[XY, XY], reach_m: float) -> XY | None:
    """The t at which edge(t) lies beside `other`, within `reach_m` of its line; None if there is none."""
    length_m = math.dist(*other)
    if length_m == 0:
        return None
    (x0, y0), (dx, dy) = _relative(edge, other[0])
    ux, uy = (other[1][0] - other[0][0]) / length_m, (other[1][1] - other[0][1]) / length_m
    beside = _within(x0 * ux + y0 * uy, dx * ux + dy * uy, 0.0, length_m)
    near = _within(x0 * uy - y0 * ux, dx * uy - dy * ux, -reach_m, reach_m)
    if beside is None or near is None:
        return None
    lo, hi = max(beside[0], near[0]), min(beside[1], near[1])
    return (lo, hi) if lo <= hi else None


def _within(start: float, step: float, low: float, high: float) -> XY | None:
    """The t for which low <= start + t step <= high."""
    if step == 0:
        return (-math.inf, math.inf) if low <= start <= high else None
    ends = ((low - start) / step, (high - start) / step)
    return min(ends), max(ends)


def _relative(edge: tuple[XY, XY], origin: XY) -> tuple[XY, XY]:
    (x0, y0), (x1, y1) = edge
    return (x0 - origin[0], y0 - origin[1]), (x1 - x0, y1 - y0)


def _along(edge: tuple[XY, XY], t: float) -> XY:
    (x0, y0), (x1, y1) = edge
    return x0 + t * (x1 - x0), y0 + t * (y1 - y0)


def _nearest_on(edge: tuple[XY, XY], p: XY) -> XY:
    (x0, y0), (dx, dy) = edge[0], (edge[1][0] - edge[0][0], edge[1][1] - edge[0][1])
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else ((p[0] - x0) * dx + (p[1] - y0) * dy) / square
    return _along(edge, min(1.0, max(0.0, t)))


# Outlines for drawing


def zone_outline(document: Mapping[str, Any], keep_out_m: float) -> dict[str, Any]:
    """GeoJSON outline in map metres that circumscribes the zone of `keep_out_m` ground metres around a footprint.

    Around a point the zone is exact, since the projection maps circles to circles, and the outline is the polygon of
    128 sides around it. Around lines and polygons the map buffer uses the scale at the zone's northern rim, which is
    up to 10 m too wide at 10 km and 80 S and never too narrow.
    """
    geometry = footprint(document)
    if isinstance(geometry, Point):
        return dict(mapping(_circle((geometry.x, geometry.y), keep_out_m)))
    farthest_m = max(math.hypot(x, y) for x, y in shapely.get_coordinates(geometry))
    rim_scale = scale(farthest_m + keep_out_m, 0.0)
    radius_m = keep_out_m * rim_scale / math.cos(math.pi / OUTLINE_SEGMENTS)
    return dict(mapping(geometry.buffer(radius_m, quad_segs=OUTLINE_SEGMENTS // 4)))


def circle_on_map(centre: XY, radius_m: float) -> tuple[XY, float]:
    """Map centre and map radius of the circle of `radius_m` ground metres around a map point; exact."""
    rho = math.hypot(*centre)
    colatitude, angle = 2 * math.atan(rho / _DIAMETER_M), radius_m / MOON_RADIUS_M
    near, far = (_DIAMETER_M * math.tan((colatitude + sign * angle) / 2) for sign in (-1, 1))
    ux, uy = (centre[0] / rho, centre[1] / rho) if rho else (0.0, 1.0)
    middle = (near + far) / 2
    return (middle * ux, middle * uy), (far - near) / 2


def _circle(centre: XY, radius_m: float) -> Polygon:
    (x, y), map_radius_m = circle_on_map(centre, radius_m)
    corner_m = map_radius_m / math.cos(math.pi / OUTLINE_SEGMENTS)
    turns = [2 * math.pi * i / OUTLINE_SEGMENTS for i in range(OUTLINE_SEGMENTS)]
    return Polygon([(x + corner_m * math.sin(turn), y + corner_m * math.cos(turn)) for turn in turns])
