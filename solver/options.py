"""What is still open once entries in force and holds stand: allowed starts, and the pairs that must be kept apart."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from solver.conflicts import (
    Interval,
    Separation,
    fixed_starts,
    merged,
    mirrored,
    recorded_starts,
    separations,
    shifted,
    without,
)
from solver.instance import Instance, Placement


@dataclass(frozen=True, slots=True)
class Options:
    """The open part of an instance.

    `starts`: allowed start days of each placement that can still be allotted, merged intervals. `exclusive`: pairs of
    those placements that no choice of starts can reconcile. `timed`: pairs whose forbidden differences leave some of the
    differences that their starts can give. `broken`: pairs of entries in force that break separation.
    """

    starts: Mapping[str, tuple[Interval, ...]]
    exclusive: tuple[tuple[str, str], ...]
    timed: tuple[Separation, ...]
    broken: tuple[Separation, ...]

    def without(self, closed: Set[str]) -> "Options":
        """The same without some of the open placements."""
        return replace(
            self,
            starts={name: days for name, days in self.starts.items() if name not in closed},
            exclusive=tuple(pair for pair in self.exclusive if closed.isdisjoint(pair)),
            timed=tuple(pair for pair in self.timed if closed.isdisjoint((pair.a, pair.b))),
        )


def open_options(instance: Instance) -> Options:
    """The open part of an instance, from its geometry or its given conflicts."""
    fixed = fixed_starts(instance)
    holds = {hold.id for hold in instance.holds}
    pairs = separations(instance)
    closed: dict[str, list[Interval]] = {}
    broken = []
    for pair in pairs:
        if pair.a in fixed and pair.b in fixed:
            if not holds & {pair.a, pair.b} and not pair.permits(fixed[pair.b] - fixed[pair.a]):
                broken.append(pair)
        elif pair.a in fixed:
            closed.setdefault(pair.b, []).extend(shifted(pair.forbidden, fixed[pair.a]))
        elif pair.b in fixed:
            closed.setdefault(pair.a, []).extend(shifted(mirrored(pair.forbidden), fixed[pair.b]))
    starts = _open_starts(instance, closed)
    exclusive, timed = [], []
    for pair in pairs:
        if pair.a in starts and pair.b in starts:
            left = permitted(pair, starts)
            if not left:
                exclusive.append((pair.a, pair.b))
            elif left != (differences(pair, starts),):
                timed.append(pair)
    return Options(starts, tuple(exclusive), tuple(timed), tuple(broken))


def _open_starts(instance: Instance, closed: Mapping[str, Sequence[Interval]]) -> dict[str, tuple[Interval, ...]]:
    """The starts of each placement that are not closed; of an entry that may be moved also where it stands."""
    starts = {
        placement.id: without(window(instance, placement), merged(closed.get(placement.id, [])))
        for placement in _open_placements(instance)
    }
    # Neither window nor holds bind what stays where it is.
    for name, day in recorded_starts(instance).items():
        starts[name] = merged([*starts[name], (day, day)])
    return {name: days for name, days in starts.items() if days}


def _open_placements(instance: Instance) -> Iterator[Placement]:
    for claim in instance.claims:
        if claim.in_force is None:
            yield from claim.placements


def window(instance: Instance, placement: Placement) -> tuple[Interval, ...]:
    """(C1) The starts of the window from which the last phase ends by the horizon."""
    return merged([(placement.first_start, min(placement.last_start, instance.horizon_days - placement.end))])


def exclusive_pairs(instance: Instance, starts: Mapping[str, tuple[Interval, ...]]) -> list[tuple[str, str]]:
    """The pairs of placements that exclude each other at all of the given starts."""
    pairs = [pair for pair in separations(instance) if pair.a in starts and pair.b in starts]
    return [(pair.a, pair.b) for pair in pairs if not permitted(pair, starts)]


def differences(pair: Separation, starts: Mapping[str, tuple[Interval, ...]]) -> Interval:
    """Least and greatest start(b) - start(a) that the allowed starts permit."""
    a, b = starts[pair.a], starts[pair.b]
    return b[0][0] - a[-1][1], b[-1][1] - a[0][0]


def permitted(pair: Separation, starts: Mapping[str, tuple[Interval, ...]]) -> tuple[Interval, ...]:
    """The differences that the allowed starts can give and that are not forbidden."""
    reach = differences(pair, starts)
    first, last = pair.forbidden[0]
    if first <= reach[0] and reach[1] <= last:  # by far the most frequent case, worth its own line
        return ()
    return without([reach], pair.forbidden)
