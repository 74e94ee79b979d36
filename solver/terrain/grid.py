"""One raster of the Moon in map metres, and where it comes from.

Every product is a `Grid` in `IAU_2015:30135`: square cells, row 0 the northernmost on the map (largest y), heights in
metres above the reference sphere, holes as NaN. Its `Origin` travels with it into every file and picture.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.geometry import XY

NOT_STATED = "not stated"
KINDS = ("measured", "illustrative", "synthetic")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a raster comes from: told with every product, in files and on pictures.

    `resolution_m`: cells of the finest source. `files`: (name, SHA-256 in hex) of every source file. `kind`: one of
    `KINDS`; pages and pictures label what is not measured. `steps`: what was done since, oldest first.
    """

    source: str = NOT_STATED
    licence: str = NOT_STATED
    resolution_m: float = math.nan
    files: tuple[tuple[str, str], ...] = ()
    kind: str = "measured"
    steps: tuple[str, ...] = ()

    def then(self, step: str) -> "Origin":
        """The same origin with one more step: a sentence with the parameters that made the difference."""
        return replace(self, steps=(*self.steps, step))

    def beside(self, other: "Origin") -> "Origin":
        """The origin of what was made of two rasters: the lesser kind, the coarser resolution, all files and steps."""
        return Origin(
            _joined(self.source, other.source),
            _joined(self.licence, other.licence),
            max(self.resolution_m, other.resolution_m),
            tuple(dict.fromkeys((*self.files, *other.files))),
            max(self.kind, other.kind, key=KINDS.index),
            tuple(dict.fromkeys((*self.steps, *other.steps))),
        )

    def to_document(self) -> dict[str, Any]:
        """The origin as JSON carries it."""
        return {
            "source": self.source,
            "licence": self.licence,
            "resolution_m": self.resolution_m if math.isfinite(self.resolution_m) else None,
            "files": [{"name": name, "sha256": digest} for name, digest in self.files],
            "kind": self.kind,
            "steps": list(self.steps),
        }


def origin_of(document: Mapping[str, Any]) -> Origin:
    """The origin that `Origin.to_document` wrote; KeyError, TypeError or ValueError for anything else."""
    kind, resolution_m = document["kind"], document["resolution_m"]
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    return Origin(
        str(document["source"]),
        str(document["licence"]),
        math.nan if resolution_m is None else float(resolution_m),
        tuple((str(file["name"]), str(file["sha256"])) for file in document["files"]),
        kind,
        tuple(str(step) for step in document["steps"]),
    )


def _joined(one: str, other: str) -> str:
    return one if other in one.split("; ") else f"{one}; {other}"


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A raster: `values` (rows, columns) as float32, NaN where nothing is known; (x_min_m, y_max_m) is the OUTER corner
    of cell (0, 0), that is the upper left one; `cell_m` the side of the square cells, in map metres.
    """

    values: NDArray[np.float32]
    x_min_m: float
    y_max_m: float
    cell_m: float
    origin: Origin = Origin()

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(x_min, y_min, x_max, y_max) of the outer edges, in map metres."""
        rows, columns = self.shape
        return (
            self.x_min_m,
            self.y_max_m - rows * self.cell_m,
            self.x_min_m + columns * self.cell_m,
            self.y_max_m,
        )

    @property
    def holes(self) -> int:
        """How many cells have no value."""
        return int(np.count_nonzero(np.isnan(self.values)))

    def centre(self, row: int, column: int) -> XY:
        """Map metres (x, y) of the middle of a cell; cells outside the raster have one too."""
        return self.x_min_m + (column + 0.5) * self.cell_m, self.y_max_m - (row + 0.5) * self.cell_m

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Map metres of the middles: x of every column (ascending) and y of every row (descending)."""
        rows, columns = self.shape
        x = self.x_min_m + (np.arange(columns, dtype=np.float64) + 0.5) * self.cell_m
        return x, self.y_max_m - (np.arange(rows, dtype=np.float64) + 0.5) * self.cell_m

    def cell(self, x_m: float, y_m: float) -> tuple[int, int]:
        """(row, column) of the cell that holds a map point; outside the raster it is negative or too large."""
        return math.floor((self.y_max_m - y_m) / self.cell_m), math.floor((x_m - self.x_min_m) / self.cell_m)

    def holds(self, row: int, column: int) -> bool:
        """True if (row, column) is a cell of this raster."""
        return 0 <= row < self.shape[0] and 0 <= column < self.shape[1]

    def at(self, x_m: float, y_m: float) -> float:
        """The value of the cell that holds a map point; NaN in holes and outside the raster."""
        row, column = self.cell(x_m, y_m)
        return float(self.values[row, column]) if self.holds(row, column) else math.nan

    def window(self, row0: int, row1: int, column0: int, column1: int) -> "Grid":
        """Rows row0..row1-1 and columns column0..column1-1, cut to what the raster has; shares memory."""
        row0, column0 = max(0, row0), max(0, column0)
        part = self.values[row0 : max(row0, row1), column0 : max(column0, column1)]
        x_min_m, y_max_m = self.x_min_m + column0 * self.cell_m, self.y_max_m - row0 * self.cell_m
        return Grid(part, x_min_m, y_max_m, self.cell_m, self.origin)

    def like(self, values: NDArray[Any], step: str) -> "Grid":
        """A product on the same cells: `values` as float32 of the same shape, made by `step` (one sentence)."""
        if values.shape != self.values.shape:
            raise ValueError(f"values of shape {values.shape} do not fit a raster of {self.values.shape}")
        made = np.ascontiguousarray(values, dtype=np.float32)
        return Grid(made, self.x_min_m, self.y_max_m, self.cell_m, self.origin.then(step))
