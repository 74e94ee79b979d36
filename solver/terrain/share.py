"""How much of a body's disc a straight horizon leaves, and what that makes over a period in one azimuth.

A horizon is straight across the disc (half a degree of the Sun, two of the Earth). For an azimuth of the sweep the
epochs of the period nearest to it are taken together: share(tangent) is the mean, over those epochs, of the part of
the disc above a horizon of that tangent. Weighted by how many epochs each azimuth has, the sum over azimuths is the
average over the period: no loop over time is left for the raster.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.terrain.compiled import in_parts, kernel
from solver.terrain.sky import Track

Doubles = NDArray[np.float64]

_STEPS = 512


class Shares(NamedTuple):
    """Shares of the period by azimuth and tangent: `values` (azimuths, steps) at equally spaced tangents; float32.

    Each row already carries its azimuth's weight: the rows' first entries sum to 1.
    """

    first: float
    step: float
    values: NDArray[np.float32]


def disc_above(height: Doubles) -> Doubles:
    """The part, 0 to 1, of a disc of radius 1 above a straight horizon, by the height of its centre over it."""
    clipped = np.clip(height, -1.0, 1.0)
    return np.asarray(1.0 - (np.arccos(clipped) - clipped * np.sqrt(1.0 - clipped * clipped)) / np.pi)


def shares_of(track: Track, azimuths_deg: tuple[float, ...], lowest_deg: float, highest_deg: float) -> Shares:
    """The table of a period for equally spaced azimuths from 0, between the lowest and highest limb of the body."""
    tangents = np.linspace(np.tan(np.radians(lowest_deg)), np.tan(np.radians(highest_deg)), _STEPS)
    angles = np.degrees(np.arctan(tangents))
    count = len(azimuths_deg)
    nearest = np.rint(track.azimuth_deg * count / 360).astype(np.int64) % count
    values = np.zeros((count, _STEPS), dtype=np.float32)
    for azimuth in range(count):
        mine = nearest == azimuth
        if mine.any():
            height = (track.elevation_deg[mine, None] - angles[None, :]) / track.radius_deg[mine, None]
            values[azimuth] = disc_above(height).sum(axis=0) / len(track)
    return Shares(float(tangents[0]), float(tangents[1] - tangents[0]), values)


def limbs_deg(track: Track) -> tuple[float, float]:
    """The lowest and the highest edge of the disc in a period, degrees."""
    return (
        float(np.min(track.elevation_deg - track.radius_deg)),
        float(np.max(track.elevation_deg + track.radius_deg)),
    )


def add_shares(tangents: NDArray[np.float32], shares: Shares, azimuth: int, total: NDArray[np.float32]) -> None:
    """Add an azimuth's share at every cell to `total`; holes (NaN) stay NaN."""
    flat, sums, row = tangents.reshape(-1), total.reshape(-1), shares.values[azimuth]
    in_parts(lambda start, end: _add(flat, row, shares.first, 1 / shares.step, start, end, sums), 0, flat.size)


@kernel
def _add(
    tangents: NDArray[np.float32], row: NDArray[np.float32], first: float, inverse: float, start: int, end: int,
    total: NDArray[np.float32],
) -> None:  # fmt: skip
    last = len(row) - 1
    for i in range(start, end):
        place = (np.float64(tangents[i]) - first) * inverse
        if not place > 0.0:
            total[i] += row[0] if place <= 0.0 else np.nan
        elif place < last:
            step = int(place)
            low = row[step]
            total[i] += low + (row[step + 1] - low) * np.float32(place - step)
        else:
            total[i] += row[last]
