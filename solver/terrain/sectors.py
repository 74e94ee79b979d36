"""Zones that end at the ridges that stop ejecta, never smaller than is safe, and what was claimed beyond need.

Ejecta of a landing leave at 1 to 3 degrees above the ground and fly at most straight: gravity only bends them down. So none
arrives behind ground that rises, seen from where they leave, above the local slope in that direction plus 3 degrees. Low ground
before that is kept: what flies above it may fall into it.

Outward in every doubt:
1. The source is any point within 3 sigma of the footprint; sources are sampled closer than a cell, and each looks from the
   highest of the 3 x 3 cells around it, along the steepest of their slopes; ground that falls away lowers nothing.
2. A ridge counts with the lowest of the 3 x 3 cells around every sample of a ray, less the error of the heights; holes and
   ground outside the model stop nothing. Where cells are finer than needed, blocks of them count by their lowest.
3. A ray ends a cell behind the sample that stops it, a sector at the farthest of its own and its neighbours' rays; the whole
   grows by a cell; nearer than `least_m` nothing is cut. The zone is the part of the circumscribed outline that is left.

Elevations are exact on the sphere: tan e = ((R + h) cos a - (R + h0)) / ((R + h) sin a) for ground h at the angle a = s / R.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from solver.areas import ground_km2
from solver.fields import load_json
from solver.geometry import MOON_RADIUS_M, XY, footprint, scale, zone_outline
from solver.terrain.grid import Grid

CELLS_ACROSS = 40  # cells from the source to the rim that are looked at: finer ones are put together
RAYS_A_SECTOR = 4
LEAST_SECTORS = 120
UNCUT = 1.05  # sectors that nothing stops go beyond the outline, which then ends them

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TerrainZone:
    """A zone cut by terrain. `outline` and `full` (without terrain) are polygons in map metres; areas on the ground.

    `notes` say how it was made, for people: method figures, sigma, cells, area cut.
    """

    outline: BaseGeometry
    full: BaseGeometry
    keep_out_m: float
    full_km2: float
    outline_km2: float
    notes: tuple[str, ...]

    @property
    def cut_km2(self) -> float:
        """Ground that the terrain shields."""
        return max(0.0, self.full_km2 - self.outline_km2)

    def to_document(self) -> dict[str, Any]:
        """A GeoJSON feature in map metres."""
        figures = {"keep_out_m": self.keep_out_m, "full_km2": self.full_km2, "zone_km2": self.outline_km2}
        properties = {name: round(value, 4) for name, value in figures.items()} | {"notes": list(self.notes)}
        return {"type": "Feature", "geometry": mapping(self.outline), "properties": properties}


@dataclass(frozen=True, slots=True)
class Necessity:
    """A claimed zone against what the method needs: ground areas, and the shapes of what is too much and too little."""

    claimed_km2: float
    needed_km2: float
    excess_km2: float
    short_km2: float
    excess: BaseGeometry
    short: BaseGeometry

    @property
    def is_necessary(self) -> bool:
        """True if nothing is claimed beyond need, to a hundredth of a hectare."""
        return self.excess_km2 < 1e-4


def plain_zone(document: Mapping[str, Any], keep_out_m: float, sigma_m: float = 0.0) -> BaseGeometry:
    """The zone of a footprint without terrain: `keep_out_m` and 3 sigma of its coordinates around it, circumscribed."""
    return shape(zone_outline(document, keep_out_m + ejecta()["sigmas"] * sigma_m))


def terrain_zone(
    document: Mapping[str, Any], keep_out_m: float, heights: Grid, sigma_m: float = 0.0, height_error_m: float = 0.0
) -> TerrainZone:
    """The zone of a footprint cut by line of sight. Ground metres; `height_error_m` is what a ridge may be lower.

    Raises
    ------
    GeometryFault
        For a footprint that the register would not take.
    """
    geometry, rules = footprint(document), ejecta()
    full = plain_zone(document, keep_out_m, sigma_m)
    grown_m = rules["sigmas"] * sigma_m
    ground = _ground(heights, geometry, keep_out_m + grown_m)
    if ground is None or keep_out_m <= rules["least_m"]:
        why = (
            "no ridge looked at: outside of the model"
            if ground is None
            else "no ridge looked at: within the least distance"
        )
        area_km2 = ground_km2(full)
        return TerrainZone(full, full, keep_out_m, area_km2, area_km2, (why,))
    core = shape(zone_outline(document, max(grown_m, 0.0) + rules["least_m"]))
    wedges = [
        _wedges(ground, source, keep_out_m, height_error_m) for source in _sources(document, grown_m, ground.cell_m)
    ]
    reached = shapely.buffer(shapely.union_all(wedges), ground.cell_m)
    outline = shapely.intersection(shapely.union(core, reached), full)
    low_deg, high_deg = rules["leaving_deg"]
    notes = (
        f"cut by line of sight: ejecta leave at {low_deg:g} to {high_deg:g} degrees above the ground",
        f"3 sigma of the coordinates: {grown_m:g} m; cells of {ground.cell_m:g} m; {len(wedges)} sources",
    )
    return TerrainZone(outline, full, keep_out_m, ground_km2(full), ground_km2(outline), notes)


def necessity(claimed: BaseGeometry, needed: BaseGeometry) -> Necessity:
    """Compares a claimed zone with the one that the method gives; both in map metres, areas in ground km2."""
    excess, short = shapely.difference(claimed, needed), shapely.difference(needed, claimed)
    return Necessity(ground_km2(claimed), ground_km2(needed), ground_km2(excess), ground_km2(short), excess, short)


@lru_cache(maxsize=1)
def ejecta() -> Any:
    """The figures of `ejecta.json`, each with its source."""
    return load_json(files("solver.terrain").joinpath("ejecta.json").read_bytes())


# ---- the ground -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ground:
    """Lowest and highest ground around every cell, near one footprint; NaN where nothing is known.

    `rising` and `east` are the slopes of the model's own cells towards +y and +x, `part` places those.
    """

    lowest: Floats
    highest: Floats
    rising: Floats
    east: Floats
    part: Grid
    x_min_m: float
    y_max_m: float
    cell_m: float

    def cells(self, x: Floats, y: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        rows = np.floor((self.y_max_m - y) / self.cell_m).astype(np.int64)
        columns = np.floor((x - self.x_min_m) / self.cell_m).astype(np.int64)
        inside = (rows >= 0) & (rows < self.lowest.shape[0]) & (columns >= 0) & (columns < self.lowest.shape[1])
        return np.where(inside, rows, 0), np.where(inside, columns, 0), inside

    def tilt(self, source: XY, turns: Floats) -> Floats:
        """Steepest rise of the ground around a source in every direction, as an angle; 0 where it falls, NaN if unknown."""
        row, column = self.part.cell(*source)
        around = math.ceil(1.5 * self.cell_m / self.part.cell_m)
        near = np.s_[max(0, row - around) : row + around + 1, max(0, column - around) : column + around + 1]
        rising, east = self.rising[near].ravel(), self.east[near].ravel()
        steepest = (np.cos(turns)[:, np.newaxis] * rising + np.sin(turns)[:, np.newaxis] * east).max(axis=1)
        return np.asarray(np.arctan(np.maximum(steepest, 0.0)))


def _ground(heights: Grid, geometry: BaseGeometry, reach_m: float) -> _Ground | None:
    """The part of the model within reach; None if the footprint is not wholly on it."""
    x0, y0, x1, y1 = geometry.bounds
    row0, column0 = heights.cell(x0, y1)
    row1, column1 = heights.cell(x1, y0)
    if not (heights.holds(row0, column0) and heights.holds(row1, column1)):
        return None
    margin = math.ceil(1.02 * reach_m / heights.cell_m) + 3
    part = heights.window(row0 - margin, row1 + margin + 1, column0 - margin, column1 + margin + 1)
    factor = max(1, int(reach_m / heights.cell_m / CELLS_ACROSS))
    low, high = _pooled(part.values, factor, np.min), _pooled(part.values, factor, np.max)
    place = (part.x_min_m, part.y_max_m, part.cell_m * factor)
    slopes = np.asarray(np.gradient(part.values.astype(np.float64), part.cell_m))
    return _Ground(_around(low, np.minimum), _around(high, np.maximum), -slopes[0], slopes[1], part, *place)


def _pooled(values: NDArray[np.float32], factor: int, how: Any) -> Floats:
    """Blocks of factor x factor cells by their lowest or highest; a block with a hole, or cut by the edge, is a hole."""
    rows, columns = (-(-side // factor) for side in values.shape)
    whole = np.full((rows * factor, columns * factor), np.nan)
    whole[: values.shape[0], : values.shape[1]] = values
    blocks = whole.reshape(rows, factor, columns, factor)
    return np.asarray(how(blocks, axis=(1, 3)), dtype=np.float64)


def _around(values: Floats, how: Any) -> Floats:
    """The lowest or highest of the 3 x 3 cells around each; NaN beside a hole and at the edge."""
    padded = np.pad(values, 1, constant_values=np.nan)
    rows, columns = values.shape
    found = padded[1:-1, 1:-1]
    for row in range(3):
        for column in range(3):
            found = how(found, padded[row : row + rows, column : column + columns])
    return np.asarray(found)


# ---- sources and rays -----------------------------------------------------------------------------------------------


def _sources(document: Mapping[str, Any], grown_m: float, cell_m: float) -> Sequence[XY]:
    """Points of the footprint grown by 3 sigma: no point of it is farther than 0.71 of a cell from one of them."""
    geometry = shape(zone_outline(document, grown_m)) if grown_m > 0 else footprint(document)
    if isinstance(geometry, Point):
        return [(geometry.x, geometry.y)]
    lines = shapely.segmentize(geometry, cell_m)
    edge = [(float(x), float(y)) for x, y in np.unique(shapely.get_coordinates(lines), axis=0)]
    x0, y0, x1, y1 = geometry.bounds
    x, y = np.meshgrid(np.arange(x0, x1 + cell_m, cell_m), np.arange(y0, y1 + cell_m, cell_m))
    inside = shapely.intersects_xy(geometry, x.ravel(), y.ravel())
    return edge + list(zip(x.ravel()[inside].tolist(), y.ravel()[inside].tolist(), strict=True))


def _wedges(ground: _Ground, source: XY, keep_out_m: float, height_error_m: float) -> BaseGeometry:
    """The reach of ejecta from one source as a star of wedges, each circumscribing its arc."""
    k = scale(math.hypot(*source) + keep_out_m, 0.0)
    reach_m = keep_out_m * k
    sectors = max(LEAST_SECTORS, math.ceil(2 * math.pi * reach_m / ground.cell_m))
    turns = 2 * math.pi * (np.arange(sectors * RAYS_A_SECTOR) + 0.5) / (sectors * RAYS_A_SECTOR)
    ends_m = _ends(ground, source, turns, reach_m, height_error_m)
    # Rays of the neighbouring sectors count too: a ridge must be wider than the sector that it cuts.
    by_sector = ends_m.reshape(sectors, RAYS_A_SECTOR).max(axis=1)
    farthest = np.maximum(by_sector, np.maximum(np.roll(by_sector, 1), np.roll(by_sector, -1)))
    half = math.pi / sectors
    corners = [
        (source[0] + end_m * math.sin(turn), source[1] + end_m * math.cos(turn))
        for n, end_m in enumerate(farthest / math.cos(half))
        for turn in (2 * half * n, 2 * half * (n + 1))
    ]
    return shapely.buffer(Polygon(corners), 0)


def _ends(ground: _Ground, source: XY, turns: Floats, reach_m: float, height_error_m: float) -> Floats:
    """Map metres at which each ray ends: behind the first ground above the steepest ejecta, at the most `reach_m`."""
    half_m = ground.cell_m / 2
    steps = np.arange(1, math.ceil(reach_m / half_m) + 1) * half_m
    x = source[0] + np.sin(turns)[:, np.newaxis] * steps
    y = source[1] + np.cos(turns)[:, np.newaxis] * steps
    rows, columns, inside = ground.cells(x, y)
    lowest = np.where(inside, ground.lowest[rows, columns], np.nan) - height_error_m
    row, column, _ = ground.cells(np.array([source[0]]), np.array([source[1]]))
    from_m = MOON_RADIUS_M + float(ground.highest[row[0], column[0]])
    # The way on the ground is taken as long as it can be: that makes ridges lower.
    angle = (steps + ground.cell_m) / MOON_RADIUS_M
    radius = MOON_RADIUS_M + lowest
    tangent = (radius * np.cos(angle) - from_m) / (radius * np.sin(angle))
    steepest = np.tan(ground.tilt(source, turns) + math.radians(ejecta()["leaving_deg"][1]))
    stops = tangent > steepest[:, np.newaxis]  # NaN stops nothing
    first = np.where(stops.any(axis=1), stops.argmax(axis=1), len(steps) - 1)
    ends_m = np.where(stops.any(axis=1), steps[first] + ground.cell_m, UNCUT * reach_m)
    return np.asarray(ends_m)
