"""Permanent shadow as areas: polygons of a raster of ones, with their holes, area on the ground and a name.

Names follow the catalogue of permanently shadowed regions: SP_874930_3578760 is the area around 87.493 S, 357.876 E.
Outlines run along the sides of cells; cells that touch at a corner only belong to different areas.
"""

from dataclasses import dataclass

import numpy as np
import rasterio
import rasterio.features
import shapely
from shapely.geometry import Polygon, shape

from solver.areas import ground_km2
from solver.geometry import to_geographic
from solver.terrain.grid import Grid


@dataclass(frozen=True)
class Area:
    """One area: its outline in map metres, km2 on the ground, and its name by latitude and longitude of its middle."""

    name: str
    outline: Polygon
    area_km2: float


def areas(marked: Grid, smallest_km2: float = 0.0) -> tuple[Area, ...]:
    """The areas of the cells whose value is 1, largest first, without those smaller than `smallest_km2`."""
    mask = marked.values == 1
    corner = rasterio.Affine(marked.cell_m, 0, marked.x_min_m, 0, -marked.cell_m, marked.y_max_m)
    found = rasterio.features.shapes(mask.astype(np.uint8), mask=mask, connectivity=4, transform=corner)
    made = (_area(shape(document)) for document, _ in found)
    return tuple(sorted((area for area in made if area.area_km2 >= smallest_km2), key=lambda a: (-a.area_km2, a.name)))


def _area(outline: Polygon) -> Area:
    lat_deg, lon_deg = to_geographic(*shapely.get_coordinates(shapely.centroid(outline))[0])
    name = f"SP_{round(-lat_deg * 10_000):06d}_{round(lon_deg % 360 * 10_000):07d}"
    return Area(name, outline, ground_km2(outline))
