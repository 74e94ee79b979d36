"""Free access (C5): on every day each access point keeps a path of free cells to a gate, whatever zones are occupied.

The rules, in the order in which they are applied:

1. Cell (i, j) is the square of side `cell_m` whose centre is (xmin + (i + 1/2) cell_m, ymin + (j + 1/2) cell_m); as many
   columns and rows as it takes to give every position of the half-open extent its cell, so the last may stick out.
2. A cell is closed if `blocked` contains its centre, or on days on which a phase longer than `transient_days` is active
   whose footprint is too near to the centre for the phase's keep-out (solver.geometry, rule 5). Phases of holds close
   cells like any others. The cells of gates and access points are never closed.
3. A path steps from a free cell to one of its 4 neighbours; a gate's own cell is a path of no steps.

Zones come and go with phases, so only the days on which some phase begins need a look: whatever is closed on a day was
closed on the last of these before it. Closing more never opens a path: where a set of zones blocks a point, so does every
larger set, and every allocation in which these zones share a day is forbidden. `Blockade` is such a set, minimal.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.cells import Cell, Grid, union
from solver.instance import Access, Hold, Instance, Placement
from solver.minimal import minimal

REMEMBERED = 500  # floods; each is a set of cells, of a million cells 125 kB
Interval = tuple[int, int]
"""Whole days first..last, both included."""
MayGoOn = Callable[[], bool]
Stays = Mapping[str, int]
"""Start days by the id of a placement or a hold; whoever asks what is closed names the holds as well (`Passage.held`)."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The cells closed by one phase, or by several alike, on the half-open days first..end after the start."""

    keep_out_m: int
    first: int
    end: int
    closed: int


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One of a blockade: a placement or hold, and the half-open days after its start on which its zone closes enough."""

    id: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Blockade:
    """A minimal set of zones that closes every path of a point while all of them are there, as they are on `day`.

    No set without one of the members blocks the point.
    """

    point: str
    day: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """A shortest path of a point on its tightest day, from the point's own cell to that of a gate."""

    point: str
    day: int
    path: tuple[Cell, ...]


