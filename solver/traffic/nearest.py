"""How near to its preferred time each movement could be if nobody else moved: a bound on every shift, by counting."""

from solver.traffic.instance import Instance, Interval, Movement
from solver.traffic.spacing import closures, open_minutes


def least_shifts(instance: Instance) -> dict[str, int]:
    """Minutes by movement of those without a slot allotted before; 0 where no minute is open."""
    return {
        movement.id: least_shift(movement, open_minutes(instance, movement, closures(instance, movement)))
        for movement in instance.movements
        if movement.slot is None
    }


def least_shift(movement: Movement, times: tuple[Interval, ...]) -> int:
    """Minutes from the preferred time to the nearest of these."""
    return min((max(first - movement.preferred, movement.preferred - last, 0) for first, last in times), default=0)
