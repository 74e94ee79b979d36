"""A first answer without any engine: movements in ticket order, each at the nearest minute that those before leave free."""

from collections.abc import Sequence

from solver.traffic.instance import Interval
from solver.traffic.nearest import least_shift
from solver.traffic.parts import Part
from solver.traffic.spacing import merged

Chosen = dict[str, int]


def greedy(part: Part, order: Sequence[str]) -> Chosen:
    """Times of movements that keep all rules of a part; a landing goes before its ascent."""
    chosen: Chosen = {}
    ids = {movement.id: movement for movement in part.movements}
    queue = [name for name in order if name in ids]
    for name in [name for name in queue if name not in part.followed] + [n for n in queue if n in part.followed]:
        if name in part.followed and part.followed[name] not in chosen:
            continue
        free = _free(part, name, chosen)
        if free:
            shift, preferred = least_shift(ids[name], free), ids[name].preferred
            early = preferred - shift
            chosen[name] = early if any(first <= early <= last for first, last in free) else preferred + shift
    return chosen


def _free(part: Part, name: str, chosen: Chosen) -> tuple[Interval, ...]:
    closed: list[Interval] = []
    for pair in part.spacings:
        if pair.a == name and pair.b in chosen:
            closed += [(chosen[pair.b] - high, chosen[pair.b] - low) for low, high in pair.forbidden]
        elif pair.b == name and pair.a in chosen:
            closed += [(chosen[pair.a] + low, chosen[pair.a] + high) for low, high in pair.forbidden]
    rest = part.times[name]
    for low, high in merged(closed):
        rest = tuple(
            piece
            for first, last in rest
            for piece in ((first, min(last, low - 1)), (max(first, high + 1), last))
            if piece[0] <= piece[1]
        )
    return rest
