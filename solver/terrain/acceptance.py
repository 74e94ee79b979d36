"""Computed light and shadow against published values: how well a model and this code agree with measurement.

Published values are means over square blocks (LOLA AVGVISIB and its shadow mask: blocks of 1080 m). A block's own value is
the mean of the cells under it, each by the part of it that lies inside. Pearson's r says whether bright and dark places are the
same, the root mean square error by how much values differ, the bias whether they are too bright altogether. A model that
ends before the ridges around it is too bright: the Malapert massif, 120 km away, rises 5 km.
"""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solver.fields import Fault, InputError
from solver.geometry import XY, to_map
from solver.io import read_bytes
from solver.terrain.grid import Grid

BLOCK_M = 1080.0
LEAST_R = {"light": 0.94, "shadow": 0.95}
COLUMNS = ("lat", "lon", "avg_illum_pct", "psr_fraction")
CONNECTING_RIDGE = (-89.45, 222.7)  # De Rosa and others 2012, site CR1

_LIMITS = {"lat": (-90.0, -80.0), "lon": (-360.0, 360.0), "avg_illum_pct": (0.0, 100.0), "psr_fraction": (0.0, 1.0)}


@dataclass(frozen=True)
class Block:
    """A published block: its middle in map metres, average light in percent, share of permanent shadow 0..1."""

    middle: XY
    light_percent: float
    shadow_share: float


@dataclass(frozen=True)
class Agreement:
    """Pearson's r, root mean square error and bias (computed less published) over `count` blocks, in `unit`."""

    name: str
    unit: str
    count: int
    r: float
    rmse: float
    bias: float

    @property
    def is_enough(self) -> bool:
        """True if r reaches what is asked for (`LEAST_R`)."""
        return self.r >= LEAST_R[self.name]

    def line(self) -> str:
        """The figures in one line."""
        verdict = "enough" if self.is_enough else "TOO LOW"
        return (
            f"{self.name:<7} r {self.r:.4f} (at least {LEAST_R[self.name]:.2f}: {verdict}), "
            f"RMSE {self.rmse:.2f}, bias {self.bias:+.2f} {self.unit}, {self.count} blocks"
        )


@dataclass(frozen=True)
class Rank:
    """How well lit a place is: its share, and how many of the cells with heights are better lit, the place's own counted
    first: rank 1 is the best.
    """

    share: float
    rank: int
    of: int

    def line(self) -> str:
        """The figures in one line."""
        return f"{self.share:.1%} of the Sun, rank {self.rank} of {self.of} cells (top {self.rank / self.of:.2%})"


def read_blocks(path: Path) -> tuple[Block, ...]:
    """Published blocks of a CSV file with the columns `COLUMNS`.

    Raises
    ------
    InputError
        With every fault: missing columns, lines that are no numbers or outside their limits, fewer than three blocks.
    """
    try:
        reader = csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8-sig")))
        lines = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError([Fault(str(path), f"it is no table ({error})", "bring CSV in UTF-8")]) from error
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise InputError([Fault(str(path), f"columns are missing: {', '.join(missing)}", "add them")])
    faults: list[Fault] = []
    blocks = [_block(line, f"{path}, line {number}", faults) for number, line in enumerate(lines, 2)]
    if not faults and len(blocks) < 3:
        faults.append(Fault(str(path), f"{len(blocks)} blocks tell nothing", "bring at least three"))
    if faults:
        raise InputError(faults)
    return tuple(block for block in blocks if block is not None)


def _block(line: dict[str, str | None], place: str, faults: list[Fault]) -> Block | None:
    numbers: dict[str, float] = {}
    for name, (low, high) in _LIMITS.items():
        try:
            value = float(line[name] or "")
        except ValueError:
            value = math.nan
        if low <= value <= high:
            numbers[name] = value
        else:
            faults.append(Fault(place, f"{name} is {line[name]!r}", f"give a number from {low:g} to {high:g}"))
    if len(numbers) < len(_LIMITS):
        return None
    middle = to_map(numbers["lat"], numbers["lon"])
    return Block(middle, numbers["avg_illum_pct"], numbers["psr_fraction"])


