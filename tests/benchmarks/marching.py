"""The naive rival for horizons: from every cell a ray is marched through the raster, heights interpolated bilinearly.

Same frame, same sphere, same machine code and cores as the product; steps grow with the distance by a stated part of it
(0: every quarter of a cell, the yardstick for exactness).
"""

import math

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import in_parts, kernel
from solver.terrain.grid import Grid

Singles = NDArray[np.float32]
QUARTER = 0.25 / MOON_RADIUS_M**2


def marched(model: Grid, azimuth_deg: float, growth: float, rows: tuple[int, int] | None = None) -> Singles:
    """Tangents as `solver.terrain.horizon.tangents` gives them, of some rows or of all."""
    out = np.full(model.shape, np.nan, dtype=np.float32)
    ux, uy = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    place = (*model.centre(0, 0), model.cell_m)
    first, last = rows or (0, model.shape[0])
    in_parts(lambda start, end: _march(model.values, place, (ux, uy), growth, start, end, out), first, last)
    return out[first:last]


@kernel
def _march(
    heights: Singles, place: tuple[float, float, float], towards: tuple[float, float], growth: float, first: int,
    last: int, out: Singles,
) -> None:  # fmt: skip
    ux, uy = towards
    rows, columns = heights.shape
    for row in range(first, last):
        for column in range(columns):
            x0, u0 = _point(place, towards, row, column, np.float64(heights[row, column]))
            best, far, step = -1.0, 0.0, 1.0 if growth > 0.0 else 0.25
            while True:
                far += step
                c, r = column + far * ux, row - far * uy
                if not (0.0 <= c <= columns - 1 and 0.0 <= r <= rows - 1):
                    break
                x, u = _point(place, towards, r, c, _bilinear(heights, r, c))
                best = max(best, (u - u0) / (x - x0))
                step = max(step, far * growth)
            out[row, column] = best


@kernel
def _point(
    place: tuple[float, float, float], towards: tuple[float, float], row: float, column: float, height: float
) -> tuple[float, float]:
    x, y = place[0] + column * place[2], place[1] - row * place[2]
    inverse = 1.0 / (1.0 + (x * x + y * y) * QUARTER)
    way = (x * towards[0] + y * towards[1]) * inverse * (1.0 + height / MOON_RADIUS_M)
    return way, (MOON_RADIUS_M + height) * (2.0 * inverse - 1.0)


@kernel
def _bilinear(heights: Singles, row: float, column: float) -> float:
    top, left = min(int(row), heights.shape[0] - 2), min(int(column), heights.shape[1] - 2)
    down, right = row - top, column - left
    upper = heights[top, left] * (1.0 - right) + heights[top, left + 1] * right
    lower = heights[top + 1, left] * (1.0 - right) + heights[top + 1, left + 1] * right
    return upper * (1.0 - down) + lower * down
