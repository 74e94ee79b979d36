"""Why an entry in force was moved: the same instance solved once more with that entry staying where it is.

The first value that differs says what the move allows; who gains are the claims that have more points with it than without.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from solver.explain.granted import first_difference, shown
from solver.instance import Instance
from solver.lottery import Draw
from solver.solution import OPTIMAL, Solution


def with_reasons(
    instance: Instance, solution: Solution, draw: Draw, solve: Callable[[Instance], Solution | None]
) -> Solution:
    """The solution with the reason of each move; a run that was cut short has none, nor has a move whose own run was
    or, for want of time, was not begun (None).
    """
    if not solution.moves or solution.status != OPTIMAL:
        return solution
    rows = [
        {**row, "reason": _reason(instance, solution, draw, solve(_staying(instance, row["claim"])))}
        for row in solution.moves
    ]
    return dataclasses.replace(solution, moves=tuple(rows))


def _staying(instance: Instance, name: str) -> Instance:
    """The instance in which one entry stays as it is."""
    claim = instance.claim_by_id[name]
    stays = dataclasses.replace(claim, in_force=claim.recorded, recorded=None)
    return dataclasses.replace(instance, claims=tuple(stays if c is claim else c for c in instance.claims))


def _reason(instance: Instance, solution: Solution, draw: Draw, without: Solution | None) -> Mapping[str, Any] | None:
    if without is None or without.status != OPTIMAL:
        return None
    differing = first_difference(instance, solution, without, draw)
    if differing is None:
        return None
    before, after = differing
    return {
        "stage": before.name,
        "value": shown(before.name, before.value),
        "without": shown(after.name, after.value),
        "gain": _gain(instance, solution, without),
    }


def _gain(instance: Instance, solution: Solution, without: Solution) -> list[str]:
    """The claims that have more points than they would have without, by id."""
    points = {row.claim: instance.placement_by_id[row.placement].points for row in without.allotments}
    rows = sorted(solution.allotments, key=lambda row: row.claim)
    return [row.claim for row in rows if instance.placement_by_id[row.placement].points > points.get(row.claim, 0)]
