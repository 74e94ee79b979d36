"""The longest darkness: every cell follows the Sun (or the Earth) from epoch to epoch.

A cell is dark at an epoch when no part of the disc is above its horizon, which is interpolated between the two
nearest azimuths of the sweep. The longest row of dark epochs times the step is exact over the epochs: a spell between
two epochs is not seen, so the true longest darkness differs by less than one step at each end. Rows cut by the ends of
the period count as long as they are inside it. With the Earth's track the same is the longest time without it.

Memory: four bytes a cell and azimuth for the horizons of as many rows as `KEPT` allows (1 GB); a raster of more is swept
again for the next rows.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.terrain.compiled import in_parts, kernel
from solver.terrain.grid import Grid
from solver.terrain.horizon import Progress, azimuths_of, sweep
from solver.terrain.light import AZIMUTHS
from solver.terrain.sky import Track

KEPT = 1 << 28

Singles = NDArray[np.float32]
Epochs = tuple[NDArray[np.int64], NDArray[np.int64], Singles, Singles, Singles]


@dataclass(frozen=True)
class Darkness:
    """`longest_h`: hours of the longest row of epochs without any part of the disc; `average`: mean share of the disc
    over the epochs, 0 to 1, following each.
    """

    longest_h: Grid
    average: Grid


def darkness(
    model: Grid,
    track: Track,
    *,
    azimuths: int = AZIMUTHS,
    mast_m: float = 0.0,
    far: Grid | None = None,
    progress: Progress | None = None,
) -> Darkness:
    """The longest darkness and the average of each cell over a track, seen from `mast_m` above the ground."""
    epochs = _epochs(track, azimuths)
    longest, average = (np.empty(model.shape, dtype=np.float32) for _ in range(2))
    rows, columns = model.shape
    deep = min(rows, max(1, KEPT // (azimuths * max(1, columns))))
    passes = range(0, rows, deep)
    for number, first in enumerate(passes):
        watched = progress and _shifted(progress, number, len(passes))
        table = _horizons_deg(model, epochs, (first, min(rows, first + deep)), watched, azimuths, mast_m, far)
        hours, shares = (made[first : first + deep].reshape(-1) for made in (longest, average))
        _follow_all(table, epochs, hours, shares)
    longest *= np.float32(track.step_h)
    how = f"{track.described()}, {azimuths} azimuths, {mast_m:g} m above the ground"
    return Darkness(
        model.like(longest, f"longest time without any part of the disc, hours, {how}"),
        model.like(average, f"share of the disc seen, epoch by epoch, {how}"),
    )


def _epochs(track: Track, azimuths: int) -> Epochs:
    """For every epoch the azimuths of the sweep before and after it, the weight of the latter, elevation and radius."""
    place = track.azimuth_deg * azimuths / 360
    before = np.floor(place).astype(np.int64)
    weight, elevation, radius = (
        np.asarray(value, dtype=np.float32) for value in (place - before, track.elevation_deg, track.radius_deg)
    )
    return before % azimuths, (before + 1) % azimuths, weight, elevation, radius


def _follow_all(table: Singles, epochs: Epochs, hours: Singles, shares: Singles) -> None:
    in_parts(lambda start, end: _follow(table, epochs, start, end, hours, shares), 0, hours.size)


def _shifted(progress: Progress, number: int, passes: int) -> Progress:
    return lambda done, of: progress(number * of + done, passes * of)


def _horizons_deg(
    model: Grid,
    epochs: Epochs,
    rows: tuple[int, int],
    progress: Progress | None,
    azimuths: int,
    mast_m: float,
    far: Grid | None,
) -> Singles:
    """Horizons of some rows in degrees, shape (azimuths, cells); 0 at azimuths where the body never stands."""
    used = np.union1d(epochs[0], epochs[1])
    directions = azimuths_of(azimuths)
    kept = np.zeros((azimuths, rows[1] - rows[0], model.shape[1]), dtype=np.float32)
    swept = sweep(model, [directions[azimuth] for azimuth in used], far, mast_m, progress)
    for azimuth, found in zip(used, swept, strict=True):
        np.degrees(np.arctan(found[rows[0] : rows[1]]), out=kept[azimuth])
    return kept.reshape(azimuths, -1)


@kernel
def _follow(
    horizons: Singles,
    epochs: Epochs,
    start: int,
    end: int,
    longest: Singles,
    average: Singles,
) -> None:
    before, after, weight, elevation, radius = epochs
    mine = np.empty(horizons.shape[0], dtype=np.float32)
    for cell in range(start, end):
        for azimuth in range(len(mine)):
            mine[azimuth] = horizons[azimuth, cell]
        dark, most, total = 0, 0, 0.0
        for epoch in range(len(weight)):
            low = mine[before[epoch]]
            height = elevation[epoch] - low - (mine[after[epoch]] - low) * weight[epoch]
            if height <= -radius[epoch]:
                dark += 1
                most = max(most, dark)
                continue
            dark = 0
            total += 1.0 if height >= radius[epoch] else _disc(height / radius[epoch])
        hole = math.isnan(mine.sum())
        longest[cell] = np.nan if hole else most
        average[cell] = np.nan if hole else total / len(weight)


@kernel
def _disc(height: float) -> float:
    """`share.disc_above` of one height between -1 and 1."""
    return 1.0 - (math.acos(height) - height * math.sqrt(1.0 - height * height)) / math.pi
