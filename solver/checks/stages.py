"""Points, leximin and stages computed anew from the allotments; the values of each rule are in `rule_values`."""

from collections.abc import Iterator, Mapping

from solver.checks.limits import Chosen
from solver.checks.moves import FEWEST, with_moves
from solver.checks.rule_values import SETTLED, TIE_BREAK, count_at, credited, stage_values, totals_of
from solver.checks.turns import Drawn
from solver.instance import Instance
from solver.solution import FEASIBLE, OPTIMAL, Solution, Stage, level_of

LEAST = ("shortfall", *FEWEST)
"""Stages of which the least is wanted."""
COUNTING = (TIE_BREAK, SETTLED)
"""Stages that count what is settled: a run cut short may have come to any number of them."""


def points(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    totals = totals_of(instance, chosen)
    if dict(solution.parties) != totals:
        wrong = sorted(p for p in {*totals, *solution.parties} if totals.get(p) != solution.parties.get(p))
        yield f"parties: the points of {', '.join(wrong)} are not those of the allotments"
    if list(solution.leximin) != sorted(totals[party] for party in credited(instance)):
        yield "leximin is not the ascending vector of the parties' points"


def stages(instance: Instance, solution: Solution, chosen: Chosen, drawn: Drawn) -> Iterator[str]:
    """Names, values and proofs of all stages, against what the allotments and the tickets give under the rule."""
    values = with_moves(instance, solution, stage_values(instance, chosen, drawn))
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
    if value is None and level_of(stage.name):
        value = count_at(instance, chosen, level_of(stage.name) or 0)
    if stage.name in COUNTING and value is not None:
        if not 0 <= stage.value <= stage.bound or stage.bound != value:
            yield f"stage {stage.name}: {stage.value} of {stage.bound} cannot be: {value} to settle"
        return
    if value is None:
        yield f"stage {stage.name} is unknown"
    elif stage.value != value:
        yield f"stage {stage.name} is {value}, but {stage.value} is stated"
    elif stage.bound < stage.value if stage.name not in LEAST else stage.bound > stage.value:
        yield f"stage {stage.name}: the bound {stage.bound} is passed by the value {stage.value}"
