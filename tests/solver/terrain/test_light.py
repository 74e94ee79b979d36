"""Light and shadow of ground whose answer is known by hand, and of real ground in two ways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from solver.terrain.darkness import darkness
from solver.terrain.earth import earth_share
from solver.terrain.grid import Grid
from solver.terrain.horizon import azimuths_of, tangents
from solver.terrain.light import Season, light, months, permanent_shadow
from solver.terrain.share import disc_above, limbs_deg, shares_of
from solver.terrain.sky import Track, earth, sun
from tests.solver.terrain.ground import flat, ridge, with_peak

START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
YEAR = sun(START, END, 3.0)


def wall(direction: str, height_m: float = 2000.0) -> Grid:
    """The bare sphere with a wall along one side of the map, 4 km from the middle: 26 degrees high there."""
    values = flat(cells=61).values.copy()
    part = {"up": np.s_[:10, :], "down": np.s_[51:, :], "right": np.s_[:, 51:], "left": np.s_[:, :10]}[direction]
    values[part] = height_m
    return flat(cells=61).like(values, "a wall")


def when(track: Track, wanted: np.ndarray) -> Track:
    """The epochs of a track at which `wanted` is true."""
    names = ("azimuth_deg", "elevation_deg", "radius_deg", "sub_lat_deg", "sub_lon_deg")
    return replace(track, **{name: getattr(track, name)[wanted] for name in names})


@pytest.mark.parametrize(("height", "part"), [(-1.0, 0.0), (0.0, 0.5), (1.0, 1.0), (0.5, 0.804499), (-7, 0), (7, 1)])
def test_the_part_of_a_disc_above_a_horizon(height: float, part: float) -> None:
    assert disc_above(np.array([height]))[0] == pytest.approx(part, abs=1e-6)


def test_at_the_pole_of_a_bare_sphere_the_sun_is_up_whenever_it_stands_above_the_equator() -> None:
    """The horizon there is the next cell, 0.0033 degrees low."""
    expected = np.mean(disc_above((YEAR.elevation_deg + 0.0033) / YEAR.radius_deg))
    assert light(flat(), YEAR).average.values[50, 50] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(("direction", "azimuth_deg"), [("up", 0), ("right", 90), ("down", 180), ("left", 270)])
def test_a_wall_takes_the_sun_on_its_own_side_only(direction: str, azimuth_deg: float) -> None:
    """The Sun as it stands within 20 degrees of each side; a sweep that turned the other way would take another."""
    up = when(YEAR, YEAR.elevation_deg > 1.0)
    lit = {}
    for side in (0, 90, 180, 270):
        part = when(up, np.abs((up.azimuth_deg - side + 180) % 360 - 180) < 20)
        lit[side] = light(wall(direction), part).average.values[30, 30]
    assert lit.pop(int(azimuth_deg)) == pytest.approx(0.0, abs=1e-6)
    assert min(lit.values()) > 0.999


def test_following_the_sun_from_epoch_to_epoch_gives_the_average_of_the_sweep() -> None:
    model = ridge().window(90, 150, 90, 150)
    swept, followed = light(model, YEAR).average.values, darkness(model, YEAR).average.values
    assert np.mean(swept - followed) == pytest.approx(0.0, abs=0.001)
    assert np.sqrt(np.mean((swept - followed) ** 2)) < 0.005


def test_months_make_up_the_year() -> None:
    seasons = months(START, END)
    assert [season.name for season in seasons][:2] == ["2027-01", "2027-02"]
    found = light(ridge().window(90, 130, 90, 130), YEAR, seasons=seasons)
    days = np.array([(season.end - season.start).days for season in seasons])
    together = np.tensordot(days / days.sum(), np.array([grid.values for grid in found.seasons.values()]), 1)
    assert np.allclose(together, found.average.values, atol=1e-4)
    bright = [float(grid.values.mean()) for grid in found.seasons.values()]
    high = [float(YEAR.part(season.start, season.end).elevation_deg.mean()) for season in seasons]
    assert np.corrcoef(bright, high)[0, 1] > 0.9


def test_months_are_cut_at_the_ends_of_the_period() -> None:
    found = months(START + timedelta(days=40), START + timedelta(days=70))
    assert [(s.name, s.start.day, s.end.month, s.end.day) for s in found] == [
        ("2027-02", 10, 3, 1),
        ("2027-03", 1, 3, 12),
    ]


def test_a_season_outside_the_period_is_refused() -> None:
    season = Season("before", START - timedelta(days=60), START - timedelta(days=30))
    with pytest.raises(ValueError, match="holds none"):
        light(flat(cells=11), YEAR, seasons=(season,))


def test_a_mast_never_takes_light() -> None:
    model = ridge().window(90, 130, 90, 130)
    assert np.all(light(model, YEAR, mast_m=10.0).average.values >= light(model, YEAR).average.values - 1e-6)


def test_a_deep_bowl_is_in_permanent_shadow_and_its_rim_is_not() -> None:
    values = flat(cells=61).values.copy()
    values[20:41, 20:41] = -1000.0
    shadow = permanent_shadow(flat(cells=61).like(values, "a bowl")).values
    assert np.all(shadow[22:39, 22:39] == 1)
    assert np.all(shadow[:18, :18] == 0)


def test_shadow_without_a_period_is_the_shadow_of_the_sweep() -> None:
    model = ridge().window(150, 190, 150, 200)
    assert np.array_equal(permanent_shadow(model).values, light(model, YEAR).shadow.values)


def test_the_floor_of_shackleton_is_wholly_in_permanent_shadow() -> None:
    model = ridge()
    shadow = permanent_shadow(model)
    row, column = model.cell(7690.244, -6402.723)
    assert np.all(shadow.values[row - 10 : row + 11, column - 10 : column + 11] == 1)
    assert np.mean(shadow.values) == pytest.approx(0.123, abs=0.003)


def test_holes_stay_holes_in_light_and_shadow() -> None:
    values = flat(cells=31).values.copy()
    values[5, 7] = np.nan
    found = light(Grid(values, 0.0, 0.0, 200.0), when(YEAR, np.arange(len(YEAR)) < 100), azimuths=8)
    assert all(np.argwhere(np.isnan(grid.values)).tolist() == [[5, 7]] for grid in (found.average, found.shadow))


def test_the_earth_is_hidden_by_a_wall_towards_longitude_zero_only() -> None:
    track = earth(START, END, 12.0)
    assert earth_share(wall("up"), track).values[30, 30] == 0
    open_side = earth_share(wall("down"), track).values[30, 30]
    assert open_side == pytest.approx(float(np.mean(disc_above(track.elevation_deg / track.radius_deg))), abs=0.01)


def test_shares_of_a_table_begin_at_one_and_fall_to_nothing() -> None:
    table = shares_of(YEAR, azimuths_of(72), *limbs_deg(YEAR))
    assert table.values[:, 0].sum() == pytest.approx(1.0, abs=1e-5)
    assert np.all(np.diff(table.values, axis=1) <= 1e-7)
    assert table.values[:, -1].max() == pytest.approx(0.0, abs=1e-6)


def longest_row(dark: np.ndarray) -> int:
    rows = "".join("x" if epoch else " " for epoch in dark).split()
    return max(map(len, rows), default=0)


def test_the_longest_darkness_is_the_longest_row_of_epochs_without_the_sun() -> None:
    """Every epoch of every cell by itself, with horizons interpolated between the azimuths of the sweep."""
    model = with_peak(ridge().window(100, 112, 100, 112), 3, 4, 2500.0)
    track = sun(START, START + timedelta(days=60), 6.0)
    found = darkness(model, track, azimuths=16).longest_h.values
    horizons = np.degrees(np.arctan([tangents(model, azimuth) for azimuth in azimuths_of(16)]))
    place = track.azimuth_deg * 16 / 360
    before = np.floor(place).astype(int)
    weight = (place - before)[:, None, None]
    at_epoch = horizons[before % 16] * (1 - weight) + horizons[(before + 1) % 16] * weight
    dark = (track.elevation_deg + track.radius_deg)[:, None, None] <= at_epoch
    expected = [[6 * longest_row(dark[:, row, column]) for column in range(12)] for row in range(12)]
    assert found.tolist() == expected


def test_darkness_in_rows_at_a_time_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ridge().window(100, 130, 100, 140)
    track = sun(START, START + timedelta(days=30), 6.0)
    told: list[tuple[int, int]] = []
    whole = darkness(model, track, azimuths=16)
    monkeypatch.setattr("solver.terrain.darkness.KEPT", 16 * 40 * 7)
    parted = darkness(model, track, azimuths=16, progress=lambda done, of: told.append((done, of)))
    assert np.array_equal(whole.longest_h.values, parted.longest_h.values)
    assert told[-1] == (5 * 16, 5 * 16)


def test_a_hole_has_no_darkness() -> None:
    values = flat(cells=9).values.copy()
    values[4, 4] = np.nan
    found = darkness(Grid(values, 0.0, 0.0, 200.0), sun(START, START + timedelta(days=3)), azimuths=8)
    assert np.argwhere(np.isnan(found.longest_h.values)).tolist() == [[4, 4]]
    assert np.argwhere(np.isnan(found.average.values)).tolist() == [[4, 4]]
