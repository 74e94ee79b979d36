"""Minutes that no best answer uses are closed before the engine looks: what a first answer reaches bounds every shift.

Where it serves a whole part with a total shift T, no best answer has a shift above T there: the part alone can have T, or
else the largest shift allowed is below what the first answer has. Where it serves everybody, none is above its largest.
Parts fall apart then.
"""

from collections.abc import Sequence

from solver.traffic.greedy import Chosen, greedy
from solver.traffic.instance import Instance, Interval, Movement
from solver.traffic.parts import Part, open_times, parts_of

ROUNDS = 3  # a narrower part may have a better first answer; three looks cost little


def narrowed(instance: Instance, order: Sequence[str]) -> list[tuple[Part, Chosen]]:
    """The parts, with their first answers, after minutes too far from what is preferred were closed."""
    times = open_times(instance)
    found = _first(instance, times, order)
    for _ in range(ROUNDS):
        shifts = [_shifts(part, chosen) for part, chosen in found]
        whole = [len(chosen) == len(part.movements) for part, chosen in found]
        largest = max((shift for row in shifts for shift in row), default=0) if all(whole) else None
        narrower: dict[str, tuple[Interval, ...]] = {}
        for (part, _), row, is_whole in zip(found, shifts, whole, strict=True):
            most = min(sum(row), sum(row) if largest is None else largest) if is_whole else None
            narrower |= {m.id: _near(m, part.times[m.id], most) for m in part.movements}
        if narrower == times:
            break
        times, found = narrower, _first(instance, narrower, order)
    return found


def _first(
    instance: Instance, times: dict[str, tuple[Interval, ...]], order: Sequence[str]
) -> list[tuple[Part, Chosen]]:
    return [(part, greedy(part, order)) for part in parts_of(instance, times)]


def _shifts(part: Part, chosen: Chosen) -> list[int]:
    return [abs(chosen[m.id] - m.preferred) for m in part.movements if m.id in chosen]


def _near(movement: Movement, times: tuple[Interval, ...], most: int | None) -> tuple[Interval, ...]:
    """The minutes within so many of the preferred time."""
    if most is None:
        return times
    low, high = movement.preferred - most, movement.preferred + most
    return tuple((max(first, low), min(last, high)) for first, last in times if first <= high and last >= low)
