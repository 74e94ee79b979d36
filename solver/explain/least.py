"""The search for the least change: every kind, over all placements wanted, by bisection and solving again."""

import dataclasses
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import mapping

from solver.explain.changes import (
    FARTHEST_M,
    EarlierWindow,
    Kind,
    LaterWindow,
    ShorterStay,
    SmallerKeepOut,
    ground_m,
    shortest_free_move,
)
from solver.explain.standing import Standing
from solver.instance import Claim, Instance, Placement
from solver.solution import OPTIMAL, Solution


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one placement that would have been granted, shown by solving again.

    `amount` is in `unit` (moves: ground metres, rounded up); `to` holds the fields of the placement as they would have to
    be; `gets` the placement and start that the solution of the changed instance allots. `least` is false where a
    smaller change is not excluded.
    """

    placement: str
    amount: int
    unit: str
    to: Mapping[str, Any]
    gets: Mapping[str, Any]
    least: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for one kind of change within `bounds`; `change` None: nothing. `finished`: the time sufficed."""

    kind: str
    bounds: str
    change: Change | None
    finished: bool


class LeastChanges:
    """The four kinds of change, each looked for when it is called."""

    def __init__(
        self,
        instance: Instance,
        claim: Claim,
        wanted: Sequence[Placement],
        standing: Standing,
        solve: Callable[[Instance], Solution | None],
        is_granted: Callable[[Instance, Placement], bool | None],
    ):
        self._instance = instance
        self._claim = claim
        self._wanted = wanted
        self._standing = standing
        self._solve = solve
        self._is_granted = is_granted
        self._finished = True

    def looks(self) -> Iterator[Callable[[], Looked]]:
        """One call for each kind of change."""
        horizon_days = self._instance.horizon_days
        windows: list[Kind] = [EarlierWindow(), LaterWindow(horizon_days)]
        yield lambda: self._look("wider window", f"day 0 to the horizon of {horizon_days} days", windows)
        yield lambda: self._look("shorter stay", "down to 1 day of the longest phase", [ShorterStay()])
        yield lambda: self._look("smaller keep-out", "down to 1 m", [SmallerKeepOut(self._instance)])
        yield self._look_for_move

    def _look(self, name: str, bounds: str, kinds: Sequence[Kind]) -> Looked:
        self._finished, best = True, None
        for kind in kinds:
            for placement in self._wanted:
                best = self._smaller(kind, placement, best) or best
        return Looked(name, bounds, best, self._finished)

    def _look_for_move(self) -> Looked:
        self._finished, best = True, None
        for placement in self._wanted:
            within_m = FARTHEST_M if best is None else best.amount - 1
            if self._instance.conflicts is None and within_m > 0:
                near = self._standing.near(placement, within_m)
                move = shortest_free_move(near, placement, within_m)
                best = (self._smaller(move, placement, best) if move else None) or best
        return Looked("move", f"up to {FARTHEST_M} m on the map in 24 directions", best, self._finished)

    def _smaller(self, kind: Kind, placement: Placement, best: Change | None) -> Change | None:
        """The least granted amount below that of the best change known, or None."""
        amounts = kind.amounts(placement)
        if best is not None:
            amounts = amounts[: bisect_left(amounts, best.amount)]
        if kind.is_nested:
            amounts = amounts[: self._free_from(kind, placement, amounts) + 1]
        found = self._bisected(kind, placement, amounts)
        return None if found is None else self._change(kind, placement, *found)

    def _free_from(self, kind: Kind, placement: Placement, amounts: Sequence[int]) -> int:
        """The first index at which the placement is free beside all that stands; a bound for what must be granted."""
        near = self._standing.near(placement, 0)

        def is_free(i: int) -> bool:
            return near.is_free(kind.changed(placement, amounts[i]))

        return bisect_left(range(len(amounts)), x=True, key=is_free)

    def _bisected(self, kind: Kind, placement: Placement, amounts: Sequence[int]) -> tuple[int, Solution] | None:
        low, high = -1, len(amounts) - 1
        if high < 0 or not self._would_do(kind.changed(placement, amounts[high])):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._would_do(kind.changed(placement, amounts[middle])) else (middle, high)
        shown = self._shown(kind.changed(placement, amounts[high]))
        return None if shown is None else (amounts[high], shown)

    def _would_do(self, placement: Placement) -> bool:
        answer = self._is_granted(self._changed(placement), placement)
        self._finished = self._finished and answer is not None
        return answer is True

    def _shown(self, placement: Placement) -> Solution | None:
        """The completed solution of the changed instance if it allots the placement."""
        answer = self._solve(self._changed(placement))
        if answer is None or answer.status != OPTIMAL:
            self._finished = False
            return None
        return answer if any(row.placement == placement.id for row in answer.allotments) else None

    def _changed(self, placement: Placement) -> Instance:
        placements = tuple(placement if p.id == placement.id else p for p in self._claim.placements)
        claim = dataclasses.replace(self._claim, placements=placements)
        claims = tuple(claim if c.id == claim.id else c for c in self._instance.claims)
        return dataclasses.replace(self._instance, claims=claims)

    def _change(self, kind: Kind, placement: Placement, amount: int, answer: Solution) -> Change:
        changed = kind.changed(placement, amount)
        row = next(row for row in answer.allotments if row.placement == placement.id)
        return Change(
            placement=placement.id,
            amount=amount if kind.is_nested else ground_m(placement, changed),
            unit=kind.unit,
            to=_fields(placement, changed),
            gets={"placement": row.placement, "start": row.start},
            least=kind.is_nested and self._finished and _keeps_order(placement, changed),
        )


def _keeps_order(old: Placement, new: Placement) -> bool:
    """True if no phase comes earlier after the start than it did: then less of a change permits less."""
    return all(a.offset == b.offset for a, b in zip(old.phases, new.phases, strict=True))


def _fields(old: Placement, new: Placement) -> dict[str, Any]:
    """The fields of the instance file that differ, as they would have to be."""
    found: dict[str, Any] = {}
    if (old.first_start, old.last_start) != (new.first_start, new.last_start):
        found["start"] = [new.first_start, new.last_start]
    if old.phases != new.phases:
        found["phases"] = [dataclasses.asdict(phase) for phase in new.phases]
    if old.footprint != new.footprint:
        found["footprint"] = mapping(new.footprint)
    return found
