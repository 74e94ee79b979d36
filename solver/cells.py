"""The cells of free access (C5): squares of the map, and sets of them as whole numbers with a bit for each cell.

Cell (i, j) is bit j * stride + i; a stride is one bit longer than a row, and that bit is never free, so that a step in each
direction is a shift: a flood of 10,000 cells takes a fraction of a millisecond. The rules are in `solver.access`.
"""

import functools
import itertools
import math
import operator
from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from solver.geometry import are_too_near, circle_on_map
from solver.instance import Access

Cell = tuple[int, int]

# A keep-out wider than this is looked for on the whole grid: no circle on the map has to be worked out for it.
_WIDE_M = 200_000
STEPS_A_SWEEP = 16  # looks of a flood; a sweep costs about as much as ten steps


def union(sets: Iterable[int]) -> int:
    """The cells that are in any of the sets."""
    return functools.reduce(operator.or_, sets, 0)


class Grid:
    """The cells of an access section; sets of cells are whole numbers, bit j * stride + i for cell (i, j)."""

    def __init__(self, access: Access):
        self.access = access
        xmin, ymin, xmax, ymax = access.extent
        self.columns = math.ceil((xmax - xmin) / access.cell_m)
        self.rows = math.ceil((ymax - ymin) / access.cell_m)
        self.stride = self.columns + 1
        self.gates = union(self.bit(self.cell_of(gate)) for gate in access.gates)
        self.points = {point.id: self.bit(self.cell_of(point.at)) for point in access.points}
        self.all_points = union(self.points.values())
        closed = np.zeros(len(self.centres), dtype=bool)
        if access.blocked is not None:
            closed = shapely.contains_xy(access.blocked, self.centres)
        self._never_closed = self.gates | self.all_points
        self.open = self._bits(~closed.reshape(self.rows, self.columns), 0, 0) | self._never_closed

    def cell_of(self, at: tuple[float, float]) -> Cell:
        """The cell that a position of the extent lies in."""
        xmin, ymin, _, _ = self.access.extent
        i, j = math.floor((at[0] - xmin) / self.access.cell_m), math.floor((at[1] - ymin) / self.access.cell_m)
        return min(i, self.columns - 1), min(j, self.rows - 1)

    def bit(self, cell: Cell) -> int:
        """The set of one cell."""
        return 1 << (cell[1] * self.stride + cell[0])

    def cell(self, bit: int) -> Cell:
        """The cell of a set of one."""
        j, i = divmod(bit.bit_length() - 1, self.stride)
        return i, j

    @property
    def everywhere(self) -> int:
        """All cells."""
        line = (1 << self.columns) - 1
        return union(line << (j * self.stride) for j in range(self.rows))

    def centre(self, cell: Cell) -> tuple[float, float]:
        """Map metres of the centre of a cell."""
        x, y = self.corner(cell)
        return x + self.access.cell_m / 2, y + self.access.cell_m / 2

    def corner(self, cell: Cell) -> tuple[float, float]:
        """Map metres of the lower left corner of a cell."""
        xmin, ymin, _, _ = self.access.extent
        return xmin + cell[0] * self.access.cell_m, ymin + cell[1] * self.access.cell_m

    @cached_property
    def centres(self) -> NDArray[np.float64]:
        """Map metres of all centres, shape (rows * columns, 2), row by row."""
        return self._centres(0, self.columns, 0, self.rows)

    def _centres(self, left: int, right: int, low: int, high: int) -> NDArray[np.float64]:
        xmin, ymin, _, _ = self.access.extent
        x = xmin + (np.arange(left, right) + 0.5) * self.access.cell_m
        y = ymin + (np.arange(low, high) + 0.5) * self.access.cell_m
        return np.stack([np.tile(x, len(y)), np.repeat(y, len(x))], axis=1)

    def closed_by(self, footprint: BaseGeometry, keep_out_m: int) -> int:
        """The cells that are free by terrain and closed by a zone of `keep_out_m` around a footprint."""
        left, right, low, high = self._around(footprint, keep_out_m)
        if left >= right or low >= high:
            return 0
        near = are_too_near(self._centres(left, right, low, high), footprint, keep_out_m)
        return self._bits(near.reshape(high - low, right - left), left, low) & self.open & ~self._never_closed

    def _around(self, footprint: BaseGeometry, keep_out_m: int) -> tuple[int, int, int, int]:
        """First and end column, first and end row, that hold the zone and a little more."""
        if keep_out_m > _WIDE_M:
            return 0, self.columns, 0, self.rows
        xmin, ymin, _, _ = self.access.extent
        west, south, east, north = footprint.bounds
        # The farthest corner has the largest scale; its circle is wider than that of any other point of the footprint.
        corner = (max(abs(west), abs(east)), max(abs(south), abs(north)))
        reach_m = circle_on_map(corner, keep_out_m)[1] * 1.1 + self.access.cell_m
        cell_m = self.access.cell_m
        left, right = ((x - xmin) / cell_m for x in (west - reach_m, east + reach_m))
        low, high = ((y - ymin) / cell_m for y in (south - reach_m, north + reach_m))
        return (
            max(0, math.floor(left)),
            min(self.columns, math.ceil(right)),
            max(0, math.floor(low)),
            min(self.rows, math.ceil(high)),
        )

    def _bits(self, cells: NDArray[np.bool_], left: int, low: int) -> int:
        """The set of the cells that are true in a part of the grid whose first cell is (left, low)."""
        lines = np.zeros((cells.shape[0], self.stride), dtype=bool)
        lines[:, left : left + cells.shape[1]] = cells
        packed = np.packbits(lines.ravel(), bitorder="little").tobytes()
        return int.from_bytes(packed, "little") << (low * self.stride)

    def layers(self, free: int, wanted: int, begin: int) -> list[int]:
        """Cells by their distance from `begin` in steps over `free` cells, until all `wanted` are reached or none is left."""
        layers, edge, left, stride = [begin], begin, free & ~begin, self.stride
        waiting = wanted & ~begin
        while edge and waiting:
            edge = (edge << 1 | edge >> 1 | edge << stride | edge >> stride) & left
            left ^= edge
            waiting &= ~edge
            layers.append(edge)
        return layers

    def reached(self, free: int, wanted: int, begin: int) -> int:
        """The cells reached from `begin` over free cells; may end early, once all `wanted` are among them."""
        seen = begin
        for seen in self._growing(free, begin):
            if not wanted & ~seen:
                break
        return seen

    def touches(self, free: int, begin: int, target: int) -> bool:
        """True if a path over free cells leads from `begin` to any cell of `target`."""
        return any(seen & target for seen in self._growing(free, begin))

    def _growing(self, free: int, begin: int) -> Iterator[int]:
        """What is reached from `begin` over free cells, more from look to look, until nothing is added.

        Steps all around find the way through narrow bends; between bouts of them whole lines are swept, which crosses open
        ground at once: a flood of 250,000 cells takes some 30 looks in place of 1000.
        """
        seen, edge, stride = begin, begin, self.stride
        sweeps: list[tuple[int, list[int]]] = []
        for look in itertools.count(1):
            yield seen
            if look % STEPS_A_SWEEP:
                edge = (edge << 1 | edge >> 1 | edge << stride | edge >> stride) & free & ~seen
            else:
                sweeps = sweeps or [(shift, self._runs(free, shift)) for shift in (1, -1, stride, -stride)]
                edge = functools.reduce(_swept, sweeps, seen) & ~seen
            if not edge:
                return
            seen |= edge

    def _runs(self, free: int, shift: int) -> list[int]:
        """The cells that end 1, 2, 4, ... free cells in a row in one direction, as far as there are any."""
        runs, most = [free], self.columns if abs(shift) == 1 else self.rows
        while 2 ** len(runs) < most and runs[-1]:
            runs.append(runs[-1] & _shifted(runs[-1], shift * 2 ** (len(runs) - 1)))
        return runs

    def beside(self, cells: int) -> int:
        """The neighbours of a set, without the set."""
        stride = self.stride
        return (cells << 1 | cells >> 1 | cells << stride | cells >> stride) & ~cells


def _shifted(cells: int, by: int) -> int:
    return cells << by if by > 0 else cells >> -by


def _swept(cells: int, sweep: tuple[int, list[int]]) -> int:
    """A set with all that lies behind it in one direction before the next cell that is not free."""
    shift, runs = sweep
    for n, run in enumerate(runs):
        cells |= _shifted(cells, shift * 2**n) & run
    return cells
