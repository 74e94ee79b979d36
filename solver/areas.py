"""Ground area of shapes whose edges are straight on the map: exact on the reference sphere, no sampling.

On the map a small piece dx dy covers dx dy / k^2 of ground, k = 1 + r^2/4R^2. By Green's theorem the area inside a ring is
the sum over its edges p + t d, t in [0, 1], of 1/2 (p x d) times the integral of 4R^2 / (4R^2 + |p + t d|^2), which is an
arc tangent. Source: Snyder, Map Projections (USGS PP 1395), section 21; the integral is elementary.
"""

import itertools
import math

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from solver.geometry import MOON_RADIUS_M, XY

_SQUARE_M2 = (2 * MOON_RADIUS_M) ** 2


def ground_km2(shape: BaseGeometry) -> float:
    """Square kilometres of ground that the polygons of a shape in map metres cover; points and lines cover nothing."""
    polygons = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
    return sum(_polygon_m2(part) for part in polygons) / 1e6


def _polygon_m2(polygon: Polygon) -> float:
    outer, *holes = (abs(_ring_m2(ring)) for ring in (polygon.exterior, *polygon.interiors))
    return outer - sum(holes)


def _ring_m2(ring: BaseGeometry) -> float:
    corners = [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)]
    return sum(_edge_m2(p, q) for p, q in itertools.pairwise(corners))


def _edge_m2(p: XY, q: XY) -> float:
    dx, dy = q[0] - p[0], q[1] - p[1]
    cross = p[0] * dy - p[1] * dx
    if cross == 0:  # the edge points to the pole, or has no length: no area lies between it and the pole
        return 0.0
    square, along = dx * dx + dy * dy, p[0] * dx + p[1] * dy
    root = math.sqrt(square * _SQUARE_M2 + cross * cross)
    # atan((square + along) / root) - atan(along / root), as one arc: the two are too near to be subtracted.
    arc = math.atan2(square * root, root * root + along * (square + along))
    return cross * _SQUARE_M2 * arc / root / 2
