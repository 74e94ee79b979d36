"""Light and permanent shadow of every cell: one sweep over all azimuths serves the average, every season and shadow.

What is averaged is the part of the Sun's disc above the horizon, from 0 to 1, over the epochs of a period (the measure
of LOLA's AVGVISIB). Permanent shadow asks for no period: a cell is in it when in no azimuth of the sweep the Sun's
highest limb, 1.854 degrees (the most in two turns of the Moon's nodes), comes over the horizon.

Errors. Ground beyond the model hides nothing, and holes hide nothing: light comes out too bright, shadow too small.
The horizon is known at the azimuths of the sweep only, so a gap between two of them is not seen. A cell stands for its
middle. `solver.terrain.darkness` follows the Sun from epoch to epoch instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from solver.terrain.grid import Grid
from solver.terrain.horizon import Progress, azimuths_of, sweep
from solver.terrain.share import Shares, add_shares, limbs_deg, shares_of
from solver.terrain.sky import SUN_HIGHEST_LIMB_DEG, Track

AZIMUTHS = 72


@dataclass(frozen=True)
class Season:
    """A named part of a period, [start, end), aware instants."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Light:
    """What a sweep found: shares of 0..1 as `average` and `seasons`, and `shadow` (1 permanent shadow, 0 not)."""

    average: Grid
    seasons: dict[str, Grid]
    shadow: Grid


def months(start: datetime, end: datetime) -> tuple[Season, ...]:
    """The calendar months that begin in [start, end), each cut at `end`; the first begins at `start`."""
    found = []
    while start < end:
        after = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        after = after.replace(year=after.year + after.month // 12, month=after.month % 12 + 1)
        found.append(Season(f"{start:%Y-%m}", start, min(after, end)))
        start = after
    return tuple(found)


def light(
    model: Grid,
    track: Track,
    *,
    azimuths: int = AZIMUTHS,
    mast_m: float = 0.0,
    far: Grid | None = None,
    seasons: Sequence[Season] = (),
    progress: Progress | None = None,
) -> Light:
    """Average light over the track, over each season (a part of the track), and permanent shadow, in one sweep.

    Seen from `mast_m` above the ground, the shadow too. Memory: the model, one horizon, and four bytes a cell for each
    product. Holes stay holes.
    """
    directions = azimuths_of(azimuths)
    periods = [track, *(track.part(season.start, season.end) for season in seasons)]
    tables = [_table(period, directions) for period in periods]
    sums = [np.zeros(model.shape, dtype=np.float32) for _ in periods]
    lowest = np.full(model.shape, np.inf, dtype=np.float32)
    for azimuth, tangents in enumerate(sweep(model, directions, far, mast_m, progress)):
        np.minimum(lowest, tangents, out=lowest)
        for table, total in zip(tables, sums, strict=True):
            add_shares(tangents, table, azimuth, total)
    how = f"{azimuths} azimuths, {mast_m:g} m above the ground"
    made = [
        model.like(total, f"share of the disc seen, {period.described()}, {how}")
        for total, period in zip(sums, periods, strict=True)
    ]
    named = {season.name: grid for season, grid in zip(seasons, made[1:], strict=True)}
    return Light(made[0], named, _shadow(model, lowest, how))


def permanent_shadow(
    model: Grid,
    *,
    azimuths: int = AZIMUTHS,
    mast_m: float = 0.0,
    far: Grid | None = None,
    progress: Progress | None = None,
) -> Grid:
    """1 where the Sun is never seen from `mast_m` above the ground, 0 elsewhere, NaN in holes; no period is asked for."""
    lowest = np.full(model.shape, np.inf, dtype=np.float32)
    for tangents in sweep(model, azimuths_of(azimuths), far, mast_m, progress):
        np.minimum(lowest, tangents, out=lowest)
    return _shadow(model, lowest, f"{azimuths} azimuths, {mast_m:g} m above the ground")


def share(
    model: Grid,
    track: Track,
    *,
    azimuths: int,
    mast_m: float = 0.0,
    far: Grid | None = None,
    progress: Progress | None = None,
) -> Grid:
    """The average share of a body's disc above the horizon; only azimuths where the body stands are swept."""
    directions = azimuths_of(azimuths)
    table = _table(track, directions)
    used = [i for i in range(azimuths) if table.values[i, 0] > 0]
    total = np.zeros(model.shape, dtype=np.float32)
    swept = sweep(model, [directions[i] for i in used], far, mast_m, progress)
    for azimuth, tangents in zip(used, swept, strict=True):
        add_shares(tangents, table, azimuth, total)
    step = f"share of the disc seen, {track.described()}, {len(used)} of {azimuths} azimuths, {mast_m:g} m above the ground"
    return model.like(total, step)


def _table(track: Track, directions: tuple[float, ...]) -> Shares:
    if not len(track):
        raise ValueError(
            "a season holds none of the track's epochs; give a season within the period, or a shorter step"
        )
    return shares_of(track, directions, *limbs_deg(track))


def _shadow(model: Grid, lowest: np.ndarray[tuple[int, ...], np.dtype[np.float32]], how: str) -> Grid:
    limb = np.float32(np.tan(np.radians(SUN_HIGHEST_LIMB_DEG)))
    shadow = np.where(np.isnan(lowest), np.float32(np.nan), (lowest > limb).astype(np.float32))
    return model.like(shadow, f"1 where the Sun's highest limb, 1.854 degrees, never rises over the horizon, {how}")
