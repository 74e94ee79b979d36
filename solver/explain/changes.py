"""The least change of one placement that would have been granted: a wider window, a shorter stay, a smaller keep-out,
another site.

Every change but a move is nested: what it permits, any larger change of the same kind permits too, while allocations
without the placement stay as they are. So under a rule that optimises, granted is monotone and the least change is found
by bisection; each step solves the instance again and believes only a completed run. A move is looked for along
`DIRECTIONS` directions up to `FARTHEST_M`, first beside all allotments as they stand, then nearer by solving again.
"""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely

from solver.explain.standing import Standing
from solver.geometry import GeometryFault, check_inside_area, distance_m, point_distance_m
from solver.instance import Instance, Phase, Placement

DIRECTIONS = 24
FARTHEST_M = 10_000
NEARER_STEPS = 16


class Kind(Protocol):
    """One kind of change; an amount is in whole days or metres, larger for a larger change."""

    @property
    def unit(self) -> str:
        """What an amount counts: days or m."""

    @property
    def is_nested(self) -> bool:
        """True if a larger change permits all that a smaller one does."""

    def amounts(self, placement: Placement) -> Sequence[int]:
        """The amounts worth trying, ascending; empty where the kind does not apply."""

    def changed(self, placement: Placement, amount: int) -> Placement:
        """The placement after the change."""


@dataclass(frozen=True, slots=True)
class EarlierWindow:
    """The window opens `amount` days earlier, not before day 0."""

    unit: str = "days"
    is_nested: bool = True

    def amounts(self, placement: Placement) -> Sequence[int]:
        return range(1, placement.first_start + 1)

    def changed(self, placement: Placement, amount: int) -> Placement:
        return dataclasses.replace(placement, first_start=placement.first_start - amount)


@dataclass(frozen=True, slots=True)
class LaterWindow:
    """The window closes `amount` days later, not past the last start that fits the horizon."""

    horizon_days: int
    unit: str = "days"
    is_nested: bool = True

    def amounts(self, placement: Placement) -> Sequence[int]:
        return range(1, self.horizon_days - placement.end - placement.last_start + 1)

    def changed(self, placement: Placement, amount: int) -> Placement:
        return dataclasses.replace(placement, last_start=placement.last_start + amount)


@dataclass(frozen=True, slots=True)
class ShorterStay:
    """The longest phase is `amount` days shorter, and what follows it comes as much earlier."""

    unit: str = "days"
    is_nested: bool = True

    def amounts(self, placement: Placement) -> Sequence[int]:
        return range(1, self._longest(placement).days)

    def changed(self, placement: Placement, amount: int) -> Placement:
        longest = self._longest(placement)
        return dataclasses.replace(
            placement, phases=tuple(self._shortened(phase, longest, amount) for phase in placement.phases)
        )

    def _longest(self, placement: Placement) -> Phase:
        return max(placement.phases, key=lambda phase: (phase.days, phase.end))

    def _shortened(self, phase: Phase, longest: Phase, amount: int) -> Phase:
        if phase is longest:
            return dataclasses.replace(phase, days=phase.days - amount)
        return dataclasses.replace(phase, offset=phase.offset - amount) if phase.offset >= longest.end else phase


