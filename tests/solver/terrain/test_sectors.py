"""Zones cut by terrain: smaller where a ridge stops ejecta, never smaller than safe, and the excess of a claimed zone."""

import math
import random

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, shape

from solver.geometry import MOON_RADIUS_M, footprint, scale
from solver.terrain.grid import Grid
from solver.terrain.reading import open_model
from solver.terrain.sectors import necessity, plain_zone, terrain_zone
from tests.solver.terrain.made import real

CELL_M = 50.0


def ground(values: NDArray[np.float64]) -> Grid:
    """A square raster around the pole-side point (0, 0)."""
    half = values.shape[0] * CELL_M / 2
    return Grid(values.astype(np.float32), -half, half, CELL_M)


def flat(side: int = 160) -> NDArray[np.float64]:
    return np.zeros((side, side))


def wall(height_m: float, at_m: float = 1000.0, thick_m: float = 300.0, side: int = 160) -> NDArray[np.float64]:
    """Level ground with a wall across, from x = at_m on."""
    x = (np.arange(side) + 0.5 - side / 2) * CELL_M
    return np.where((x > at_m) & (x < at_m + thick_m), height_m, 0.0) * np.ones((side, 1))


def point(x: float = 0.0, y: float = 0.0) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def test_on_level_ground_nothing_is_cut() -> None:
    zone = terrain_zone(point(), 2000, ground(flat()))
    assert zone.outline.equals(zone.full)
    assert zone.full_km2 == pytest.approx(math.pi * 4, rel=1e-3) and zone.full_km2 > math.pi * 4
    assert zone.cut_km2 == 0


def test_a_wall_above_three_degrees_ends_the_zone_behind_it_and_only_there() -> None:
    zone = terrain_zone(point(), 2000, ground(wall(100)))  # 5.7 degrees as seen from 1 km
    assert zone.cut_km2 == pytest.approx(1.83, abs=0.1)
    assert not zone.outline.covers(Point(1800, 0))
    assert zone.outline.covers(Point(1050, 0)), "the face of the wall is hit"
    assert zone.outline.covers(Point(-1999, 0)) and zone.outline.covers(Point(0, 1999))
    assert zone.notes[0] == "cut by line of sight: ejecta leave at 1 to 3 degrees above the ground"


def test_a_wall_below_three_degrees_cuts_nothing() -> None:
    assert terrain_zone(point(), 2000, ground(wall(50))).cut_km2 == 0  # 2.9 degrees


def test_a_wall_that_may_be_lower_than_its_model_cuts_nothing() -> None:
    heights = ground(wall(70))  # 4 degrees
    assert terrain_zone(point(), 2000, heights).cut_km2 > 1
    assert terrain_zone(point(), 2000, heights, height_error_m=25).cut_km2 == 0


def test_a_wall_of_one_cell_is_not_trusted() -> None:
    assert terrain_zone(point(), 2000, ground(wall(100, thick_m=50))).cut_km2 == 0


def test_a_hole_in_the_wall_stops_nothing() -> None:
    values = wall(100)
    values[70:90, 98:108] = np.nan
    zone = terrain_zone(point(), 2000, ground(values))
    assert zone.outline.covers(Point(1900, 0))
    assert not zone.outline.covers(Point(1500, 1000))


def test_on_a_slope_ejecta_leave_along_it() -> None:
    """Ground that rises evenly at 10 degrees is not a ridge: ejecta leave at 13 degrees there."""
    x = (np.arange(160) + 0.5 - 80) * CELL_M
    rising = math.tan(math.radians(10)) * np.ones((160, 1)) * x
    assert terrain_zone(point(), 2000, ground(rising)).cut_km2 == 0


def test_outside_of_the_model_and_below_the_least_distance_the_zone_is_whole() -> None:
    outside = terrain_zone(point(90_000, 0), 2000, ground(wall(100)))
    assert outside.notes == ("no ridge looked at: outside of the model",) and outside.outline.equals(outside.full)
    assert terrain_zone(point(), 300, ground(wall(100, at_m=100))).cut_km2 == 0


