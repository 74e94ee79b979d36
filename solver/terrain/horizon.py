"""Horizons of all cells of a raster, azimuth by azimuth, with the near and the far tier in one sweep.

Azimuths are those of the map: 0 points up (+y, towards longitude 0), 90 to the right (+x, 90 E), for every cell the
same direction in space. The Sun's azimuth here is its sub-solar longitude, whatever the cell, so no grid convergence
enters. The azimuth against a cell's own meridian is this one less its longitude, which no product needs.

A far tier is a coarser raster that reaches beyond the near one. Every line of the sweep begins on the far tier, ends
that part where the near raster begins, and goes on with the same hull, so there is no seam to step over.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import in_parts
from solver.terrain.grid import Grid
from solver.terrain.hull import Walk, sweep_lines

Progress = Callable[[int, int], object]
"""Called with (done, all), for bars."""


def azimuths_of(count: int) -> tuple[float, ...]:
    """`count` azimuths in degrees, equally spaced from 0; at least 4."""
    if count < 4:
        raise ValueError(f"{count} azimuths are too few; use at least 4")
    return tuple(360.0 * i / count for i in range(count))


def tangents(
    model: Grid,
    azimuth_deg: float,
    far: Grid | None = None,
    mast_m: float = 0.0,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The horizons of one azimuth, shape of the model, as tangents above the plane of the *pole's* horizon.

    A far body at elevation e above that plane is seen if and only if tan e is larger. `mast_m`: height of the eye above
    the ground. Holes are NaN; where no sample lies in that direction, -1. `out`: written and returned, if given.
    """
    walk, far_walk = _walk(model, azimuth_deg), _walk(far or _NO_FAR, azimuth_deg)
    heights = np.ascontiguousarray(model.values, dtype=np.float32).reshape(-1)
    far_heights = np.ascontiguousarray((far or _NO_FAR).values, dtype=np.float32).reshape(-1)
    made = np.empty(model.shape, dtype=np.float32) if out is None else out
    flat = made.reshape(-1)

    def work(first: int, last: int) -> None:
        sweep_lines(heights, walk, far_heights, far_walk, float(mast_m), first, last, flat)

    if walk.count_m and walk.count_n:
        in_parts(work, -int(walk.phase + (walk.count_m - 1) * walk.slope), walk.count_n)
    return made


def sweep(
    model: Grid,
    azimuths_deg: Sequence[float],
    far: Grid | None = None,
    mast_m: float = 0.0,
    progress: Progress | None = None,
) -> Iterator[NDArray[np.float32]]:
    """`tangents` of one azimuth after the other, always in the same array: use each before asking for the next."""
    model = model.like(model.values, "laid out row by row") if not model.values.flags.c_contiguous else model
    out = np.empty(model.shape, dtype=np.float32)
    for done, azimuth_deg in enumerate(azimuths_deg):
        yield tangents(model, azimuth_deg, far, mast_m, out)
        if progress:
            progress(done + 1, len(azimuths_deg))


def horizons(
    model: Grid, azimuths_deg: Sequence[float], far: Grid | None = None, mast_m: float = 0.0
) -> NDArray[np.float32]:
    """All `tangents`, shape (azimuths, rows, columns): four bytes a cell and azimuth, so for rasters of a tile's size."""
    kept = np.empty((len(azimuths_deg), *model.shape), dtype=np.float32)
    for i, azimuth_deg in enumerate(azimuths_deg):
        tangents(model, azimuth_deg, far, mast_m, kept[i])
    return kept


def elevations_deg(model: Grid, azimuth_deg: float, far: Grid | None = None, mast_m: float = 0.0) -> Grid:
    """The horizon of one azimuth as an observer measures it: degrees above the *local* horizontal of each cell."""
    x, y = model.centres()
    ux, uy = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    k = 1 + (x[None, :] ** 2 + y[:, None] ** 2) / (4 * MOON_RADIUS_M**2)
    # Local vertical, in the frame of the sweep: `ahead` towards the body, `up` along the polar axis.
    ahead = (x[None, :] * ux + y[:, None] * uy) / (MOON_RADIUS_M * k)
    up = 2 / k - 1
    slope = np.arctan(tangents(model, azimuth_deg, far, mast_m).astype(np.float64))
    sine = np.cos(slope) * ahead + np.sin(slope) * up
    step = f"horizon towards map azimuth {azimuth_deg:g} degrees, eye {mast_m:g} m above the ground, degrees"
    return model.like(np.degrees(np.arcsin(np.clip(sine, -1, 1))), step)


def _walk(model: Grid, azimuth_deg: float) -> Walk:
    """The walk away from a body in that azimuth: along columns or rows, whichever is nearer to its direction."""
    rows, columns = model.shape
    x0, y0 = model.centre(0, 0)
    ux, uy = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    across = _Axis(columns, 1, x0, model.cell_m, ux)
    down = _Axis(rows, columns, y0, -model.cell_m, uy)
    major, minor = (across, down) if abs(ux) >= abs(uy) else (down, across)
    first_m, step_m, m0 = major.away()
    first_n, step_n, n0 = minor.away()
    slope = abs(minor.towards) / abs(major.towards)
    phase = slope * math.floor(m0 / model.cell_m + 0.25) % 1.0  # cells begin at whole or half cells of the map
    return Walk(
        first_m + first_n, step_m, step_n, major.count, minor.count, m0, n0, model.cell_m,
        slope, phase, abs(major.towards), abs(minor.towards),
    )  # fmt: skip


class _Axis:
    """One axis of a raster: count of cells, their step in memory, first place, spacing, the body's direction on it."""

    def __init__(self, count: int, step: int, start: float, spacing: float, towards: float) -> None:
        self.count, self.step, self.start, self.spacing, self.towards = count, step, start, spacing, towards

    def away(self) -> tuple[int, int, float]:
        """Where a walk away from the body begins in memory, its step there, and the first place on an axis that grows."""
        backwards = self.towards * self.spacing > 0
        first = (self.count - 1) * self.step if backwards else 0
        place = self.start + (self.count - 1) * self.spacing if backwards else self.start
        grows = (self.spacing > 0) != backwards
        return first, -self.step if backwards else self.step, place if grows else -place


_NO_FAR = Grid(np.empty((0, 0), dtype=np.float32), 0.0, 0.0, 1.0)
