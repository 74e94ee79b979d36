"""The distance of two footprints, from the published formula over their edges, without the solver's geometry.

d(p, q) = 2R asin(min(1, (|p-q| / 2R) / sqrt((1 + |p|^2/4R^2)(1 + |q|^2/4R^2))) for two points of the map; edges are straight
on the map; two footprints are as far apart as their nearest pair of points there, and of the pairs equally near within a
micrometre the closest on the sphere speaks.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from shapely.geometry import shape

RADIUS_M = 1737400.0
EQUALLY_NEAR_M = 1e-6

Point = tuple[float, float]
Edge = tuple[Point, Point]
Document = Mapping[str, Any]


def sphere_distance_m(p: Point, q: Point) -> float:
    """Return the distance on the sphere, in metres, of two points of the south polar stereographic map."""
    plane = math.hypot(p[0] - q[0], p[1] - q[1]) / (2 * RADIUS_M)
    stretch = (1 + (p[0] ** 2 + p[1] ** 2) / (4 * RADIUS_M**2)) * (1 + (q[0] ** 2 + q[1] ** 2) / (4 * RADIUS_M**2))
    return 2 * RADIUS_M * math.asin(min(1.0, plane / math.sqrt(stretch)))


def footprint_distance_m(a: Document, b: Document) -> float:
    """Return the distance of two GeoJSON footprints: that of the pair of points nearest in the plane.

    Of all pairs within a micrometre of the nearest, the pair that is closest on the sphere speaks.
    """
    if shape(a).intersects(shape(b)):
        return 0.0
    pairs = [(one, two) for one in edges(a) for two in edges(b)]
    nearest = min(gap for one, two in pairs for gap, _, _ in end_pairs(one, two))
    limit = nearest + EQUALLY_NEAR_M
    found = [sphere_distance_m(p, q) for one, two in pairs for p, q in pairs_within(one, two, limit)]
    return min(found)


def edges(footprint: Document) -> list[Edge]:
    """Return the straight pieces of a footprint's outline; a point is a piece of no length."""
    kind, parts = footprint["type"], footprint["coordinates"]
    if kind == "Point":
        return [((float(parts[0]), float(parts[1])),) * 2]
    if kind == "LineString":
        corners = [(float(x), float(y)) for x, y in parts]
        return list(pairwise(corners))
    below = {"MultiPoint": "Point", "Polygon": "LineString", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
    return [edge for part in parts for edge in edges({"type": below[kind], "coordinates": part})]


def along(edge: Edge, share: float) -> Point:
    """Return the point at `share` (0..1) of an edge; the ends are returned as they are."""
    if share in (0.0, 1.0):
        return edge[int(share)]
    (x0, y0), (x1, y1) = edge
    return (x0 + share * (x1 - x0), y0 + share * (y1 - y0))


def foot(p: Point, edge: Edge) -> float:
    """Return the share of the edge at which it is nearest to `p`."""
    (x0, y0), (x1, y1) = edge
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    if length == 0:
        return 0.0
    return min(1.0, max(0.0, ((p[0] - x0) * (x1 - x0) + (p[1] - y0) * (y1 - y0)) / length))


def gap_m(p: Point, edge: Edge) -> tuple[float, Point]:
    """Return the plane distance of a point from an edge, and the edge's point that has it."""
    q = along(edge, foot(p, edge))
    return math.hypot(p[0] - q[0], p[1] - q[1]), q


def end_pairs(one: Edge, two: Edge) -> Iterator[tuple[float, Point, Point]]:
    """Yield each end of either edge with its nearest point on the other: edges that do not cross are nearest there."""
    for p in one:
        gap, q = gap_m(p, two)
        yield gap, p, q
    for q in two:
        gap, p = gap_m(q, one)
        yield gap, p, q


def pairs_within(one: Edge, two: Edge, limit: float) -> Iterator[tuple[Point, Point]]:
    """Yield the outermost pairs of the stretch on which two edges are within `limit` of each other in the plane.

    Inside the register's area 1 + (rho/2R)^2 is log-convex along a line, so the smallest distance on the sphere is at
    an end of that stretch.
    """
    if min(gap for gap, _, _ in end_pairs(one, two)) > limit:
        return
    for edge, other in ((one, two), (two, one)):
        best = min([0.0, 1.0, *(foot(q, edge) for q in other)], key=lambda s: gap_m(along(edge, s), other)[0])
        for end in (0.0, 1.0):
            p = along(edge, last_within(edge, other, best, end, limit))
            yield p, gap_m(p, other)[1]


def last_within(edge: Edge, other: Edge, inside: float, end: float, limit: float) -> float:
    """Return the share of `edge` farthest from `inside` towards `end` that is still within `limit` of `other`."""
    if gap_m(along(edge, end), other)[0] <= limit:
        return end
    outside = end
    for _ in range(80):
        middle = (inside + outside) / 2
        if gap_m(along(edge, middle), other)[0] <= limit:
            inside = middle
        else:
            outside = middle
    return inside
