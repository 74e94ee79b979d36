"""Solve an instance: least shortfall, the stages of its rule, the tie-break; reasons and measures with the answer.

The answer of a completed run is unique: a function of instance and seed, whatever the order of rows, the number of
workers or the version of the engine.
"""

import math
import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from solver import rules
from solver.allocation import Allocation
from solver.answer import filled
from solver.bounds.certify import certify
from solver.clock import Stopwatch
from solver.drawing import before_the_draw
from solver.exante.run import with_lottery
from solver.explain import why_infeasible
from solver.explain.moved import with_reasons
from solver.instance import EX_ANTE, Instance
from solver.lottery import TRIAL_SEED, Draw
from solver.model.search import Progress, Search, SolveLimits
from solver.options import open_options
from solver.rules.stages import Task
from solver.solution import FEASIBLE, INFEASIBLE, OPTIMAL, Solution, Stage


def solve(
    instance: Instance,
    seed: bytes = TRIAL_SEED,
    limits: SolveLimits | None = None,
    tickets: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    begin: Allocation | None = None,
) -> Solution:
    """The allocation of an instance under its rule, with the seed of the tie-break.

    Status OPTIMAL only if every stage is proved; at a limit FEASIBLE with value and bound of each stage;
    INFEASIBLE, with why, only if the entries in force break a rule among themselves. `tickets` replaces the seed's.
    `begin`: an allocation that keeps C1 and C2, with all entries in force, to save time; no completed answer depends on it.

    Raises
    ------
    EngineError
        If the constraint solver contradicts itself.
    """
    limits, stopwatch = limits or SolveLimits(), Stopwatch()
    why = why_infeasible(instance)
    if why is not None:
        return Solution(instance.sha256, seed.hex(), instance.policy.rule, INFEASIBLE, why=why, run=_run(limits, None))
    options = open_options(instance)
    search = Search(instance, options, limits.for_search, progress, stopwatch)
    if begin is not None:
        search.begin(begin)
    task = Task(search, instance, options, Draw(seed, tickets))
    stages, distribution = rules.run(task), None
    if instance.policy.tie_break == EX_ANTE:
        stages, distribution = with_lottery(task, stages)
    # Whoever stops a run wants its answer now, not the bounds that a linear program may still add.
    wanted = limits.certify and not limits.is_interrupted()
    left_s = math.inf if limits.wall_time_s is None else limits.wall_time_s - search.seconds
    certificates = certify(instance, options, stages, search.best, left_s, distribution) if wanted else []
    stages = [_tightened(stage, certificates) for stage in stages]
    run = {**_run(limits, search), "certificates": certificates}
    if distribution is not None:
        return before_the_draw(instance, stages, distribution, run)
    status = OPTIMAL if all(stage.proved for stage in stages) else FEASIBLE
    empty = Solution(instance.sha256, seed.hex(), instance.policy.rule, status, stages=tuple(stages), run=run)
    answer = filled(instance, empty, search.best)
    return with_reasons(
        instance, answer, task.draw, lambda changed: solve(changed, seed, _rest(limits, search), tickets)
    )


def _rest(limits: SolveLimits, search: Search) -> SolveLimits:
    """The limits of a run beside this one: what is left of its time, and no certificates."""
    left_s = None if limits.wall_time_s is None else max(0.1, limits.wall_time_s - search.seconds)
    return replace(limits, wall_time_s=left_s, certify=False)


def _tightened(stage: Stage, certificates: list[dict[str, Any]]) -> Stage:
    """The stage with the better of its bound and the certified one."""
    bounds = [row["bound"] for row in certificates if row["stage"] == stage.name]
    return Stage.of(stage.name, stage.value, min([stage.bound, *bounds])) if bounds else stage


def _run(limits: SolveLimits, search: Search | None) -> dict[str, Any]:
    return {
        "engine": f"OR-Tools CP-SAT {version('ortools')}",
        "python": platform.python_version(),
        "workers": limits.workers,
        "time_limit_s": limits.wall_time_s,
        "seconds": round(search.seconds, 3) if search else 0.0,
        "solves": search.solves if search else 0,
    }
