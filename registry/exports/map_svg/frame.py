"""From map metres to drawing units: y points down in a drawing and up on the map, where it points to the Earth side."""

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from registry.exports.map_svg.elements import number
from solver.geometry import circle_on_map, to_map

AREA_RADIUS_M = to_map(-80.0, 0.0)[1]
MARGIN = 34.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A square of the map, `half_m` to each side of its centre, drawn `width` units wide with a margin around it."""

    x_m: float
    y_m: float
    half_m: float
    width: float

    @property
    def is_whole_area(self) -> bool:
        """Whether the whole register's area is in the frame."""
        return self.half_m >= AREA_RADIUS_M

    @property
    def side(self) -> float:
        """The side of the drawn square, drawing units."""
        return self.width - 2 * MARGIN

    @property
    def per_metre(self) -> float:
        """Drawing units for one map metre."""
        return self.side / (2 * self.half_m)

    @property
    def square(self) -> BaseGeometry:
        """The part of the map that is drawn, map metres."""
        return shapely.box(
            self.x_m - self.half_m, self.y_m - self.half_m, self.x_m + self.half_m, self.y_m + self.half_m
        )

    def at(self, x_m: float, y_m: float) -> tuple[float, float]:
        """The drawing units of a map point."""
        middle = self.width / 2
        return middle + (x_m - self.x_m) * self.per_metre, middle - (y_m - self.y_m) * self.per_metre

    def circle(self, x_m: float, y_m: float, radius_m: float) -> tuple[float, float, float]:
        """Centre and radius, in drawing units, of a circle of ground metres: exact, for a circle stays one."""
        (centre_x, centre_y), radius = circle_on_map((x_m, y_m), radius_m)
        return (*self.at(centre_x, centre_y), radius * self.per_metre)

    def shows(self, geometry: BaseGeometry) -> bool:
        """Whether any of the geometry is in the frame."""
        return bool(self.square.intersects(geometry))

    def path(self, geometry: BaseGeometry) -> str:
        """The path data of lines and polygons, holes included."""
        if hasattr(geometry, "geoms"):
            return "".join(self.path(part) for part in geometry.geoms)
        if geometry.geom_type == "Polygon":
            return "".join(self._line(ring) + "Z" for ring in (geometry.exterior, *geometry.interiors))
        return self._line(geometry)

    def _line(self, line: BaseGeometry) -> str:
        points = [self.at(x, y) for x, y in shapely.get_coordinates(line)]
        return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)


def whole_area(width: float) -> Frame:
    """The frame of the register's whole area, latitude -80 and farther south."""
    return Frame(0.0, 0.0, AREA_RADIUS_M * 1.015, width)


def around(geometry: BaseGeometry, width: float, least_half_m: float = 6000.0) -> Frame:
    """The frame around a geometry with a tenth of room to each side."""
    west, south, east, north = geometry.bounds
    half = max(math.ceil(max(east - west, north - south) / 2 * 1.1), least_half_m)
    return Frame((west + east) / 2, (south + north) / 2, half, width)
