"""Whether the numbers of a file are heights of the Moon in metres, and how they become that.

Judged by the unit tag and by the range of all values, tile by tile. The Moon's heights above the sphere of radius
1 737 400 m run from -9 130 m to 10 780 m (LOLA, Smith et al. 2010).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from rasterio.errors import RasterioError

from solver.fields import Fault, load_json
from solver.geometry import MOON_RADIUS_M
from solver.terrain.files import Tile, unreadable

LOWEST_M, HIGHEST_M = -9_200.0, 10_900.0
UNITS = {"m": 1.0, "km": 1000.0}
_NAMES = {"": "m", "m": "m", "metre": "m", "meter": "m", "metres": "m", "meters": "m"}
_NAMES |= {"km": "km", "kilometre": "km", "kilometer": "km", "kilometres": "km", "kilometers": "km"}
_TOO_FLAT_OVER_M = 5_000.0  # nowhere on the Moon does ground of this extent stay within 20 m of the sphere

Progress = Callable[[str, int, int], None]
"""What is done, how much of it, of how much."""


@dataclass(frozen=True, slots=True)
class Range:
    """What all values of a file are: lowest and highest (NaN without any), and how many cells are holes."""

    low: float
    high: float
    holes: int

    def beside(self, other: "Range") -> "Range":
        """The range of two files together."""
        low, high = float(np.fmin(self.low, other.low)), float(np.fmax(self.high, other.high))
        return Range(low, high, self.holes + other.holes)


def range_of(tile: Tile, progress: Progress) -> Range | Fault:
    """Reads a file whole, strip by strip; the fault of one that is cut short says at which row."""
    found = Range(math.nan, math.nan, 0)
    for row, end in tile.strips():
        progress(f"reading {tile.path.name}", row, tile.shape[0])
        try:
            values = tile.read(row, end, 0, tile.shape[1])
        except RasterioError as error:
            fault = unreadable(tile.path, error)
            return replace(fault, what=f"from row {row} of {tile.shape[0]} on {fault.what}")
        known = values[~np.isnan(values)]
        if known.size:
            found = found.beside(Range(float(known.min()), float(known.max()), 0))
        found = replace(found, holes=found.holes + values.size - known.size)
    progress(f"reading {tile.path.name}", tile.shape[0], tile.shape[0])
    return found


def in_metres(tile: Tile, found: Range, unit: str | None) -> tuple[Tile, Range] | Fault:
    """The tile with values in metres above the sphere, and their range; or why its values are no heights.

    `unit`: what the caller says of the file (`m` or `km`), None if nothing: then kilometres are refused, not guessed.
    """
    place = str(tile.path)
    if math.isnan(found.low):
        return Fault(place, "every cell is a hole", "bring a file with heights")
    tagged = _NAMES.get(tile.unit.lower())
    if tagged is None and unit is None:
        what = f"its unit tag says {tile.unit!r}"
        return Fault(place, what, "bring metres, or say what they are: --unit m or --unit km")
    if unit is None and (tagged == "km" or _looks_like_km(tile, found)):
        said = "its unit tag says so" if tagged == "km" else f"values run from {found.low:g} to {found.high:g}"
        mend = "say --unit km if so" + ("" if tagged == "km" else ", --unit m if not")
        return Fault(place, f"its heights seem to be in kilometres ({said})", mend)
    moved, span = _moved(tile, found, UNITS[unit or "m"])
    if span.low < LOWEST_M or span.high > HIGHEST_M:
        what = f"values from {found.low:g} to {found.high:g} are no heights of the Moon in metres"
        mend = "check its scale, offset and nodata tags (gdal_edit.py -a_nodata), and --unit"
        return Fault(place, what, mend)
    return moved, span


def _moved(tile: Tile, found: Range, to_m: float) -> tuple[Tile, Range]:
    """Values in metres; radii, told by their size, become heights above the reference sphere."""
    notes = tile.notes if to_m == 1 else (*tile.notes, f"{tile.path.name}: kilometres became metres")
    low, high = found.low * to_m, found.high * to_m
    is_radius = low >= MOON_RADIUS_M + 2 * LOWEST_M and high <= MOON_RADIUS_M + 2 * HIGHEST_M
    drop = MOON_RADIUS_M if is_radius else 0.0
    if is_radius:
        notes += (f"{tile.path.name}: radii became heights above the sphere of {MOON_RADIUS_M:.0f} m",)
    moved = replace(tile, factor=tile.factor * to_m, shift=tile.shift * to_m - drop, notes=notes)
    return moved, Range(low - drop, high - drop, found.holes)


def _looks_like_km(tile: Tile, found: Range) -> bool:
    """Heights within 20 of nothing over many kilometres, or radii near 1737.4."""
    is_wide = max(tile.shape) * tile.cell_m >= _TOO_FLAT_OVER_M
    low, high = LOWEST_M / 1000, HIGHEST_M / 1000
    is_height = is_wide and 2 * low <= found.low < found.high <= 2 * high
    radius = MOON_RADIUS_M / 1000
    return is_height or (radius + 2 * low <= found.low and found.high <= radius + 2 * high)


@lru_cache(maxsize=1)
def _known_models() -> dict[str, Any]:
    rows = load_json(files("solver.terrain").joinpath("known_models.json").read_bytes())
    return {row["sha256"]: row for row in rows}


def known(digests: Sequence[str]) -> tuple[str, str] | None:
    """(source, licence) of a file known by its SHA-256: published models without tags of their own."""
    found = next((row for digest in digests if (row := _known_models().get(digest))), None)
    return (found["source"], found["licence"]) if found else None
