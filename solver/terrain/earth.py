"""Visibility of the Earth: the average share of its disc above the horizon, from 0 to 1, over a period.

The Earth wanders over 16 degrees of azimuth around longitude 0 and up and down by 6.9 degrees (libration), seen from
the pole 0.26 degrees lower than from the Moon's centre. Same sweep and same errors as light.
"""

from solver.terrain.grid import Grid
from solver.terrain.horizon import Progress
from solver.terrain.light import share
from solver.terrain.sky import Track

AZIMUTHS = 360
"""One a degree; only those where the Earth stands are swept, about 17."""


def earth_share(
    model: Grid,
    track: Track,
    *,
    azimuths: int = AZIMUTHS,
    mast_m: float = 0.0,
    far: Grid | None = None,
    progress: Progress | None = None,
) -> Grid:
    """The share of the Earth's disc seen from `mast_m` above each cell, averaged over `sky.earth(...)`."""
    return share(model, track, azimuths=azimuths, mast_m=mast_m, far=far, progress=progress)
