"""C5 checked day by day: what is closed, who can still get to a gate, and whether the paths stated are what they say.

Written anew from the rule, with nothing of the search but the distance of points and footprints: cells are squares of an
array, a way is found by waves that spread from the gates, and every day on which a phase begins or ends is looked at.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from solver.checks.separation import Stay
from solver.geometry import are_too_near
from solver.instance import Access, Instance
from solver.solution import Solution, Way

Cells = NDArray[np.bool_]
Steps = NDArray[np.int64]
Occupied = frozenset[tuple[str, int]]
"""Stays by id with the number of a phase that is active."""

UNREACHED = -1


class Ground:
    """The cells of an instance's access section, as arrays with a line for each j and a column for each i."""

    def __init__(self, access: Access):
        self._access = access
        xmin, ymin, xmax, ymax = access.extent
        self._columns = -int((xmin - xmax) // access.cell_m)
        self._lines = -int((ymin - ymax) // access.cell_m)
        i, j = np.meshgrid(np.arange(self._columns), np.arange(self._lines))
        self._x = xmin + (i + 0.5) * access.cell_m
        self._y = ymin + (j + 0.5) * access.cell_m
        self._gates = [self._cell(at) for at in access.gates]
        self._points = {point.id: self._cell(point.at) for point in access.points}
        closed = np.zeros(i.shape, dtype=bool)
        if access.blocked is not None:
            closed = shapely.contains(access.blocked, shapely.points(self._x, self._y))
        self._by_terrain = closed
        self._zones: dict[tuple[str, int], Cells] = {}
        self._steps: dict[Occupied, Steps] = {}

    def _cell(self, at: tuple[float, float]) -> tuple[int, int]:
        """Column and line of a position."""
        xmin, ymin, _, _ = self._access.extent
        size = self._access.cell_m
        return min(math.floor((at[0] - xmin) / size), self._columns - 1), min(
            math.floor((at[1] - ymin) / size), self._lines - 1
        )

    def _zone(self, stay: Stay, number: int) -> Cells:
        """The cells whose centres are too near to a stay for its phase; of what lies far off the distance is not asked."""
        key = (stay.id, number)
        if key not in self._zones:
            closed = np.zeros(self._x.shape, dtype=bool)
            footprint, keep_out_m = stay.item.footprint, stay.item.phases[number].keep_out_m
            if footprint is not None:
                west, south, east, north = footprint.bounds
                # A map length is at most twice the ground's this side of the equator.
                reach_m = 2.0 * keep_out_m + self._access.cell_m
                near = (self._x > west - reach_m) & (self._x < east + reach_m)
                near &= (self._y > south - reach_m) & (self._y < north + reach_m)
                centres = np.stack([self._x[near], self._y[near]], axis=1)
                closed[near] = are_too_near(centres, footprint, keep_out_m)
            self._zones[key] = closed
        return self._zones[key]

    def _lasting(self, stays: Iterable[Stay]) -> list[tuple[int, int, Stay, int]]:
        """First day, day after the last, stay and number of each phase that is not transient and closes something."""
        return [
            (stay.start + phase.offset, stay.start + phase.offset + phase.days, stay, number)
            for stay in stays
            for number, phase in enumerate(stay.item.phases)
            if phase.days > self._access.transient_days and self._zone(stay, number).any()
        ]

    def _occupied(self, stays: Sequence[Stay]) -> Iterator[tuple[int, Occupied]]:
        """Each day on which a phase begins or ends, and day 0, with what is there."""
        rows = self._lasting(stays)
        for day in sorted({0, *(row[0] for row in rows), *(row[1] for row in rows)}):
            yield day, frozenset((stay.id, number) for first, end, stay, number in rows if first <= day < end)

    def _steps_to_gate(self, occupied: Occupied) -> Steps:
        """For each cell the steps of its shortest way to a gate, UNREACHED where there is none."""
        if occupied not in self._steps:
            free = ~self._by_terrain
            for key in occupied:
                free &= ~self._zones[key]
            for i, j in (*self._gates, *self._points.values()):
                free[j, i] = True
            self._steps[occupied] = _waves(free, self._gates)
        return self._steps[occupied]

    def begin_days(self, stay: Stay, others: Sequence[Stay]) -> set[int]:
        """The starts of a stay at which one of its phases begins as one of another stay ends."""
        return {end - phase.offset for _, end, _, _ in self._lasting(others) for phase in stay.item.phases}

    def cut_off(self, stays: Sequence[Stay]) -> Iterator[tuple[int, str]]:
        """Each day looked at with each point that has no way to a gate then."""
        for day, occupied in self._occupied(stays):
            steps = self._steps_to_gate(occupied)
            yield from ((day, name) for name, (i, j) in sorted(self._points.items()) if steps[j, i] == UNREACHED)

    def keeps(self, stays: Sequence[Stay]) -> bool:
        """True if nobody is cut off."""
        return next(self.cut_off(stays), None) is None

    def ways(self, solution: Solution, stays: Sequence[Stay]) -> Iterator[str]:
        """What is wrong with the paths that a solution states."""
        stated = {way.point: way for way in solution.access or ()}
        if [way.point for way in solution.access or ()] != sorted(self._points):
            yield f"access is stated for {sorted(stated)}, but the points are {sorted(self._points)}"
            return
        days = list(self._occupied(stays))
        for name, (i, j) in sorted(self._points.items()):
            lengths = {day: int(self._steps_to_gate(occupied)[j, i]) for day, occupied in days}
            if UNREACHED in lengths.values():
                continue  # told as a breach of C5
            longest = [day for day, length in lengths.items() if length == max(lengths.values())]
            tightest = min((day for day in longest if day >= 0), default=min(longest))
            if stated[name].day != tightest:
                yield f"access of {name}: the tightest day is {tightest}, but {stated[name].day} is stated"
            else:
                yield from self._path(stated[name], self._steps_to_gate(dict(days)[tightest]))

    def _path(self, way: Way, steps: Steps) -> Iterator[str]:
        """A path must begin at the point, end in a gate, and take at each step the smallest cell that is one step nearer."""
        path = list(way.path)
        if not path or path[0] != self._points[way.point]:
            yield f"access of {way.point}: the path does not begin in the point's cell {self._points[way.point]}"
            return
        for (i, j), after in itertools.pairwise(path):
            beside = sorted([(i - 1, j), (i, j - 1), (i, j + 1), (i + 1, j)])
            nearer = [cell for cell in beside if self._at(steps, cell) == steps[j, i] - 1]
            if after not in beside:
                yield f"access of {way.point}: {after} is no neighbour of {(i, j)}"
                return
            if self._at(steps, after) == UNREACHED:
                yield f"access of {way.point}: cell {after} is not free on day {way.day}"
                return
            if after != nearer[0]:
                yield f"access of {way.point}: from {(i, j)} the shortest path goes on to {nearer[0]}, not {after}"
                return
        if path[-1] not in self._gates:
            yield f"access of {way.point}: the path ends in {path[-1]}, which is no gate"

    def _at(self, steps: Steps, cell: tuple[int, int]) -> int:
        i, j = cell
        return int(steps[j, i]) if 0 <= i < self._columns and 0 <= j < self._lines else UNREACHED


def _waves(free: Cells, gates: Sequence[tuple[int, int]]) -> Steps:
    """Steps to the nearest gate over free cells, wave by wave."""
    steps = np.full(free.shape, UNREACHED, dtype=np.int64)
    wave = np.zeros_like(free)
    for i, j in gates:
        wave[j, i] = True
    left, number = free.copy(), 0
    while wave.any():
        steps[wave] = number
        left &= ~wave
        spread = np.zeros_like(wave)
        spread[1:] |= wave[:-1]
        spread[:-1] |= wave[1:]
        spread[:, 1:] |= wave[:, :-1]
        spread[:, :-1] |= wave[:, 1:]
        wave, number = spread & left, number + 1
    return steps


def ground_of(instance: Instance) -> Ground | None:
    return None if instance.access is None else Ground(instance.access)


def passage(ground: Ground | None, solution: Solution, stays: Sequence[Stay]) -> Iterator[str]:
    """Breaches of C5 and faults of the paths stated."""
    if ground is None:
        if solution.access is not None:
            yield "access is given, but the instance asks for no free access"
        return
    cut_off: dict[str, int] = {}
    for day, name in ground.cut_off(stays):
        cut_off.setdefault(name, day)
    for name, day in cut_off.items():
        yield f"C5: on day {day} access point {name} has no path of free cells to a gate"
    yield from ground.ways(solution, stays)