def agreements(light: Grid, shadow: Grid, blocks: Sequence[Block], block_m: float = BLOCK_M) -> tuple[Agreement, ...]:
    """Agreement of light (shares 0..1) and shadow (1 or 0) with the blocks that the raster covers wholly.

    Raises
    ------
    InputError
        If the raster covers fewer than three.
    """
    pairs = [(block, _mean(light, block, block_m), _mean(shadow, block, block_m)) for block in blocks]
    known = [pair for pair in pairs if not math.isnan(pair[1])]
    if len(known) < 3:
        what = f"the model covers {len(known)} of {len(blocks)} blocks"
        raise InputError([Fault("model", what, "bring a model of the ground that the table is about")])
    published = np.array([(block.light_percent, block.shadow_share) for block, _, _ in known])
    computed = np.array([(100 * lit, dark) for _, lit, dark in known])
    return (
        _agreement("light", "points", computed[:, 0], published[:, 0]),
        _agreement("shadow", "points", 100 * computed[:, 1], 100 * published[:, 1]),
    )


def rank_of(light: Grid, lat_deg: float, lon_deg: float, within_m: float = 500.0) -> Rank | None:
    """The best cell within `within_m` of a place among all cells; None if the place is not on the raster.

    Coordinates of lit places are known to some hundred metres, and lit places are about as wide.
    """
    x, y = light.centres()
    px, py = to_map(lat_deg, lon_deg)
    near = (x[None, :] - px) ** 2 + (y[:, None] - py) ** 2 <= within_m**2
    shares = light.values[near]
    if not light.holds(*light.cell(px, py)) or np.all(np.isnan(shares)):
        return None
    share = float(np.nanmax(shares))
    return Rank(share, int(np.sum(light.values > share)) + 1, int(np.sum(~np.isnan(light.values))))


def report(light: Grid, shadow: Grid, blocks: Sequence[Block]) -> Iterator[str]:
    """The lines of the command: agreement of light and shadow, and how well lit the Connecting Ridge is."""
    yield from (agreement.line() for agreement in agreements(light, shadow, blocks))
    rank = rank_of(light, *CONNECTING_RIDGE)
    if rank is not None:
        yield f"Connecting Ridge (-89.45, 222.7 E), best cell within 500 m: {rank.line()}"


def _mean(grid: Grid, block: Block, block_m: float) -> float:
    """Mean of the cells under a block, by their parts inside; NaN if a part of the block has no value."""
    across = _parts_inside(grid.x_min_m, grid.cell_m, grid.shape[1], block.middle[0], block_m)
    down = _parts_inside(-grid.y_max_m, grid.cell_m, grid.shape[0], -block.middle[1], block_m)
    columns, rows = np.nonzero(across)[0], np.nonzero(down)[0]
    if not math.isclose(float(across.sum() * down.sum()), (block_m / grid.cell_m) ** 2, rel_tol=1e-9):
        return math.nan
    part = grid.values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    weights = down[rows, None] * across[None, columns]
    return float(np.sum(part * weights) / np.sum(weights))


def _parts_inside(start_m: float, cell_m: float, count: int, middle_m: float, block_m: float) -> NDArray[np.float64]:
    """For every column (or row) the part of its width, 0..1, that lies inside a block."""
    left = start_m + cell_m * np.arange(count)
    inside = np.minimum(left + cell_m, middle_m + block_m / 2) - np.maximum(left, middle_m - block_m / 2)
    return np.asarray(np.clip(inside / cell_m, 0, None))


def _agreement(name: str, unit: str, computed: NDArray[np.float64], published: NDArray[np.float64]) -> Agreement:
    apart = computed - published
    with np.errstate(invalid="ignore"):  # values that are all alike agree with nothing: r is NaN
        r = float(np.corrcoef(computed, published)[0, 1])
    return Agreement(name, unit, len(apart), r, float(np.sqrt(np.mean(apart**2))), float(np.mean(apart)))
