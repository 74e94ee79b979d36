"""Patches of cells that hang together by their sides: their numbers and ground areas."""

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import kernel
from solver.terrain.grid import Grid

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]


def patches(mask: Mask) -> tuple[Labels, int]:
    """The number of the patch of every cell, from 1 on in the order of reading, 0 outside; and how many there are."""
    labels = np.zeros(mask.shape, np.int32)
    return labels, int(_number(np.ascontiguousarray(mask), labels, np.empty(mask.size, np.int64)))


@kernel
def _number(mask: Mask, labels: Labels, waiting: NDArray[np.int64]) -> int:
    rows, columns = mask.shape
    count = 0
    for start in range(rows * columns):
        if not mask[start // columns, start % columns] or labels[start // columns, start % columns]:
            continue
        count += 1
        labels[start // columns, start % columns] = count
        waiting[0], left = start, 1
        while left:
            left -= 1
            row, column = waiting[left] // columns, waiting[left] % columns
            for side in range(4):
                r, c = row + (side == 0) - (side == 1), column + (side == 2) - (side == 3)
                if 0 <= r < rows and 0 <= c < columns and mask[r, c] and not labels[r, c]:
                    labels[r, c] = count
                    waiting[left] = r * columns + c
                    left += 1
    return count


def cell_km2(grid: Grid) -> NDArray[np.float64]:
    """Ground area of every cell: its map area divided by the square of the scale at its middle."""
    x, y = grid.centres()
    square = (x[np.newaxis, :] ** 2 + y[:, np.newaxis] ** 2) / (2 * MOON_RADIUS_M) ** 2
    return np.asarray(grid.cell_m**2 / (1 + square) ** 2 / 1e6)


def areas_km2(labels: Labels, count: int, grid: Grid) -> NDArray[np.float64]:
    """Ground area of every patch; index 0 is what lies outside of all."""
    return np.asarray(np.bincount(labels.ravel(), weights=cell_km2(grid).ravel(), minlength=count + 1))
