"""From an instance to slots, stage after stage, part by part; the only module here that loads the engine.

Stages add up over parts (served, total shift) or are the largest of them (largest shift), so each part is solved alone. What the
engine answers is checked before it is given: `slots` runs `solver.traffic.clashes` on it.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version

from solver.clock import Stopwatch
from solver.lottery import in_ticket_order
from solver.solution import FEASIBLE, INFEASIBLE, OPTIMAL, Stage
from solver.traffic.clashes import clashes
from solver.traffic.instance import Instance
from solver.traffic.methods import versions
from solver.traffic.model import EngineError, Limits, PartModel
from solver.traffic.narrowing import narrowed
from solver.traffic.nearest import least_shift
from solver.traffic.parts import Part, fixed_times
from solver.traffic.reasons import reasons
from solver.traffic.solution import DAY, LARGEST, MINUTE, SERVED, TIES, TOTAL, Slot, Solution

__all__ = ["EngineError", "Limits", "solve_slots"]


def solve_slots(instance: Instance, seed: bytes, limits: Limits | None = None) -> Solution:
    """Slots for as many movements as can have one, as near to what they prefer as the stages say.

    Raises
    ------
    EngineError
        If the engine contradicts itself or a rule; nothing it says is believed then.
    """
    watch, given = Stopwatch(), limits or Limits()
    fixed = fixed_times(instance)
    against = tuple(str(clash) for clash in clashes(instance, fixed))
    if against:
        solution = Solution(instance.sha256, seed.hex(), INFEASIBLE, why=against, methods=versions())
        return _with_run(solution, watch, given, 0)
    order = in_ticket_order((movement.id for movement in instance.movements), seed)
    parts = narrowed(instance, order)
    models = [PartModel(part, first, given, watch) for part, first in parts]
    stages = _stages(models, order, len(fixed))
    times = fixed | {name: at for model in models for name, at in model.best.items()}
    broken = clashes(instance, times)
    if broken:
        raise EngineError(f"the engine's slots break a rule: {broken[0]}")
    status = OPTIMAL if all(stage.proved for stage in stages) else FEASIBLE
    solution = Solution(
        instance.sha256, seed.hex(), status, _slots(instance, times), stages, _unserved(instance, times), (), versions()
    )
    return _with_run(solution, watch, given, len(parts))


def _stages(models: list[PartModel], order: list[str], fixed: int) -> tuple[Stage, ...]:
    served = [model.serve() for model in models]
    least = [_least(model.part) for model in models]
    # Who goes without is not settled yet, so only where all are served is the shift of each one a bound.
    full = [row.value == len(model.part.movements) for row, model in zip(served, models, strict=True)]
    bounds = [row if whole else {} for row, whole in zip(least, full, strict=True)]
    narrow = [m.narrow(max(row.values(), default=0)) for m, row in zip(models, bounds, strict=True)]
    largest = max((row.value for row in narrow), default=0)
    for model in models:
        model.keep_largest(largest)
    total = [m.gather(sum(row.values())) for m, row in zip(models, bounds, strict=True)]
    settled = sum(model.settle(order) for model in models)
    everyone = sum(len(model.part.movements) for model in models)
    return (
        Stage.of(SERVED, fixed + sum(row.value for row in served), fixed + sum(row.bound for row in served)),
        Stage.of(LARGEST, _largest(models), min(_largest(models), max((row.bound for row in narrow), default=0))),
        Stage.of(TOTAL, sum(row.value for row in total), sum(row.bound for row in total)),
        Stage.of(TIES, settled, everyone),
    )


def _largest(models: list[PartModel]) -> int:
    return max((shift for model in models for shift in model.shifts().values()), default=0)


def _least(part: Part) -> dict[str, int]:
    return {movement.id: least_shift(movement, part.times[movement.id]) for movement in part.movements}


def _slots(instance: Instance, times: Mapping[str, int]) -> tuple[Slot, ...]:
    return tuple(Slot(name, at, MINUTE if at < instance.orbits_until else DAY) for name, at in sorted(times.items()))


def _unserved(instance: Instance, times: Mapping[str, int]) -> tuple[dict[str, object], ...]:
    left = sorted((m for m in instance.movements if m.id not in times), key=lambda m: m.id)
    return tuple({"movement": movement.id, "reasons": reasons(instance, movement, times)} for movement in left)


def _with_run(solution: Solution, watch: Stopwatch, limits: Limits, parts: int) -> Solution:
    run = {"ortools": version("ortools"), "workers": limits.workers, "parts": parts, "seconds": round(watch.seconds, 3)}
    return replace(solution, run=run)
