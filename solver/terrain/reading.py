"""Elevation models from files of any size: judged whole, read by windows, several files as one.

`open_model` refuses what cannot be used, all faults at once, and reads every file through once: a file cut short, heights
that are none, and holes are found before anything is computed. After that a window costs what the window costs.
"""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from solver.fields import Fault, InputError
from solver.terrain.files import Tile, opened, sha256_of
from solver.terrain.grid import NOT_STATED, Grid, Origin, origin_of
from solver.terrain.heights import Progress, Range, in_metres, known, range_of

ORIGIN_TAG = "ORIGIN"
WHOLE_CELLS = 1 << 28  # a whole raster of more cells than this (1 GB) is read by windows only
CACHE_MB = 128  # blocks of files kept in memory; else the library keeps a twentieth of the machine's
_LATTICE_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class Stated:
    """What the caller knows and the files do not say; None where nothing."""

    crs: str | None = None
    unit: str | None = None
    source: str | None = None
    licence: str | None = None
    kind: str | None = None


NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True)
class Model:
    """Files that lie on one lattice of cells, as one raster; where two overlap the one named first counts.

    `span`: lowest and highest value and the holes in the files; cells that no file covers read as holes too.
    """

    tiles: tuple[Tile, ...]
    shape: tuple[int, int]
    x_min_m: float
    y_max_m: float
    cell_m: float
    span: Range
    origin: Origin

    @property
    def frame(self) -> Grid:
        """The cells without values (no memory): for bounds, centres and cells of points."""
        nothing = np.broadcast_to(np.float32(math.nan), self.shape)
        return Grid(nothing, self.x_min_m, self.y_max_m, self.cell_m, self.origin)

    def window(self, row0: int, row1: int, column0: int, column1: int) -> Grid:
        """Rows row0..row1-1 and columns column0..column1-1, cut to what there is, read from the files."""
        row0, column0 = max(0, row0), max(0, column0)
        row1, column1 = max(row0, min(self.shape[0], row1)), max(column0, min(self.shape[1], column1))
        values = np.full((row1 - row0, column1 - column0), math.nan, dtype=np.float32)
        for tile in reversed(self.tiles):
            _lay(tile, self._offset(tile), (row0, row1, column0, column1), values)
        x_min_m, y_max_m = self.x_min_m + column0 * self.cell_m, self.y_max_m - row0 * self.cell_m
        return Grid(values, x_min_m, y_max_m, self.cell_m, self.origin)

    def whole(self) -> Grid:
        """The whole raster in memory; InputError for one of more than `WHOLE_CELLS`."""
        rows, columns = self.shape
        if rows * columns > WHOLE_CELLS:
            what = f"{rows} x {columns} cells do not fit into memory at once"
            raise InputError([Fault("model", what, "name a part with --box, or a coarser model")])
        return self.window(0, rows, 0, columns)

    def box(self, x_min_m: float, y_min_m: float, x_max_m: float, y_max_m: float) -> tuple[int, int, int, int]:
        """The window (row0, row1, column0, column1) of the cells that a box on the map touches."""
        hair_m = 1e-6 * self.cell_m  # an edge that lies on the edge of a cell does not touch the cell beyond
        row0, column0 = self.frame.cell(x_min_m + hair_m, y_max_m - hair_m)
        row1, column1 = self.frame.cell(x_max_m - hair_m, y_min_m + hair_m)
        return max(0, row0), min(self.shape[0], row1 + 1), max(0, column0), min(self.shape[1], column1 + 1)

    def _offset(self, tile: Tile) -> tuple[int, int]:
        return _steps(self.y_max_m - tile.y_max_m, self.cell_m), _steps(tile.x_min_m - self.x_min_m, self.cell_m)


def _lay(tile: Tile, offset: tuple[int, int], window: tuple[int, int, int, int], values: Any) -> None:
    """Put what a tile has of a window into `values`; its holes leave what is there."""
    row0, row1, column0, column1 = window
    top, left = max(row0, offset[0]), max(column0, offset[1])
    bottom, right = min(row1, offset[0] + tile.shape[0]), min(column1, offset[1] + tile.shape[1])
    if top >= bottom or left >= right:
        return
    found = tile.read(top - offset[0], bottom - offset[0], left - offset[1], right - offset[1])
    part = values[top - row0 : bottom - row0, left - column0 : right - column0]
    np.copyto(part, found, where=~np.isnan(found), casting="same_kind")


@contextmanager
def open_model(
    paths: Sequence[Path],
    stated: Stated = NOTHING_STATED,
    progress: Progress = lambda *_: None,
    *,
    heights: bool = True,
) -> Iterator[Model]:
    """The model of one file or of several that meet, open as long as the block runs.

    `heights` False takes any raster (a product of ours, say) and asks nothing of its numbers.

    Raises
    ------
    InputError
        With every fault of every file: Earth, unlabelled, geographic, not square, kilometres, truncated, not meeting.
    """
    with (
        rasterio.Env(GDAL_CACHEMAX=CACHE_MB),
        ExitStack() as closing,
    ):  # the environment tells PROJ where its tables are
        tiles, faults = _tiles(paths, stated, closing)
        faults += _not_meeting(tiles)
        judged = [_judged(tile, stated, progress, heights) for tile in tiles] if len(tiles) == len(paths) else []
        faults += [found for found in judged if isinstance(found, Fault)]
        if faults:
            raise InputError(faults)
        pairs = [found for found in judged if not isinstance(found, Fault)]
        yield _together([tile for tile, _ in pairs], [span for _, span in pairs], stated)


