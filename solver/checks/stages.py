"""Points, leximin and stages computed anew from the allotments."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from solver.checks.limits import Chosen, missing
from solver.instance import Instance
from solver.solution import FEASIBLE, OPTIMAL, Solution, Stage, in_points


def totals_of(instance: Instance, chosen: Chosen) -> dict[str, int]:
    totals = {party.id: 0 for party in instance.parties}
    for claim, placement in chosen.items():
        for party, share in instance.claim_by_id[claim].credit.items():
            totals[party] += share * placement.points
    return totals


def credited(instance: Instance) -> set[str]:
    return {party for claim in instance.claims for party in claim.credit}


def points(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    totals = totals_of(instance, chosen)
    if dict(solution.parties) != totals:
        wrong = sorted(p for p in {*totals, *solution.parties} if totals.get(p) != solution.parties.get(p))
        yield f"parties: the points of {', '.join(wrong)} are not those of the allotments"
    if list(solution.leximin) != sorted(totals[party] for party in credited(instance)):
        yield "leximin is not the ascending vector of the parties' points"


def stages(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    values = _stage_values(instance, chosen)
    names = [stage.name for stage in solution.stages]
    if solution.status == OPTIMAL and names != list(values):
        yield f"stages are {names}, but this allocation has {list(values)}"
    for stage in solution.stages:
        yield from _stage(instance, stage, values, chosen)
    all_proved = all(stage.proved for stage in solution.stages)
    if (solution.status == OPTIMAL) != all_proved or solution.status not in (OPTIMAL, FEASIBLE):
        yield f"status is {solution.status}, but {'all' if all_proved else 'not all'} stages are proved"


def _stage(instance: Instance, stage: Stage, values: Mapping[str, int], chosen: Chosen) -> Iterator[str]:
    if stage.proved != (stage.value == stage.bound):
        yield f"stage {stage.name}: proved is {stage.proved}, but value {stage.value} and bound {stage.bound}"
    value = values.get(stage.name)
    if value is None and stage.name.startswith("level "):
        value = _count(instance, chosen, _level(stage.name))
    if stage.name == "tie-break":
        if not 0 <= stage.value <= stage.bound or stage.bound != values["tie-break"]:
            yield f"stage tie-break: {stage.value} of {stage.bound} cannot be: {values['tie-break']} to settle"
        return
    if value is None:
        yield f"stage {stage.name} is unknown"
    elif stage.value != value:
        yield f"stage {stage.name} is {value}, but {stage.value} is stated"
    elif stage.bound < stage.value if stage.name != "shortfall" else stage.bound > stage.value:
        yield f"stage {stage.name}: the bound {stage.bound} is passed by the value {stage.value}"


def _level(name: str) -> int:
    try:
        return int(Fraction(name.removeprefix("level ")) * 100)
    except ValueError:
        return -1


def _count(instance: Instance, chosen: Chosen, level: int) -> int:
    totals = totals_of(instance, chosen)
    return sum(totals[party] >= level for party in credited(instance))


def _stage_values(instance: Instance, chosen: Chosen) -> dict[str, int]:
    """Name and value of every stage of a completed run that ends in this allocation."""
    levels = _levels(instance, chosen) if instance.policy.levels is None else [100 * n for n in instance.policy.levels]
    return (
        {"shortfall": sum(missing(instance, reserve, chosen) for reserve in instance.reserves)}
        | {f"level {in_points(level)}": _count(instance, chosen, level) for level in levels}
        | {"points": sum(placement.points for placement in chosen.values())}
        | {"tie-break": len(credited(instance)) + len(instance.claims)}
    )


def _levels(instance: Instance, chosen: Chosen) -> list[int]:
    """For each value that parties have, the next level that some party could attain: there the count falls."""
    attainable = sorted(set().union(*(_attainable(instance, party) for party in credited(instance)), {0}))
    totals = totals_of(instance, chosen)
    held = {totals[party] for party in credited(instance)}
    following = (next((level for level in attainable if level > value), None) for value in sorted({0, *held}))
    candidates = sorted({level for level in following if level is not None})
    counts = [(level, _count(instance, chosen, level)) for level in candidates]
    fallen, before = [], len(credited(instance))
    for level, count in counts:
        if count < before:
            fallen.append(level)
        before = count
    return fallen


def _attainable(instance: Instance, party: str) -> set[int]:
    sums = {0}
    for claim in instance.claims:
        if party in claim.credit:
            steps = {p.points * claim.credit[party] for p in claim.placements}
            if claim.in_force:
                own = instance.placement_by_id[claim.in_force.placement].points
                sums = {total + own * claim.credit[party] for total in sums}
            else:
                sums |= {total + step for total in sums for step in steps}
    return sums
