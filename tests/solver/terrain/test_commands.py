"""`solver terrain`: the commands end to end on a small model; refusals with exit code 2 and nothing written; Ctrl-C."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from shapely.geometry import shape

from solver.cli import main
from solver.terrain import parts
from solver.terrain.reading import open_model
from tests.architecture.sources import ROOT
from tests.solver.terrain.made import hills, tif


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["terrain", *(str(word) for word in words)])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tif(tmp_path / "model.tif", hills(), tags={"SOURCE": "hills", "LICENCE": "none"})


def values(path: Path) -> np.ndarray:
    with open_model([path], heights=False) as found:
        return found.whole().values


def test_info_tells_cells_place_heights_and_source(model: Path) -> None:
    told = json.loads(run("info", model, "--json").output)
    assert (told["rows"], told["columns"], told["cell_m"], told["bounds_m"]) == (
        40,
        50,
        200.0,
        [-5000.0, -4000.0, 5000.0, 4000.0],
    )
    assert told["origin"]["source"] == "hills"
    assert "cells    40 x 50 of 200 m" in run("info", model).output


QUICK = ("--azimuths", "8", "--step", "24", "--until", "2027-02-01")
PRODUCTS = {
    "slope": (),
    "roughness": ("--baseline", "800"),
    "horizon": ("--azimuth", "90"),
    "light": QUICK,
    "longest-darkness": QUICK,
    "earth": ("--step", "24", "--until", "2027-02-01"),
    "shadow": ("--azimuths", "8"),
    "distance": ("--azimuths", "8"),
    "viewshed": ("--at", "0", "0"),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_is_a_raster_on_the_cells_of_the_model_with_its_origin(
    name: str, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.tif"
    result = run(name, model, "-o", out, *PRODUCTS[name], "--quiet")
    assert result.exit_code == 0, result.output
    assert f"written: {out}" in result.output
    with open_model([out], heights=False) as found:
        assert found.shape == (40, 50) and found.frame.bounds == (-5000.0, -4000.0, 5000.0, 4000.0)
        assert found.origin.source == "hills" and len(found.origin.steps) >= 1
    assert json.loads((tmp_path / "out.tif.json").read_text("utf-8"))["origin"]["licence"] == "none"


def test_the_far_tier_is_named_in_what_is_made_with_it(model: Path, tmp_path: Path) -> None:
    far = tif(
        tmp_path / "far.tif",
        hills(60, 60),
        cell=(800.0, 800.0),
        corner=(-24_000.0, 24_000.0),
        tags={"SOURCE": "wide hills"},
    )
    result = run("light", model, "--far", far, "-o", tmp_path / "l.tif", *QUICK, "--quiet")
    assert result.exit_code == 0, result.output
    origin = json.loads((tmp_path / "l.tif.json").read_text("utf-8"))["origin"]
    assert [file["name"] for file in origin["files"]] == ["model.tif", "far.tif"]
    assert origin["steps"][0] == "far tier: wide hills (not stated), cells of 800 m"


def test_light_by_months_writes_one_file_each(model: Path, tmp_path: Path) -> None:
    result = run(
        "light",
        model,
        "-o",
        tmp_path / "l.tif",
        "--months",
        tmp_path / "m",
        "--azimuths",
        8,
        "--step",
        24,
        "--until",
        "2027-03-01",
        "--quiet",
    )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "m").glob("*.tif")) == ["light-2027-01.tif", "light-2027-02.tif"]


def test_a_part_is_the_same_cells_as_of_the_whole(model: Path, tmp_path: Path) -> None:
    run("slope", model, "-o", tmp_path / "whole.tif", "--quiet")
    run("slope", model, "-o", tmp_path / "part.tif", "--box", -2000, -2000, 2000, 2000, "--quiet")
    assert np.array_equal(values(tmp_path / "part.tif"), values(tmp_path / "whole.tif")[10:30, 15:35])


def test_a_raster_in_parts_is_that_in_one(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("slope", "light"):
        run(name, model, "-o", tmp_path / f"{name}-one.tif", *(QUICK if name == "light" else ()), "--quiet")
    monkeypatch.setattr(parts, "AT_ONCE", 1000)
    monkeypatch.setattr(parts, "PART", 16)
    for name in ("slope", "light"):
        run(name, model, "-o", tmp_path / f"{name}-parts.tif", *(QUICK if name == "light" else ()), "--quiet")
        one, apart = values(tmp_path / f"{name}-one.tif"), values(tmp_path / f"{name}-parts.tif")
        if name == "slope":
            assert np.array_equal(one, apart, equal_nan=True)
        else:  # a few cells where the far tier begins see another horizon in one of the eight azimuths
            assert np.abs(one - apart).mean() < 0.2 and np.mean(np.abs(one - apart) > 0.5) < 0.02


def test_candidates_become_a_table_an_instance_and_the_placements_of_a_claim(model: Path, tmp_path: Path) -> None:
    how = (
        "--slope",
        30,
        "--light",
        0,
        "--earth",
        0,
        "--area",
        0,
        "--shadow",
        1e9,
        "--count",
        6,
        "--spacing",
        500,
        *QUICK,
        "--quiet",
    )
    result = run("candidates", model, "-o", tmp_path / "c.csv", "--instance", tmp_path / "i.json", *how)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("6 places; best score")
    result = run("placements", tmp_path / "c.csv", tmp_path / "i.json", "--claim", "C-1", "-o", tmp_path / "j.json")
    assert result.exit_code == 0, result.output
    claims = json.loads((tmp_path / "j.json").read_text("utf-8"))["claims"]
    assert [row["note"] for row in claims[0]["placements"]] == ["S-001", "S-002", "S-003"]


def test_a_zone_is_compared_with_what_was_claimed(model: Path, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"type": "Point", "coordinates": [0, 0]}', "utf-8")
    square = {
        "type": "Polygon",
        "coordinates": [[[-3000, -3000], [3000, -3000], [3000, 3000], [-3000, 3000], [-3000, -3000]]],
    }
    (tmp_path / "claimed.json").write_text(json.dumps(square), "utf-8")
    result = run(
        "zone",
        model,
        "--footprint",
        tmp_path / "f.json",
        "--keep-out",
        2000,
        "--claimed",
        tmp_path / "claimed.json",
        "-o",
        tmp_path / "z.geojson",
        "--quiet",
    )
    assert result.exit_code == 0, result.output
    assert (
        "claimed  36.000 km2: " in result.output
        and "km2 beyond need; 0.000 km2 of the zone not claimed" in result.output
    )
    features = json.loads((tmp_path / "z.geojson").read_text("utf-8"))["features"]
    assert [row["properties"]["name"] for row in features] == ["zone", "zone without terrain", "claimed beyond need"]


def test_blocked_ground_is_what_is_steep_and_goes_into_access(model: Path, tmp_path: Path) -> None:
    run("slope", model, "-o", tmp_path / "s.tif", "--quiet")
    result = run("blocked", model, "--slope", 15, "-o", tmp_path / "b.json", "--quiet")
    assert result.exit_code == 0, result.output
    geometry = shape(json.loads((tmp_path / "b.json").read_text("utf-8")))
    assert geometry.is_valid and geometry.geom_type == "MultiPolygon"
    steep = np.count_nonzero(values(tmp_path / "s.tif")[1:-1, 1:-1] > 15)
    assert steep * 0.04 < geometry.area / 1e6 < (steep + 180) * 0.04


def test_synthetic_ground_is_the_same_for_a_seed_and_says_what_it_is(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run("synthetic", "-o", tmp_path / f"{name}.tif", "--size", 32, "--seed", seed).exit_code == 0
    a, b, c = ((tmp_path / f"{name}.tif").read_bytes() for name in "abc")
    assert a == b != c
    assert json.loads(run("info", tmp_path / "a.tif", "--json", "--quiet").output)["origin"]["kind"] == "synthetic"


# ---- refusals -------------------------------------------------------------------------------------------------------


def refused(result: Result, *fragments: str) -> None:
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    for fragment in fragments:
        assert fragment in result.output, result.output


def test_bad_models_of_both_tiers_are_told_at_once_and_nothing_is_written(model: Path, tmp_path: Path) -> None:
    far = tif(tmp_path / "far.tif", hills(), crs="EPSG:3031")
    result = run("light", tmp_path / "none.tif", "--far", far, "-o", tmp_path / "out.tif")
    refused(
        result,
        "none.tif: there is no such file",
        "far.tif: coordinate system 'WGS 84 / Antarctic Polar Stereographic' is not of the same celestial body",
    )
    assert not list(tmp_path.glob("out*"))


def test_holes_are_counted_and_placed_where_horizons_need_none(tmp_path: Path) -> None:
    ground = hills()
    ground[3, 4:7] = -9999
    model = tif(tmp_path / "model.tif", ground, nodata=-9999)
    result = run("light", model, "-o", tmp_path / "out.tif", *QUICK)
    refused(
        result,
        "model: 3 of 2000 cells have no height and would hide nothing (first x -4100, y 3300); fill them",
        "--allow-holes",
    )
    assert run("slope", model, "-o", tmp_path / "s.tif", "--quiet").exit_code == 0
    assert run("light", model, "-o", tmp_path / "out.tif", *QUICK, "--allow-holes", "--quiet").exit_code == 0


def test_boxes_outputs_and_points_that_cannot_be(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.tif"
    refused(
        run("slope", model, "-o", out, "--box", 90000, 0, 99000, 9000),
        "--box: it holds nothing of the model; give a part of -5000 -4000 5000 4000",
    )
    refused(run("slope", model, "-o", out, "--box", 5, 0, 1, 9), "--box: (5.0, 0.0, 1.0, 9.0) has no inside")
    refused(run("slope", model, "-o", model), "--output: ", "is a file of the model; name another file")
    refused(run("slope", model, "-o", tmp_path / "no" / "out.tif"), "cannot be written (no file in an existing folder)")
    refused(run("light", model, "-o", out, "--shadow", out), "is named twice; give every product its own file")
    refused(run("viewshed", model, "-o", out, "--at", 9e5, 0), "--at: ", "give x y in map metres inside the model")
    refused(
        run("light", model, "-o", out, "--until", "2026-01-01"),
        "--until: 2026-01-01 is not after --from; give a later day",
    )
    refused(run("candidates", model, "-o", tmp_path / "c.txt"), "--output: c.txt ends in neither of .csv, .gpkg")
    refused(
        run("candidates", model, "-o", tmp_path / "c.csv", "--light", 100, *QUICK, "--quiet"),
        "thresholds: no place meets it: candidates: slope_deg <= 8",
    )
    refused(run("picture", model, "-o", tmp_path / "p.bmp"), "--output: p.bmp ends in neither of .png, .svg")
    assert {path.name for path in tmp_path.iterdir()} == {"model.tif"}


def test_bad_footprints_methods_and_inputs_of_a_zone_are_told_at_once(model: Path, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"type": "Circle", "coordinates": [0, 0]}', "utf-8")
    result = run(
        "zone",
        model,
        "--footprint",
        tmp_path / "f.json",
        "--method",
        "landing-plume",
        "--inputs",
        "{}",
        "-o",
        tmp_path / "z.geojson",
    )
    refused(
        result,
        "f.json: type 'Circle' is not a footprint",
        "--method: input 'landed_mass_kg' is None; give a number from",
    )
    result = run("zone", model, "--footprint", tmp_path / "f.json", "-o", tmp_path / "z.geojson")
    refused(result, "--keep-out: one of --keep-out and --method is needed; give metres, or a method")


# ---- the process ----------------------------------------------------------------------------------------------------


def test_the_start_of_solver_loads_nothing_heavy() -> None:
    code = "import sys, solver.cli; print([name for name in ('numba', 'rasterio', 'matplotlib', 'astronomy') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    model = tif(tmp_path / "model.tif", hills(600, 600))
    words = [
        sys.executable,
        "-m",
        "solver",
        "terrain",
        "light",
        str(model),
        "-o",
        str(tmp_path / "out.tif"),
        "--azimuths",
        "720",
    ]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the first line of progress: it is in the middle of the sweep
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        process.wait(60)
    assert process.returncode == 130 and time.monotonic() - started < 30
    assert {path.name for path in tmp_path.iterdir()} == {"model.tif"}
