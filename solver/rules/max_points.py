"""Max points: the largest sum of points over all claims served, then the ticket tie-break.

Credit sums to 100, so the sum of points is the sum of the u_p: the sum that a utilitarian would maximise.
"""

from collections.abc import Iterator, Sequence

from solver.rules.stages import Task, first_allocation, most_points, tie_break, trivial_points, untouched_end
from solver.solution import Stage


def stages(task: Task) -> Iterator[Stage]:
    """The sum of points, then the tie-break; ends after the first unproved stage."""
    first_allocation(task)
    points = most_points(task)
    yield points
    if points.proved:
        yield from tie_break(task)


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """The stages that a run cut short never came to, with the bounds that need no proof."""
    rest = [trivial_points(task.search, task.instance), *untouched_end(task)]
    return [stage for stage in rest if stage.name not in done]
