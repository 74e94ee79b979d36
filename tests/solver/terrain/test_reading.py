"""Models read whole, by windows, as tiles and through their own coordinate system; products carry their origin."""

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio

from solver.fields import InputError
from solver.terrain import reading
from solver.terrain.grid import Grid, Origin
from solver.terrain.reading import Stated, open_model
from solver.terrain.writing import write_grid, written
from tests.solver.terrain.made import LAT_TS_70, OWN, hills, real, tif

NOTHING = Stated()


def whole(*paths: Path, stated: Stated = NOTHING) -> Grid:
    with open_model(paths, stated) as model:
        return model.whole()


def test_the_real_model_has_its_highest_point_on_the_connecting_ridge() -> None:
    grid = whole(real("shackleton_ridge_lola_200m.tif"))
    row, column = divmod(int(grid.values.argmax()), 256)
    assert grid.values.max() == pytest.approx(1873.4336, abs=1e-3)
    assert grid.centre(row, column) == (-11500.0, -12500.0)
    assert grid.bounds == (-30000.0, -36200.0, 21200.0, 15000.0)
    assert grid.holes == 0
    assert grid.origin == Origin(
        "NASA LRO LOLA elevation, 200 m, Shackleton and Connecting Ridge (51.2 km box)",
        "public domain (NASA)",
        200.0,
        (("shackleton_ridge_lola_200m.tif", "243277fd47b392b5e2381c85c65732fac0108c480745146e84daa30ddef56535"),),
    )


def test_a_window_is_the_same_cells_at_the_same_place_as_of_the_whole(tmp_path: Path) -> None:
    with open_model([tif(tmp_path / "a.tif", hills())]) as model:
        part, full = model.window(5, 20, 30, 99), model.whole()
    assert part.shape == (15, 20)
    assert np.array_equal(part.values, full.values[5:20, 30:50])
    assert part.centre(0, 0) == full.centre(5, 30) == (1100.0, 2900.0)
    assert full.cell(1100.0, 2900.0) == (5, 30)
    assert np.array_equal(full.window(5, 20, 30, 99).values, part.values)


def test_a_box_takes_every_cell_that_it_touches_and_no_other(tmp_path: Path) -> None:
    with open_model([tif(tmp_path / "a.tif", hills())]) as model:
        assert model.box(-4999.0, 3601.0, -4600.0, 3999.0) == (0, 2, 0, 2)
        assert model.box(-4600.0, 3600.0, -4400.0, 3800.0) == (1, 2, 2, 3)


def test_tiles_that_meet_are_one_model_and_its_windows_cross_the_seam(tmp_path: Path) -> None:
    values = hills(40, 50)
    parts = [(slice(0, 20), slice(0, 50), (-5000.0, 4000.0)), (slice(18, 40), slice(0, 25), (-5000.0, 400.0)),
             (slice(20, 40), slice(25, 50), (0.0, 0.0))]  # fmt: skip
    paths = [tif(tmp_path / f"{i}.tif", values[r, c], corner=at) for i, (r, c, at) in enumerate(parts)]
    with open_model(paths) as model:
        assert np.array_equal(model.whole().values, values)
        assert np.array_equal(model.window(10, 30, 20, 40).values, values[10:30, 20:40])
        assert model.origin.steps == ("put together of 0.tif, 1.tif, 2.tif; where two overlap the first counts",)
        assert [name for name, _ in model.origin.files] == ["0.tif", "1.tif", "2.tif"]


def test_where_tiles_overlap_the_first_counts_and_its_holes_let_the_next_through(tmp_path: Path) -> None:
    first, second = np.full((4, 4), 10.0, np.float32), np.full((4, 4), 20.0, np.float32)
    first[0, 3] = -9999
    paths = [
        tif(tmp_path / "a.tif", first, corner=(0, 0), nodata=-9999),
        tif(tmp_path / "b.tif", second, corner=(400, 0)),
    ]
    assert whole(*paths).values[0].tolist() == [10.0, 10.0, 10.0, 20.0, 20.0, 20.0]


def test_a_corner_that_no_tile_covers_is_a_hole(tmp_path: Path) -> None:
    paths = [tif(tmp_path / "a.tif", hills(4, 4), corner=(0, 0)), tif(tmp_path / "b.tif", hills(8, 4), corner=(800, 0))]
    assert whole(*paths).holes == 16


