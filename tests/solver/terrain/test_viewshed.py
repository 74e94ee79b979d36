"""Viewsheds against a line of sight of every cell's own, in plain numbers."""

import math

import numpy as np
import pytest

from solver.geometry import MOON_RADIUS_M, point_distance_m
from solver.terrain.grid import Grid
from solver.terrain.viewshed import viewshed
from tests.solver.terrain.ground import flat, ridge, with_peak


def elevation(grid: Grid, eye: tuple[float, float, float], x: float, y: float, height: float) -> float:
    """Tangent of the elevation of a point, from the triangle of eye, point and the Moon's centre."""
    angle = point_distance_m(eye[:2], (x, y)) / MOON_RADIUS_M
    top, low = MOON_RADIUS_M + height, MOON_RADIUS_M + eye[2]
    return (top * math.cos(angle) - low) / (top * math.sin(angle))


def seen_alone(grid: Grid, point: tuple[float, float], eye_m: float, target_m: float, row: int, column: int) -> bool:
    """One cell's own line of sight, sampled where it crosses grid lines of its main axis."""
    row0, column0 = grid.cell(*point)
    down, right = row - row0, column - column0
    reach = max(abs(down), abs(right))
    if reach == 0:
        return True
    eye = (*grid.centre(row0, column0), float(grid.values[row0, column0]) + eye_m)
    sight = elevation(grid, eye, *grid.centre(row, column), float(grid.values[row, column]) + target_m)
    for a in range(1, reach):
        r, c = row0 + a * down / reach, column0 + a * right / reach
        top, left = math.floor(r), math.floor(c)
        low = float(grid.values[top, left])
        high = float(grid.values[min(top + 1, grid.shape[0] - 1) if r > top else top, left + 1 if c > left else left])
        height = low + (high - low) * ((r - top) + (c - left))
        if elevation(grid, eye, *grid.centre(r, c), height) > sight:  # type: ignore[arg-type]  # between two cells
            return False
    return True


@pytest.mark.parametrize(("row", "column", "eye_m", "target_m"), [(20, 22, 2, 0), (0, 0, 50, 0), (30, 5, 2, 20)])
def test_what_is_seen_on_real_ground_is_what_every_cell_sees_by_itself(
    row: int, column: int, eye_m: float, target_m: float
) -> None:
    model = ridge().window(130, 175, 90, 140)
    point = model.centre(row, column)
    found = viewshed(model, point, eye_m, target_m).values
    alone = [[seen_alone(model, point, eye_m, target_m, r, c) for c in range(50)] for r in range(45)]
    assert np.sum(found != np.array(alone)) <= 1  # of 2250; lines of sight that graze may fall either way
    assert 0.005 < found.mean() < 0.9


def test_the_bare_sphere_ends_where_its_curve_hides_it() -> None:
    """From 10 m the horizon is 5.895 km away; a target of 10 m comes up at twice that."""
    grid = flat(cells=151)
    x, y = grid.centres()
    away = np.hypot(x[None, :], y[:, None])
    seen = viewshed(grid, (0, 0), 10.0).values == 1
    assert np.all(seen[away < 5800]) and not np.any(seen[away > 6100])
    both = viewshed(grid, (0, 0), 10.0, target_m=10.0).values == 1
    assert np.all(both[away < 11_700]) and not np.any(both[away > 11_900])


def test_a_peak_hides_what_is_behind_it_and_a_hole_hides_nothing() -> None:
    grid = with_peak(flat(cells=41), 20, 25, 500.0)
    found = viewshed(grid, (0, 0), 20.0).values
    assert found[20, 24] == 1 and found[20, 25] == 1
    assert not np.any(found[20, 26:])
    values = flat(cells=41).values.copy()
    values[20, 25] = np.nan
    holed = viewshed(Grid(values, -4100.0, 4100.0, 200.0), (0, 0), 20.0).values
    assert np.isnan(holed[20, 25]) and holed[20, 26] == 1


@pytest.mark.parametrize("point", [(-99_000.0, 0.0), (0.0, 99_000.0), (200.0, 0.0)])
def test_an_eye_outside_the_model_or_in_a_hole_is_refused(point: tuple[float, float]) -> None:
    values = flat(cells=41).values.copy()
    values[20, 21] = np.nan
    with pytest.raises(ValueError, match="outside the model or in a hole"):
        viewshed(Grid(values, -4100.0, 4100.0, 200.0), point, 2.0)