def test_three_sigma_of_the_coordinates_are_added_before_anything_is_cut() -> None:
    sharp, vague = (terrain_zone(point(), 2000, ground(wall(100)), sigma_m=sigma) for sigma in (0.0, 20.0))
    assert vague.full_km2 == pytest.approx(math.pi * 2.06**2, rel=2e-3)
    assert shapely.buffer(vague.outline, 1).covers(sharp.outline)
    assert plain_zone(point(), 2000, 20).covers(Point(2059.9, 0))


@pytest.mark.parametrize(
    "document",
    [
        {"type": "LineString", "coordinates": [[-600, -600], [600, 700]]},
        {"type": "Polygon", "coordinates": [[[-200, -100], [200, -100], [200, 100], [-200, 100], [-200, -100]]]},
    ],
)
def test_lines_and_polygons_are_cut_only_where_every_point_of_them_is_stopped(document: dict[str, object]) -> None:
    zone = terrain_zone(document, 2000, ground(wall(110)))
    assert 0.5 < zone.cut_km2 < zone.full_km2 / 4
    assert zone.outline.covers(footprint(document))
    assert shapely.buffer(zone.full, 0.001).covers(zone.outline)


def stopped(heights: Grid, source: tuple[float, float], target: tuple[float, float]) -> bool:
    """By hand: walks from source to target in steps of a tenth of a cell, over cells as they are."""
    length = math.dist(source, target)
    row, column = heights.cell(*source)
    turn = ((target[0] - source[0]) / length, (target[1] - source[1]) / length)
    down, east = np.gradient(heights.values.astype(float), heights.cell_m)
    tilt = max(0.0, math.atan(east[row, column] * turn[0] - down[row, column] * turn[1]))
    k, from_m = scale(*source), heights.at(*source)
    for step in range(1, int(length / (heights.cell_m / 10))):
        s = step * heights.cell_m / 10
        high = heights.at(source[0] + s * turn[0], source[1] + s * turn[1])
        rise = high - from_m - (s / k) ** 2 / 2 / MOON_RADIUS_M
        if math.atan2(rise, s / k) > tilt + math.radians(3):
            return True
    return False


@pytest.mark.parametrize(
    ("centre", "reach_m", "sigma_m"),
    [((7700.0, -6700.0), 12_000, 0), ((7700.0, -6700.0), 8000, 30), ((-9000.0, 9000.0), 6000, 0)],
)
def test_never_smaller_than_safe_on_real_ground(centre: tuple[float, float], reach_m: int, sigma_m: float) -> None:
    """Whatever lies in reach and outside of the zone is behind a ridge, for any place the source may have."""
    with open_model([real("shackleton_ridge_lola_200m.tif")]) as model:
        heights = model.whole()
    zone, draws = terrain_zone(point(*centre), reach_m, heights, sigma_m), random.Random(7)
    assert zone.cut_km2 > 1
    seen = 0
    for _ in range(800):
        aside, turn = 3 * sigma_m * math.sqrt(draws.random()), draws.uniform(0, 2 * math.pi)
        source = (centre[0] + aside * math.sin(turn), centre[1] + aside * math.cos(turn))
        far, turn = reach_m * math.sqrt(draws.random()), draws.uniform(0, 2 * math.pi)
        target = (source[0] + far * math.sin(turn), source[1] + far * math.cos(turn))
        if not zone.outline.covers(Point(target)):
            seen += 1
            assert stopped(heights, source, target), (source, target)
    assert seen > 5


def test_the_excess_of_a_claimed_zone_is_told_in_ground_area() -> None:
    needed = plain_zone(point(), 2000)
    same, wide, narrow = (necessity(plain_zone(point(), reach), needed) for reach in (2000, 3000, 1000))
    assert same.is_necessary and same.excess_km2 == 0 == same.short_km2
    assert not wide.is_necessary and wide.excess_km2 == pytest.approx(math.pi * 5, rel=1e-3) and wide.short_km2 == 0
    assert narrow.is_necessary and narrow.short_km2 == pytest.approx(math.pi * 3, rel=1e-3)
    assert shape(wide.excess).area / 1e6 == pytest.approx(wide.excess_km2, rel=1e-3)
