"""The allocation rules read from the specification alone, for an oracle that has every feasible allocation in hand.

Rules of one objective rank allocations by a tuple, larger is better. Rules of turns go through the claims or the parties
and throw out, at each turn, the allocations in which it does worse than it could.

Where the specification leaves room, this reading takes it so:

- The product of `nash` is over the credited parties that have points; without any it is 1.
- `policy.levels` are for equal footing; every other rule passes them by.
- Claims in force have no turn. A claim that nobody can serve any more stays unserved, and is open no longer.
- A party of `serial` whose open claims can get nothing passes; the claims are credited to it all the same in every pass.
- Instants of receipt are compared as instants, whatever their offset from UTC.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from math import prod
from typing import Any

Allocations = list[dict[str, Any]]
"""Options by claim id; an option has `placement` and `start`."""


def equal_footing(worth: Any, earned: Mapping[str, Fraction], total: int) -> tuple[Any, ...]:
    """Return the rank by the ascending vector, or the counts at the levels, and then the sum of points."""
    if worth.levels:
        return (tuple(sum(value >= level for value in earned.values()) for level in worth.levels), total)
    return (tuple(sorted(earned.values())), total)


def max_points(worth: Any, earned: Mapping[str, Fraction], total: int) -> tuple[Any, ...]:
    """Return the rank by the sum of points."""
    return (total,)


def nash(worth: Any, earned: Mapping[str, Fraction], total: int) -> tuple[Any, ...]:
    """Return the rank by how few have nothing, then by the product of the others."""
    above = [value for value in earned.values() if value > 0]
    return (len(above), prod(above, start=Fraction(1)))


def by_turns_only(worth: Any, earned: Mapping[str, Fraction], total: int) -> tuple[Any, ...]:
    """Return no rank: all allocations of least shortfall stay for the turns."""
    return ()


RANK: dict[str, Callable[[Any, Mapping[str, Fraction], int], tuple[Any, ...]]] = {
    "equal-footing": equal_footing,
    "max-points": max_points,
    "nash": nash,
    "first-come": by_turns_only,
    "serial": by_turns_only,
}


# ---- turns ----------------------------------------------------------------------------------------------------------


def first_come(worth: Any, left: Allocations, by_ticket: Sequence[str], parties: Sequence[str]) -> dict[str, Any]:
    """Return what is left after each claim in the order of receipt took the best it could."""
    order = sorted(by_ticket, key=lambda name: datetime.fromisoformat(worth.claims[name]["received_at"]))
    for claim in order:
        left = best_for(worth, left, claim)
    return only(left)


def serial(worth: Any, left: Allocations, by_ticket: Sequence[str], parties: Sequence[str]) -> dict[str, Any]:
    """Return what is left after party by party, pass by pass, one claim each took the best it could."""
    still_open = [name for name in by_ticket if not worth.claims[name].get("in_force")]
    while still_open:
        for party in parties:
            own = [name for name in still_open if party in worth.claims[name]["credit"]]
            if own:
                # The first of the largest: `own` is in ticket order.
                claim = max(own, key=lambda name: most_points(worth, left, name))
                left = best_for(worth, left, claim)
                still_open.remove(claim)
    return only(left)


TURNS = {"first-come": first_come, "serial": serial}


def points(worth: Any, chosen: Mapping[str, Any], claim: str) -> int:
    """Return the points of the placement a claim has, 0 without one."""
    return int(worth.placements[chosen[claim].placement]["points"]) if claim in chosen else 0


def most_points(worth: Any, left: Allocations, claim: str) -> int:
    """Return the most points a claim has in any allocation left."""
    return max(points(worth, chosen, claim) for chosen in left)


def best_for(worth: Any, left: Allocations, claim: str) -> Allocations:
    """Return the allocations in which a claim has most points, then the smallest placement id, then the earliest start."""
    most = most_points(worth, left, claim)
    left = [chosen for chosen in left if points(worth, chosen, claim) == most]
    if most == 0:
        return left
    smallest = min((chosen[claim].placement for chosen in left), key=str.encode)
    left = [chosen for chosen in left if chosen[claim].placement == smallest]
    earliest = min(chosen[claim].start for chosen in left)
    return [chosen for chosen in left if chosen[claim].start == earliest]


def only(left: Allocations) -> dict[str, Any]:
    """Return the one allocation that is left."""
    (found,) = left
    return found
