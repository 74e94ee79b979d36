"""Small rasters made for tests, and the real ones beside the project."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

from tests.architecture.sources import ROOT

DATA = ROOT.parent / "shared" / "data"
OWN = "IAU_2015:30135"
LAT_TS_70 = "+proj=stere +lat_0=-90 +lat_ts=-70 +lon_0=0 +R=1737400 +units=m +no_defs"


def real(name: str) -> Path:
    """A file of ../shared/data; a test that needs one which is not there fails and names it."""
    path = DATA / name
    if not path.is_file():
        pytest.fail(f"{path} is not there: bring the folder `shared` beside the project")
    return path


def hills(rows: int = 40, columns: int = 50, height_m: float = 900.0) -> NDArray[np.float32]:
    """Smooth ground that is nowhere flat and nowhere symmetric."""
    row, column = np.mgrid[0:rows, 0:columns]
    return np.asarray(height_m * np.sin(row / 7) * np.cos(column / 11) + 3.0 * column, dtype=np.float32)


def tif(path: Path, values: NDArray[Any], crs: str | None = OWN, cell: tuple[float, float] = (200.0, 200.0),
        corner: tuple[float, float] = (-5000.0, 4000.0), **more: Any) -> Path:  # fmt: skip
    """Write a GeoTIFF; `more`: nodata, scale, offset, unit, tags, transform, compress."""
    bands = values if values.ndim == 3 else values[np.newaxis]
    profile = {
        "driver": "GTiff",
        "dtype": bands.dtype.name,
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
    }
    transform = more.get("transform") or rasterio.Affine(cell[0], 0, corner[0], 0, -cell[1], corner[1])
    profile |= {"transform": transform, "nodata": more.get("nodata"), "compress": more.get("compress")}
    with (
        rasterio.Env(),
        rasterio.open(path, "w", **profile, **({"crs": rasterio.crs.CRS.from_user_input(crs)} if crs else {})) as file,
    ):
        file.write(bands)
        if "tags" in more:
            file.update_tags(**more["tags"])
        if "scale" in more:
            file.scales, file.offsets = [more["scale"]] * file.count, [more.get("offset", 0.0)] * file.count
        if "unit" in more:
            file.units = [more["unit"]] * file.count
    return path
