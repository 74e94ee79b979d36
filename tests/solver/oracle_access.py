"""Free access (C5) read from the specification alone: every day looked at, every cell walked.

Cell (i, j) has its centre at (xmin + (i + 1/2) cell_m, ymin + (j + 1/2) cell_m). It is closed if `blocked` contains the
centre, or on days on which a phase longer than `transient_days` is active and too near; the cells of points and gates
never are. On every day each point needs a path of cells that share a side to some gate.

Where the specification leaves room, this reading takes it so:

- There are as many columns and rows as it takes for every position of the half-open extent to lie in a cell.
- Every day counts, also those before day 0 and past the horizon on which an entry in force stands.
- Phases of holds close cells like any others; placements without a footprint close none.
- A point without a path on a day without any zone makes every allocation impossible: INFEASIBLE.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from shapely.geometry import Point, shape

from tests.solver.oracle_distance import footprint_distance_m

Document = Mapping[str, Any]
Cell = tuple[int, int]
NEAR_SLACK_M = 0.001


class Access:
    """C5 for one document."""

    def __init__(self, document: Document) -> None:
        self.access = document["access"]
        self.items = {p["id"]: p for claim in document["claims"] for p in claim["placements"]}
        self.holds = {hold["id"]: hold for hold in document.get("holds") or []}
        xmin, ymin, xmax, ymax = self.access["extent"]
        self.size = self.access["cell_m"]
        self.columns, self.rows = math.ceil((xmax - xmin) / self.size), math.ceil((ymax - ymin) / self.size)
        self.points = [self.cell_of(*point["at"]) for point in self.access["points"]]
        self.gates = [self.cell_of(*gate) for gate in self.access["gates"]]
        blocked = shape(self.access["blocked"]) if self.access["blocked"] else None
        cells = [(i, j) for i in range(self.columns) for j in range(self.rows)]
        self.terrain = {c for c in cells if blocked is not None and blocked.contains(Point(self.centre(c)))}
        self._zones: dict[tuple[str, int], frozenset[Cell]] = {}
        self._blocked: dict[frozenset[tuple[str, int]], bool] = {}

    def cell_of(self, x: float, y: float) -> Cell:
        """Return the cell of a position."""
        return int((x - self.access["extent"][0]) // self.size), int((y - self.access["extent"][1]) // self.size)

    def centre(self, cell: Cell) -> tuple[float, float]:
        """Return the centre of a cell in map metres."""
        xmin, ymin, _, _ = self.access["extent"]
        return xmin + (cell[0] + 0.5) * self.size, ymin + (cell[1] + 0.5) * self.size

    def zone(self, name: str, keep_out_m: int) -> frozenset[Cell]:
        """Return the cells whose centres are too near to a footprint."""
        if (name, keep_out_m) not in self._zones:
            footprint = (self.items | self.holds)[name].get("footprint")
            cells = [(i, j) for i in range(self.columns) for j in range(self.rows)] if footprint else []
            self._zones[name, keep_out_m] = frozenset(c for c in cells if self.is_near(footprint, c, keep_out_m))
        return self._zones[name, keep_out_m]

    def is_near(self, footprint: Document, cell: Cell, keep_out_m: int) -> bool:
        """Tell whether a cell's centre is too near to a footprint."""
        centre = {"type": "Point", "coordinates": list(self.centre(cell))}
        return footprint_distance_m(footprint, centre) + NEAR_SLACK_M < keep_out_m

    def keeps(self, starts: Mapping[str, int]) -> bool:
        """Tell whether placements with these start days, and the holds, leave every point a path on every day."""
        every = dict(starts) | {name: hold["start"] for name, hold in self.holds.items()}
        zones = [
            (name, phase["keep_out_m"], start + phase["offset"], start + phase["offset"] + phase["days"])
            for name, start in every.items()
            for phase in (self.items | self.holds)[name]["phases"]
            if phase["days"] > self.access.get("transient_days", 0)
        ]
        days = range(min([0, *(z[2] for z in zones)]), max([1, *(z[3] for z in zones)]))
        sets = {frozenset((name, m) for name, m, first, end in zones if first <= day < end) for day in days}
        return not any(self.is_blocked(active) for active in sets)

    def is_blocked(self, active: frozenset[tuple[str, int]]) -> bool:
        """Tell whether a point has no path while these zones are there."""
        if active not in self._blocked:
            closed = self.terrain.union(*(self.zone(name, keep_out) for name, keep_out in active))
            closed -= {*self.points, *self.gates}
            self._blocked[active] = any(not self.walk(point, closed) & {*self.gates} for point in self.points)
        return self._blocked[active]

    def walk(self, begin: Cell, closed: Iterable[Cell]) -> set[Cell]:
        """Return the cells that can be reached from a cell."""
        closed, seen, waiting = set(closed), {begin}, [begin]
        while waiting:
            i, j = waiting.pop()
            for cell in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                inside = 0 <= cell[0] < self.columns and 0 <= cell[1] < self.rows
                if inside and cell not in closed and cell not in seen:
                    seen.add(cell)
                    waiting.append(cell)
        return seen
