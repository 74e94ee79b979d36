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
from solver.model.search import Search
from solver.rules.stages import (
    POINTS,
    Task,
    TicketTieBreak,
    most_points,
    trivial_points,
    untouched_tie_break,
)
from solver.solution import Stage, level_name

HALF = 0.5


def stages(task: Task) -> Iterator[Stage]:
    """The stages of the rule in their order, each run when it is asked for.

    Exact levels end after the first unproved one. Of given levels none may take more than half of the time that is left,
    and the next ones are looked at all the same: what is said of them holds for counts before them that are at least
    those reached.
    """
    search, instance = task.search, task.instance
    levels = _exact_levels if instance.policy.levels is None else _given_levels
    all_proved = True
    for stage in levels(search, instance):
        yield stage
        all_proved &= stage.proved
        if not all_proved and instance.policy.levels is None:
            return
    points = _points(task)
    yield points
    if all_proved and points.proved:
        yield TicketTieBreak(task, _shared_out(search, instance)).run()


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """The stages that a run cut short never came to, with the bounds that need no proof."""
    rest = [trivial_points(task.search, task.instance), untouched_tie_break(task)]
    return [stage for stage in rest if stage.name not in done]


def _shared_out(search: Search, instance: Instance) -> list[int] | None:
    """The values that exact leximin leaves to be shared out among the parties, or None under given levels."""
    if instance.policy.levels is not None:
        return None
    totals = hundredths_by_party(instance, search.best)
    return [totals[party] for party in instance.credited_parties]


def _exact_levels(search: Search, instance: Instance) -> Iterator[Stage]:
    count, below = len(instance.credited_parties), 0
    for level in attainable_hundredths(instance):
        objective = PartiesAtLevel(instance, level, below=count)
        if objective.value(search.best) < count:
            _keep_count(search, instance, below, count)
            reached = search.maximise(level_name(level), objective)
            if reached.value < count or not reached.proved:
                yield Stage.of(level_name(level), reached.value, reached.bound)
            count = reached.value
        below = level
        if count == 0:
            return
    _keep_count(search, instance, below, count)


def _keep_count(search: Search, instance: Instance, level: int, count: int) -> None:
    """Hold the count of a finished level, the highest at which that many parties stand."""
    if level and count:
        objective = PartiesAtLevel(instance, level, below=count)
        search.require(objective.at_least, lambda allocation: objective.value(allocation) >= count)


def _given_levels(search: Search, instance: Instance) -> Iterator[Stage]:
    count = len(instance.credited_parties)
    for points in instance.policy.levels or ():
        objective = PartiesAtLevel(instance, points * 100, below=count)
        reached = search.maximise(level_name(points * 100), objective, share=HALF)
        search.keep(objective, reached)
        yield Stage.of(level_name(points * 100), reached.value, reached.bound)
        count = reached.bound


def _points(task: Task) -> Stage:
    search, instance = task.search, task.instance
    if instance.policy.levels is not None:
        return most_points(task)
    # Credit sums to 100, so exact levels fix the sum of the u_p and with it the sum of points.
    value = SumOfPoints(instance).value(search.best)
    return Stage.of(POINTS, value, value)
