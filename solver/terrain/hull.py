"""The sweep of one azimuth over a raster: for every cell the tangent of its horizon there.

Frame. Every sample is put where it is in space: with q = (x^2 + y^2) / 4R^2 and k = 1 + q, a map point at height h lies
(R + h) (2/k - 1) from the Moon's centre along the polar axis and (x, y) (1 + h/R) / k beside it, exactly. A line of
sight to a far body is a straight line in a plane that holds the direction of the polar axis, so curvature needs no
correction. The tangent found is that of the lowest elevation *above the plane of the pole's horizon* at which a far
body in that azimuth is seen: one number that compares cells anywhere with the body's direction.

Walk. m runs from the sunward edge away from the body along the grid axis nearer to the azimuth, n along the other; a
line's n grows by `slope` (0..1) a step. Lines lie one cell apart, heights on them are interpolated between two cells;
where they lie is fixed by the map (`phase`), so a window of a raster gets the lines that the whole has.
A line keeps the upper convex hull of what was passed (Andrew's monotone chain: every sample enters and leaves it at
most once, so a line of n samples takes O(n)); the tangent from a sample to the hull is its horizon. A cell between
two lines takes its horizon from both, by nearness, which cancels the slope of the ground between them.

Left out: a line straight on the map drifts from that plane by up to 0.13 km in 100 km at 85 S, since a great circle is
straight on the map only through the pole.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.geometry import MOON_RADIUS_M
from solver.terrain.compiled import kernel

NOTHING = -1.0
"""Tangent where no sample lies in that direction: nothing hides. Holes in a model hide nothing either."""

_QUARTER = 1.0 / (4.0 * MOON_RADIUS_M * MOON_RADIUS_M)
_PER_RADIUS = 1.0 / MOON_RADIUS_M
_SHORTEST_M = 1e-3

Heights = NDArray[np.float32]
Lane = NDArray[np.float64]


class Walk(NamedTuple):
    """How a sweep goes over one raster, whose cells are numbered row by row.

    Cell (a, b) of the walk is number `base + a step_m + b step_n` and lies at (m0 + a cell, n0 + b cell); its way
    towards the body is -(m along_m + n along_n), metres.
    """

    base: int
    step_m: int
    step_n: int
    count_m: int
    count_n: int
    m0: float
    n0: float
    cell: float
    slope: float
    phase: float
    along_m: float
    along_n: float


@kernel
def sweep_lines(
    heights: Heights, walk: Walk, far_heights: Heights, far: Walk, mast_m: float, first: int, last: int, out: Heights
) -> None:
    """Write the tangents of the cells that belong to the lines first..last-1; the far raster begins every hull."""
    hull = np.empty((2, walk.count_m + far.count_m + 1))
    points, eyes = np.empty((2, walk.count_m)), np.empty((2, walk.count_m))
    far_points, far_found = np.empty((2, far.count_m)), np.empty(far.count_m)
    current, before = np.empty(walk.count_m), np.empty(walk.count_m)
    for line in range(first - 1, last):
        current, before = before, current
        count = _far_line(far_heights, far, walk, line, far_points)
        top = _pass_over(far_points, far_points, 0, count, hull, 0, far_found)
        start, end = _near_line(heights, walk, line, 0.0, points)
        if mast_m > 0.0:
            _near_line(heights, walk, line, mast_m, eyes)
        _pass_over(points, eyes if mast_m > 0.0 else points, start, end, hull, top, current)
        if line >= first:
            _spread(heights, walk, line, current, before, out)


@kernel
def _far_line(heights: Heights, far: Walk, walk: Walk, line: int, points: Lane) -> int:
    """The points of a line that lie before the near raster; how many there are."""
    start = 0.0 if line >= -1 else math.ceil((-1 - line - walk.phase) / walk.slope)
    entry_m = walk.m0 + (start - 0.5) * walk.cell
    count = 0
    for a in range(far.count_m):
        m = far.m0 + a * far.cell
        if m >= entry_m:
            break
        n = walk.n0 + (line + walk.phase) * walk.cell + walk.slope * (m - walk.m0)
        place = (n - far.n0) / far.cell
        b = math.floor(place)
        if -1 <= b < far.count_n:
            height = _height(heights, far, a, b, place - b)
            points[0, count], points[1, count] = _point(m, n, height, far.along_m, far.along_n)
            count += 1
    return count


@kernel
def _near_line(heights: Heights, walk: Walk, line: int, above_m: float, points: Lane) -> tuple[int, int]:
    """The points of a line, `above_m` over the ground, at their steps; the first step and the one after the last."""
    start = end = 0
    for a in range(walk.count_m):
        shift = walk.phase + a * walk.slope
        whole = int(shift)
        b, weight = line + whole, shift - whole
        if b < -1:
            start = end = a + 1
            continue
        if b >= walk.count_n:
            break
        i = walk.base + a * walk.step_m + b * walk.step_n
        if weight > 0.0 and 0 <= b < walk.count_n - 1:
            height = _mixed(heights[i], heights[i + walk.step_n], weight)
        else:
            height = np.float64(heights[i if b >= 0 else i + walk.step_n])
        m, n = walk.m0 + a * walk.cell, walk.n0 + (line + shift) * walk.cell
        points[0, a], points[1, a] = _point(m, n, height + above_m, walk.along_m, walk.along_n)
        end = a + 1
    return start, end


@kernel
def _pass_over(points: Lane, eyes: Lane, start: int, end: int, hull: Lane, top: int, found: Lane) -> int:
    """Put the points on the hull one after the other, and write each eye's steepest tangent to what lies beyond it.

    Farther points of the hull are steeper from an eye only in a row from the nearest on. Returns the hull's length.
    """
    over, up = hull[0], hull[1]
    for a in range(start, end):
        x, u = points[0, a], points[1, a]
        if math.isnan(u):
            found[a] = np.nan
            continue
        if top > 0:  # a spike that leans over the point before it, never at slopes that ground has, is put upright
            x = min(x, over[top - 1] - _SHORTEST_M)
        while top > 1 and (up[top - 1] - u) * (over[top - 2] - x) <= (up[top - 2] - u) * (over[top - 1] - x):
            top -= 1
        i, x_eye, u_eye = top - 1, min(x, eyes[0, a]), eyes[1, a]
        while i > 0 and (up[i] - u_eye) * (over[i - 1] - x_eye) <= (up[i - 1] - u_eye) * (over[i] - x_eye):
            i -= 1
        found[a] = (up[i] - u_eye) / (over[i] - x_eye) if top > 0 else NOTHING
        over[top], up[top] = x, u
        top += 1
    return top


@kernel
def _spread(heights: Heights, walk: Walk, line: int, current: Lane, before: Lane, out: Heights) -> None:
    """The tangents of the cells between this line and the one before."""
    for a in range(walk.count_m):
        shift = walk.phase + a * walk.slope
        whole = int(shift)
        b = line + whole
        if b < 0:
            continue
        if b >= walk.count_n:
            break
        i = walk.base + a * walk.step_m + b * walk.step_n
        weight, tangent = shift - whole, current[a]
        if weight > 0.0:
            other = before[a]
            if math.isnan(tangent):
                tangent = other
            elif not math.isnan(other):
                tangent += (other - tangent) * weight
        out[i] = np.nan if math.isnan(heights[i]) else tangent


@kernel
def _height(heights: Heights, walk: Walk, a: int, b: int, weight: float) -> float:
    """Height between the cells b and b + 1 of column a; a hole or the edge lets the other cell speak alone."""
    i = walk.base + a * walk.step_m + b * walk.step_n
    if b < 0:
        return np.float64(heights[i + walk.step_n])
    if b + 1 >= walk.count_n or weight == 0.0:
        return np.float64(heights[i])
    return _mixed(heights[i], heights[i + walk.step_n], weight)


@kernel
def _mixed(one: float, other: float, weight: float) -> float:
    """Between two heights; of a hole and a height the height."""
    low, high = np.float64(one), np.float64(other)
    mixed = low + (high - low) * weight
    if not math.isnan(mixed):
        return mixed
    return high if math.isnan(low) else low


@kernel
def _point(m: float, n: float, height: float, along_m: float, along_n: float) -> tuple[float, float]:
    """The point in space, metres: way towards the body, and along the polar axis from the Moon's centre."""
    inverse = 1.0 / (1.0 + (m * m + n * n) * _QUARTER)
    way = -(m * along_m + n * along_n)
    return way * inverse * (1.0 + height * _PER_RADIUS), (MOON_RADIUS_M + height) * (2.0 * inverse - 1.0)
