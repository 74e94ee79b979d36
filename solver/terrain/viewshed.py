"""What an eye sees: the cells in line of sight of one point, on the sphere.

Rays run from the middle of the eye's cell to every edge of the raster, `RAYS` to a cell of the outermost ring, and step
from grid line to grid line of the axis nearer to their direction, with heights interpolated between two cells. A cell
is judged on the ray nearest to its middle, which passes it within 1 / (2 `RAYS`) of a cell: it is seen if the way to it
(or to a target above it) is steeper than all before. One pass over the rays is linear in the cells. A cell so near to the
line of sight that `CLOSE` of a cell more or less of height on the ridge before it would tip the verdict is judged again,
on a ray of its own.

Angles are exact on the sphere: with g = |p - q|^2 / (4 R^2 k_p k_q) the angle a at the Moon's centre has
sin^2(a / 2) = g, so the tangent is ((R + h)(1 - 2 g) - r_eye) / ((R + h) 2 sqrt(g (1 - g))). Times the cells between
eye and cell it is a rise that may be interpolated like a height (the sphere bends by less than 0.1 mm between two cells
of 20 m), and over the steps along the main axis it compares all samples of a ray. Rays straight on the map stand for
great circles: 0.13 km aside in 100 km at 85 S. A hole and the half cell beside it hide nothing.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M, XY, scale
from solver.terrain.compiled import in_parts, kernel
from solver.terrain.grid import Grid

RAYS = 4
CLOSE = 0.03

Singles = NDArray[np.float32]
_QUARTER = 1.0 / (4.0 * MOON_RADIUS_M * MOON_RADIUS_M)
_UNDECIDED = 2.0


class Eye(NamedTuple):
    """The eye's cell, place (map metres), distance from the Moon's centre and scale; the cell size."""

    row: int
    column: int
    x: float
    y: float
    radius: float
    scale: float
    cell: float


class Side(NamedTuple):
    """One of four quarters: the step of its main axis in rows and columns, and how many steps the raster has there."""

    down: int
    right: int
    reach: int


def viewshed(model: Grid, point: XY, eye_m: float, target_m: float = 0.0) -> Grid:
    """1 where a target `target_m` above the ground is seen by an eye `eye_m` above the ground of the cell that holds
    `point` (map metres), 0 where not, NaN in holes. A hole hides nothing.

    Raises
    ------
    ValueError
        If the point lies outside the model or in a hole.
    """
    row, column = model.cell(*point)
    if not model.holds(row, column) or math.isnan(model.values[row, column]):
        raise ValueError(f"the point ({point[0]:.0f}, {point[1]:.0f}) lies outside the model or in a hole")
    x, y = model.centre(row, column)
    radius = MOON_RADIUS_M + float(model.values[row, column]) + eye_m
    eye = Eye(row, column, x, y, radius, scale(x, y), model.cell_m)
    ground = _all_rises(model, eye, 0.0)
    targets = _all_rises(model, eye, target_m) if target_m else ground
    out = np.where(np.isnan(ground), np.float32(np.nan), np.float32(_UNDECIDED))
    out[row, column] = 1.0
    rows, columns = model.shape
    for down, right, reach in ((0, 1, columns - 1 - column), (0, -1, column), (1, 0, rows - 1 - row), (-1, 0, row)):
        _cast_side(ground, targets, eye, Side(down, right, reach), out)
    in_parts(lambda first, last: _settle(ground, targets, eye, first, last, out), 0, rows)
    step = f"1 where seen from ({x:.1f}, {y:.1f}), {eye_m:g} m above the ground; targets {target_m:g} m above theirs"
    return model.like(out, step)


def _all_rises(model: Grid, eye: Eye, above_m: float) -> Singles:
    heights = np.ascontiguousarray(model.values, dtype=np.float32)
    made = np.empty(model.shape, dtype=np.float32)
    in_parts(lambda first, last: _rises(heights, eye, above_m, first, last, made), 0, model.shape[0])
    return made


def _cast_side(ground: Singles, targets: Singles, eye: Eye, side: Side, out: Singles) -> None:
    if side.reach:
        breadth = RAYS * side.reach
        in_parts(lambda first, last: _cast(ground, targets, eye, side, first, last, out), -breadth, breadth + 1)


@kernel
def _rises(heights: Singles, eye: Eye, above_m: float, first: int, last: int, made: Singles) -> None:
    """The tangent of every cell, or of a point above it, times its distance from the eye in cells; 0 for the eye's own."""
    for row in range(first, last):
        y = eye.y - (row - eye.row) * eye.cell
        for column in range(heights.shape[1]):
            x = eye.x + (column - eye.column) * eye.cell
            square = (x - eye.x) ** 2 + (y - eye.y) ** 2
            g = square * _QUARTER / (eye.scale * (1.0 + (x * x + y * y) * _QUARTER))
            radius = MOON_RADIUS_M + np.float64(heights[row, column]) + above_m
            tangent = (radius * (1.0 - 2.0 * g) - eye.radius) / (radius * 2.0 * math.sqrt(g * (1.0 - g)))
            made[row, column] = tangent * math.sqrt(square) / eye.cell if square > 0.0 else 0.0


