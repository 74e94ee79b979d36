"""Moves of entries in force, where the policy allows them: which there are, and how far they go.

A policy with `"moves": {"allowed": "all"}` or a list of claims lets these entries start on another day or take another
placement of their claim, as C1 permits any claim, but never be left out. What stands as recorded is bound by neither window nor
horizon nor holds; what is moved is. The rule's stages come first; of the allocations that are equally good by them

1. `moves`: fewest entries are moved (another placement, or another start);
2. `moved metres`: the sum over moved entries of the ground distance between old and new footprint is least, in whole metres
   rounded up (1 mm of slack; 0 at the same place and where there are no footprints);
3. `moved days`: the sum over moved entries of the days between old and new start is least;

and then the tie-break decides. An instance in which nothing has come up since moves nothing: leaving all as it stands is then
as good by the rule's stages as anything, and no other allocation moves fewer.
"""

import math

from solver.allocation import Allocation, recorded_entries
from solver.geometry import DECISION_SLACK_M, distance_m
from solver.instance import Instance, Placement

MOVES, METRES, DAYS = MOVE_STAGES = ("moves", "moved metres", "moved days")


def moved(instance: Instance, allocation: Allocation) -> list[str]:
    """The claims whose entries are moved, by id."""
    return sorted(name for name, row in recorded_entries(instance).items() if allocation[name] != row)


def moved_metres(instance: Instance, claim: str, placement: str) -> int:
    """Whole ground metres, rounded up, from where a claim's entry stands to one of its placements."""
    entry = recorded_entries(instance)[claim]
    return apart_m(instance.placement_by_id[entry.placement], instance.placement_by_id[placement])


def apart_m(one: Placement, other: Placement) -> int:
    """Whole ground metres, rounded up, between two footprints; 0 without footprints."""
    if one.id == other.id or one.footprint is None or other.footprint is None:
        return 0
    return max(0, math.ceil(distance_m(one.footprint, other.footprint) - DECISION_SLACK_M))


def sums(instance: Instance, allocation: Allocation) -> dict[str, int]:
    """The value of each stage of moves."""
    entries, names = recorded_entries(instance), moved(instance, allocation)
    return {
        MOVES: len(names),
        METRES: sum(moved_metres(instance, name, allocation[name].placement) for name in names),
        DAYS: sum(abs(allocation[name].start - entries[name].start) for name in names),
    }
