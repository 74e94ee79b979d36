"""Invented ground where no model is at hand: rough by a power law, with craters of known places and sizes stamped in.

The surface is a sum of waves with random phases and amplitudes that grow with wavelength to the power 1.7 (this
project's choice: it looks like highlands at kilometres), scaled to a stated standard deviation. A crater is a bowl with a
rim: depth 0.2 of the diameter up to 15 km and shallower beyond, rim 0.04 of the diameter (Pike 1977, rounded). Every
file of it is labelled synthetic.
"""

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.fields import Fault, InputError
from solver.geometry import XY
from solver.io import read_bytes
from solver.terrain.grid import Grid, Origin

POWER = 1.7
RELIEF_M = 900.0
_COLUMNS = ("name", "x_m", "y_m", "diameter_m")


class Crater(NamedTuple):
    """A crater to stamp in: its middle and diameter in map metres."""

    name: str
    x_m: float
    y_m: float
    diameter_m: float


def synthetic_ground(size: int, cell_m: float, centre: XY, seed: int, craters: Sequence[Crater] = ()) -> Grid:
    """A square model of `size` rows around a map point; the same arguments give the same heights."""
    half_m = size * cell_m / 2
    x_min_m, y_max_m = centre[0] - half_m, centre[1] + half_m
    heights = _rough(size, seed)
    x = x_min_m + (np.arange(size) + 0.5) * cell_m
    y = y_max_m - (np.arange(size) + 0.5) * cell_m
    for crater in craters:
        away = np.hypot(x[np.newaxis, :] - crater.x_m, y[:, np.newaxis] - crater.y_m) / (crater.diameter_m / 2)
        heights += _bowl(away, crater.diameter_m)
    named = f", craters {', '.join(crater.name for crater in craters)}" if craters else ""
    step = f"invented: power law {POWER:g}, standard deviation {RELIEF_M:g} m, seed {seed}{named}"
    origin = Origin("invented ground, not the Moon's", "none needed", cell_m, (), "synthetic", (step,))
    return Grid(np.clip(heights, -9000, 10_000).astype(np.float32), x_min_m, y_max_m, cell_m, origin)


def craters_of(path: Path) -> tuple[Crater, ...]:
    """Craters of a CSV with name, x_m, y_m, diameter_m.

    Raises
    ------
    InputError
        With a line for each row that is none.
    """
    rows = csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8", "replace")))
    if not set(_COLUMNS) <= set(rows.fieldnames or ()):
        raise InputError([Fault(str(path), "its columns are not those of craters", f"give {', '.join(_COLUMNS)}")])
    found, faults = [], []
    for number, row in enumerate(rows, start=2):
        try:
            crater = Crater(row["name"], *(float(row[name]) for name in _COLUMNS[1:]))
            if not (all(math.isfinite(value) for value in crater[1:]) and crater.diameter_m > 0):
                raise ValueError
            found.append(crater)
        except (TypeError, ValueError):
            faults.append(Fault(f"{path}, line {number}", "not a crater", "give numbers, the diameter above 0"))
    if faults:
        raise InputError(faults)
    return tuple(found)


def _rough(size: int, seed: int) -> NDArray[np.float64]:
    draws = np.random.default_rng(seed)
    waves = np.fft.rfft2(draws.standard_normal((size, size)))
    number = np.hypot(np.fft.fftfreq(size)[:, np.newaxis], np.fft.rfftfreq(size)[np.newaxis, :])
    number[0, 0] = 1.0
    waves *= number**-POWER
    waves[0, 0] = 0.0
    heights = np.fft.irfft2(waves, s=(size, size))
    return np.asarray(heights * (RELIEF_M / heights.std()))


def _bowl(away: NDArray[np.float64], diameter_m: float) -> NDArray[np.float64]:
    """Height that a crater adds; `away` is the distance from its middle in radii."""
    depth_m = 0.2 * diameter_m if diameter_m <= 15_000 else 3000.0 * (diameter_m / 15_000) ** 0.3
    rim_m = 0.04 * diameter_m if diameter_m <= 15_000 else 600.0 * (diameter_m / 15_000) ** 0.4
    inside = (rim_m + depth_m) * away**2 - depth_m
    outside = rim_m * np.maximum(away, 1.0) ** -3.0
    return np.where(away < 1, inside, outside)
