"""Horizons against cases worked by hand and against rays marched through the raster."""

import math

import numpy as np
import pytest

from solver.geometry import MOON_RADIUS_M, point_distance_m, to_map
from solver.terrain.grid import Grid
from solver.terrain.horizon import azimuths_of, elevations_deg, horizons, sweep, tangents
from tests.benchmarks.marching import marched
from tests.solver.terrain.ground import flat, ridge, with_peak

MIDDLE = 50


def elevation_on_sphere_deg(distance_m: float, height_m: float, eye_m: float = 0.0) -> float:
    """Elevation of a point at a ground distance and height, seen from a height; by the plane triangle."""
    angle = distance_m / MOON_RADIUS_M
    top = MOON_RADIUS_M + height_m
    return math.degrees(math.atan2(top * math.cos(angle) - MOON_RADIUS_M - eye_m, top * math.sin(angle)))


@pytest.mark.parametrize("lat_deg", [-90, -88, -85])
@pytest.mark.parametrize("azimuth_deg", [0, 90, 180, 270, 45, 225])
def test_a_peak_stands_at_its_elevation_on_the_sphere(lat_deg: float, azimuth_deg: float) -> None:
    """30 cells away at any latitude: 6 km beside the axes, 8.5 km between them; the sphere hides 10 and 21 m of it."""
    grid = flat(middle=to_map(lat_deg, 30))
    row = MIDDLE - round(30 * math.cos(math.radians(azimuth_deg)) * (math.sqrt(2) if azimuth_deg % 90 else 1))
    column = MIDDLE + round(30 * math.sin(math.radians(azimuth_deg)) * (math.sqrt(2) if azimuth_deg % 90 else 1))
    found = elevations_deg(with_peak(grid, row, column, 200.0), azimuth_deg).values[MIDDLE, MIDDLE]
    distance_m = point_distance_m(grid.centre(MIDDLE, MIDDLE), grid.centre(row, column))
    # Away from the pole the peak leans out of the plane that holds the pole's vertical: 1 % of its elevation at 85 S.
    assert found == pytest.approx(elevation_on_sphere_deg(distance_m, 200.0), abs=0.005 if lat_deg < -86 else 0.02)


def test_the_bare_sphere_dips_below_the_horizontal_of_a_high_eye() -> None:
    """From 100 m the edge of the Moon stands 0.615 degrees low, 18.6 km away: cos(dip) = R / (R + h)."""
    grid = flat(cells=301)
    found = elevations_deg(grid, 90, mast_m=100.0).values[150, 150]
    assert found == pytest.approx(-0.6147, abs=0.001)


@pytest.mark.parametrize(("azimuth_deg", "row", "column"), [(0, 20, 50), (90, 50, 80), (180, 80, 50), (270, 50, 20)])
def test_a_peak_is_seen_towards_its_own_side_only(azimuth_deg: float, row: int, column: int) -> None:
    grid = with_peak(flat(), row, column, 1000.0)
    seen = [float(tangents(grid, azimuth)[MIDDLE, MIDDLE]) for azimuth in (0, 90, 180, 270)]
    assert [i for i, tangent in enumerate(seen) if tangent > 0.1] == [azimuth_deg / 90]


@pytest.mark.parametrize("azimuth_deg", [13.0, 49.0, 101.0, 223.0, 350.0])
def test_horizons_of_real_ground_are_those_of_marched_rays(azimuth_deg: float) -> None:
    """Every quarter of a cell, bilinear; the sweep has one sample a cell and joins two lines: half a degree of 11,
    and between the axes, where samples lie 1.4 cells apart, 0.2 degrees too low."""
    model = ridge()
    rays = np.degrees(np.arctan(marched(model, azimuth_deg, 0.0, (100, 140))))
    swept = np.degrees(np.arctan(tangents(model, azimuth_deg)[100:140]))
    apart = (swept - rays)[(rays > -40) & (swept > -40)]
    assert abs(apart.mean()) < 0.2
    assert np.sqrt(np.mean(apart**2)) < 0.7


@pytest.mark.parametrize("azimuth_deg", [10.0, 45.0, 133.0, 260.0])
def test_a_window_with_the_rest_as_its_far_tier_has_no_step_at_the_seam(azimuth_deg: float) -> None:
    model = ridge()
    whole = np.degrees(tangents(model, azimuth_deg)[60:200, 50:180])
    window = model.window(60, 200, 50, 180)
    apart = np.abs(np.degrees(tangents(window, azimuth_deg, far=model)) - whole)
    assert np.median(apart) < 1e-5
    assert apart.mean() < 0.02
    without = np.abs(np.degrees(tangents(window, azimuth_deg)) - whole)
    assert without.mean() > 20 * apart.mean()


def test_a_far_ridge_stands_behind_the_edge_of_the_near_raster() -> None:
    near, far = flat(cells=21), flat(cells=101, cell_m=1000.0)
    grid = with_peak(far, 10, 50, 3000.0)  # 40 km up the map, four times the sagitta that hides it
    found = elevations_deg(near, 0, far=grid).values
    distance_m = point_distance_m(near.centre(10, 10), grid.centre(10, 50))
    assert found[10, 10] == pytest.approx(elevation_on_sphere_deg(distance_m, 3000.0), abs=0.01)
    assert elevations_deg(near, 0).values[10, 10] < 0.1


def test_what_the_far_tier_has_inside_the_near_raster_does_not_count() -> None:
    near, far = flat(cells=41), with_peak(flat(cells=101, cell_m=1000.0), 50, 50, 5000.0)
    assert np.all(tangents(near, 90, far) < 0.01)


def test_holes_stay_holes_and_hide_nothing() -> None:
    values = flat().values.copy()
    values[MIDDLE, 60] = np.nan
    holed = Grid(values, -10_100.0, 10_100.0, 200.0)
    found = tangents(with_peak(holed, MIDDLE, 80, 1000.0), 90)
    assert np.argwhere(np.isnan(found)).tolist() == [[MIDDLE, 60]]
    assert found[MIDDLE, MIDDLE] == tangents(with_peak(flat(), MIDDLE, 80, 1000.0), 90)[MIDDLE, MIDDLE]


def test_a_mast_lowers_every_horizon() -> None:
    model = ridge().window(80, 160, 80, 160)
    assert np.all(tangents(model, 30, mast_m=10.0) <= tangents(model, 30))


def test_a_sweep_gives_the_horizons_one_by_one_and_tells_how_far_it_is() -> None:
    model, told = ridge().window(0, 50, 0, 60), []
    azimuths = azimuths_of(8)
    swept = [found.copy() for found in sweep(model, azimuths, progress=lambda done, of: told.append((done, of)))]
    assert np.array_equal(np.array(swept), horizons(model, azimuths))
    assert told == [(i, 8) for i in range(1, 9)]


def test_three_azimuths_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        azimuths_of(3)