def test_holes_are_counted_and_nan(tmp_path: Path) -> None:
    values = hills()
    values[3, 4] = values[0, 0] = -32768
    values[7, 7] = np.nan
    with open_model([tif(tmp_path / "a.tif", values, nodata=-32768)]) as model:
        assert model.span.holes == 3
        assert model.whole().holes == 3
        assert math.isnan(model.whole().at(*model.frame.centre(3, 4)))


def test_scale_and_offset_tags_are_obeyed_and_told(tmp_path: Path) -> None:
    raw = np.round(hills() / 0.5).astype(np.int16)
    grid = whole(tif(tmp_path / "a.tif", raw, scale=0.5, offset=100.0))
    assert np.array_equal(grid.values, raw * np.float32(0.5) + 100)
    assert grid.origin.steps == ("a.tif: values times 0.5 plus 100, as its tags say",)


def test_radii_become_heights_and_that_is_told(tmp_path: Path) -> None:
    raw = np.round(hills() / 0.5).astype(np.int16)
    grid = whole(tif(tmp_path / "a.tif", raw, scale=0.5, offset=1_737_400.0))
    assert np.array_equal(grid.values, raw * np.float32(0.5))
    assert "a.tif: radii became heights above the sphere of 1737400 m" in grid.origin.steps


def test_kilometres_become_metres_when_the_caller_says_so(tmp_path: Path) -> None:
    grid = whole(tif(tmp_path / "a.tif", hills() / 1000, unit="km"), stated=Stated(unit="km"))
    assert np.allclose(grid.values, hills(), atol=1e-3)
    assert grid.origin.steps == ("a.tif: kilometres became metres",)
    small = tif(tmp_path / "b.tif", hills(10, 10) / 1000)  # 2 km of nearly flat ground may be metres
    assert whole(small).values.max() < 1


def test_an_unlabelled_file_is_taken_as_what_the_caller_names_and_that_is_told(tmp_path: Path) -> None:
    grid = whole(tif(tmp_path / "a.tif", hills(), crs=None), stated=Stated(crs=OWN))
    assert np.array_equal(grid.values, hills())
    assert grid.origin.steps == ("a.tif: read as Moon (2015) - Sphere / Ocentric / South Polar by --crs",)


@pytest.mark.parametrize("definition", ["+proj=stere +lat_0=-90 +lat_ts=-90 +lon_0=0 +R=1737400 +units=m", OWN])
def test_the_moon_is_known_by_its_parameters_not_by_its_name(definition: str, tmp_path: Path) -> None:
    assert whole(tif(tmp_path / "a.tif", hills(), crs=definition)).origin.steps == ()


def test_another_latitude_of_true_scale_goes_through_its_own_system(tmp_path: Path) -> None:
    """A peak at 84 S: taken as map metres it would lie (1 + sin 70) / 2 = 0.96985 of its distance, 5.5 km off."""
    row, column = np.mgrid[0:200, 0:200]
    peak = (3000 * np.exp(-((row - 61) ** 2 + (column - 120) ** 2) / 50)).astype(np.float32)
    path = tif(tmp_path / "a.tif", peak, crs=LAT_TS_70, corner=(-20_000.0, 189_000.0))
    own = (-20_000 + 120.5 * 200, 189_000 - 61.5 * 200)
    true = pyproj.Transformer.from_crs(LAT_TS_70 + " +type=crs", OWN, always_xy=True).transform(*own)
    with open_model([path]) as model:
        grid = model.whole()
        part = model.window(50, 80, 100, 160)
    found = grid.centre(*divmod(int(np.nanargmax(grid.values)), grid.shape[1]))
    assert math.dist(found, true) < 200 and math.dist(own, true) > 5_400
    assert grid.cell_m == 200.0 and grid.x_min_m % 200 == 0
    assert np.array_equal(part.values, grid.values[50:80, 100:160], equal_nan=True)
    assert grid.origin.steps == (
        "a.tif: resampled (bilinear) from unknown, which is not IAU_2015:30135: taken as it stands it would be up to 9.2 km off",
    )


def test_a_file_in_kilometres_on_the_map_keeps_its_place(tmp_path: Path) -> None:
    crs = "+proj=stere +lat_0=-90 +lat_ts=-90 +lon_0=0 +R=1737400 +units=km"
    grid = whole(tif(tmp_path / "a.tif", hills(), crs=crs, cell=(0.2, 0.2), corner=(-5.0, 4.0)))
    assert (grid.x_min_m, grid.y_max_m, grid.cell_m) == (-5000.0, 4000.0, 200.0)
    assert np.allclose(grid.values, hills(), atol=0.1)


