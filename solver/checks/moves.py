"""Entries in force that the policy allows to move: which were moved, how far, and whether what is told of them is true.

That a reason's value `without` the move is what it would be, only another run can tell; that the stage named has the value
stated here, and that the claims said to gain are served, is checked.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from solver.checks.separation import is_kept
from solver.geometry import distance_m
from solver.instance import Claim, Instance
from solver.solution import OPTIMAL, Allotted, Solution

TIE_BREAK = "tie-break"
FEWEST = ("moves", "moved metres", "moved days")


def moves(instance: Instance, solution: Solution) -> Iterator[str]:
    """What is wrong with the moves told."""
    if (solution.moves is None) != (instance.policy.moves is None):
        yield "moves are told if and only if the policy says something of them, but not here"
        return
    due = [_due(instance, claim, row) for claim, row in _moved(instance, solution)]
    told = [{key: value for key, value in row.items() if key != "reason"} for row in solution.moves or ()]
    if told != due:
        yield f"moves are {due}, but {told} is stated"
        return
    for row in solution.moves or ():
        problem = _reason(solution, row.get("reason"))
        if problem:
            yield f"move of {row['claim']}: {problem}"
    if solution.run.get("certificates") and any(claim.recorded for claim in instance.claims):
        yield "certificates are about windows, and entries that may be moved are not bound by theirs"


def _moved(instance: Instance, solution: Solution) -> list[tuple[Claim, Allotted]]:
    rows = sorted(solution.allotments, key=lambda row: row.claim)
    pairs = [(instance.claim_by_id[row.claim], row) for row in rows]
    return [(claim, row) for claim, row in pairs if claim.recorded and not is_kept(claim, row)]


def _due(instance: Instance, claim: Claim, row: Allotted) -> dict[str, Any]:
    assert claim.recorded is not None
    old, new = (instance.placement_by_id[name] for name in (claim.recorded.placement, row.placement))
    metres = 0
    if old is not new and old.footprint is not None and new.footprint is not None:
        metres = max(0, math.ceil(distance_m(old.footprint, new.footprint) - 0.001))
    return {
        "claim": claim.id,
        "from": {"placement": old.id, "start": claim.recorded.start},
        "to": {"placement": new.id, "start": row.start},
        "metres": metres,
        "days": abs(row.start - claim.recorded.start),
    }


def _reason(solution: Solution, reason: Any) -> str | None:
    if reason is None:
        return None
    if solution.status != OPTIMAL:
        return "a reason is given, but the run was cut short"
    if not isinstance(reason, dict) or set(reason) != {"stage", "value", "without", "gain"}:
        return "the reason does not say stage, value, without and gain"
    served = {row.claim for row in solution.allotments}
    if not isinstance(reason["gain"], list) or not set(reason["gain"]) <= served:
        return f"{reason['gain']} are said to gain, but not all are served"
    return _stage(solution, reason)


def _stage(solution: Solution, reason: Mapping[str, Any]) -> str | None:
    stage = next((stage for stage in solution.stages if stage.name == reason["stage"]), None)
    if stage is None:
        known = str(reason["stage"]).startswith(("level ", f"{TIE_BREAK}, "))
        return None if known else f"the stage {reason['stage']} is unknown"
    if reason["value"] != stage.value:
        return f"the stage {stage.name} is {stage.value}, not {reason['value']}"
    better = (
        reason["without"] > stage.value if stage.name in (*FEWEST, "shortfall") else reason["without"] < stage.value
    )
    return None if better else f"the stage {stage.name} would not be worse without it"


def with_moves(instance: Instance, solution: Solution, values: Mapping[str, int]) -> dict[str, int]:
    """The values of all stages with those of moves before the tie-break, where entries may be moved."""
    found = dict(values)
    if any(claim.recorded for claim in instance.claims):
        last = {name: found.pop(name) for name in [TIE_BREAK] if name in found}
        found |= _sums([_due(instance, claim, row) for claim, row in _moved(instance, solution)]) | last
    return found


def _sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return dict(
        zip(FEWEST, (len(rows), sum(row["metres"] for row in rows), sum(row["days"] for row in rows)), strict=True)
    )
