"""Movements that can never meet are slotted apart: components, each with its open minutes and its forbidden differences."""

from collections.abc import Mapping
from dataclasses import dataclass

from solver.traffic.instance import Instance, Interval, Movement
from solver.traffic.reasons import closing
from solver.traffic.spacing import Spacing, closures, open_minutes, spacings

Times = Mapping[str, tuple[Interval, ...]]


@dataclass(frozen=True)
class Part:
    """Movements that may meet one another, by id, with the minutes open to each and the differences they may not have.

    `followed`: landing by ascent, where both are in the part: the ascent has a slot only if the landing has one.
    """

    movements: tuple[Movement, ...]
    times: Times
    spacings: tuple[Spacing, ...]
    followed: Mapping[str, str]


def fixed_times(instance: Instance) -> dict[str, int]:
    """The slots allotted before."""
    return {movement.id: movement.slot for movement in instance.movements if movement.slot is not None}


def open_times(instance: Instance) -> dict[str, tuple[Interval, ...]]:
    """The minutes left to each movement without a slot, beside those allotted before; only where some are left."""
    fixed = fixed_times(instance)
    times = {}
    for movement in instance.movements:
        if movement.slot is None:
            closed = [*closures(instance, movement), *closing(instance, movement, fixed)]
            times[movement.id] = open_minutes(instance, movement, closed)
    known = {name for name, rows in times.items() if rows} | set(fixed)
    return {
        movement.id: times[movement.id]
        for movement in instance.movements
        if times.get(movement.id) and (movement.follows is None or movement.follows.movement in known)
    }


def parts_of(instance: Instance, times: Times) -> list[Part]:
    """The components, each as small as can be, by their smallest id."""
    pairs = spacings(instance, times)
    followed = {
        movement.id: movement.follows.movement
        for movement in instance.movements
        if movement.follows is not None and movement.id in times and movement.follows.movement in times
    }
    root = {name: name for name in times}

    def top(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for one, other in [(pair.a, pair.b) for pair in pairs] + list(followed.items()):
        low, high = sorted((top(one), top(other)))
        root[high] = low
    found: dict[str, list[str]] = {}
    for name in sorted(times):
        found.setdefault(top(name), []).append(name)
    return [_part(instance, names, times, pairs, followed) for _, names in sorted(found.items())]


def _part(
    instance: Instance, names: list[str], times: Times, pairs: list[Spacing], followed: Mapping[str, str]
) -> Part:
    inside = set(names)
    return Part(
        tuple(instance.movement_by_id[name] for name in names),
        {name: times[name] for name in names},
        tuple(pair for pair in pairs if pair.a in inside),
        {ascent: landing for ascent, landing in followed.items() if ascent in inside},
    )
