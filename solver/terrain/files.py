"""One file of a raster, opened and judged: where its cells lie, how its numbers become metres, what is wrong with it.

Nothing is repaired silently. What is done to a file (another coordinate system, kilometres, radii) is told as a step.
"""

import hashlib
import logging
import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.warp
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from solver.fields import Fault
from solver.geometry import MAP_CRS
from solver.terrain.systems import System, system

SQUARE_SLACK = 1e-6
LEAST_CELLS = 3
STRIP_CELLS = 1 << 22  # cells looked at together when a whole file is read through
_HASHED_AT_ONCE = 1 << 20
_LATTICE_SLACK = 1e-6
_CUT_SHORT = ("IO error during reading", "tags apparently corrupt")


@dataclass(frozen=True, slots=True)
class Tile:
    """A file that can be used: cells on the map, and a way to read a window of it.

    `source` is the file, `dataset` the same or a view of it warped into the map. A value v of the file is v `factor` + `shift`.
    """

    path: Path
    source: Any
    dataset: Any
    x_min_m: float
    y_max_m: float
    cell_m: float
    shape: tuple[int, int]
    factor: float
    shift: float
    unit: str
    notes: tuple[str, ...]

    def read(self, row0: int, row1: int, column0: int, column1: int) -> NDArray[np.float64]:
        """The values of a window inside the file, holes as NaN; RasterioError if the file is cut short or damaged."""
        window = Window(column0, row0, column1 - column0, row1 - row0)
        found = self.dataset.read(1, window=window, masked=True)
        values = found.data.astype(np.float64) * self.factor + self.shift
        values[np.ma.getmaskarray(found) | ~np.isfinite(values)] = np.nan
        return np.asarray(values)

    def strips(self) -> Iterator[tuple[int, int]]:
        """Rows (first, after the last) of strips that together are the whole file, in whole blocks of it."""
        deep = max(1, int(self.dataset.block_shapes[0][0]))
        step = max(deep, STRIP_CELLS // self.shape[1] // deep * deep)
        for row in range(0, self.shape[0], step):
            yield row, min(self.shape[0], row + step)


def opened(path: Path, crs: str | None, closing: ExitStack) -> Tile | list[Fault]:
    """The tile of a file, or every reason why it cannot be used. `crs`: what the caller knows of an unlabelled file."""
    with _overheard() as said:
        try:
            dataset = closing.enter_context(rasterio.open(path))
        except RasterioError as error:
            return [unreadable(path, error)]
    if said:
        return [unreadable(path, RasterioError(said[0]))]
    faults = list(_faults_of_cells(path, dataset))
    found = _system(path, dataset, crs)
    if isinstance(found, Fault):
        return [*faults, found]
    if faults:
        return faults
    return _tile(path, dataset, found, closing)


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What GDAL says, in its log alone, of tags that it could not read and goes on without: the file is cut short."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if any(word in record.getMessage() for word in _CUT_SHORT):
                said.append(record.getMessage())

    log, ear = logging.getLogger("rasterio._env"), Ear(logging.WARNING)
    log.addHandler(ear)
    try:
        yield said
    finally:
        log.removeHandler(ear)


def unreadable(path: Path, error: Exception) -> Fault:
    """The fault of a file that GDAL cannot read."""
    if not path.is_file():
        return Fault(str(path), "there is no such file", "check the path")
    reason = str(error.__cause__ or error).splitlines()[0].replace(str(path), path.name)[:140]
    return Fault(str(path), f"it cannot be read whole: cut short, damaged or no raster ({reason})", "fetch it again")


def sha256_of(dataset: Any) -> Iterator[tuple[str, str]]:
    """(name, SHA-256) of every file that a dataset is made of."""
    for name in dict.fromkeys(dataset.files):
        digest = hashlib.sha256()
        with Path(name).open("rb") as file:
            while part := file.read(_HASHED_AT_ONCE):
                digest.update(part)
        yield Path(name).name, digest.hexdigest()


def _faults_of_cells(path: Path, dataset: Any) -> Iterator[Fault]:
    place, transform = str(path), dataset.transform
    if dataset.count != 1:
        yield Fault(place, f"it has {dataset.count} bands", "bring one band: gdal_translate -b 1 IN OUT")
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        yield Fault(place, f"its values are {dataset.dtypes[0]}", "bring real numbers")
    elif dataset.dtypes[0] == "uint8" and dataset.scales[0] == 1:
        yield Fault(place, "its values are whole numbers up to 255: a picture of a model", "bring the model itself")
    if min(dataset.shape) < LEAST_CELLS:
        yield Fault(place, f"it has {dataset.height} x {dataset.width} cells", f"bring {LEAST_CELLS} x {LEAST_CELLS}")
    across, down = math.hypot(transform.a, transform.d), math.hypot(transform.b, transform.e)
    if transform.b or transform.d or transform.e >= 0 or transform.a <= 0:
        yield Fault(place, "its rows do not run from west to east, top to bottom", "warp it: gdalwarp IN OUT")
    elif abs(across - down) > SQUARE_SLACK * max(across, down):
        what = f"its cells are not square: {across:g} x {down:g}"
        yield Fault(place, what, f"warp it: gdalwarp -tr {across:g} {across:g} -r bilinear IN OUT")


def _system(path: Path, dataset: Any, crs: str | None) -> System | Fault:
    place = str(path)
    if dataset.crs is None and crs is None:
        what = "it does not say in which coordinate system it is"
        return Fault(place, what, f"if you know that it is {MAP_CRS}, say so: --crs {MAP_CRS}")
    if dataset.crs is None:
        return system(str(crs), "--crs")
    own = system(dataset.crs.to_wkt(), place)
    if crs is None or isinstance(own, Fault):
        return own
    claimed = system(crs, "--crs")
    if isinstance(claimed, System) and abs(claimed.off_m - own.off_m) > 1:
        what = f"{path.name} says itself that it is in {own.name}, which is not {crs}"
        return Fault("--crs", what, "leave it out, or label the file anew: gdal_edit.py -a_srs CRS FILE")
    return own if isinstance(claimed, System) else claimed


def _tile(path: Path, dataset: Any, found: System, closing: ExitStack) -> Tile | list[Fault]:
    notes: tuple[str, ...] = (f"{path.name}: read as {found.name} by --crs",) if dataset.crs is None else ()
    factor, shift, unit = float(dataset.scales[0]), float(dataset.offsets[0]), (dataset.units[0] or "").strip()
    if (factor, shift) != (1.0, 0.0):
        notes += (f"{path.name}: values times {factor:g} plus {shift:g}, as its tags say",)
    source = dataset
    if not found.is_own:
        try:
            dataset = closing.enter_context(_warped(dataset, found))
        except RasterioError as error:
            return [
                Fault(str(path), f"it cannot be moved into {MAP_CRS} ({error})", "bring a model of the lunar south")
            ]
        off = f"taken as it stands it would be up to {found.off_m / 1000:.1f} km off"
        notes += (f"{path.name}: resampled (bilinear) from {found.name}, which is not {MAP_CRS}: {off}",)
    transform = dataset.transform
    place = (float(transform.c), float(transform.f), float(transform.a))
    return Tile(path, source, dataset, *place, dataset.shape, factor, shift, unit, notes)


def _warped(dataset: Any, found: System) -> WarpedVRT:
    """A view in the map's own system: cells of the same number of metres, on whole multiples of it, bilinear."""
    own = rasterio.crs.CRS.from_user_input(MAP_CRS)
    given = rasterio.crs.CRS.from_wkt(found.definition)
    cell_m = float(dataset.transform.a) * found.unit_m
    edges = rasterio.warp.transform_bounds(given, own, *dataset.bounds, densify_pts=101)
    if not all(math.isfinite(edge) and abs(edge) < 3e6 for edge in edges):
        raise RasterioError("it lies too far north")
    first, last = ([edge / cell_m for edge in side] for side in (edges[:2], edges[2:]))
    left, bottom = (math.floor(edge + _LATTICE_SLACK) for edge in first)
    right, top = (math.ceil(edge - _LATTICE_SLACK) for edge in last)
    return WarpedVRT(
        dataset,
        src_crs=given,
        crs=own,
        transform=rasterio.Affine(cell_m, 0, left * cell_m, 0, -cell_m, top * cell_m),
        width=right - left,
        height=top - bottom,
        resampling=rasterio.enums.Resampling.bilinear,
        tolerance=0.001,
        dtype="float64",
        nodata=math.nan,
    )
