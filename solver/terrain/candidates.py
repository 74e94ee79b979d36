"""Where one could build: thresholds, a score, and a choice of places that are good and lie apart.

1. A cell passes if every layer meets its threshold and the patch of passing cells it belongs to (by sides) is large enough.
2. Its score, 0 to 100, is the weighted mean of how far each layer is from its threshold towards the best there can be.
3. The first place is the best cell. Each next one is the cell with the largest score times min(1, d / reach), d being the ground
   distance to the nearest place chosen; none is nearer than `spacing_m`. Equals go to the cell further up, then left.

Layers that are not given are not asked for, their weights left out: the table says which. Scores are rounded to 0.1 before
anything is chosen, so that the last bits of another machine change nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.fields import Fault, InputError, load_json
from solver.geometry import XY, point_distances_m, to_geographic
from solver.terrain.grid import Grid
from solver.terrain.patches import areas_km2, patches

# What a layer may be: True where more is better, and the best there can be.
LAYERS: Mapping[str, tuple[bool, float]] = {
    "slope_deg": (False, 0.0),
    "light_percent": (True, 100.0),
    "earth_percent": (True, 100.0),
    "shadow_m": (False, 0.0),
}
REACH = 4.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a place. `limits` by layer; `weights` by layer; metres are ground metres."""

    limits: Mapping[str, float]
    weights: Mapping[str, float]
    area_km2: float
    spacing_m: float = 1000.0
    count: int = 20

    def said(self, layers: Sequence[str]) -> str:
        """The wish as one sentence, for the origin of what it makes."""
        limits = [f"{name} {'>=' if LAYERS[name][0] else '<='} {self.limits[name]:g}" for name in layers]
        weights = [f"{name} {self.weights[name]:g}" for name in layers]
        return (
            f"candidates: {', '.join(limits)}, patch >= {self.area_km2:g} km2; weights {', '.join(weights)}; spacing "
            f">= {self.spacing_m:g} m, variety up to {REACH * self.spacing_m:g} m"
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place: the middle of a cell, and what the layers say there. `figures` by layer, `area_km2` of its patch."""

    id: str
    x_m: float
    y_m: float
    score: float
    height_m: float
    area_km2: float
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def lat_lon(self) -> tuple[float, float]:
        """Latitude and longitude in degrees."""
        return to_geographic(self.x_m, self.y_m)


def default_wish(spacing_m: float = 1000.0, count: int = 20, **limits: float | None) -> Wish:
    """The thresholds and weights of `thresholds.json`, with those of `limits` that are not None in their place."""
    data = _defaults()
    known = {name: row.get("at_most", row.get("at_least")) for name, row in data["thresholds"].items()}
    known |= {name: value for name, value in limits.items() if value is not None}
    return Wish({name: known[name] for name in LAYERS}, data["weights"], known["area_km2"], spacing_m, count)


def candidates(heights: Grid, layers: Mapping[str, Grid], wish: Wish) -> list[Candidate]:
    """The places in the order of choice, the best first; fewer than `wish.count` where no more pass.

    Raises
    ------
    InputError
        If a layer is unknown or lies on other cells than the heights.
    """
    room = _room_of(heights, layers, wish)
    rows, columns = np.nonzero(room >= max(wish.area_km2, 1e-12))
    scores = _scores(layers, wish, (rows, columns))
    x, y = heights.centres()
    points = np.column_stack([x[columns], y[rows]])
    cells = np.column_stack([rows, columns])
    chosen = list(_chosen(points, scores, wish))
    names = [f"S-{number:03d}" for number in range(1, len(chosen) + 1)]
    return _described(heights, layers, room, names, cells[chosen], scores[chosen])


def figures_at(heights: Grid, layers: Mapping[str, Grid], wish: Wish, points: Mapping[str, XY]) -> list[Candidate]:
    """What the layers say at given map points, by name, whether they pass or not: at the middles of the cells that hold them.

    `area_km2` is that of the patch of passing cells around a point, 0 where it does not pass.

    Raises
    ------
    InputError
        For points outside of the heights.
    """
    room = _room_of(heights, layers, wish)
    cells = np.array([heights.cell(*at) for at in points.values()], dtype=np.int64).reshape(-1, 2)
    faults = [
        Fault(name, f"({at[0]:g}, {at[1]:g}) is not on the ground read", "leave it out, or name a larger part")
        for (name, at), cell in zip(points.items(), cells, strict=True)
        if not heights.holds(int(cell[0]), int(cell[1]))
    ]
    if faults:
        raise InputError(faults)
    scores = _scores(layers, wish, (cells[:, 0], cells[:, 1]))
    return _described(heights, layers, room, list(points), cells, scores)


def _room_of(heights: Grid, layers: Mapping[str, Grid], wish: Wish) -> NDArray[np.float64]:
    """Ground area in km2 of the patch of passing cells that each cell belongs to, 0 where it does not pass."""
    _check(heights, layers)
    labels, count = patches(_passing(heights, layers, wish))
    areas = areas_km2(labels, count, heights)
    areas[0] = 0.0
    return np.asarray(areas[labels])


def _described(
    heights: Grid,
    layers: Mapping[str, Grid],
    room: NDArray[np.float64],
    names: Sequence[str],
    cells: NDArray[np.int64],
    scores: NDArray[np.float64],
) -> list[Candidate]:
    found = []
    for name, (row, column), score in zip(names, cells.tolist(), scores.tolist(), strict=True):
        figures = {layer: float(layers[layer].values[row, column]) for layer in LAYERS if layer in layers}
        height_m, area_km2 = float(heights.values[row, column]), float(room[row, column])
        found.append(Candidate(name, *heights.centre(row, column), float(score), height_m, area_km2, figures))
    return found


def _check(heights: Grid, layers: Mapping[str, Grid]) -> None:
    faults = [
        Fault(name, "there is no such layer", f"use {', '.join(LAYERS)}") for name in layers if name not in LAYERS
    ]
    mend = "make it from the same model and box"
    faults += [
        Fault(name, "it lies on other cells than the heights", mend)
        for name, grid in layers.items()
        if (grid.shape, grid.bounds) != (heights.shape, heights.bounds)
    ]
    if not layers:
        faults.append(Fault("layers", "there is none to choose by", f"give one of {', '.join(LAYERS)}"))
    if faults:
        raise InputError(faults)


def _passing(heights: Grid, layers: Mapping[str, Grid], wish: Wish) -> NDArray[np.bool_]:
    """Cells that meet every limit; a hole meets none."""
    passing = ~np.isnan(heights.values)
    for name, grid in layers.items():
        limit = wish.limits[name]
        passing &= grid.values >= limit if LAYERS[name][0] else grid.values <= limit
    return passing


def _scores(layers: Mapping[str, Grid], wish: Wish, cells: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[np.float64]:
    total, weights = np.zeros(len(cells[0])), 0.0
    for name in (name for name in LAYERS if name in layers):
        limit, best = wish.limits[name], LAYERS[name][1]
        share = (layers[name].values[cells].astype(np.float64) - limit) / (best - limit) if best != limit else 1.0
        total += wish.weights[name] * np.clip(np.nan_to_num(share), 0.0, 1.0)
        weights += wish.weights[name]
    return np.asarray(np.round(100 * total / weights, 1)) if weights else total


def _chosen(points: NDArray[np.float64], scores: NDArray[np.float64], wish: Wish) -> Iterator[int]:
    """Numbers of the places in the order of choice."""
    nearest_m = np.full(len(points), math.inf)
    reach_m = max(REACH * wish.spacing_m, 1e-9)
    for _ in range(wish.count):
        worth = np.where(nearest_m >= wish.spacing_m, scores * np.minimum(1.0, nearest_m / reach_m), -1.0)
        if not worth.size or (best := int(np.argmax(worth))) < 0 or worth[best] < 0:
            return
        yield best
        here = np.broadcast_to(points[best], points.shape)
        nearest_m = np.minimum(nearest_m, point_distances_m(points, here))


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = load_json(files("solver.terrain").joinpath("thresholds.json").read_bytes())
    return found
