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
    hull_x = np.empty(walk.count_m + far.count_m + 1)
    hull_u = np.empty(walk.count_m + far.count_m + 1)
    current, before = np.empty(walk.count_m), np.empty(walk.count_m)
    for line in range(first - 1, last):
        current, before = before, current
        top = _far_line(far_heights, far, walk, line, hull_x, hull_u)
        _near_line(heights, walk, line, mast_m, hull_x, hull_u, top, current)
        if line >= first:
            _spread(heights, walk, line, current, before, out)


@kernel
def _far_line(heights: Heights, far: Walk, walk: Walk, line: int, hull_x: Lane, hull_u: Lane) -> int:
    """Begin the hull of a line with what lies before the near raster; return its length."""
    start = 0.0 if line >= -1 else math.ceil((-1 - line - walk.phase) / walk.slope)
    entry_m = walk.m0 + (start - 0.5) * walk.cell
    top = 0
    for a in range(far.count_m):
        m = far.m0 + a * far.cell
        if m >= entry_m:
            break
        n = walk.n0 + (line + walk.phase) * walk.cell + walk.slope * (m - walk.m0)
        place = (n - far.n0) / far.cell
        b = math.floor(place)
        if b < -1 or b >= far.count_n:
            continue
        height = _height(heights, far, a, b, place - b)
        if not math.isnan(height):
            x, u = _point(far, m, n, height)
            top = _push(hull_x, hull_u, _below(hull_x, hull_u, top, x, u), x, u)
    return top


@kernel
def _near_line(
    heights: Heights, walk: Walk, line: int, mast_m: float, hull_x: Lane, hull_u: Lane, top: int, found: Lane
) -> None:
    """The tangent at every sample of a line, seen from `mast_m` above the ground."""
    for a in range(walk.count_m):
        shift = walk.phase + a * walk.slope
        whole = int(shift)
        b = line + whole
        if b < -1:
            continue
        if b >= walk.count_n:
            break
        height = _height(heights, walk, a, b, shift - whole)
        if math.isnan(height):
            found[a] = np.nan
            continue
        m, n = walk.m0 + a * walk.cell, walk.n0 + (line + shift) * walk.cell
        x, u = _point(walk, m, n, height)
        top = _below(hull_x, hull_u, top, x, u)
        if mast_m == 0.0:
            found[a] = _tangent(hull_x, hull_u, top, x, u)
        else:
            eye_x, eye_u = _point(walk, m, n, height + mast_m)
            found[a] = _tangent(hull_x, hull_u, top, eye_x, eye_u)
        top = _push(hull_x, hull_u, top, x, u)


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
    low = np.float64(heights[i])
    if b + 1 >= walk.count_n or weight == 0.0:
        return low
    high = np.float64(heights[i + walk.step_n])
    if math.isnan(low):
        return high
    return low if math.isnan(high) else low + (high - low) * weight


@kernel
def _point(walk: Walk, m: float, n: float, height: float) -> tuple[float, float]:
    """The point in space, metres: way towards the body, and along the polar axis from the Moon's centre."""
    inverse = 1.0 / (1.0 + (m * m + n * n) * _QUARTER)
    way = -(m * walk.along_m + n * walk.along_n)
    return way * inverse * (1.0 + height / MOON_RADIUS_M), (MOON_RADIUS_M + height) * (2.0 * inverse - 1.0)


@kernel
def _below(hull_x: Lane, hull_u: Lane, top: int, x: float, u: float) -> int:
    """The length of the hull without the points that (x, u) leaves under it."""
    while top > 1:
        rise, over = hull_u[top - 1] - u, hull_x[top - 1] - x
        if rise * (hull_x[top - 2] - x) > (hull_u[top - 2] - u) * over:
            break
        top -= 1
    return top


@kernel
def _tangent(hull_x: Lane, hull_u: Lane, top: int, x: float, u: float) -> float:
    """The steepest way from (x, u) to the hull; farther points are steeper only in a row from the nearest on."""
    best = NOTHING
    for i in range(top - 1, -1, -1):
        tangent = (hull_u[i] - u) / max(hull_x[i] - x, _SHORTEST_M)
        if tangent <= best and i < top - 1:
            break
        best = tangent
    return best


@kernel
def _push(hull_x: Lane, hull_u: Lane, top: int, x: float, u: float) -> int:
    """Put a point on the hull; spikes that would stand before the last one (never at real slopes) are moved there."""
    hull_x[top] = x if top == 0 else min(x, hull_x[top - 1] - _SHORTEST_M)
    hull_u[top] = u
    return top + 1
