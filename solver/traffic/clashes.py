"""Who would be in whose way at given times: each rule looked at minute against minute, without the search's algebra.

This is what `verify` and `show` stand on. Pairs are compared one by one, and an orbiter is followed along its orbit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from shapely.geometry import Point

from solver.geometry import distance_m, is_too_near, point_distance_m
from solver.traffic.instance import Instance, Movement, Operation, Orbiter
from solver.traffic.methods import emission_min, in_flight_reach_m, parameters, reach_of
from solver.traffic.passes import half_stretch_s

RULES = {
    "S1": "outside its windows",
    "S2": "on its way at the same time in corridors that touch",
    "S3": "its ejecta fly where the other is on its way",
    "S4": "within one plume before the dust has settled",
    "S5": "its ejecta may meet an orbiter",
    "S6": "a sensitive operation goes on nearby",
    "S7": "an ascent without its landing, too early or too late",
}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clash:
    """One movement that breaks a rule, and what it meets (None: nothing but its own windows)."""

    rule: str
    movement: str
    other: str | None = None

    def __str__(self) -> str:
        beside = f" with {self.other}" if self.other else ""
        return f"({self.rule}) {self.movement}{beside}: {RULES[self.rule]}"


def clashes(instance: Instance, times: Mapping[str, int]) -> list[Clash]:
    """Every clash of the movements at these times, minutes by id; of a pair, one line a rule."""
    chosen = [movement for movement in instance.movements if movement.id in times]
    found = [clash for movement in chosen for clash in _alone(instance, movement, times)]
    for a, b in combinations(chosen, 2):
        found += _together(a, times[a.id], b, times[b.id])
    return sorted(found, key=lambda clash: (clash.rule, clash.movement, clash.other or ""))


def _alone(instance: Instance, movement: Movement, times: Mapping[str, int]) -> Iterator[Clash]:
    at = times[movement.id]
    if movement.slot is None:
        in_window = any(first <= at <= last for first, last in movement.windows)
        if not in_window or at > instance.horizon_min:
            yield Clash("S1", movement.id)
    elif at != movement.slot:
        yield Clash("S1", movement.id)
    for orbiter in instance.orbiters:
        if at < instance.orbits_until and meets(orbiter, movement, at):
            yield Clash("S5", movement.id, orbiter.id)
    for operation in instance.operations:
        if disturbs(movement, at, operation):
            yield Clash("S6", movement.id, operation.id)
    if movement.follows is not None:
        landed = times.get(movement.follows.movement)
        if landed is None or not movement.follows.least_min <= at - landed <= movement.follows.most_min:
            yield Clash("S7", movement.id, movement.follows.movement)


def meets(orbiter: Orbiter, movement: Movement, at: int) -> bool:
    """(S5) True if the orbiter may be within reach at some second from the first ejecta to the last that is followed."""
    half_s = half_stretch_s(orbiter, movement.site)
    if half_s is None:
        return False
    rule = parameters("ejecta")
    start, end = 60_000 * at - 1000 * rule["blowing_s"], 60_000 * at + 1000 * rule["follow_s"]
    since = (start - 1000 * orbiter.south_at_s) % orbiter.period_ms  # since the last southernmost point
    until = orbiter.period_ms - since
    return bool(since <= 1000 * half_s or until - 1000 * half_s <= end - start)


def disturbs(movement: Movement, at: int, operation: Operation) -> bool:
    """(S6) True if ejecta or the craft itself would come too near while the operation goes on."""
    if operation.claim is not None and operation.claim == movement.claim:
        return False
    reach = reach_of(operation.activity)
    if any(_share(_emission(at), span) for span in operation.times):
        limit_m = max(reach.distance_m, movement.keep_out_m)
        if is_too_near(point_distance_m(movement.site, operation.site), limit_m):
            return True
    if reach.overflight and any(_share(_flight(movement, at), span) for span in operation.times):
        way_m = distance_m(movement.corridor, Point(operation.site))
        return bool(is_too_near(way_m, movement.half_width_m))
    return False


def _together(a: Movement, at_a: int, b: Movement, at_b: int) -> Iterator[Clash]:
    if _is_one_craft(a, b) or _is_one_craft(b, a):
        return
    if _share(_flight(a, at_a), _flight(b, at_b)):
        way_m = distance_m(a.corridor, b.corridor)
        if is_too_near(way_m, a.half_width_m + b.half_width_m):
            yield Clash("S2", a.id, b.id)
    for one, at_one, other, at_other in ((a, at_a, b, at_b), (b, at_b, a, at_a)):
        if _share(_emission(at_one), _flight(other, at_other)):
            way_m = distance_m(one.point, other.corridor)
            if is_too_near(way_m, in_flight_reach_m() + other.half_width_m):
                yield Clash("S3", one.id, other.id)
    apart_m = point_distance_m(a.site, b.site)
    if abs(at_b - at_a) < parameters("turnaround")["minutes"] and is_too_near(apart_m, max(a.keep_out_m, b.keep_out_m)):
        yield Clash("S4", a.id, b.id)


def _is_one_craft(ascent: Movement, landing: Movement) -> bool:
    """True if the one is the other's own ascent: (S7) stands for them, and nothing else."""
    return ascent.follows is not None and ascent.follows.movement == landing.id


def _flight(movement: Movement, at: int) -> Span:
    before, after = movement.flight_min
    return at - before, at + after


def _emission(at: int) -> Span:
    before, after = emission_min()
    return at - before, at + after


def _share(one: Span, other: Span) -> bool:
    """True if two half-open spans have a minute in common."""
    return one[0] < other[1] and other[0] < one[1]