@kernel
def _cast(ground: Singles, targets: Singles, eye: Eye, side: Side, first: int, last: int, out: Singles) -> None:
    """Follow rays first..last-1 of a quarter to the edge and judge the cells nearest to each."""
    rays = RAYS * side.reach
    for ray in range(first, last):
        best, best_at = np.float32(-np.inf), np.float32(1.0)
        for a in range(1, side.reach + 1):
            b = math.floor((2 * a * ray + rays) / (2 * rays))
            row, column = _cell(eye, side, a, b)
            if not (0 <= row < ground.shape[0] and 0 <= column < ground.shape[1]):
                break
            inverse = np.float32(1.0) / np.float32(a)
            aside = a * ray - b * rays
            if -a < 2 * aside <= a and (abs(b) < a or side.down == 0):
                rise = targets[row, column] * inverse
                if abs(rise - best) * best_at > CLOSE:
                    out[row, column] = 1.0 if rise > best else 0.0
            rise = _between(ground, eye, side, a, a * ray / rays) * inverse
            if rise > best:
                best, best_at = rise, np.float32(a)


@kernel
def _settle(ground: Singles, targets: Singles, eye: Eye, first: int, last: int, out: Singles) -> None:
    """Judge every cell that is left on a ray of its own; the first sample above the line of sight decides."""
    for row in range(first, last):
        for column in range(ground.shape[1]):
            if out[row, column] == _UNDECIDED:
                out[row, column] = _own_ray(ground, targets[row, column], eye, row, column)


@kernel
def _own_ray(ground: Singles, target: float, eye: Eye, row: int, column: int) -> float:
    down, right = row - eye.row, column - eye.column
    reach = max(abs(down), abs(right))
    across = abs(right) >= abs(down)
    side = Side(0, 1 if right > 0 else -1, reach) if across else Side(1 if down > 0 else -1, 0, reach)
    slope = (down if across else right) / reach
    for a in range(reach - 1, 0, -1):
        if _between(ground, eye, side, a, a * slope) * reach > target * a:
            return 0.0
    return 1.0


@kernel
def _cell(eye: Eye, side: Side, a: int, b: int) -> tuple[int, int]:
    """Row and column `a` steps along the main axis and `b` along the other."""
    if side.down == 0:
        return eye.row + b, eye.column + a * side.right
    return eye.row + a * side.down, eye.column + b


@kernel
def _between(ground: Singles, eye: Eye, side: Side, a: int, place: float) -> np.float32:
    """The rise between two cells of a step; at the edge that of the last cell."""
    low = math.floor(place)
    weight = np.float32(place - low)
    row, column = _cell(eye, side, a, low)
    if side.down == 0:
        other, end = row + 1, ground.shape[0] - 1
        one, two = ground[max(row, 0), column], ground[min(other, end), column]
    else:
        other, end = column + 1, ground.shape[1] - 1
        one, two = ground[row, max(column, 0)], ground[row, min(other, end)]
    return np.float32(one if weight == 0.0 else one + (two - one) * weight)
