"""Who excludes whom: the start differences that separation (C2) forbids, exactly and without listing days.

For two placements a and b, phase i of a and phase j of b overlap if and only if start(b) - start(a) lies strictly
between o_i - o_j - d_j and o_i + d_i - o_j. Where the two are too near for the larger of their keep-outs (or for the
agreement's, where that is smaller) these differences are forbidden; the intervals of all phase pairs are merged.
Entries in force and holds enter as fixed starts, so for them the forbidden differences are forbidden start days.

Source of the distance rule: solver.geometry, rules 3 to 5.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from solver.geometry import distance_m, is_too_near, point_distances_m
from solver.instance import Hold, Instance, Phase, Placement

Indexes = NDArray[np.intp]
Interval = tuple[int, int]
"""Whole days first..last, both included."""

# A map length is at most 1.0077 times the ground length inside the area, and no two points of it are 700 km apart.
_REACH_FACTOR, _REACH_SLACK_M, _WHOLE_AREA_M = 1.02, 1.0, 700_000.0


@dataclass(frozen=True, slots=True)
class Site:
    """A footprint with its phases: a placement of a claim, or a hold (claim None); `days` are those it can touch.

    `days` is half-open: from the earliest start to the end of a stay that starts last.
    """

    id: str
    claim: str | None
    phases: tuple[Phase, ...]
    footprint: BaseGeometry | None
    days: Interval

    @property
    def end(self) -> int:
        """Days from the start to the end of the last phase."""
        return max(phase.end for phase in self.phases)

    @property
    def widest_m(self) -> int:
        """The largest keep-out of its phases."""
        return max(phase.keep_out_m for phase in self.phases)


class Separation(NamedTuple):
    """start(b) - start(a) must lie in none of `forbidden`, merged intervals of whole days in ascending order."""

    a: str
    b: str
    forbidden: tuple[Interval, ...]

    def permits(self, difference: int) -> bool:
        """True if b may start `difference` days after a."""
        return not any(first <= difference <= last for first, last in self.forbidden)


def site(item: Placement | Hold, fixed: Mapping[str, int], recorded: Mapping[str, int]) -> Site:
    """The site of a placement or a hold; `fixed` has the start days of what stays as it is, `recorded` of what may stay."""
    claim = item.claim if isinstance(item, Placement) else None
    end = max(phase.end for phase in item.phases)
    window = (item.first_start, item.last_start) if isinstance(item, Placement) else (item.start, item.start)
    first, last = (fixed[item.id], fixed[item.id]) if item.id in fixed else window
    if item.id in recorded:
        first, last = min(first, recorded[item.id]), max(last, recorded[item.id])
    return Site(item.id, claim, item.phases, item.footprint, (first, last + end))


def separations(instance: Instance, beside: Set[str] | None = None) -> list[Separation]:
    """All pairs of sites of different claims with a forbidden start difference, each pair once, a before b by id.

    Left out are pairs that cannot have a day in common at any allowed start. Of a claim in force only the placement in
    force counts. Holds are not compared with one another. `beside`: only pairs with at least one of these sites.
    """
    placements, fixed, recorded = instance.placement_by_id, fixed_starts(instance), recorded_starts(instance)
    if instance.conflicts is not None:
        wanted = (pair for pair in instance.conflicts if beside is None or not beside.isdisjoint(pair))
        pairs = sorted(tuple(sorted(pair)) for pair in wanted)
        pairs = [pair for pair in pairs if _may(instance, *pair)]
        named = [[site(placements[name], fixed, recorded) for name in pair] for pair in pairs]
        return [Separation(a.id, b.id, ((1 - b.end, a.end - 1),)) for a, b in named]
    items: list[Placement | Hold] = [*placements.values(), *instance.holds]
    sites = [site(item, fixed, recorded) for item in items if _counts(instance, item)]
    found = []
    for a, b, ground_m in _near_pairs(sorted(sites, key=lambda item: item.id), beside):
        agreed_m = _agreed_m(instance, a, b) if instance.agreements else None
        forbidden = _forbidden(a, b, ground_m, agreed_m)
        if forbidden:
            found.append(Separation(a.id, b.id, forbidden))
    return found


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same whole days as disjoint intervals in ascending order, neighbours joined."""
    result: list[Interval] = []
    for first, last in sorted(interval for interval in intervals if interval[0] <= interval[1]):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return tuple(result)


def without(intervals: Sequence[Interval], forbidden: Sequence[Interval]) -> tuple[Interval, ...]:
    """The days of `intervals` that lie in none of `forbidden` (both merged)."""
    if len(forbidden) == 1 and len(intervals) == 1 and forbidden[0][0] <= intervals[0][0]:
        first = max(intervals[0][0], forbidden[0][1] + 1)  # by far the most frequent case, worth its own line
        return ((first, intervals[0][1]),) if first <= intervals[0][1] else ()
    rest = list(intervals)
    for low, high in forbidden:
        pieces = [((a, min(b, low - 1)), (max(a, high + 1), b)) for a, b in rest]
        rest = [piece for piece in itertools.chain.from_iterable(pieces) if piece[0] <= piece[1]]
    return merged(rest)


