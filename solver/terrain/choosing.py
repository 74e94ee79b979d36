"""Every layer that candidates are chosen by, made from one model and kept on its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from solver.geometry import XY
from solver.terrain.candidates import Wish, candidates, figures_at
from solver.terrain.distance import distance_to
from solver.terrain.earth import earth_share
from solver.terrain.following import Follow
from solver.terrain.grid import Grid
from solver.terrain.horizon import Progress
from solver.terrain.light import light
from solver.terrain.parts import FAR_HALO_M, Opened, Window, on_far
from solver.terrain.sky import earth, sun
from solver.terrain.slope import relief
from solver.terrain.tables import Table


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures of a table rest on: period, step, azimuths of the Sun, mast height in metres, baseline of slopes."""

    start: datetime
    end: datetime
    step_h: float
    azimuths: int
    mast_m: float
    baseline_m: float | None = None


def table_of(found: Opened, wish: Wish, basis: Basis, follow: Follow, points: Mapping[str, XY] | None = None) -> Table:
    """The candidates of a window: layers from its ground and all that is known around it; after them `points` by name.

    Distances to shadow are those to shadow inside the ground read (the window and 4 km around it, or the whole model).
    """
    heights, window = ground_with_margin(found)
    far = found.around(follow)
    heights = on_far(heights, far)
    layers = layers_of(heights, far, basis, follow)
    core = {name: grid.window(*window) for name, grid in layers.items()}
    chosen = candidates(heights.window(*window), core, wish)
    chosen += figures_at(heights, layers, wish, points) if points else []
    origin = heights.origin
    for layer in layers.values():
        for step in layer.origin.steps:
            origin = origin if step in origin.steps else origin.then(step)
    return Table(chosen, heights.cell_m, basis.mast_m, origin.then(wish.said(list(layers))))


def layers_of(heights: Grid, far: Grid | None, basis: Basis, follow: Follow) -> Mapping[str, Grid]:
    """Slope, light, Earth and distance to shadow on the cells of the heights; shadow is that of the ground itself."""
    slope = relief(heights, basis.baseline_m or 2 * heights.cell_m).slope_deg
    days, of_earth = (body(basis.start, basis.end, basis.step_h) for body in (sun, earth))
    lit = light(heights, days, azimuths=basis.azimuths, mast_m=basis.mast_m, far=far, progress=_named(follow, "light"))
    dark = lit.shadow if basis.mast_m == 0 else _shadow(heights, basis, far, follow)
    seen = earth_share(heights, of_earth, mast_m=basis.mast_m, far=far, progress=_named(follow, "Earth"))
    return {
        "slope_deg": slope,
        "light_percent": percent_of(lit.average),
        "earth_percent": percent_of(seen),
        "shadow_m": distance_to(dark),
    }


def percent_of(share: Grid) -> Grid:
    """A share of 0..1 in percent, its last step saying so."""
    *before, last = share.origin.steps
    origin = replace(share.origin, steps=(*before, f"{last}, percent"))
    return Grid(share.values * np.float32(100), share.x_min_m, share.y_max_m, share.cell_m, origin)


def ground_with_margin(found: Opened) -> tuple[Grid, Window]:
    """The heights of the window with 4 km around it, and the window in these cells."""
    row0, row1, column0, column1 = found.window
    halo = int(FAR_HALO_M / found.model.cell_m) + 1
    heights = found.model.window(row0 - halo, row1 + halo, column0 - halo, column1 + halo)
    top, left = row0 - max(0, row0 - halo), column0 - max(0, column0 - halo)
    return heights, (top, top + row1 - row0, left, left + column1 - column0)


def _shadow(heights: Grid, basis: Basis, far: Grid | None, follow: Follow) -> Grid:
    """Permanent shadow at the ground: masts stand above it and are asked for light alone."""
    one_day = sun(basis.start, basis.start + timedelta(days=1), 24.0)
    named = _named(follow, "shadow")
    return light(heights, one_day, azimuths=basis.azimuths, mast_m=0.0, far=far, progress=named).shadow


def _named(follow: Follow, what: str) -> Progress:
    return lambda done, of: follow(what, done, of)
