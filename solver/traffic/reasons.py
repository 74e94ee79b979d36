"""What closes the windows of a movement without a slot: a minimal set of causes, each with its rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from solver.traffic.instance import Instance, Movement
from solver.traffic.spacing import Closed, closures, differences, open_minutes


def closing(instance: Instance, movement: Movement, times: Mapping[str, int]) -> Iterator[Closed]:
    """The minutes that movements at these times close to another one, by movement; (S7) if it is an ascent or its landing."""
    for name, at in sorted(times.items()):
        other = instance.movement_by_id[name]
        rule = "S7" if movement.id in _followed(other) or name in _followed(movement) else "S2-S4"
        reach = movement.windows[0][0] - at, movement.windows[-1][1] - at
        for low, high in differences(other, movement, reach):
            yield Closed(at + low, at + high, rule, name)


def _followed(movement: Movement) -> tuple[str, ...]:
    return () if movement.follows is None else (movement.follows.movement,)


def reasons(instance: Instance, movement: Movement, times: Mapping[str, int]) -> list[dict[str, Any]]:
    """A minimal set of causes that close every minute of the windows; S1 alone if they do not fit the horizon."""
    if movement.follows is not None and movement.follows.movement not in times:
        return [{"rule": "S7", "by": movement.follows.movement}]
    if not open_minutes(instance, movement, []):
        return [{"rule": "S1", "by": None}]
    closed = [*closures(instance, movement), *closing(instance, movement, times)]
    kept = sorted({(row.rule, row.by) for row in closed})
    if open_minutes(instance, movement, closed):
        return []
    for cause in list(kept):
        rest = [row for row in closed if (row.rule, row.by) in kept and (row.rule, row.by) != cause]
        if not open_minutes(instance, movement, rest):
            kept.remove(cause)
    return [{"rule": rule, "by": by} for rule, by in kept]
