"""Products of rasters of any size: whole where memory allows, else part by part, each with the ground around it.

A part is read with a margin of `halo_m`, its product computed, and its core written. Products of far horizons get, beside
the margin, the rest of the model as a coarser far tier, so that ridges anywhere in it still cast shadows.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solver.fields import Fault, InputError
from solver.terrain.following import Follow, nothing
from solver.terrain.grid import KINDS, Grid
from solver.terrain.reading import NOTHING_STATED, Model, Stated, open_model
from solver.terrain.writing import Writing, written

AT_ONCE = 4200 * 4200  # cells computed together: light for these takes about 1.5 GB
PART = 2048
FAR_CELLS = 1000  # rows and columns, at most, of a far tier made from a model
FAR_HALO_M = 4000.0

Box = tuple[float, float, float, float]
Window = tuple[int, int, int, int]
Products = Mapping[str, Grid]
Make = Callable[[Grid, Grid | None, Follow], Products]
"""Heights, the far tier or None, progress: the products by name, on the cells of the heights."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a command computes on: files, what is said of them, a part of them, and files of the far tier."""

    paths: Sequence[Path]
    stated: Stated = NOTHING_STATED
    box: Box | None = None
    far: Sequence[Path] = ()
    holes_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """Where a product goes, what it shows and in which unit."""

    path: Path
    what: str
    unit: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An open model, the window of it that is asked for, and the far tier (None: there is nothing beyond)."""

    model: Model
    window: Window
    far: Grid | None

    def around(self, follow: Follow = nothing) -> Grid | None:
        """The far tier: the one given, else the model itself made coarser, where it reaches beyond the window."""
        row0, row1, column0, column1 = self.window
        if self.far is not None or (row1 - row0, column1 - column0) == self.model.shape:
            return self.far
        return coarser(self.model, (0, self.model.shape[0], 0, self.model.shape[1]), FAR_CELLS, follow)

    @property
    def whole(self) -> Grid:
        """The window in memory.

        Raises
        ------
        InputError
            If it has more cells than are read at once.
        """
        row0, row1, column0, column1 = self.window
        if (row1 - row0) * (column1 - column0) > AT_ONCE:
            what = f"{row1 - row0} x {column1 - column0} cells are too many at once for this"
            raise InputError([Fault("model", what, "name a part with --box, or bring a coarser model")])
        return self.model.window(*self.window)


@contextmanager
def opened(ground: Ground, follow: Follow = nothing, *, heights: bool = True) -> Iterator[Opened]:
    """Opens the files of a ground, with all faults of near and far tier at once.

    Raises
    ------
    InputError
        For unusable files, and for a box that holds nothing of the model.
    """
    with ExitStack() as closing:
        faults: list[Fault] = []
        far = _far(ground, follow, faults) if ground.far else None
        try:
            model = closing.enter_context(open_model(ground.paths, ground.stated, follow, heights=heights))
        except InputError as error:
            raise InputError([*error.faults, *faults]) from error
        if faults:
            raise InputError(faults)
        yield Opened(model, _window(model, ground.box), far)


def produce(ground: Ground, outputs: Mapping[str, Output], make: Make, follow: Follow, halo_m: float | None) -> None:
    """Compute products and write them; all files appear when all are complete.

    `halo_m`: how far a product looks; None for products of horizons, which look as far as there is ground.
    """
    with opened(ground, follow) as found, ExitStack() as writing:
        files: dict[str, Writing] = {}
        row0, _, column0, _ = found.window
        for core, heights, far in _parts(found, FAR_HALO_M if halo_m is None else halo_m, halo_m is None, follow):
            if halo_m is None:
                without_holes(heights, ground)
            made = make(heights, far, follow)
            for name, output in outputs.items():
                if name not in files:
                    frame = _frame(found, made[name])
                    files[name] = writing.enter_context(written(output.path, frame, output.what, output.unit))
                part = _core(made[name], found.model, core)
                files[name].put(part.values, core[0] - row0, core[2] - column0)


def without_holes(heights: Grid, ground: Ground) -> None:
    """Refuse holes in what horizons are computed on, unless they are allowed.

    Raises
    ------
    InputError
        That counts the holes and says where the first is.
    """
    if ground.holes_allowed or not heights.holes:
        return
    row, column = (int(index[0]) for index in np.nonzero(np.isnan(heights.values)))
    x, y = heights.centre(row, column)
    what = f"{heights.holes} of {heights.values.size} cells have no height and would hide nothing (first x {x:.0f}, y {y:.0f})"
    mend = "fill them (gdal_fillnodata.py), name a part with --box, or accept too much light and view: --allow-holes"
    raise InputError([Fault("model", what, mend)])


def on_far(heights: Grid, far: Grid | None) -> Grid:
    """The heights with an origin that names the far tier too: its files and licence travel with every product."""
    if far is None:
        return heights
    mine, its = heights.origin, far.origin
    kind = max(mine.kind, its.kind, key=KINDS.index)
    files = tuple(dict.fromkeys((*mine.files, *its.files)))
    step = f"far tier: {its.source} ({its.licence}), cells of {far.cell_m:g} m"
    origin = replace(mine, kind=kind, files=files, steps=(*mine.steps, step))
    return Grid(heights.values, heights.x_min_m, heights.y_max_m, heights.cell_m, origin)


def coarser(model: Model, window: Window, most: int, follow: Follow = nothing) -> Grid:
    """The means of blocks of cells, so that at most `most` rows and columns remain; a block without heights is a hole."""
    row0, row1, column0, column1 = window
    factor = max(1, math.ceil(max(row1 - row0, column1 - column0) / most))
    rows, columns = -(-(row1 - row0) // factor), -(-(column1 - column0) // factor)
    values = np.full((rows, columns), math.nan, dtype=np.float32)
    deep = max(1, (1 << 22) // max(1, (column1 - column0) * factor))
    for first in range(0, rows, deep):
        follow("coarser model", first, rows)
        last = min(rows, first + deep)
        strip = model.window(row0 + first * factor, min(row1, row0 + last * factor), column0, column1)
        values[first:last] = _means(strip.values, factor, (last - first, columns))
    frame = model.frame.window(*window)
    origin = model.origin if factor == 1 else model.origin.then(f"means of {factor} x {factor} cells")
    return Grid(values, frame.x_min_m, frame.y_max_m, model.cell_m * factor, origin)


def _means(values: NDArray[np.float32], factor: int, shape: tuple[int, int]) -> NDArray[np.float64]:
    known = np.zeros((shape[0] * factor, shape[1] * factor))
    counted = np.zeros_like(known)
    is_known = ~np.isnan(values)
    known[: values.shape[0], : values.shape[1]] = np.where(is_known, values, 0)
    counted[: values.shape[0], : values.shape[1]] = is_known
    total, count = (part.reshape(shape[0], factor, shape[1], factor).sum(axis=(1, 3)) for part in (known, counted))
    with np.errstate(invalid="ignore"):
        return np.asarray(total / count)


def _far(ground: Ground, follow: Follow, faults: list[Fault]) -> Grid | None:
    try:
        with open_model(ground.far, Stated(unit=ground.stated.unit, crs=ground.stated.crs), follow) as model:
            return coarser(model, (0, model.shape[0], 0, model.shape[1]), FAR_CELLS, follow)
    except InputError as error:
        faults += error.faults
        return None


def _window(model: Model, box: Box | None) -> Window:
    if box is None:
        return 0, model.shape[0], 0, model.shape[1]
    if not (box[0] < box[2] and box[1] < box[3]):
        raise InputError([Fault("--box", f"{box} has no inside", "give x_min y_min x_max y_max in map metres")])
    row0, row1, column0, column1 = model.box(*box)
    if row1 - row0 < 3 or column1 - column0 < 3:
        bounds = " ".join(f"{edge:g}" for edge in model.frame.bounds)
        raise InputError([Fault("--box", "it holds nothing of the model", f"give a part of {bounds}")])
    return row0, row1, column0, column1


def _parts(found: Opened, halo_m: float, needs_far: bool, follow: Follow) -> Iterator[tuple[Window, Grid, Grid | None]]:
    """The core window of each part, its heights with the margin, and the far tier."""
    row0, row1, column0, column1 = found.window
    is_one = (row1 - row0) * (column1 - column0) <= AT_ONCE
    halo = math.ceil(halo_m / found.model.cell_m) + 1
    far = found.around(follow) if needs_far else None
    if needs_far and far is None and not is_one:
        far = coarser(found.model, found.window, FAR_CELLS, follow)
    side = max(row1 - row0, column1 - column0) if is_one else PART
    cores = [
        (row, min(row1, row + side), column, min(column1, column + side))
        for row in range(row0, row1, side)
        for column in range(column0, column1, side)
    ]
    for number, core in enumerate(cores):
        if len(cores) > 1:
            follow("parts", number, len(cores))
        heights = found.model.window(core[0] - halo, core[1] + halo, core[2] - halo, core[3] + halo)
        yield core, on_far(heights, far), far


def _core(made: Grid, model: Model, core: Window) -> Grid:
    """The part of a product that belongs to the core window of the model."""
    row = round((model.y_max_m - made.y_max_m) / model.cell_m)
    column = round((made.x_min_m - model.x_min_m) / model.cell_m)
    return made.window(core[0] - row, core[1] - row, core[2] - column, core[3] - column)


def _frame(found: Opened, made: Grid) -> Grid:
    """The cells asked for, with the origin of the product."""
    frame = found.model.frame.window(*found.window)
    return Grid(frame.values, frame.x_min_m, frame.y_max_m, frame.cell_m, made.origin)
