"""Ground too steep to drive on, for the free passage of an instance (C5)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from shapely.geometry import MultiPolygon, mapping

from solver.fields import Fault, InputError
from solver.terrain.parts import Opened
from solver.terrain.shadow import areas
from solver.terrain.slope import relief


def steep_ground(
    found: Opened, slope_deg: float, baseline_m: float | None, smallest_km2: float = 0.0
) -> dict[str, Any]:
    """A GeoJSON MultiPolygon in map metres of the cells steeper than `slope_deg`, and of those whose slope is unknown.

    Cells at the rim of the model have no slope; they are judged by the nearest that has one. Holes inside are blocked.
    """
    heights = found.whole
    slope = relief(heights, baseline_m or 2 * heights.cell_m).slope_deg
    reach = max(1, round((baseline_m or 2 * heights.cell_m) / (2 * heights.cell_m)))
    inner = slope.values[reach:-reach, reach:-reach]
    judged = np.pad(inner, reach, mode="edge")
    steep = slope.like(~(judged <= slope_deg), f"1 where steeper than {slope_deg:g} degrees, or unknown")
    polygons = [area.outline for area in areas(steep, smallest_km2)]
    return dict(mapping(MultiPolygon(polygons)))


def into_access(document: Mapping[str, Any], geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The instance with the geometry as `access.blocked`, in place of what stood there.

    Raises
    ------
    InputError
        If the instance has no `access`: cells, gates and points are not invented here.
    """
    if not isinstance(document.get("access"), Mapping):
        raise InputError([Fault("access", "the instance has none", "give it cells, extent, gates and points first")])
    return {**document, "access": {**document["access"], "blocked": geometry if geometry["coordinates"] else None}}
