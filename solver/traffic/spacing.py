"""What is left of each movement's windows, and which differences of times two movements may not have.

Rules, as in `solver/README.md`: (S1) windows and horizon, (S2) corridors, (S3) ejecta against craft in flight, (S4)
turnaround within a plume, (S5) orbiters, (S6) sensitive operations, (S7) an ascent after its landing. Times are whole minutes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import shapely

from solver.geometry import distance_m, is_too_near, point_distance_m
from solver.traffic.instance import Instance, Interval, Movement, Operation
from solver.traffic.methods import emission_min, in_flight_reach_m, parameters, reach_of
from solver.traffic.passes import closed_minutes

WIDEST_SCALE = 1.02  # map metres per ground metre at 80 S with the length of a corridor beyond it, rounded up


@dataclass(frozen=True, slots=True)
class Closed:
    """Minutes, both ends included, at which something keeps a movement from its time, and by which rule."""

    first: int
    last: int
    rule: str
    by: str


@dataclass(frozen=True, slots=True)
class Spacing:
    """Two movements whose times may not differ by these: time(b) - time(a), merged, both ends included."""

    a: str
    b: str
    forbidden: tuple[Interval, ...]


def closures(instance: Instance, movement: Movement) -> list[Closed]:
    """What closes minutes to a movement besides other movements: (S5) and (S6)."""
    found = [
        Closed(first, last, "S5", orbiter.id)
        for orbiter in instance.orbiters
        for window in _forecast(instance, movement)
        for first, last in closed_minutes(orbiter, movement, window)
    ]
    for operation in instance.operations:
        found += _of_operation(movement, operation)
    return found


def _forecast(instance: Instance, movement: Movement) -> Iterator[Interval]:
    """The parts of a movement's windows for which orbits are forecast."""
    windows = movement.windows if movement.slot is None else ((movement.slot, movement.slot),)
    for first, last in windows:
        if first < instance.orbits_until:
            yield first, min(last, instance.orbits_until - 1)


def _of_operation(movement: Movement, operation: Operation) -> Iterator[Closed]:
    """A claim's own operations are its own affair."""
    if operation.claim is not None and operation.claim == movement.claim:
        return
    reach = reach_of(operation.activity)
    before, after = movement.flight_min
    early, late = emission_min()
    if is_too_near(point_distance_m(movement.site, operation.site), max(reach.distance_m, movement.keep_out_m)):
        yield from (Closed(s - late + 1, e + early - 1, "S6", operation.id) for s, e in operation.times)
    if reach.overflight and _near(movement.corridor, shapely.Point(operation.site), movement.half_width_m):
        yield from (Closed(s - after + 1, e + before - 1, "S6", operation.id) for s, e in operation.times)


def open_minutes(instance: Instance, movement: Movement, closed: Sequence[Closed]) -> tuple[Interval, ...]:
    """(S1) The minutes of the windows, within the horizon, that nothing closes."""
    gaps = merged([(row.first, row.last) for row in closed])
    rest: list[Interval] = []
    for first, last in movement.windows:
        rest += _without((first, min(last, instance.horizon_min)), gaps)
    return tuple(rest)


def _without(window: Interval, gaps: Sequence[Interval]) -> Iterator[Interval]:
    at, last = window
    for low, high in gaps:
        if high < at:
            continue
        if low > last:
            break
        if at < low:
            yield at, low - 1
        at = high + 1
    if at <= last:
        yield at, last


def merged(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """The same minutes as disjoint intervals in ascending order, neighbours joined."""
    found: list[Interval] = []
    for first, last in sorted(intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif first <= last:
            found.append((first, last))
    return tuple(found)


def spacings(instance: Instance, times: Mapping[str, Sequence[Interval]]) -> list[Spacing]:
    """The pairs of movements that the given times could bring too near one another, by id."""
    found = []
    for a, b in combinations(sorted((m for m in instance.movements if times.get(m.id)), key=lambda m: m.id), 2):
        reach = times[b.id][0][0] - times[a.id][-1][1], times[b.id][-1][1] - times[a.id][0][0]
        forbidden = merged(list(differences(a, b, reach)))
        if forbidden:
            found.append(Spacing(a.id, b.id, forbidden))
    return found


def differences(a: Movement, b: Movement, reach: Interval) -> Iterator[Interval]:
    """The forbidden time(b) - time(a) that meet `reach`, its least and greatest: (S2) to (S4), or (S7) of one craft."""
    for first, second, sign in ((a, b, 1), (b, a, -1)):
        if second.follows is not None and second.follows.movement == first.id:
            yield from (_signed(row, sign) for row in _unless(second.follows.least_min, second.follows.most_min))
            return
    yield from (row for row, is_so in _rules(a, b) if row[0] <= reach[1] and row[1] >= reach[0] and is_so())


def _rules(a: Movement, b: Movement) -> Iterator[tuple[Interval, Callable[[], bool]]]:
    """The differences that each rule forbids where its sites and corridors are near; geometry is asked last, being slow."""
    (pa, qa), (pb, qb), (early, late) = a.flight_min, b.flight_min, emission_min()
    way_a, way_b, in_flight_m = a.corridor, b.corridor, in_flight_reach_m()
    wide_a, wide_b = a.half_width_m, b.half_width_m
    yield (1 - pa - qb, qa + pb - 1), lambda: _near(way_a, way_b, wide_a + wide_b)
    yield (1 - early - qb, late + pb - 1), lambda: _near(a.point, way_b, in_flight_m + wide_b)
    yield (1 - late - pa, early + qa - 1), lambda: _near(b.point, way_a, in_flight_m + wide_a)
    wait = parameters("turnaround")["minutes"]
    plume_m = max(a.keep_out_m, b.keep_out_m)
    yield (1 - wait, wait - 1), lambda: bool(is_too_near(point_distance_m(a.site, b.site), plume_m))


def _unless(least: int, most: int) -> tuple[Interval, Interval]:
    """All differences but those from least to most."""
    beyond = 10**9  # minutes; more than any two times of one file can differ
    return (-beyond, least - 1), (most + 1, beyond)


def _signed(row: Interval, sign: int) -> Interval:
    return row if sign == 1 else (-row[1], -row[0])


def _near(a: shapely.Geometry, b: shapely.Geometry, limit_m: float) -> bool:
    """True if two shapes are too near; the ground is never longer than the map, and shorter by the scale at most."""
    if shapely.distance(a, b) > WIDEST_SCALE * limit_m:
        return False
    return bool(is_too_near(distance_m(a, b), limit_m))
