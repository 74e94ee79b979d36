"""Rasters that are no elevation model of the lunar south: each refused in one sentence that names the fault and the mend."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio

from solver.fields import InputError
from solver.terrain.reading import Stated, open_model
from tests.solver.terrain.made import LAT_TS_70, hills, tif

Make = Callable[[Path], list[Path]]


def one(**more: object) -> Make:
    return lambda folder: [tif(folder / "a.tif", more.pop("values", hills()), **more)]  # type: ignore[arg-type]


def truncated(folder: Path, keep: float = 0.5) -> list[Path]:
    path = tif(folder / "a.tif", hills(400, 400))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    return [path]


def tail_lost(folder: Path) -> list[Path]:
    """The end of the file is gone, and with it tags that GDAL goes on without."""
    path = tif(folder / "a.tif", hills(), tags={"SOURCE": "s" * 4000})
    path.write_bytes(path.read_bytes()[:-1])
    return [path]


def no_raster(folder: Path) -> list[Path]:
    path = folder / "a.tif"
    path.write_bytes(b"heights of the Moon")
    return [path]


def two(second: dict[str, object]) -> Make:
    return lambda folder: [tif(folder / "a.tif", hills()), tif(folder / "b.tif", hills(), **second)]  # type: ignore[arg-type]


CASES: dict[str, tuple[Make, Stated, list[str]]] = {
    "Earth, polar": (one(crs="EPSG:3031"), Stated(), [
        ("a.tif: coordinate system 'WGS 84 / Antarctic Polar Stereographic' is not of the same celestial body: its radius is "
        "6378137 m, that of the Moon 1737400 m; bring a model of the lunar south in metres of IAU_2015:30135")]),
    "Earth, longitude and latitude": (one(crs="EPSG:4326", cell=(0.01, 0.01), corner=(0.0, -85.0)), Stated(), [
        "a.tif: coordinate system 'WGS 84' is not of the same celestial body: its radius is 6378137 m"]),
    "Mars": (one(crs="IAU_2015:49935"), Stated(), ["is not of the same celestial body: its radius is 3396190 m"]),
    "unlabelled": (one(crs=None), Stated(), [
        "a.tif: it does not say in which coordinate system it is; if you know that it is IAU_2015:30135, say so: --crs IAU_2015:30135"]),
    "unlabelled, called Earth": (one(crs=None), Stated(crs="EPSG:3031"), ["--crs: coordinate system 'WGS 84 / Antarctic"]),
    "unlabelled, called nonsense": (one(crs=None), Stated(crs="moon"), ["--crs: coordinate system 'moon' is unknown or not of the Moon"]),
    "labelled otherwise than the caller says": (one(crs=LAT_TS_70), Stated(crs="IAU_2015:30135"), [
        "--crs: a.tif says itself that it is in unknown, which is not IAU_2015:30135; leave it out"]),
    "lunar longitude and latitude": (one(crs="IAU_2015:30100", cell=(0.01, 0.01), corner=(0.0, -85.0)), Stated(), [
        ("a.tif: the grid is in longitude and latitude (Moon (2015) - Sphere / Ocentric), where cells shrink to nothing at the pole; "
        "warp it first: gdalwarp -t_srs IAU_2015:30135")]),
    "the north of the Moon": (one(crs="IAU_2015:30130"), Stated(), ["a.tif: it cannot be moved into IAU_2015:30135 (it lies too far north); bring a model of the lunar south"]),
    "cells that are not square": (one(cell=(200.0, 100.0)), Stated(), [
        "a.tif: its cells are not square: 200 x 100; warp it: gdalwarp -tr 200 200 -r bilinear IN OUT"]),
    "a turned raster": (one(transform=rasterio.Affine(200, 50, 0, 50, -200, 0)), Stated(), [
        "a.tif: its rows do not run from west to east, top to bottom; warp it"]),
    "a raster upside down": (one(transform=rasterio.Affine(200, 0, 0, 0, 200, 0)), Stated(), [
        "its rows do not run from west to east, top to bottom"]),
    "kilometres by tag": (one(values=hills() / 1000, unit="km"), Stated(), [
        "a.tif: its heights seem to be in kilometres (its unit tag says so); say --unit km if so"]),
    "kilometres by range": (one(values=hills() / 1000), Stated(), [
        "a.tif: its heights seem to be in kilometres (values run from -0.8", "; say --unit km if so, --unit m if not"]),
    "radii in kilometres": (one(values=(1737.4 + hills().astype(float) / 1000)), Stated(), ["its heights seem to be in kilometres (values run from 1736."]),
    "feet": (one(unit="ft"), Stated(), ["a.tif: its unit tag says 'ft'; bring metres, or say what they are: --unit m or --unit km"]),
    "metres called kilometres": (one(), Stated(unit="km"), ["a.tif: values from -8", "are no heights of the Moon in metres; check its scale, offset and nodata"]),
    "nodata not declared": (one(values=np.where(hills() > 0, hills(), np.float32(-3.4e38))), Stated(), ["a.tif: values from -3.4e+38 to"]),
    "nothing but holes": (one(values=np.full((40, 50), -9999.0, np.float32), nodata=-9999), Stated(), ["a.tif: every cell is a hole; bring a file with heights"]),
    "a picture": (one(values=(hills() % 255).astype(np.uint8)), Stated(), ["a.tif: its values are whole numbers up to 255: a picture of a model; bring the model itself"]),
    "three bands": (one(values=np.stack([hills()] * 3)), Stated(), ["a.tif: it has 3 bands; bring one band: gdal_translate -b 1"]),
    "two rows": (one(values=hills(2, 9)), Stated(), ["a.tif: it has 2 x 9 cells; bring 3 x 3"]),
    "cut short": (truncated, Stated(), ["a.tif: from row 0 of 400 on it cannot be read whole: cut short, damaged or no raster", "; fetch it again"]),
    "cut by its last byte": (tail_lost, Stated(), ["a.tif: it cannot be read whole: cut short, damaged or no raster", "IO error during reading"]),
    "cut in its head": (lambda folder: truncated(folder, 0.00001), Stated(), ["it cannot be read whole: cut short, damaged or no raster"]),
    "no raster": (no_raster, Stated(), ["a.tif: it cannot be read whole: cut short, damaged or no raster", "not recognized as being in a supported file format"]),
    "no file": (lambda folder: [folder / "none.tif"], Stated(), ["none.tif: there is no such file; check the path"]),
    "nothing named": (lambda folder: [], Stated(), ["model: no file is named; name at least one"]),
    "tiles with a gap": (two({"corner": (6000.0, 4000.0)}), Stated(), ["b.tif: it does not meet a.tif: there is a gap between them; name the tiles between them too"]),
    "tiles that share a corner alone": (two({"corner": (5000.0, -4000.0)}), Stated(), ["b.tif: it does not meet a.tif"]),
    "tiles of other cells": (two({"cell": (100.0, 100.0), "corner": (5000.0, 4000.0)}), Stated(), ["b.tif: its cells are 100 m, those of a.tif 200 m; bring tiles of one resolution"]),
    "tiles half a cell aside": (two({"corner": (5000.0, 3900.0)}), Stated(), ["b.tif: its cells lie between those of a.tif, a part of a cell aside; warp it onto the same cells"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_raster_that_is_no_model_is_refused_with_its_fault_and_the_mend(name: str, tmp_path: Path) -> None:
    make, stated, fragments = CASES[name]
    with pytest.raises(InputError) as refused, open_model(make(tmp_path), stated):
        pass
    found = [str(fault) for fault in refused.value.faults]
    assert len(found) == 1
    assert all(fragment in found[0] for fragment in fragments), found


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    paths = [
        tif(tmp_path / "a.tif", np.stack([hills()] * 2), crs=None, cell=(200.0, 100.0)),
        tif(tmp_path / "b.tif", hills(), crs="EPSG:3031"),
        tmp_path / "c.tif",
    ]
    with pytest.raises(InputError) as refused, open_model(paths):
        pass
    assert [str(fault).replace(f"{tmp_path}/", "").partition(";")[0] for fault in refused.value.faults] == [
        "a.tif: it has 2 bands",
        "a.tif: its cells are not square: 200 x 100",
        "a.tif: it does not say in which coordinate system it is",
        (
            "b.tif: coordinate system 'WGS 84 / Antarctic Polar Stereographic' is not of the same celestial body: its radius is "
            "6378137 m, that of the Moon 1737400 m"
        ),
        "c.tif: there is no such file",
    ]
