"""From map metres to lunar longitude and latitude as RFC 7946 wants them: counter-clockwise, and cut at longitude 180.

A straight edge on the map is a curve in longitude and latitude, so edges are first cut into pieces that leave it by
less than a metre: an edge of length L at a distance r from the pole leaves the arc between its ends by L^2 / 8r.
A polygon that reaches over longitude 180 becomes two; one with the pole inside gets the pole's line as an edge
(RFC 7946, section 3.1.9).
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry

from solver.geometry import to_geographic

TOLERANCE_M = 1.0
DECIMALS = 7  # 3 mm on the Moon
_FAR_M = 1e6
_SNAP_M = 1e-6
_POLE = (0.0, 0.0)
_EAST, _WEST = box(0, -_FAR_M, _FAR_M, _FAR_M), box(-_FAR_M, -_FAR_M, 0, _FAR_M)
# Longitude 180 is the ray from the pole along -y.
_DATE_LINE = LineString([(0, 0), (0, -_FAR_M)])

Position = tuple[float, float]


def to_lonlat(document: Mapping[str, Any]) -> dict[str, Any]:
    """The GeoJSON geometry in degrees [longitude, latitude], east-positive, for one in map metres."""
    geometry = shape(document)
    turned = _without_seam([_turn(part) for part in shapely.get_parts(_cut(geometry))])
    if len(turned) == 1 and not document["type"].startswith("Multi"):
        return _lists(mapping(turned[0]))
    return _lists(mapping(_collect(turned)))


def _cut(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry in pieces that lie on one side of longitude 180; points need no cut."""
    if geometry.geom_type.endswith("Point") or not geometry.intersects(_DATE_LINE):
        return geometry
    kind = "Polygon" if geometry.geom_type.endswith("Polygon") else "LineString"
    pieces: list[BaseGeometry] = []
    for half in (_EAST, _WEST):
        found = shapely.get_parts(geometry.intersection(half))
        pieces += [piece for piece in found if piece.geom_type == kind]
    return _collect(pieces)


def _without_seam(parts: Sequence[BaseGeometry]) -> Sequence[BaseGeometry]:
    """Polygons joined again where the cut went through longitude 0 as well, as it does around the pole."""
    if len(parts) < 2 or not isinstance(parts[0], Polygon):
        return parts
    joined = shapely.get_parts(shapely.union_all(parts))
    return [shapely.geometry.polygon.orient(part) for part in joined]


def _collect(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    kinds = {"Point": shapely.MultiPoint, "LineString": MultiLineString, "Polygon": MultiPolygon}
    return kinds[parts[0].geom_type](list(parts))


def _turn(part: BaseGeometry) -> BaseGeometry:
    if isinstance(part, Point):
        return Point(_degrees((part.x, part.y), is_west=True))
    is_west = part.centroid.x < 0
    if isinstance(part, Polygon):
        rings = [_ring(_followable(ring.coords), is_west=is_west) for ring in (part.exterior, *part.interiors)]
        return shapely.geometry.polygon.orient(Polygon(rings[0], rings[1:]))
    return LineString([_degrees(position, is_west=is_west) for position in _followable(part.coords)])


def _followable(positions: Iterable[Position]) -> list[Position]:
    """Positions near enough to follow an edge, with x exactly 0 where the cut may have missed it by a rounding."""
    exact = [(0.0 if abs(x_m) < _SNAP_M else x_m, 0.0 if abs(y_m) < _SNAP_M else y_m) for x_m, y_m in positions]
    pieces = [position for here, there in itertools.pairwise(exact) for position in _followed(here, there)]
    return [*pieces, exact[-1]]


def _followed(here: Position, there: Position) -> list[Position]:
    """The start of an edge and the positions at which it is halved, and halved again, until every piece is short."""
    length_m = math.dist(here, there)
    if length_m * length_m <= 8 * TOLERANCE_M * max(_from_pole_m(here, there), TOLERANCE_M):
        return [here]
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    return [*_followed(here, middle), *_followed(middle, there)]


def _from_pole_m(here: Position, there: Position) -> float:
    """The distance of an edge from the pole, on the map."""
    (x, y), (dx, dy) = here, (there[0] - here[0], there[1] - here[1])
    square = dx * dx + dy * dy
    along = min(1.0, max(0.0, -(x * dx + y * dy) / square)) if square else 0.0
    return math.hypot(x + along * dx, y + along * dy)


def _ring(positions: Sequence[Position], *, is_west: bool) -> list[Position]:
    """A ring in degrees. Where it passes the pole it goes down one meridian, along the pole and up another."""
    ring: list[Position] = []
    for here, there in itertools.pairwise(positions):
        if here == _POLE:
            continue
        ring.append(_degrees(here, is_west=is_west))
        if _meets_pole(here, there):
            after = there if there != _POLE else positions[positions.index(there) + 1]
            ring += [(_meridian(position, is_west=is_west), -90.0) for position in (here, after)]
    return [*ring, ring[0]]


def _meets_pole(here: Position, there: Position) -> bool:
    along_the_cut = here[0] == 0 == there[0] and here[1] * there[1] < 0
    return there == _POLE or along_the_cut


def _degrees(position: Position, *, is_west: bool) -> Position:
    lat_deg, _ = to_geographic(*position)
    return _meridian(position, is_west=is_west), round(lat_deg, DECIMALS)


def _meridian(position: Position, *, is_west: bool) -> float:
    """The longitude; on the date line that of the side on which the piece lies."""
    x_m, y_m = position
    if x_m == 0 and y_m < 0:
        return -180.0 if is_west else 180.0
    _, lon_deg = to_geographic(x_m, y_m)
    return round(lon_deg, DECIMALS)


def _lists(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return {"type": geometry["type"], "coordinates": plain(geometry["coordinates"])}