def _tiles(paths: Sequence[Path], stated: Stated, closing: ExitStack) -> tuple[list[Tile], list[Fault]]:
    tiles: list[Tile] = []
    faults: list[Fault] = [] if paths else [Fault("model", "no file is named", "name at least one")]
    for path in paths:
        found = opened(path, stated.crs, closing)
        if isinstance(found, Tile):
            tiles.append(found)
        else:
            faults += found
    return tiles, faults


def _judged(tile: Tile, stated: Stated, progress: Progress, heights: bool) -> tuple[Tile, Range] | Fault:
    span = range_of(tile, progress)
    if isinstance(span, Fault) or not heights:
        return span if isinstance(span, Fault) else (tile, span)
    return in_metres(tile, span, stated.unit)


def _not_meeting(tiles: Sequence[Tile]) -> list[Fault]:
    """Faults of files that are not of one lattice, or stand apart from all before them."""
    faults: list[Fault] = []
    for tile in tiles[1:]:
        first, place = tiles[0], str(tile.path)
        if abs(tile.cell_m - first.cell_m) > 1e-6 * first.cell_m:
            what = f"its cells are {tile.cell_m:g} m, those of {first.path.name} {first.cell_m:g} m"
            faults.append(Fault(place, what, "bring tiles of one resolution; a coarser model goes to --far"))
        elif not (_is_whole(tile.x_min_m - first.x_min_m, first) and _is_whole(tile.y_max_m - first.y_max_m, first)):
            what = f"its cells lie between those of {first.path.name}, a part of a cell aside"
            faults.append(Fault(place, what, "warp it onto the same cells: gdalwarp -tap"))
    return faults or _standing_apart(tiles)


def _standing_apart(tiles: Sequence[Tile]) -> list[Fault]:
    joined, left = list(tiles[:1]), list(tiles[1:])
    while near := [tile for tile in left if any(_meet(tile, other) for other in joined)]:
        joined += near
        left = [tile for tile in left if tile not in near]
    mend = "name the tiles between them too, or use each alone"
    return [
        Fault(str(t.path), f"it does not meet {joined[0].path.name}: there is a gap between them", mend) for t in left
    ]


def _meet(one: Tile, other: Tile) -> bool:
    """True if two tiles overlap or share more than a corner."""
    across, down = (_common(a, b) for a, b in zip(_sides(one), _sides(other), strict=True))
    slack = _LATTICE_SLACK * one.cell_m
    return min(across, down) > -slack and max(across, down) > slack


def _sides(tile: Tile) -> tuple[tuple[float, float], tuple[float, float]]:
    return (
        (tile.x_min_m, tile.x_min_m + tile.shape[1] * tile.cell_m),
        (tile.y_max_m - tile.shape[0] * tile.cell_m, tile.y_max_m),
    )


def _common(one: tuple[float, float], other: tuple[float, float]) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def _is_whole(distance_m: float, tile: Tile) -> bool:
    return abs(distance_m / tile.cell_m - round(distance_m / tile.cell_m)) <= _LATTICE_SLACK


def _steps(distance_m: float, cell_m: float) -> int:
    return round(distance_m / cell_m)


def _together(tiles: Sequence[Tile], spans: Sequence[Range], stated: Stated) -> Model:
    cell_m = tiles[0].cell_m
    sides = [_sides(tile) for tile in tiles]
    x_min_m, x_max_m = min(side[0][0] for side in sides), max(side[0][1] for side in sides)
    y_min_m, y_max_m = min(side[1][0] for side in sides), max(side[1][1] for side in sides)
    shape = (_steps(y_max_m - y_min_m, cell_m), _steps(x_max_m - x_min_m, cell_m))
    span = spans[0]
    for other in spans[1:]:
        span = span.beside(other)
    origin = _origin(tiles[0], stated)
    for tile in tiles[1:]:
        origin = origin.beside(_origin(tile, stated))
    if len(tiles) > 1:
        names = ", ".join(tile.path.name for tile in tiles)
        origin = origin.then(f"put together of {names}; where two overlap the first counts")
    return Model(tuple(tiles), shape, x_min_m, y_max_m, cell_m, span, origin)


def _origin(tile: Tile, stated: Stated) -> Origin:
    """What the file says of itself, before that what the caller says, after that what is known of its SHA-256."""
    digests = tuple(sha256_of(tile.source))
    carried = _carried(tile.source.tags())
    source, licence = known([digest for _, digest in digests]) or (NOT_STATED, NOT_STATED)
    tags = tile.source.tags()
    own = carried or Origin(tags.get("SOURCE", source), tags.get("LICENCE", tags.get("TIFFTAG_COPYRIGHT", licence)))
    return replace(
        own,
        source=stated.source or own.source,
        licence=stated.licence or own.licence,
        kind=stated.kind or own.kind,
        resolution_m=own.resolution_m if carried else tile.cell_m,
        files=tuple(dict.fromkeys((*own.files, *digests))),
        steps=(*own.steps, *tile.notes),
    )


def _carried(tags: dict[str, str]) -> Origin | None:
    try:
        return origin_of(json.loads(tags[ORIGIN_TAG]))
    except (KeyError, TypeError, ValueError):
        return None
