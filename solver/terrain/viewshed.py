"""What an eye sees: the cells in line of sight of one point, on the sphere.

Rays run from the middle of the eye's cell to every edge of the raster, `RAYS` to a cell of the outermost ring, and step
from grid line to grid line of the axis nearer to their direction, with heights interpolated between two cells. A cell
is judged on the ray nearest to its middle, which passes it within 1 / (2 `RAYS`) of a cell: it is seen if the way to it
(or to a target above it) is steeper than all before. One pass over the rays is linear in the cells. A cell so near to the
line of sight that `CLOSE` of a cell more or less of height on the ridge before it would tip the verdict is judged again,
on a ray of its own.

Angles are exact on the sphere: with g = |p - q|^2 / (4 R^2 k_p k_q) the angle a at the Moon's centre has
sin^2(a / 2) = g, so the tangent is ((R + h)(1 - 2 g) - r_eye) / ((R + h) 2 sqrt(g (1 - g))). Rays straight on the map
stand for great circles: 0.13 km aside in 100 km at 85 S.
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
    """The eye's cell, place (map metres), distance from the Moon's centre and scale; the cell size; height of targets."""

    row: int
    column: int
    x: float
    y: float
    radius: float
    scale: float
    cell: float
    target_m: float


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
    eye = Eye(row, column, x, y, radius, scale(x, y), model.cell_m, target_m)
    heights = np.ascontiguousarray(model.values, dtype=np.float32)
    out = np.where(np.isnan(heights), np.float32(np.nan), np.float32(_UNDECIDED))
    out[row, column] = 1.0
    rows, columns = model.shape
    for down, right, reach in ((0, 1, columns - 1 - column), (0, -1, column), (1, 0, rows - 1 - row), (-1, 0, row)):
        _cast_side(heights, eye, Side(down, right, reach), out)
    in_parts(lambda first, last: _settle(heights, eye, first, last, out), 0, rows)
    step = f"1 where seen from ({x:.1f}, {y:.1f}), {eye_m:g} m above the ground; targets {target_m:g} m above theirs"
    return model.like(out, step)


class Side(NamedTuple):
    """One of four quarters: the step of its main axis in rows and columns, and how many steps the raster has there."""

    down: int
    right: int
    reach: int


def _cast_side(heights: Singles, eye: Eye, side: Side, out: Singles) -> None:
    if side.reach:
        breadth = RAYS * side.reach
        in_parts(lambda first, last: _cast(heights, eye, side, first, last, out), -breadth, breadth + 1)


@kernel
def _cast(heights: Singles, eye: Eye, side: Side, first: int, last: int, out: Singles) -> None:
    """Follow rays first..last-1 of a quarter to the edge and judge the cells nearest to each."""
    for ray in range(first, last):
        slope = ray / (RAYS * side.reach)
        best, best_at = -np.inf, 1.0
        for a in range(1, side.reach + 1):
            b = round(a * slope)
            row, column = _cell(eye, side, a, b)
            if not (0 <= row < heights.shape[0] and 0 <= column < heights.shape[1]):
                break
            if round(b / a * RAYS * side.reach) == ray and (abs(b) < a or side.down == 0):
                height = np.float64(heights[row, column])
                if not math.isnan(height):
                    tangent = _tangent(eye, column - eye.column, row - eye.row, height + eye.target_m)
                    if abs(tangent - best) * best_at > CLOSE:
                        out[row, column] = 1.0 if tangent > best else 0.0
            tangent = _sample(heights, eye, side, a, a * slope)
            if tangent > best:
                best, best_at = tangent, a


@kernel
def _settle(heights: Singles, eye: Eye, first: int, last: int, out: Singles) -> None:
    """Judge every cell that is left on a ray of its own; the first sample above the line of sight decides."""
    for row in range(first, last):
        for column in range(heights.shape[1]):
            if out[row, column] == _UNDECIDED:
                out[row, column] = _own_ray(heights, eye, row, column)


@kernel
def _own_ray(heights: Singles, eye: Eye, row: int, column: int) -> float:
    down, right = row - eye.row, column - eye.column
    reach = max(abs(down), abs(right))
    across = abs(right) >= abs(down)
    side = Side(0, 1 if right > 0 else -1, reach) if across else Side(1 if down > 0 else -1, 0, reach)
    slope = (down if across else right) / reach
    tangent = _tangent(eye, right, down, np.float64(heights[row, column]) + eye.target_m)
    for a in range(reach - 1, 0, -1):
        if _sample(heights, eye, side, a, a * slope) > tangent:
            return 0.0
    return 1.0


@kernel
def _cell(eye: Eye, side: Side, a: int, b: int) -> tuple[int, int]:
    """Row and column `a` steps along the main axis and `b` along the other."""
    if side.down == 0:
        return eye.row + b, eye.column + a * side.right
    return eye.row + a * side.down, eye.column + b


@kernel
def _sample(heights: Singles, eye: Eye, side: Side, a: int, b: float) -> float:
    """Tangent of the ground between two cells; a hole or the edge lets the other speak alone, two holes hide nothing."""
    low = math.floor(b)
    row, column = _cell(eye, side, a, low)
    other_row, other_column = _cell(eye, side, a, low + 1)
    one = _at(heights, row, column)
    height = one
    if b > low:
        two = _at(heights, other_row, other_column)
        height = two if math.isnan(one) else (one if math.isnan(two) else one + (two - one) * (b - low))
    if math.isnan(height):
        return -np.inf
    if side.down == 0:
        return _tangent(eye, a * side.right, b, height)
    return _tangent(eye, b, a * side.down, height)


@kernel
def _at(heights: Singles, row: int, column: int) -> float:
    if 0 <= row < heights.shape[0] and 0 <= column < heights.shape[1]:
        return np.float64(heights[row, column])
    return np.nan


@kernel
def _tangent(eye: Eye, right: float, down: float, height: float) -> float:
    """Tangent of the elevation of a point at that height, so many cells right of and below the eye."""
    x, y = eye.x + right * eye.cell, eye.y - down * eye.cell
    square = (right * right + down * down) * eye.cell * eye.cell
    g = square * _QUARTER / (eye.scale * (1.0 + (x * x + y * y) * _QUARTER))
    radius = MOON_RADIUS_M + height
    return (radius * (1.0 - 2.0 * g) - eye.radius) / (radius * 2.0 * math.sqrt(g * (1.0 - g)))
