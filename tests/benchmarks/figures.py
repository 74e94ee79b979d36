"""What a row's answers come to: gaps, proved levels, equal answers; allotments checked without any solver."""

from collections.abc import Mapping, Sequence
from typing import Any

from solver.allocation import Allotment, hundredths_by_party, reached
from solver.checks.separation import stays_of, structure, too_near
from solver.instance import Instance
from solver.io import parse_instance
from solver.solution import FEASIBLE, Allotted, Solution
from tests.benchmarks.rows import DISPERSION, GROWTH, MATCHING, OURS, POINTS, UNIQUE, Row

Result = dict[str, Any]


class WrongError(Exception):
    """An answer that cannot be: rules are broken, values do not follow, or proved answers differ."""


def assess(row: Row, data: bytes, results: Sequence[Result]) -> None:
    """Add the figures of a row to its results.

    Raises
    ------
    WrongError
        If allotments break a rule, a bound is passed by an allocation, or two proved answers differ.
    """
    answered = [result for result in results if "error" not in result]
    if row.kind in (MATCHING, DISPERSION):
        _assess_shared(row, answered)
        return
    instance = parse_instance(data)
    for result in answered:
        _check(instance, result)
    if row.kind in (POINTS, GROWTH):
        _assess_points(answered)
    else:
        _assess_levels(instance, row, answered)


def _check(instance: Instance, result: Result) -> None:
    rows = [Allotted(claim, placement, start, ()) for claim, (placement, start) in sorted(result["allotments"].items())]
    solution = Solution(instance.sha256, "00", instance.policy.rule, FEASIBLE, allotments=tuple(rows))
    faults = [*structure(instance, solution), *too_near(instance, stays_of(instance, solution))]
    if faults:
        raise WrongError(f"{result['row']}, {result['contender']}: {faults[0]}")
    points = sum(instance.placement_by_id[row.placement].points for row in rows)
    for name, value, _ in result["stages"]:
        if name == "points" and value != points and result["complete"]:
            raise WrongError(f"{result['row']}, {result['contender']}: {value} stated, {points} allotted")


def _assess_points(answered: Sequence[Result]) -> None:
    """Value, bound and gap of each; the gap to the best allocation that any of them found beside it."""
    for result in answered:
        for _, value, bound in result["stages"]:
            result |= {"value": value, "bound": min(bound, 10**9)}
    best = max(result.get("value", 0) for result in answered)
    for result in answered:
        if result["bound"] < best - 1e-6 * best:
            raise WrongError(f"{result['row']}: the bound {result['bound']} of {result['contender']} is below {best}")
        result["best_gap_percent"] = 100 * (result["bound"] - best) / best if best else None
        own = result.get("value", best)
        result["gap_percent"] = 100 * (result["bound"] - own) / own if own else None


def _assess_levels(instance: Instance, row: Row, answered: Sequence[Result]) -> None:
    for result in answered:
        levels = [stage for stage in result["stages"] if stage[0].startswith("level ")]
        proved = [abs(bound - value) < 0.5 for _, value, bound in levels]
        result["levels_proved"] = proved.index(False) if False in proved else len(proved)
        if instance.policy.levels:
            result["levels"] = len(instance.policy.levels)
        if not result["complete"]:
            result["note"] = f"stopped at {result['stages'][-1][0]}"
        result["counts"] = _counts(instance, result)
    complete = [result for result in answered if result["complete"]]
    if row.kind == UNIQUE and any(result["allotments"] != complete[0]["allotments"] for result in complete[1:]):
        raise WrongError(f"{row.name}: proved answers differ")


def _counts(instance: Instance, result: Result) -> list[int]:
    """How many parties stand at each given level, or the ascending vector where levels are exact."""
    allocation = {claim: Allotment(claim, *place) for claim, place in result["allotments"].items()}
    totals = hundredths_by_party(instance, allocation)
    held = [totals[party] for party in instance.credited_parties]
    return [reached(held, level * 100) for level in instance.policy.levels] if instance.policy.levels else sorted(held)


def _assess_shared(row: Row, answered: Sequence[Result]) -> None:
    """Whether both programs found the same; ours may be better than a rival's but never worse."""
    by_name: Mapping[str, Result] = {result["contender"]: result for result in answered}
    ours = by_name.get(OURS)
    for result in answered:
        if ours is None or result is ours:
            continue
        mine, other = _rounded(ours["answer"]), _rounded(result["answer"])
        if ours["complete"] and mine < other:
            raise WrongError(f"{row.name}: {result['contender']} found {other}, we {mine}")
        result["times_ours"] = result["seconds"] / ours["seconds"]
        if not result["complete"]:
            result["note"] = f"cut short at {other[0]:g}, ours {mine[0]:g}"
        elif ours["complete"]:
            ours["same_answer"] = int(mine == other)
            if row.kind == MATCHING and mine > other:
                result["note"] = "not leximin"


def _rounded(answer: Any) -> list[float]:
    return [round(value, 6) for value in (answer if isinstance(answer, list) else [answer])]