def test_what_the_caller_says_of_source_and_licence_travels(tmp_path: Path) -> None:
    stated = Stated(source="LDEM_80S_20M", licence="public domain (NASA)", kind="illustrative")
    origin = whole(tif(tmp_path / "a.tif", hills()), stated=stated).origin
    assert (origin.source, origin.licence, origin.kind, origin.resolution_m) == (
        "LDEM_80S_20M",
        "public domain (NASA)",
        "illustrative",
        200.0,
    )
    assert whole(tif(tmp_path / "b.tif", hills())).origin.source == "not stated"
    assert whole(tif(tmp_path / "c.tif", hills(), tags={"SOURCE": "s", "LICENCE": "l"})).origin.licence == "l"


def test_a_raster_too_large_for_memory_is_refused_whole_and_read_by_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WHOLE_CELLS", 1000)
    with open_model([tif(tmp_path / "a.tif", hills())]) as model:
        with pytest.raises(
            InputError, match="model: 40 x 50 cells do not fit into memory at once; name a part with --box"
        ):
            model.whole()
        assert model.window(0, 10, 0, 10).shape == (10, 10)


# ---- writing --------------------------------------------------------------------------------------------------------


def product(folder: Path) -> Grid:
    grid = whole(
        tif(folder / "a.tif", hills()), stated=Stated(source="LOLA", licence="public domain", kind="synthetic")
    )
    values = grid.values.copy()
    values[2, 2] = np.nan
    return grid.like(values, "slope over 200 m")


def test_a_product_is_read_back_with_its_cells_its_holes_and_its_origin(tmp_path: Path) -> None:
    made = product(tmp_path)
    write_grid(tmp_path / "slope.tif", made, "slope", "degree")
    with open_model([tmp_path / "slope.tif"], heights=False) as model:
        back = model.whole()
    assert np.array_equal(back.values, made.values, equal_nan=True)
    assert (back.bounds, back.cell_m) == (made.bounds, made.cell_m)
    assert replace(back.origin, files=()) == replace(made.origin, files=())
    assert back.origin.files[0] == made.origin.files[0] and back.origin.files[1][0] == "slope.tif"
    with rasterio.open(tmp_path / "slope.tif") as file:
        assert (file.units, file.descriptions, file.tags()["KIND"]) == (("degree",), ("slope",), "synthetic")


def test_the_same_product_gives_the_same_bytes_and_the_words_beside_it_name_their_hash(tmp_path: Path) -> None:
    made = product(tmp_path)
    (tmp_path / "again").mkdir()
    for folder in (tmp_path, tmp_path / "again"):
        write_grid(folder / "slope.tif", made, "slope", "degree")
    one, other = (tmp_path / "slope.tif").read_bytes(), (tmp_path / "again" / "slope.tif").read_bytes()
    assert one == other
    words = json.loads((tmp_path / "slope.tif.json").read_text("utf-8"))
    assert words["sha256"] == hashlib.sha256(one).hexdigest()
    assert words["crs"] == "IAU_2015:30135" and words["origin"]["source"] == "LOLA"
    assert words["origin"]["steps"] == ["slope over 200 m"]


def test_windows_in_any_order_are_the_same_raster(tmp_path: Path) -> None:
    made = product(tmp_path)
    with written(tmp_path / "b.tif", made, "slope", "degree") as file:
        for row, column in ((20, 0), (0, 25), (0, 0), (20, 25)):
            file.put(made.values[row : row + 20, column : column + 25], row, column)
    with open_model([tmp_path / "b.tif"], heights=False) as model:
        assert np.array_equal(model.whole().values, made.values, equal_nan=True)


def test_what_is_stopped_leaves_the_older_file_and_nothing_beside_it(tmp_path: Path) -> None:
    made = product(tmp_path)
    (tmp_path / "slope.tif").write_bytes(b"older")
    with pytest.raises(KeyboardInterrupt), written(tmp_path / "slope.tif", made, "slope", "degree"):
        raise KeyboardInterrupt
    assert {path.name for path in tmp_path.iterdir()} == {"a.tif", "slope.tif"}
    assert (tmp_path / "slope.tif").read_bytes() == b"older"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none/slope.tif: cannot be written .*; choose a folder that exists"):
        write_grid(tmp_path / "none" / "slope.tif", product(tmp_path), "slope", "degree")
