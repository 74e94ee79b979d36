"""Distance on the ground from every cell to the nearest cell of a kind, in time linear in the cells.

The squared-distance transform of Felzenszwalb and Huttenlocher (Theory of Computing 8, 2012): first the nearest marked
row in every column, then for every row the lower envelope of the columns' parabolas, which also says which cell is
nearest. That pair is exact on the map; its great-circle distance is then taken. Where the scale differs, another cell
could be nearer on the ground by at most 0.02 % of a distance of 50 km at 85 S. Distances are from middle to middle.
"""

import math

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import in_parts, kernel
from solver.terrain.grid import Grid

Singles = NDArray[np.float32]
Rows = NDArray[np.int32]

_NONE = -1
_DIAMETER_M = 2.0 * MOON_RADIUS_M


def distance_to(marked: Grid, what: str = "permanent shadow") -> Grid:
    """Metres on the ground to the nearest cell whose value is 1: 0 there, NaN in holes, inf if there is none."""
    values = np.ascontiguousarray(marked.values, dtype=np.float32)
    rows, columns = marked.shape
    nearest = np.empty((rows, columns), dtype=np.int32)
    out = np.empty((rows, columns), dtype=np.float32)
    place = (*marked.centre(0, 0), marked.cell_m)
    in_parts(lambda first, last: _columns(values, first, last, nearest), 0, columns)
    in_parts(lambda first, last: _rows(values, nearest, place, first, last, out), 0, rows)
    return marked.like(out, f"distance to the nearest cell of {what}, metres on the ground, middle to middle")


@kernel
def _columns(values: Singles, first: int, last: int, nearest: Rows) -> None:
    """For every cell the nearest marked row of its column, or -1."""
    rows = values.shape[0]
    for column in range(first, last):
        seen = _NONE
        for row in range(rows):
            if values[row, column] == 1.0:
                seen = row
            nearest[row, column] = seen
        seen = _NONE
        for row in range(rows - 1, -1, -1):
            if values[row, column] == 1.0:
                seen = row
            above = nearest[row, column]
            if seen != _NONE and (above == _NONE or seen - row < row - above):
                nearest[row, column] = seen


@kernel
def _rows(
    values: Singles, nearest: Rows, place: tuple[float, float, float], first: int, last: int, out: Singles
) -> None:
    columns = nearest.shape[1]
    holder = np.empty(columns, dtype=np.int64)
    starts = np.empty(columns, dtype=np.float64)
    for row in range(first, last):
        size = _envelope(nearest, row, holder, starts)
        part = 0
        for column in range(columns):
            while part + 1 < size and starts[part + 1] < column:
                part += 1
            if math.isnan(values[row, column]):
                out[row, column] = np.nan
            elif size == 0:
                out[row, column] = np.inf
            else:
                out[row, column] = _ground_m(place, row, column, nearest[row, holder[part]], holder[part])


@kernel
def _envelope(nearest: Rows, row: int, holder: NDArray[np.int64], starts: NDArray[np.float64]) -> int:
    """The columns whose parabolas are lowest somewhere in a row, and from where on; how many there are."""
    size = 0
    for column in range(nearest.shape[1]):
        if nearest[row, column] == _NONE:
            continue
        own = np.float64(nearest[row, column] - row) ** 2 + np.float64(column) ** 2
        start = -np.inf
        while size > 0:
            other = holder[size - 1]
            start = (own - np.float64(nearest[row, other] - row) ** 2 - np.float64(other) ** 2) / (
                2.0 * (column - other)
            )
            if start > starts[size - 1]:
                break
            size -= 1
            start = -np.inf
        holder[size], starts[size] = column, start
        size += 1
    return size


@kernel
def _ground_m(place: tuple[float, float, float], row: int, column: int, to_row: int, to_column: int) -> float:
    """Great-circle distance of the middles of two cells (`solver.geometry`, rule 3)."""
    x0, y0, cell = place
    px, py, qx, qy = x0 + column * cell, y0 - row * cell, x0 + to_column * cell, y0 - to_row * cell
    scales = (1.0 + (px * px + py * py) / _DIAMETER_M**2) * (1.0 + (qx * qx + qy * qy) / _DIAMETER_M**2)
    half_chord = math.hypot(px - qx, py - qy) / _DIAMETER_M
    return _DIAMETER_M * math.asin(min(1.0, half_chord / math.sqrt(scales)))
