"""Rasters with one thing on them, so that the answer is known by hand."""

import numpy as np
import rasterio

from solver.terrain.grid import Grid
from tests.solver.terrain.made import real


def flat(cells: int = 101, cell_m: float = 200.0, middle: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """The bare sphere, around a point of the map that is the middle of the middle cell."""
    half = cells * cell_m / 2
    return Grid(np.zeros((cells, cells), dtype=np.float32), middle[0] - half, middle[1] + half, cell_m)


def with_peak(grid: Grid, row: int, column: int, height_m: float) -> Grid:
    """The same raster with one high cell."""
    values = grid.values.copy()
    values[row, column] = height_m
    return grid.like(values, "a peak")


def ridge() -> Grid:
    """The real model of Shackleton and the Connecting Ridge, 256 x 256 cells of 200 m."""
    with rasterio.open(real("shackleton_ridge_lola_200m.tif")) as file:
        return Grid(file.read(1), -30_000.0, 15_000.0, 200.0)
