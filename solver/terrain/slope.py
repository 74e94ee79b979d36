"""Slope and roughness at a stated baseline: a plane fitted to the square of cells around each cell.

With n cells to either side the baseline is 2 n cells. The plane is the least-squares one over the (2n + 1)^2 heights;
slope is the angle of its steepest way, its map gradient times the local scale k (map metres are longer than the ground
they show); roughness is the root mean square of what the plane leaves over. A hole or the edge anywhere in the square
makes the cell a hole: nothing is guessed. Cost grows with the square of n.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import in_parts, kernel
from solver.terrain.grid import Grid

Singles = NDArray[np.float32]
_DIAMETER_SQUARED = 4.0 * MOON_RADIUS_M * MOON_RADIUS_M


@dataclass(frozen=True)
class Relief:
    """Slope in degrees and roughness in metres, at the baseline that was used (whole cells), metres on the map."""

    slope_deg: Grid
    roughness_m: Grid
    baseline_m: float


def relief(model: Grid, baseline_m: float) -> Relief:
    """Slope and roughness at the baseline nearest to `baseline_m` that is an even number of cells, at least two."""
    if not baseline_m > 0:
        raise ValueError(f"a baseline of {baseline_m:g} m measures nothing; give metres above 0")
    reach = max(1, round(baseline_m / (2 * model.cell_m)))
    heights = np.ascontiguousarray(model.values, dtype=np.float32)
    slope, roughness = (np.full(model.shape, np.nan, dtype=np.float32) for _ in range(2))
    place = (*model.centre(0, 0), model.cell_m)
    in_parts(
        lambda first, last: _fit(heights, place, reach, first, last, slope, roughness), reach, model.shape[0] - reach
    )
    used_m = 2 * reach * model.cell_m
    what = f"of the plane through {2 * reach + 1} x {2 * reach + 1} cells (baseline {used_m:g} m)"
    return Relief(
        model.like(slope, f"slope {what}, degrees on the ground"),
        model.like(roughness, f"roughness: root mean square, metres, about that {what}"),
        used_m,
    )


@kernel
def _fit(
    heights: Singles,
    place: tuple[float, float, float],
    reach: int,
    first: int,
    last: int,
    slope: Singles,
    rough: Singles,
) -> None:
    x0, y0, cell = place
    side = 2 * reach + 1
    count = float(side * side)
    spread = side * (reach * (reach + 1) * side) / 3.0  # sum of i^2 over the square
    for row in range(first, last):
        y = y0 - row * cell
        for column in range(reach, heights.shape[1] - reach):
            total, squares, across, down = _sums(heights, row, column, reach)
            x = x0 + column * cell
            scale = 1.0 + (x * x + y * y) / _DIAMETER_SQUARED
            left = squares - (total * total / count) - (across * across + down * down) / spread
            slope[row, column] = math.degrees(math.atan(math.hypot(across, down) / spread / cell * scale))
            rough[row, column] = np.nan if math.isnan(left) else math.sqrt(max(left, 0.0) / count)


@kernel
def _sums(heights: Singles, row: int, column: int, reach: int) -> tuple[float, float, float, float]:
    """Sums of h, h^2, i h and j h over the square, heights taken from that of its middle; NaN if any is a hole."""
    total, squares, across, down = 0.0, 0.0, 0.0, 0.0
    middle = np.float64(heights[row, column])
    for j in range(-reach, reach + 1):
        for i in range(-reach, reach + 1):
            height = np.float64(heights[row + j, column + i]) - middle
            total += height
            squares += height * height
            across += i * height
            down += j * height
    return total, squares, across, down
