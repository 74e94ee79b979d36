"""Independent check of slots: no constraint solver, and nothing of the search's algebra.

In order: the solution answers this instance (hash) by the methods known here; every slot stands for a movement, once, with the
precision that its time allows; no rule is broken (`solver.traffic.clashes`); the stages state what the slots give, `proved`
only where the bound meets the value; nothing alone could be improved (OPTIMAL: no movement without a slot has a free minute
left, none could move to a nearer free minute); unserved movements are those left, each with a reason. The last two use the
minutes that `spacing` closes; whether slots are safe rests on `clashes` alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solver.solution import FEASIBLE, INFEASIBLE, OPTIMAL
from solver.traffic.clashes import clashes
from solver.traffic.instance import Instance, Movement
from solver.traffic.methods import versions
from solver.traffic.nearest import least_shifts
from solver.traffic.reasons import closing
from solver.traffic.solution import DAY, LARGEST, MINUTE, SERVED, STAGES, TOTAL, Solution
from solver.traffic.spacing import closures, merged, open_minutes


@dataclass(frozen=True, slots=True)
class SlotsReport:
    """What was checked and what was found; true if and only if there is no problem."""

    status: str
    problems: tuple[str, ...]
    checks: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.problems


_CHECKS = ("heading", "S1 to S7, every pair and every pass", "stages", "no single change improves it", "reasons")


def verify(instance: Instance, solution: Solution) -> SlotsReport:
    """Check slots against their instance; every problem found is reported, not only the first."""
    problems = list(_heading(instance, solution))
    if not problems and solution.status == INFEASIBLE:
        problems += _infeasible(instance, solution)
        return SlotsReport(solution.status, tuple(problems), ("heading", "contradiction of the slots allotted before"))
    if not problems:
        problems += [str(clash) for clash in clashes(instance, solution.times)]
        problems += _stages(instance, solution)
        if solution.status == OPTIMAL and not problems:
            problems += _improvements(instance, solution)
        problems += _unserved(instance, solution)
    told = (*_CHECKS, _counted(instance, solution)) if solution.status in (OPTIMAL, FEASIBLE) else _CHECKS
    return SlotsReport(solution.status, tuple(problems), told)


def _heading(instance: Instance, solution: Solution) -> Iterator[str]:
    if solution.instance_sha256 != instance.sha256:
        yield f"the solution answers instance {solution.instance_sha256}, this one is {instance.sha256}"
    if dict(solution.methods) != versions():
        yield "the solution was made by other versions of the methods than are registered here"
    seen = set()
    for slot in solution.slots:
        movement = instance.movement_by_id.get(slot.movement)
        if movement is None or slot.movement in seen:
            yield f"slot of {slot.movement}: {'unknown movement' if movement is None else 'it stands twice'}"
        seen.add(slot.movement)
        if slot.precision != (MINUTE if slot.at < instance.orbits_until else DAY):
            yield f"slot of {slot.movement}: its precision is {slot.precision}, but orbits are {_forecast(instance)}"
    if solution.status == INFEASIBLE:
        return
    yield from (
        f"{movement.id} has a slot allotted before and is left out"
        for movement in instance.movements
        if movement.slot is not None and movement.id not in seen
    )


def _forecast(instance: Instance) -> str:
    return f"forecast up to minute {instance.orbits_until}"


def _infeasible(instance: Instance, solution: Solution) -> Iterator[str]:
    fixed = {movement.id: movement.slot for movement in instance.movements if movement.slot is not None}
    found = tuple(str(clash) for clash in clashes(instance, fixed))
    if not found or found != solution.why:
        yield f"the slots allotted before contradict one another in {len(found)} ways, not as stated"


def shifts(instance: Instance, solution: Solution) -> dict[str, int]:
    """Minutes between slot and preferred time of each movement with a new slot."""
    return {
        slot.movement: abs(slot.at - movement.preferred)
        for slot in solution.slots
        if (movement := instance.movement_by_id[slot.movement]).slot is None
    }


def _stages(instance: Instance, solution: Solution) -> Iterator[str]:
    moved = shifts(instance, solution)
    values = {SERVED: len(solution.slots), LARGEST: max(moved.values(), default=0), TOTAL: sum(moved.values())}
    names = tuple(stage.name for stage in solution.stages)
    if names != STAGES:
        yield f"the stages are {', '.join(names) or 'none'}, not {', '.join(STAGES)}"
    for stage in solution.stages:
        if stage.value != values.get(stage.name, stage.value):
            yield f"stage {stage.name}: {stage.value} is stated, the slots give {values[stage.name]}"
        if stage.proved != (stage.value == stage.bound):
            yield f"stage {stage.name}: proved is {stage.proved}, value {stage.value}, bound {stage.bound}"
        low = stage.name in (LARGEST, TOTAL)
        if (stage.value < stage.bound) if low else (stage.value > stage.bound):
            yield f"stage {stage.name}: the value {stage.value} passes the bound {stage.bound}"
    if solution.status == OPTIMAL and not all(stage.proved for stage in solution.stages):
        yield "the status is OPTIMAL, but a stage is not proved"


def _improvements(instance: Instance, solution: Solution) -> Iterator[str]:
    """Whatever one change alone would better; an ascent is looked at with its landing where it stands."""
    times = solution.times
    for movement in instance.movements:
        if movement.slot is not None:
            continue
        others = {name: at for name, at in times.items() if name != movement.id}
        free = _free(instance, movement, others)
        if movement.id not in times:
            if free:
                yield f"{movement.id} has no slot, but minute {free[0][0]} is free"
            continue
        shift = abs(times[movement.id] - movement.preferred)
        nearer = min((max(first - movement.preferred, movement.preferred - last, 0) for first, last in free), default=0)
        if nearer < shift and free:
            yield f"{movement.id} could be {nearer} minutes from its preferred time, not {shift}"


def _free(instance: Instance, movement: Movement, others: Mapping[str, int]) -> list[tuple[int, int]]:
    """The minutes left to a movement beside others at their times."""
    follows = movement.follows
    if follows is not None and follows.movement not in others:
        return []
    gaps = [(row.first, row.last) for row in closing(instance, movement, others)]
    rest = open_minutes(instance, movement, closures(instance, movement))
    closed = merged(gaps)
    found = []
    for first, last in rest:
        at = first
        for low, high in closed:
            if high < at or low > last:
                continue
            if at < low:
                found.append((at, low - 1))
            at = high + 1
        if at <= last:
            found.append((at, last))
    return found


def _unserved(instance: Instance, solution: Solution) -> Iterator[str]:
    left = sorted(movement.id for movement in instance.movements if movement.id not in solution.times)
    if [row["movement"] for row in solution.unserved] != left:
        yield f"unserved are {', '.join(left) or 'none'}, not as stated"
        return
    for row in solution.unserved:
        if solution.status == OPTIMAL and not row["reasons"]:
            yield f"{row['movement']}: no reason is given"


def _counted(instance: Instance, solution: Solution) -> str:
    """Which stages are proved here by counting alone: everybody served, nobody nearer than could be with nobody else about."""
    alone = least_shifts(instance)
    values = {stage.name: stage.value for stage in solution.stages}
    proved = []
    if values.get(SERVED) == len(instance.movements):
        proved.append(SERVED)
        if values.get(LARGEST) == max(alone.values(), default=0):
            proved.append(LARGEST)
        if values.get(TOTAL) == sum(alone.values()):
            proved.append(TOTAL)
    return f"proved by counting: {', '.join(proved) or 'none'}"
