"""Rasters into files: GeoTIFF in IAU_2015:30135 with the origin in its tags and in a JSON file beside it.

The same raster gives the same bytes (with the same GDAL): no dates, one thread, fixed blocks. Files are written whole or
not at all: into a hidden file first, which takes the name only when it is complete.
"""

import hashlib
import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from solver.fields import Fault, InputError
from solver.geometry import MAP_CRS
from solver.io import dump, write_atomically
from solver.terrain.grid import Grid, Origin
from solver.terrain.reading import ORIGIN_TAG

BLOCK = 256
_HASHED_AT_ONCE = 1 << 20


class Writing:
    """A GeoTIFF that is being written; `put` lays windows in any order, holes (NaN) are its nodata."""

    def __init__(self, dataset: Any):
        self._dataset = dataset

    def put(self, values: NDArray[np.float32], row: int = 0, column: int = 0) -> None:
        """Write a window whose upper left cell is (row, column)."""
        window = Window(column, row, values.shape[1], values.shape[0])
        self._dataset.write(np.ascontiguousarray(values, dtype=np.float32), 1, window=window)


@contextmanager
def written(path: Path, frame: Grid, what: str, unit: str) -> Iterator[Writing]:
    """A GeoTIFF on the cells of `frame` (its values are not looked at), there under its name when the block has ended.

    `what` the band shows, in `unit`, and `frame.origin` go into its tags, and into PATH.json with the SHA-256 of the file.
    An error or Ctrl-C inside the block leaves nothing, and an older file as it was.
    """
    try:
        with rasterio.Env(), tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            made = Path(folder) / path.name
            with rasterio.open(made, "w", **_profile(frame)) as dataset:
                dataset.update_tags(**_tags(frame.origin))
                dataset.set_band_description(1, what)
                dataset.units = (unit,)
                yield Writing(dataset)
            # The description goes first: whoever sees the raster finds the words beside it.
            write_atomically(beside(path), dump(_described(made, path.name, frame, what, unit)))
            made.replace(path)
    except (OSError, RasterioError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = Fault(str(path), f"cannot be written ({reason})", "choose a folder that exists and has room")
        raise InputError([fault]) from error


def write_grid(path: Path, grid: Grid, what: str, unit: str) -> None:
    """A whole raster as GeoTIFF, see `written`."""
    with written(path, grid, what, unit) as file:
        file.put(grid.values)


def beside(path: Path) -> Path:
    """The JSON file that tells the origin of a product."""
    return path.with_name(path.name + ".json")


def _profile(frame: Grid) -> dict[str, Any]:
    rows, columns = frame.shape
    return {
        "driver": "GTiff",
        "dtype": "float32",
        "nodata": math.nan,
        "count": 1,
        "height": rows,
        "width": columns,
        "crs": rasterio.crs.CRS.from_user_input(MAP_CRS),
        "transform": rasterio.Affine(frame.cell_m, 0, frame.x_min_m, 0, -frame.cell_m, frame.y_max_m),
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "deflate",
        "predictor": 3,
        "bigtiff": "if_safer",
    }


def _tags(origin: Origin) -> dict[str, str]:
    return {
        "SOURCE": origin.source,
        "LICENCE": origin.licence,
        "KIND": origin.kind,
        ORIGIN_TAG: json.dumps(origin.to_document(), ensure_ascii=False),
    }


def _described(made: Path, name: str, frame: Grid, what: str, unit: str) -> dict[str, Any]:
    digest = hashlib.sha256()
    with made.open("rb") as file:
        while part := file.read(_HASHED_AT_ONCE):
            digest.update(part)
    return {
        "file": name,
        "sha256": digest.hexdigest(),
        "what": what,
        "unit": unit,
        "crs": MAP_CRS,
        "cell_m": frame.cell_m,
        "bounds_m": list(frame.bounds),
        "origin": frame.origin.to_document(),
    }