class Passage:
    """Free access in one instance: what blocks it, on which days, and the paths that are left."""

    def __init__(self, instance: Instance, access: Access):
        self.grid = Grid(access)
        self._instance = instance
        self._items: Mapping[str, Placement | Hold] = {
            **instance.placement_by_id,
            **{hold.id: hold for hold in instance.holds},
        }
        self._zones: dict[str, tuple[Zone, ...]] = {}
        self._reached_at: dict[int, int] = {}
        self._steps_at: dict[int, dict[str, int | None]] = {}
        self.held: Stays = {hold.id: hold.start for hold in instance.holds}
        in_force = (claim.in_force for claim in instance.claims)
        self.fixed: Stays = self.held | {entry.placement: entry.start for entry in in_force if entry}

    def changed(self, placement: Placement) -> "Passage":
        """The same with one placement changed."""
        found = copy.copy(self)
        found._items = {**self._items, placement.id: placement}
        found._zones = {name: zones for name, zones in self._zones.items() if name != placement.id}
        return found

    def zones(self, name: str) -> tuple[Zone, ...]:
        """The zones of a placement or hold that close any cell; phases that are only transient have none."""
        if name not in self._zones:
            item, transient_days = self._items[name], self.grid.access.transient_days
            lasting = [p for p in item.phases if p.days > transient_days and p.keep_out_m]
            closed = {
                keep_out_m: self.grid.closed_by(item.footprint, keep_out_m) if item.footprint is not None else 0
                for keep_out_m in {phase.keep_out_m for phase in lasting}
            }
            zones = [Zone(p.keep_out_m, p.offset, p.end, closed[p.keep_out_m]) for p in lasting]
            self._zones[name] = tuple(zone for zone in zones if zone.closed)
        return self._zones[name]

    def keeps(self, stays: Stays) -> bool:
        """True if these stays leave every point a path on every day."""
        return next(self._blocked(stays), None) is None

    def earliest(self, name: str, days: Sequence[Interval], stays: Stays) -> int | None:
        """The first of these start days on which a placement beside these stays blocks no way; None if there is none.

        Only the first day of an interval needs a look, and the days on which a zone of another site has just ended when
        one of its own begins: on all others at least as much is closed as on the day before.
        """
        own = self.zones(name)
        ends = {start + z.end for other, start in stays.items() for z in self.zones(other)} if own else set()
        for first, last in days:
            inside = (end - zone.first for end in ends for zone in own if first < end - zone.first <= last)
            for day in sorted({first, *inside}):
                if not own or self.keeps({**stays, name: day}):
                    return day
        return None

    def blockades(self, stays: Stays, may_go_on: MayGoOn = lambda: True) -> list[Blockade]:
        """Minimal blockades by these stays: of each day on which a point is blocked one at least is among them.

        Once `may_go_on` is false those found until then, one at least if any way is blocked.
        """
        found: dict[tuple[str, frozenset[Member]], Blockade] = {}
        for day, active, point in self._blocked(stays):
            if found and not may_go_on():
                break
            if any(known == point and _are_there(members, day, stays) for known, members in found):
                continue  # what blocks it then is known
            for candidates in self._candidates(active, point):
                blockade = Blockade(point, day, self._minimal(candidates, point, day, stays))
                found.setdefault((point, frozenset(blockade.members)), blockade)
        return list(found.values())

    def blocked_days(self, stays: Stays) -> list[tuple[str, int]]:
        """Each point that these stays block, with the days on which something begins and it is blocked."""
        return sorted((point, day) for day, _, point in self._blocked(stays))

    def _blocked(self, stays: Stays) -> Iterator[tuple[int, dict[str, Zone], str]]:
        """Each day on which something begins and a point has no path then: (day, zone by site, point)."""
        yield from self._blocked_among(list(self.days(stays)), self.grid.gates)

    def _blocked_among(
        self, days: Sequence[tuple[int, dict[str, Zone]]], begin: int
    ) -> Iterator[tuple[int, dict[str, Zone], str]]:
        """The same among some days, by halves: whom all their zones together do not block, none of the days does.

        `begin`: cells known to be reached from the gates on each of these days.
        """
        reached = self._reached(union(self.closed(active) for _, active in days), begin)
        blocked = sorted(name for name, bit in self.grid.points.items() if not bit & reached)
        if blocked and len(days) > 1:
            yield from self._blocked_among(days[: len(days) // 2], reached)
            yield from self._blocked_among(days[len(days) // 2 :], reached)
        elif blocked:
            yield from ((*days[0], point) for point in blocked)

    def days(self, stays: Stays) -> Iterator[tuple[int, dict[str, Zone]]]:
        """Day 0 and each day on which a zone begins, with the widest zone then of each site that has one."""
        begin = {start + zone.first for name, start in stays.items() for zone in self.zones(name)}
        for day in sorted({0, *begin}):
            yield day, self.on(day, stays)

    def on(self, day: int, stays: Stays) -> dict[str, Zone]:
        """The widest zone on a day of each site that has one."""
        active: dict[str, Zone] = {}
        for name, start in stays.items():
            for zone in self.zones(name):
                if zone.first <= day - start < zone.end:
                    active[name] = max(active.get(name, zone), zone, key=lambda each: each.keep_out_m)
        return active

    def closed(self, active: Mapping[str, Zone]) -> int:
        """The cells closed by zones."""
        return union(zone.closed for zone in active.values())

    def _reached(self, closed: int, begin: int) -> int:
        """Cells reached from the gates while these are closed, `begin` among them; all points that have a path are."""
        if len(self._reached_at) > REMEMBERED:
            self._reached_at.clear()
        if closed not in self._reached_at:
            self._reached_at[closed] = self.grid.reached(self.grid.open & ~closed, self.grid.all_points, begin)
        return self._reached_at[closed]

    def _free(self, active: Mapping[str, Zone]) -> int:
        return self.grid.open & ~self.closed(active)

    def _candidates(self, active: Mapping[str, Zone], point: str) -> list[dict[str, Zone]]:
        """The zones along the edge of what the point reaches, and of what the gates reach: each set blocks the point."""
        free, found = self._free(active), []
        for begin, wanted in ((self.grid.points[point], self.grid.gates), (self.grid.gates, self.grid.points[point])):
            edge = self.grid.beside(self.grid.reached(free, wanted, begin))
            found.append({name: zone for name, zone in active.items() if zone.closed & edge})
        return found[:1] if found[0] == found[1] else found

    def _minimal(self, zones: Mapping[str, Zone], point: str, day: int, stays: Stays) -> tuple[Member, ...]:
        """A minimal part of these zones that still blocks the point; what is not fixed is left out first, then holds."""
        here = self.grid.points[point]
        # What the gates reach beside all of the zones they reach beside fewer.
        outside = self.grid.reached(self._free(zones), here, self.grid.gates)

        def block(names: Sequence[str]) -> bool:
            return not self.grid.touches(self._free({name: zones[name] for name in names}), here, outside)

        order = sorted(zones, key=lambda name: (name in self.fixed, name not in self.held, name))
        return tuple(self._member(name, zones[name], day - stays[name]) for name in sorted(minimal(order, block)))

    def _member(self, name: str, zone: Zone, day: int) -> Member:
        """The days around `day`, counted from the start, on which the site's zone is at least as wide."""
        first, end = day, day + 1
        wide = [other for other in self.zones(name) if other.keep_out_m >= zone.keep_out_m]
        while any(other.first < first <= other.end for other in wide):
            first = min(other.first for other in wide if other.first < first <= other.end)
        while any(other.first <= end < other.end for other in wide):
            end = max(other.end for other in wide if other.first <= end < other.end)
        return Member(name, first, end)

    def witnesses(self, stays: Stays) -> list[Witness]:
        """For each point, by id, the shortest path on its tightest day.

        The tightest day is the one on which the shortest path has most steps; of several the first from day 0 on, and the
        first of all if none is. Of several shortest paths the one that at each step takes the smallest cell (i, j).
        """
        days = sorted(self.days(stays), key=lambda row: (row[0] < 0, row[0]))
        found = [(name, *self._tightest(days, name)) for name in sorted(self.grid.points)]
        return [Witness(name, day, self._path(name, active)) for name, day, active in found]

    def _tightest(self, days: Sequence[tuple[int, dict[str, Zone]]], point: str) -> tuple[int, dict[str, Zone]]:
        """The first of the days on which a point's shortest path has most steps, with its zones.

        By halves: the path beside all zones of some days is at least as long as that of any of them.
        """
        best, longest, waiting = days[0], -1, [days]
        while waiting:
            part = waiting.pop()
            steps = self._steps(union(self.closed(active) for _, active in part))[point]
            if steps is not None and steps <= longest:
                continue
            if len(part) > 1:
                waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
            elif steps is not None:
                best, longest = part[0], steps
        return best

    def _steps(self, closed: int) -> dict[str, int | None]:
        """The steps of each point's shortest path while these cells are closed, None where there is none."""
        if closed not in self._steps_at:
            layers = self.grid.layers(self.grid.open & ~closed, self.grid.all_points, self.grid.gates)
            here = [(n, found) for n, layer in enumerate(layers) if (found := layer & self.grid.all_points)]
            points = self.grid.points.items()
            self._steps_at[closed] = {name: next((n for n, found in here if found & bit), None) for name, bit in points}
        return self._steps_at[closed]

    def _path(self, point: str, active: Mapping[str, Zone]) -> tuple[Cell, ...]:
        here = self.grid.points[point]
        layers = self.grid.layers(self._free(active), here, self.grid.gates)
        path = [self.grid.cell(here)]
        for layer in reversed(layers[:-1]):
            here = self.grid.bit(min(self._cells(self.grid.beside(here) & layer)))
            path.append(self.grid.cell(here))
        return tuple(path)

    def _cells(self, cells: int) -> Iterator[Cell]:
        while cells:
            bit = cells & -cells
            yield self.grid.cell(bit)
            cells ^= bit


def _are_there(members: Iterable[Member], day: int, stays: Stays) -> bool:
    """True if all members of a blockade close their cells on a day."""
    return all(member.first <= day - stays[member.id] < member.end for member in members)


def passage_of(instance: Instance) -> Passage | None:
    """Free access in an instance; None if it asks for none."""
    return None if instance.access is None else Passage(instance, instance.access)
