"""Equal footing: the worst-off first, then the next, and so on; then the sum of points.

Leximin by counting: the ascending vector of u_p is lexicographically largest if and only if
#{p: u_p >= t} is maximised for one level t after the other, each count kept while the next is maximised. Only levels
that some party could attain matter, and only those at which the count falls need a proof: the others keep the count
of the level before, which is their ceiling. With `policy.levels` the levels are those of the policy, and every one is reported.

Source: Ogryczak and Sliwinski, ordered values (2006); Bouveret and Lemaitre, Computing leximin-optimal solutions in
constraint networks (2009).
"""

from collections.abc import Iterator, Sequence

from solver.allocation import attainable_hundredths, hundredths_by_party
from solver.instance import Instance
from solver.model.objectives import PartiesAtLevel, SumOfPoints
from solver.model.search import Reached, Search
from solver.rules.stages import (
    Task,
    first_allocation,
    most_points,
    tie_break,
    trivial_points,
    untouched_end,
)
from solver.solution import POINTS, Stage, level_name

SHARE_OF_LEVEL = 0.5
"""Of the time that is left, the most that one given level may take."""


def stages(task: Task) -> Iterator[Stage]:
    """The stages of the rule in their order, as far as the limits allow."""
    first_allocation(task)
    return _exact(task) if task.instance.policy.levels is None else _given(task)


def _exact(task: Task) -> Iterator[Stage]:
    """Levels until one is not proved; they fix the sum of points, and what is left to share out in the tie-break."""
    search, instance = task.search, task.instance
    for stage in _exact_levels(search, instance):
        yield stage
        if not stage.proved:
            return
    # Credit sums to 100, so exact levels fix the sum of the u_p and with it the sum of points.
    value = SumOfPoints(instance).value(search.best)
    yield Stage.of(POINTS, value, value)
    totals = hundredths_by_party(instance, search.best)
    yield from tie_break(task, [totals[party] for party in instance.credited_parties])


def _given(task: Task) -> Iterator[Stage]:
    """All levels of the policy, also beyond an unproved one, and the sum of points; the tie-break if all are proved.

    What is said of a stage holds for counts before it that are at least those stated.
    """
    search = task.search
    counted = _given_levels(search, task.instance)
    points = most_points(task)
    # Counted again: a later stage may have raised an unproved level.
    levels = [Stage.of(level_name(o.level), o.value(search.best), reached.bound) for o, reached in counted]
    yield from (*levels, points)
    if all(stage.proved for stage in (*levels, points)):
        yield from tie_break(task)


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """The stages that a run cut short never came to, with the bounds that need no proof."""
    rest = [trivial_points(task.search, task.instance), *untouched_end(task)]
    return [stage for stage in rest if stage.name not in done]


def _exact_levels(search: Search, instance: Instance) -> Iterator[Stage]:
    count, below, held = len(instance.credited_parties), 0, 0
    for level in attainable_hundredths(instance):
        objective = PartiesAtLevel(instance, level, below=count, held=held)
        if objective.value(search.best) < count:
            _keep_count(search, instance, below, count)
            reached = search.maximise(level_name(level), objective)
            if reached.value < count or not reached.proved:
                yield Stage.of(level_name(level), reached.value, reached.bound)
            count = reached.value
        below = level
        held = below if count == len(instance.credited_parties) else held
        if count == 0:
            return
    _keep_count(search, instance, below, count)


def _keep_count(search: Search, instance: Instance, level: int, count: int) -> None:
    """Hold the count of a finished level, the highest at which that many parties stand."""
    if level and count:
        objective = PartiesAtLevel(instance, level, below=count)
        search.require(objective.at_least, lambda allocation: objective.value(allocation) >= count)


def _given_levels(search: Search, instance: Instance) -> list[tuple[PartiesAtLevel, Reached]]:
    count, held = len(instance.credited_parties), 0
    found = []
    for points in instance.policy.levels or ():
        objective = PartiesAtLevel(instance, points * 100, below=count, held=held)
        reached = search.maximise(level_name(points * 100), objective, share=SHARE_OF_LEVEL)
        search.keep(objective, reached)
        found.append((objective, reached))
        count = reached.bound
        if reached.value == len(instance.credited_parties):
            held = points * 100
    return found
