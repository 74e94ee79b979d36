"""Solve an instance: least shortfall, the stages of its rule, the tie-break; reasons and measures with the answer.

The answer of a completed run is unique: a function of instance and seed, whatever the order of rows, the number of
workers or the version of the engine.
"""

import math
import platform
from collections.abc import Mapping, Sequence
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
from solver.solution import FEASIBLE, INFEASIBLE, OPTIMAL, Solution, Stage, Way


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
    # Reasons and paths may take seconds on a large grid of free access: they come before certificates, out of their time.
    answer = _answer(task, stages, limits) if distribution is None else None
    # Whoever stops a run wants its answer now, not the bounds that a linear program may still add.
    wanted = limits.certify and not limits.is_interrupted()
    left_s = math.inf if limits.wall_time_s is None else limits.wall_time_s - search.seconds
    certificates = certify(instance, options, stages, search.best, left_s, distribution) if wanted else []
    stages = [_tightened(stage, certificates) for stage in stages]
    run = {**_run(limits, search), "certificates": certificates}
    if distribution is not None:
        return before_the_draw(instance, stages, distribution, run)
    if answer is None or answer.status != _status(stages):
        answer = _answer(task, stages, limits, answer.access if answer else None)
    answer = replace(answer, stages=tuple(stages), run=run)

    def again(changed: Instance) -> Solution | None:
        rest = _rest(limits, search)
        return None if rest is None else solve(changed, seed, rest, tickets)

    return with_reasons(instance, answer, task.draw, again)


def _answer(
    task: Task, stages: Sequence[Stage], limits: SolveLimits, access: tuple[Way, ...] | None = None
) -> Solution:
    """The incumbent with all that follows from it; at the limit with less (solver.explain.reasons)."""
    instance, search, status = task.instance, task.search, _status(stages)
    empty = Solution(instance.sha256, task.draw.seed.hex(), instance.policy.rule, status, access=access)

    def may_go_on() -> bool:
        if status == FEASIBLE:
            return search.has_time()
        is_over = limits.wall_time_s is not None and search.seconds >= limits.wall_time_s
        return not (is_over or limits.is_interrupted())

    return filled(instance, replace(empty, stages=tuple(stages)), search.best, may_go_on)


def _status(stages: Sequence[Stage]) -> str:
    return OPTIMAL if all(stage.proved for stage in stages) else FEASIBLE


def _rest(limits: SolveLimits, search: Search) -> SolveLimits | None:
    """The limits of a run beside this one: what is left of its time, and no certificates; None if nothing is left."""
    left_s = None if limits.wall_time_s is None else limits.wall_time_s - search.seconds
    return None if left_s is not None and left_s <= 0 else replace(limits, wall_time_s=left_s, certify=False)


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
