"""Areas of a raster of ones: outlines, holes, ground area, names."""

import numpy as np
import pytest
import shapely

from solver.areas import ground_km2
from solver.geometry import to_map
from solver.terrain.grid import Grid
from solver.terrain.light import permanent_shadow
from solver.terrain.shadow import areas
from tests.solver.terrain.ground import ridge


def test_areas_keep_their_holes_and_touch_at_no_corner() -> None:
    values = np.zeros((6, 6), dtype=np.float32)
    values[0:3, 0:3] = 1
    values[1, 1] = 0
    values[3, 3] = 1  # meets the other at a corner only
    values[5, 5] = np.nan
    found = areas(Grid(values, 0.0, 600.0, 100.0))
    assert [round(area.area_km2, 6) for area in found] == [0.08, 0.01]
    assert [len(area.outline.interiors) for area in found] == [1, 0]
    assert found[0].outline.bounds == (0, 300, 300, 600)
    assert found[1].outline.bounds == (300, 200, 400, 300)


def test_small_areas_may_be_left_out() -> None:
    values = np.zeros((6, 6), dtype=np.float32)
    values[0, 0:2], values[3, 3] = 1, 1
    assert len(areas(Grid(values, 0.0, 600.0, 100.0), smallest_km2=0.015)) == 1


def test_an_area_is_named_after_the_latitude_and_longitude_of_its_middle() -> None:
    """As in the catalogue: SP_874930_3578760 is 87.493 S, 357.876 E."""
    x, y = to_map(-87.493, 357.876)
    grid = Grid(np.ones((1, 1), dtype=np.float32), x - 50, y + 50, 100.0)
    assert areas(grid)[0].name == "SP_874930_3578760"


def test_the_areas_of_real_ground_are_valid_and_shackleton_has_its_published_size() -> None:
    """Published: 233.7 km2 around 89.645 S, 128.20 E; this model without far ridges finds the same crater."""
    shadow = permanent_shadow(ridge())
    found = areas(shadow)
    assert all(area.outline.is_valid and shapely.area(area.outline) > 0 for area in found)
    assert sum(area.area_km2 for area in found) == pytest.approx(float((shadow.values == 1).sum()) * 0.04, rel=3e-4)
    shackleton = next(area for area in found if area.outline.contains(shapely.Point(7690, -6402)))
    assert shackleton.area_km2 == pytest.approx(233.7, rel=0.05)
    assert shackleton.area_km2 == ground_km2(shackleton.outline)
    assert len({area.name for area in found}) == len(found)