@dataclass(frozen=True, slots=True)
class SmallerKeepOut:
    """No phase keeps out more than the widest one did less `amount` metres.

    Only keep-outs that fall to the distance of some other site can open anything, unless a cap counts km2 days.
    """

    instance: Instance
    unit: str = "m"
    is_nested: bool = True

    def amounts(self, placement: Placement) -> Sequence[int]:
        widest_m = widest(placement)
        if self.instance.conflicts is not None or placement.footprint is None or widest_m < 2:
            return ()
        if any(placement.id in cap.placements and cap.measure == "km2_days" for cap in self.instance.caps):
            return range(1, widest_m)
        shape = placement.footprint
        others = [p.footprint for p in self.instance.placement_by_id.values() if p.claim != placement.claim]
        near = [s for s in [*others, *(h.footprint for h in self.instance.holds)] if s is not None]
        # No map length is shorter than the ground, so what is farther on the map by the scale is out of reach.
        grounds = [distance_m(shape, other) for other in near if shapely.dwithin(shape, other, widest_m * 1.02 + 1)]
        keep_outs = {max(1, math.floor(ground_m + 0.001)) for ground_m in grounds}
        return sorted(widest_m - keep_out_m for keep_out_m in keep_outs if keep_out_m < widest_m)

    def changed(self, placement: Placement, amount: int) -> Placement:
        most_m = widest(placement) - amount
        phases = tuple(dataclasses.replace(p, keep_out_m=min(p.keep_out_m, most_m)) for p in placement.phases)
        return dataclasses.replace(placement, phases=phases)


@dataclass(frozen=True, slots=True)
class Move:
    """The site lies `amount` map metres farther in one direction; slope, light and ground there are not looked at."""

    turn: float
    farthest_m: int
    unit: str = "m"
    is_nested: bool = False

    def amounts(self, placement: Placement) -> Sequence[int]:
        if placement.footprint is None or not self.farthest_m:
            return ()
        return sorted({math.ceil(self.farthest_m * step / NEARER_STEPS) for step in range(1, NEARER_STEPS + 1)})

    def changed(self, placement: Placement, amount: int) -> Placement:
        dx, dy = round(amount * math.sin(self.turn)), round(amount * math.cos(self.turn))
        return moved(placement, dx, dy)


def widest(placement: Placement) -> int:
    """The largest keep-out of a placement's phases, metres."""
    return max(phase.keep_out_m for phase in placement.phases)


def moved(placement: Placement, dx: int, dy: int) -> Placement:
    """The placement with its footprint moved by whole map metres."""
    shape = shapely.transform(placement.footprint, lambda positions: np.add(positions, (dx, dy)))
    return dataclasses.replace(placement, footprint=shape)


def ground_m(a: Placement, b: Placement) -> int:
    """Ground metres between the first corners of two footprints, rounded up."""
    p, q = (tuple(map(float, shapely.get_coordinates(x.footprint)[0])) for x in (a, b))
    return math.ceil(point_distance_m((p[0], p[1]), (q[0], q[1])))


def shortest_free_move(standing: Standing, placement: Placement, within_m: int) -> Move | None:
    """The direction with the shortest move found to a site that is free beside everything that stands."""
    best: Move | None = None
    for k in range(DIRECTIONS):
        turn = 2 * math.pi * k / DIRECTIONS
        reach_m = within_m if best is None else best.farthest_m - 1
        found_m = _first_free(standing, placement, turn, reach_m)
        if found_m is not None:
            best = Move(turn, found_m)
    return best


def _first_free(standing: Standing, placement: Placement, turn: float, within_m: int) -> int | None:
    """The first free distance on steps of a quarter more each, made finer to 1 m; None up to `within_m`."""
    last_m = 0
    for step_m in _steps(within_m):
        if _is_free(standing, placement, turn, step_m):
            while step_m - last_m > 1:
                middle_m = (last_m + step_m) // 2
                if _is_free(standing, placement, turn, middle_m):
                    step_m = middle_m  # noqa: PLW2901  the upper end of what is halved
                else:
                    last_m = middle_m
            return step_m
        last_m = step_m
    return None


def _steps(within_m: int) -> Iterator[int]:
    step_m = 64
    while step_m < within_m:
        yield step_m
        step_m += step_m // 4
    if within_m > 0:
        yield within_m


def _is_free(standing: Standing, placement: Placement, turn: float, amount_m: int) -> bool:
    there = Move(turn, amount_m).changed(placement, amount_m)
    return is_inside(there) and standing.is_free(there)


def is_inside(placement: Placement) -> bool:
    """True if the footprint lies within the register's area."""
    try:
        check_inside_area(placement.footprint)
    except GeometryFault:
        return False
    return True
