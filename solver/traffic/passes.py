"""When a craft in low orbit may cross the ejecta of a movement, whatever its node: a bound, not a forecast.

In the ten minutes that the sheet is followed nothing of it comes farther than the angle A (`sheet_angle_deg`). An orbiter that
is u along its orbit from its southernmost point, in an orbit tilted i from the polar, is acos(cos i cos u) from the pole, so at
least that less the site's own distance c from the pole away from the site. It can be met only if acos(cos i cos u) <= A + c: for
a stretch of half-length acos(cos(A + c) / cos i) around each southernmost point, whichever way the node has drifted.
"""

import math
from collections.abc import Iterator

from solver.geometry import XY, to_geographic
from solver.traffic.instance import Interval, Movement, Orbiter
from solver.traffic.methods import parameters, sheet_angle_deg


def is_low(orbiter: Orbiter) -> bool:
    """True if ejecta are dense enough at its height to keep it clear of them."""
    return bool(orbiter.altitude_km <= parameters("low-orbit")["most_altitude_km"])


def half_stretch_s(orbiter: Orbiter, site: XY) -> int | None:
    """Seconds either side of a southernmost point in which ejecta of the site may meet the orbiter, rounded up, margin
    included; None if they never may. Half a period and more means always.
    """
    if not is_low(orbiter):
        return None
    reach = math.radians(min(180.0, sheet_angle_deg() + 90 + to_geographic(*site)[0]))
    tilt = math.cos(math.radians(abs(90 - orbiter.inclination_deg)))
    if math.cos(reach) > tilt:
        return None
    if math.cos(reach) <= -tilt:
        return math.ceil(orbiter.period_ms / 2000)
    angle = math.acos(math.cos(reach) / tilt)
    return math.ceil(angle / (2 * math.pi) * orbiter.period_ms / 1000) + orbiter.margin_s


def closed_minutes(orbiter: Orbiter, movement: Movement, window: Interval) -> Iterator[Interval]:
    """The minutes of a window at which the movement would send ejecta while the orbiter may be met."""
    half_s = half_stretch_s(orbiter, movement.site)
    if half_s is None:
        return
    if 2000 * half_s >= orbiter.period_ms:
        yield window
        return
    rule = parameters("ejecta")
    early_ms, late_ms = 1000 * (half_s + rule["follow_s"]), 1000 * (half_s + rule["blowing_s"])
    south_ms, period = 1000 * orbiter.south_at_s, orbiter.period_ms
    n = (60_000 * window[0] - late_ms - south_ms) // period
    while (centre := south_ms + n * period) - early_ms <= 60_000 * window[1]:
        first = max(window[0], -((early_ms - centre) // 60_000))
        last = min(window[1], (centre + late_ms) // 60_000)
        if first <= last:
            yield first, last
        n += 1
