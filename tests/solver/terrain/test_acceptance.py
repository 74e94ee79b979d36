"""Light and shadow of real ground against the 72 published values of LOLA, and what becomes of them when the model is wrong."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from solver.cli import main
from solver.fields import InputError
from solver.geometry import MOON_RADIUS_M
from solver.terrain.acceptance import CONNECTING_RIDGE, Block, agreements, rank_of, read_blocks
from solver.terrain.grid import Grid
from solver.terrain.light import Light, light
from solver.terrain.sky import Track, sun
from tests.solver.terrain.ground import flat, ridge
from tests.solver.terrain.made import real

TABLE = "lola_avgvisib_1080m_near_pole_sample.csv"
MODEL = "shackleton_ridge_lola_200m.tif"


@lru_cache
def found() -> Light:
    return swept(ridge())


@lru_cache
def year() -> Track:
    return sun(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), 2.0)


def swept(model: Grid) -> Light:
    return light(model, year())


def blocks() -> Sequence[Block]:
    return read_blocks(real(TABLE))


def figures(lit: Light) -> dict[str, float]:
    return {agreement.name: agreement.r for agreement in agreements(lit.average, lit.shadow, blocks())}


def test_light_and_shadow_agree_with_the_published_values() -> None:
    of_light, of_shadow = agreements(found().average, found().shadow, blocks())
    assert (of_light.count, of_shadow.count) == (72, 72)
    assert of_light.r >= 0.949 and of_shadow.r >= 0.959
    # Too bright and too little shadow: the ridges beyond the 51 km of the model are not there.
    assert (of_light.rmse, of_light.bias) == pytest.approx((8.45, 6.02), abs=0.05)
    assert (of_shadow.rmse, of_shadow.bias) == pytest.approx((10.3, -4.7), abs=0.1)
    assert of_light.is_enough and of_shadow.is_enough


def test_the_point_near_connecting_ridge_is_among_the_best_lit() -> None:
    rank = rank_of(found().average, *CONNECTING_RIDGE)
    assert rank is not None
    assert rank.rank <= 10 and rank.of == 65_536
    assert 0.80 < rank.share < 0.90


def without_curvature(model: Grid) -> Grid:
    """Ground as a program without curvature sees it: heights above the plane of the pole's horizon are those above the sphere."""
    x, y = model.centres()
    k = 1 + (x[None, :] ** 2 + y[:, None] ** 2) / (2 * MOON_RADIUS_M) ** 2
    return model.like((MOON_RADIUS_M + model.values) / (2 / k - 1) - MOON_RADIUS_M, "a plane")


FAULTS = {
    "mirrored": lambda model: model.like(model.values[:, ::-1], "mirrored"),
    "upside down": lambda model: model.like(model.values[::-1], "upside down"),
    "turned by a quarter": lambda model: model.like(np.rot90(model.values), "turned"),
    "one kilometre aside": lambda model: model.like(np.roll(model.values, 5, axis=1), "aside"),
    "heights in feet": lambda model: model.like(model.values * 3.28084, "feet"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_model_is_seen_in_the_figures(fault: str) -> None:
    planted = figures(swept(FAULTS[fault](ridge())))
    assert planted["light"] < 0.94 or planted["shadow"] < 0.95
    whole = figures(found())
    assert min(planted[name] - whole[name] for name in whole) < -0.01


def test_without_curvature_the_figures_change() -> None:
    """25 km from the pole the plane is 180 m off and the Sun's tilt 0.8 degrees: too dark by several points."""
    whole = agreements(found().average, found().shadow, blocks())
    lit = swept(without_curvature(ridge()))
    plane = agreements(lit.average, lit.shadow, blocks())
    assert abs(plane[0].bias - whole[0].bias) > 0.5
    assert abs(plane[0].r - whole[0].r) > 0.0005


def test_a_block_is_the_mean_of_the_cells_under_it_by_their_parts() -> None:
    """A block of 100 m over cells of 100 m, a quarter of a cell to the right and half a cell down."""
    values = np.array([[0.0, 1.0], [2.0, 4.0]], dtype=np.float32)
    grid = Grid(values, 0.0, 200.0, 100.0)
    made = [Block((75.0, 100.0), 0.0, 0.0)] * 3
    of_light, _ = agreements(grid, grid, made, block_m=100.0)
    assert of_light.bias == pytest.approx(100 * ((0.75 * 0 + 0.25 * 1) / 2 + (0.75 * 2 + 0.25 * 4) / 2))


def test_blocks_that_the_model_does_not_cover_wholly_are_left_out() -> None:
    grid = flat(cells=20)
    with pytest.raises(InputError, match="covers 0 of 72 blocks"):
        agreements(grid.window(0, 4, 0, 4), grid.window(0, 4, 0, 4), blocks())


def test_a_place_beside_the_raster_has_no_rank() -> None:
    assert rank_of(flat(cells=5), -85, 10) is None


def test_values_that_are_all_alike_agree_with_nothing() -> None:
    assert math.isnan(agreements(flat(cells=401), flat(cells=401), blocks())[0].r)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("lat,lon\n-89,0\n", ["columns are missing: avg_illum_pct, psr_fraction"]),
        (
            "lat,lon,avg_illum_pct,psr_fraction\n89,0,x,0.5\n-89,0,10,2\n",
            ["line 2: lat is '89'", "line 2: avg_illum_pct is 'x'", "line 3: psr_fraction is '2'"],
        ),
        ("lat,lon,avg_illum_pct,psr_fraction\n-89,0,10,0.2\n", ["1 blocks tell nothing"]),
        ("lat,lon,avg_illum_pct,psr_fraction\n-89\n", ["lon is None"]),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_every_fault(tmp_path: Path, text: str, faults: list[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_blocks(path)
    told = "\n".join(str(fault) for fault in refused.value.faults)
    assert [fault for fault in faults if fault not in told] == []


def test_the_command_prints_the_figures() -> None:
    arguments = ["terrain", "check", str(real(MODEL)), "--against", str(real(TABLE)), "--quiet", "--step", "6"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    light_line, shadow_line, ridge_line = done.output.splitlines()
    assert light_line.startswith("light   r 0.95") and "bias +6.0" in light_line
    assert shadow_line.startswith("shadow  r 0.959") and "72 blocks" in shadow_line
    assert "Connecting Ridge" in ridge_line and "rank" in ridge_line


def test_the_command_ends_with_1_when_the_model_does_not_agree(tmp_path: Path) -> None:
    lines = real(TABLE).read_text("utf-8").splitlines()
    wrong = [
        ",".join([*line.split(",")[:2], *other.split(",")[2:]])
        for line, other in zip(lines[1:], lines[:0:-1], strict=True)
    ]
    (tmp_path / "wrong.csv").write_text("\n".join([lines[0], *wrong]) + "\n")
    arguments = [
        "terrain",
        "check",
        str(real(MODEL)),
        "--against",
        str(tmp_path / "wrong.csv"),
        "--quiet",
        "--step",
        "24",
    ]
    done = CliRunner().invoke(main, [*arguments, "--azimuths", "24"])
    assert done.exit_code == 1
    assert "TOO LOW" in done.output