def shifted(intervals: Sequence[Interval], days: int) -> tuple[Interval, ...]:
    """The intervals moved by `days`."""
    return tuple((first + days, last + days) for first, last in intervals)


def mirrored(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """The intervals of the negated days: the differences seen from the other side."""
    return tuple((-last, -first) for first, last in reversed(intervals))


def fixed_starts(instance: Instance) -> Mapping[str, int]:
    """Start day by id of what stays as it is: placements in force, and holds."""
    in_force = {claim.in_force.placement: claim.in_force.start for claim in instance.claims if claim.in_force}
    return in_force | {hold.id: hold.start for hold in instance.holds}


def recorded_starts(instance: Instance) -> Mapping[str, int]:
    """Start day by placement of the entries in force that may be moved."""
    return {claim.recorded.placement: claim.recorded.start for claim in instance.claims if claim.recorded}


def _counts(instance: Instance, item: Placement | Hold) -> bool:
    if isinstance(item, Hold):
        return True
    in_force = instance.claim_by_id[item.claim].in_force
    return in_force is None or in_force.placement == item.id


def _may(instance: Instance, a: str, b: str) -> bool:
    """True if a given conflict has an effect: both placements count and the claims have no agreement."""
    placements = instance.placement_by_id
    pair = frozenset((placements[a].claim, placements[b].claim))
    return all(_counts(instance, placements[item]) for item in (a, b)) and pair not in instance.agreed_keep_out_m


def _agreed_m(instance: Instance, a: Site, b: Site) -> int | None:
    return instance.agreed_keep_out_m.get(frozenset((a.claim or "", b.claim or "")))


def _near_pairs(sites: Sequence[Site], beside: Set[str] | None) -> Iterator[tuple[Site, Site, float]]:
    """Pairs of different claims that are too near for a keep-out of either and can share a day, with their distance."""
    if not sites:
        return
    shapes = np.array([item.footprint for item in sites], dtype=object)
    widest_m = np.array([item.widest_m for item in sites], dtype=np.float64)
    reaches = np.minimum(_WHOLE_AREA_M, widest_m * _REACH_FACTOR + _REACH_SLACK_M)
    left, right = STRtree(shapes).query(shapes, predicate="dwithin", distance=reaches)
    both_ways = np.sort(np.minimum(left, right) * len(sites) + np.maximum(left, right))
    i, j = np.divmod(both_ways[np.diff(both_ways, prepend=-1) > 0], len(sites))
    wanted = _may_meet(sites, i, j)
    if beside is not None:
        among = np.array([item.id in beside for item in sites])
        wanted &= among[i] | among[j]
    i, j = i[wanted], j[wanted]
    ground_m = _distances_m(shapes, i, j)
    near = is_too_near(ground_m, np.maximum(widest_m[i], widest_m[j]))
    for one, other, distance in zip(i[near].tolist(), j[near].tolist(), ground_m[near].tolist(), strict=True):
        yield sites[one], sites[other], distance


def _may_meet(sites: Sequence[Site], i: Indexes, j: Indexes) -> NDArray[np.bool_]:
    """Which pairs are of different claims and can have a day in common."""
    number = {claim: n for n, claim in enumerate(dict.fromkeys(item.claim for item in sites))}
    claims = np.array([number[item.claim] for item in sites])
    first, end = np.array([item.days for item in sites], dtype=np.int64).T
    return np.asarray((claims[i] != claims[j]) & (first[i] < end[j]) & (first[j] < end[i]))


def _distances_m(shapes: NDArray[np.object_], i: Indexes, j: Indexes) -> NDArray[np.float64]:
    """Ground distances of the pairs: points all at once, other footprints one by one."""
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    both = points[i] & points[j]
    distances = np.empty(len(i))
    at = shapely.get_coordinates(shapely.centroid(shapes))  # of a point, the point itself
    distances[both] = point_distances_m(at[i[both]], at[j[both]])
    for n in np.flatnonzero(~both):
        distances[n] = distance_m(shapes[i[n]], shapes[j[n]])
    return distances


def _forbidden(a: Site, b: Site, ground_m: float, agreed_m: int | None) -> tuple[Interval, ...]:
    if len(a.phases) == 1 and len(b.phases) == 1 and agreed_m is None:  # the pair is known to be too near
        return ((a.phases[0].offset - b.phases[0].end + 1, a.phases[0].end - b.phases[0].offset - 1),)
    return merged(
        (i.offset - j.end + 1, i.end - j.offset - 1)
        for i, j in itertools.product(a.phases, b.phases)
        if is_too_near(ground_m, _keep_out_m(i, j, agreed_m))
    )


def _keep_out_m(i: Phase, j: Phase, agreed_m: int | None) -> int:
    larger_m = max(i.keep_out_m, j.keep_out_m)
    return larger_m if agreed_m is None else min(larger_m, agreed_m)
