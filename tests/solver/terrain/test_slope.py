"""Slope and roughness of planes, steps and holes."""

import math

import numpy as np
import pytest

from solver.geometry import to_map
from solver.terrain.grid import Grid
from solver.terrain.slope import relief
from tests.solver.terrain.ground import flat


def plane(east: float, north: float, middle: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """A plane that rises by `east` and `north` metres a metre of map."""
    grid = flat(cells=21, cell_m=100.0, middle=middle)
    x, y = grid.centres()
    return grid.like(east * (x[None, :] - middle[0]) + north * (y[:, None] - middle[1]), "a plane")


@pytest.mark.parametrize("baseline_m", [200, 400, 1000])
def test_a_plane_has_its_slope_at_every_baseline_and_no_roughness(baseline_m: float) -> None:
    found = relief(plane(0.3, -0.4), baseline_m)
    assert found.baseline_m == baseline_m
    inner = np.s_[6:15, 6:15]
    assert np.allclose(found.slope_deg.values[inner], math.degrees(math.atan(0.5)), atol=1e-4)
    assert np.allclose(found.roughness_m.values[inner], 0, atol=1e-3)


def test_on_the_ground_a_slope_is_steeper_than_on_the_map_by_the_scale() -> None:
    """At 80 S the scale is 1.007654."""
    found = relief(plane(0.2, 0, to_map(-80, 30)), 200).slope_deg.values[10, 10]
    assert math.tan(math.radians(found)) == pytest.approx(0.2 * 1.007654, abs=2e-6)


def test_roughness_is_the_root_mean_square_about_the_plane() -> None:
    """One cell of nine 9 m high: mean 1, so 72 / 9 = 8 squared metres are left."""
    grid = flat(cells=9)
    values = grid.values.copy()
    values[4, 4] = 9.0
    found = relief(grid.like(values, "a stone"), 400)
    assert found.roughness_m.values[4, 4] == pytest.approx(math.sqrt(8), abs=1e-5)
    assert found.slope_deg.values[4, 4] == pytest.approx(0, abs=1e-6)


def test_a_hole_makes_holes_of_the_cells_whose_square_holds_it_and_of_no_others() -> None:
    values = np.zeros((15, 15), dtype=np.float32)
    values[7, 7] = np.nan
    found = relief(Grid(values, 0.0, 0.0, 100.0), 400)
    expected = np.ones((15, 15), dtype=bool)
    expected[2:13, 2:13] = False
    expected[5:10, 5:10] = True
    for grid in (found.slope_deg, found.roughness_m):
        assert np.array_equal(np.isnan(grid.values), expected)


def test_the_baseline_used_is_the_nearest_of_an_even_number_of_cells() -> None:
    assert [relief(flat(cells=9), wanted).baseline_m for wanted in (10, 450, 700)] == [400, 400, 800]


def test_a_baseline_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="measures nothing"):
        relief(flat(cells=5), 0)


def test_a_raster_smaller_than_the_square_has_no_slopes() -> None:
    assert np.all(np.isnan(relief(flat(cells=4), 2000).slope_deg.values))
