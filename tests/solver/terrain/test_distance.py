"""Distances against every pair of cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.geometry import point_distance_m, to_map
from solver.terrain.distance import distance_to
from solver.terrain.grid import Grid


def brute(grid: Grid) -> list[list[float]]:
    """Metres to the marked cell that is nearest on the map; of equally near ones the nearest on the ground."""
    marked = [grid.centre(int(row), int(column)) for row, column in np.argwhere(grid.values == 1)]
    rows, columns = grid.shape

    def one(row: int, column: int) -> float:
        x, y = grid.centre(row, column)
        return min(((round((x - a) ** 2 + (y - b) ** 2, 3), point_distance_m((x, y), (a, b))) for a, b in marked))[1]

    return [[one(row, column) for column in range(columns)] for row in range(rows)]


@given(st.integers(0, 2**63), st.integers(1, 40))
def test_distances_are_those_of_every_pair(bits: int, percent: int) -> None:
    marks = np.random.default_rng(bits).random((9, 13)) < percent / 100
    marks[bits % 9, bits % 13] = True
    x, y = to_map(-84, 40)
    grid = Grid(marks.astype(np.float32), x, y, 200.0)
    # Of two cells equally near on the map either may be taken: 0.03 m apart on the ground here.
    assert np.allclose(distance_to(grid).values, brute(grid), atol=0.05)


def test_two_kilometres_on_the_map_are_less_on_the_ground() -> None:
    values = np.zeros((1, 21), dtype=np.float32)
    values[0, 0] = 1
    grid = Grid(values, 151_713.0, 50.0, 100.0)
    assert distance_to(grid).values[0, 20] == pytest.approx(point_distance_m(grid.centre(0, 0), grid.centre(0, 20)))
    assert distance_to(grid).values[0, 20] < 1997


def test_holes_have_no_distance_and_without_marks_all_are_beyond_reach() -> None:
    values = np.zeros((3, 4), dtype=np.float32)
    values[1, 2] = np.nan
    found = distance_to(Grid(values, 0.0, 0.0, 10.0)).values
    assert np.argwhere(np.isnan(found)).tolist() == [[1, 2]]
    assert np.isinf(found).sum() == 11
