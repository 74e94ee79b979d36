"""What closes a placement while everything else stays: minimal conflict sets, each solved again before it is shown.

A conflict set closes its placement as a whole, and without any one of its members it would not:

- `C2`: allotments, entries in force and holds that together leave no start of the window open. Ordinary allotments are
  dropped first, so that a set of entries in force and holds alone is found if there is one: against those no other
  allocation helps.
- `C5`: the same where separation alone leaves starts open, but on each of them somebody's way would be blocked. Without
  members the placement blocks a way all alone.
- `C3`: a cap, for one whom it counts, with the allotments that leave it no room. Without members the placement alone is
  more than the cap allows.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.access import passage_of
from solver.allocate import solve
from solver.allocation import Allocation, cap_rows
from solver.conflicts import Interval, merged, mirrored, separations, shifted, without
from solver.geometry import distance_m, is_too_near
from solver.instance import Hold, InForce, Instance, Placement
from solver.minimal import minimal
from solver.model.search import SolveLimits

ALLOTMENT, IN_FORCE, HOLD = "allotment", "entry in force", "hold"
ONE_WORKER = SolveLimits(workers=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One that stands in the way: a placement of another claim with its start, or a hold (claim None).

    `distance_m` is the ground distance and `keep_out_m` the largest keep-out that it breaks; None without footprints.
    `measure` is what it takes of a cap.
    """

    kind: str
    id: str
    claim: str | None
    start: int
    distance_m: float | None = None
    keep_out_m: int | None = None
    measure: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictSet:
    """What closes a placement by one rule; `cap` and `whom` say which cap and for whom it counts."""

    placement: str
    rule: str
    members: tuple[Member, ...]
    cap: str | None = None
    whom: str | None = None
    confirmed: bool = False

    @property
    def is_permanent(self) -> bool:
        """True if no other allocation could open the placement: no ordinary allotment is among the members."""
        return all(member.kind != ALLOTMENT for member in self.members)


class Blockers:
    """The conflict sets of the placements of one claim in one allocation."""

    def __init__(self, instance: Instance, allocation: Allocation):
        self._instance = instance
        self._allocation = allocation
        self._starts = {a.placement: a.start for a in allocation.values()} | {h.id: h.start for h in instance.holds}
        self._passage = passage_of(instance)
        self._forbidden: dict[str, dict[str, tuple[Interval, ...]]] = {}
        for pair in separations(instance, self._starts.keys()):
            self._forbidden.setdefault(pair.a, {})[pair.b] = mirrored(pair.forbidden)
            self._forbidden.setdefault(pair.b, {})[pair.a] = pair.forbidden

    def sets(self, placement: Placement) -> list[ConflictSet]:
        """The conflict sets of a placement, solved again; empty if it could be allotted with all else unchanged."""
        found = [*self._by_separation(placement), *self._by_access(placement), *self._by_caps(placement)]
        return [dataclasses.replace(each, confirmed=is_confirmed(self._instance, each)) for each in found]

    def open_starts(self, placement: Placement, window: Sequence[Interval]) -> tuple[Interval, ...]:
        """The starts of a window that separation leaves open with all else unchanged."""
        return without(window, merged(day for days in self._closed(placement).values() for day in days))

    def is_within_caps(self, placement: Placement) -> bool:
        """True if no cap closes the placement with all else unchanged."""
        return not any(self._by_caps(placement))

    def _closed(self, placement: Placement) -> dict[str, tuple[Interval, ...]]:
        """By member of the allocation the starts of the placement that it closes."""
        forbidden = self._forbidden.get(placement.id, {})
        return {name: shifted(days, self._starts[name]) for name, days in forbidden.items() if name in self._starts}

    def _by_separation(self, placement: Placement) -> Iterator[ConflictSet]:
        window, closed = [window_of(self._instance, placement)], self._closed(placement)
        members = {name: self._member(name, placement) for name in closed}

        def closes(names: Sequence[str]) -> bool:
            return not without(window, merged(day for name in names for day in closed[name]))

        found = self._minimal(names=list(closed), is_closed=closes, members=members)
        if found is not None:
            yield ConflictSet(placement.id, "C2", found)

    def _by_access(self, placement: Placement) -> Iterator[ConflictSet]:
        passage, closed, window = self._passage, self._closed(placement), window_of(self._instance, placement)

        def open_days(names: Iterable[str]) -> tuple[Interval, ...]:
            return without([window], merged(day for name in names for day in closed.get(name, ())))

        def blocks(names: Sequence[str]) -> bool:
            stays = {name: self._starts[name] for name in names}
            return passage is None or passage.earliest(placement.id, open_days(names), stays) is None

        if passage is None or not open_days(closed):
            return
        others = [name for name in self._starts if self._claim(name) != placement.claim]
        names = [name for name in others if name in closed or passage.zones(name)]
        found = self._minimal(names, blocks, {name: self._member(name, placement) for name in names})
        if found is not None:
            yield ConflictSet(placement.id, "C5", found)

    def _minimal(
        self, names: Sequence[str], is_closed: Callable[[Sequence[str]], bool], members: Mapping[str, Member]
    ) -> tuple[Member, ...] | None:
        """A minimal part of the names that closes the placement, None if all together do not."""
        # Dropped first is what is left out if it can be: ordinary allotments, then entries in force, then holds.
        names = sorted(names, key=lambda name: ((ALLOTMENT, IN_FORCE, HOLD).index(members[name].kind), name))
        if not is_closed(names):
            return None
        return tuple(members[name] for name in sorted(minimal(names, is_closed)))

    def _claim(self, name: str) -> str | None:
        placement = self._instance.placement_by_id.get(name)
        return None if placement is None else placement.claim

    def _member(self, name: str, placement: Placement) -> Member:
        hold = next((hold for hold in self._instance.holds if hold.id == name), None)
        item = hold or self._instance.placement_by_id[name]
        ground_m, keep_out_m = _nearness(self._instance, placement, item)
        return Member(self._kind(name), name, _claim_of(item), self._starts[name], ground_m, keep_out_m)

    def _kind(self, name: str) -> str:
        placement = self._instance.placement_by_id.get(name)
        if placement is None:
            return HOLD
        return IN_FORCE if self._instance.claim_by_id[placement.claim].in_force else ALLOTMENT

    def _by_caps(self, placement: Placement) -> Iterator[ConflictSet]:
        for cap in sorted(self._instance.caps, key=lambda cap: cap.id):
            for whom, row in sorted(cap_rows(self._instance, cap).items()):
                if placement.id in row:
                    used = self._fewest(placement, row, cap.most - row[placement.id])
                    if used is not None:
                        yield ConflictSet(placement.id, "C3", used, cap.id, whom)

    def _fewest(self, placement: Placement, row: Mapping[str, int], room: int) -> tuple[Member, ...] | None:
        """The fewest allotments whose measures together exceed `room`, entries in force before others; or None."""
        others = [a.placement for a in self._allocation.values() if a.claim != placement.claim and a.placement in row]
        if sum(row[name] for name in others) <= room:
            return None
        largest = sorted(others, key=lambda name: (self._kind(name) == ALLOTMENT, -row[name], name))
        needed: list[str] = []
        for name in largest:
            if sum(row[other] for other in needed) > room:
                break
            needed.append(name)
        for name in list(needed):
            rest = [other for other in needed if other != name]
            needed = rest if sum(row[other] for other in rest) > room else needed
        return tuple(
            Member(
                self._kind(name), name, self._instance.placement_by_id[name].claim, self._starts[name], None, None, m
            )
            for name, m in ((name, row[name]) for name in sorted(needed))
        )


def window_of(instance: Instance, placement: Placement) -> Interval:
    """(C1) First and last start of the window from which the last phase ends by the horizon."""
    return placement.first_start, min(placement.last_start, instance.horizon_days - placement.end)


def is_confirmed(instance: Instance, conflict: ConflictSet) -> bool:
    """True if solving again shows that the set closes the placement and that no part of it with one member less does."""
    members = conflict.members
    parts = [tuple(other for other in members if other is not member) for member in members]
    return not _is_served(instance, conflict, members) and all(_is_served(instance, conflict, part) for part in parts)


def _is_served(instance: Instance, conflict: ConflictSet, members: tuple[Member, ...]) -> bool:
    claim = instance.placement_by_id[conflict.placement].claim
    solution = solve(alone_with(instance, conflict, members), limits=ONE_WORKER)
    return any(row.claim == claim for row in solution.allotments)


def alone_with(instance: Instance, conflict: ConflictSet, members: Sequence[Member]) -> Instance:
    """The instance in which the placement meets nothing but these members, which stand fixed, and the one rule."""
    placement = instance.placement_by_id[conflict.placement]
    claim = instance.claim_by_id[placement.claim]
    standing = {member.claim: InForce(member.id, member.start) for member in members if member.claim}
    others = [
        dataclasses.replace(c, in_force=standing[c.id], recorded=None) for c in instance.claims if c.id in standing
    ]
    claims = (dataclasses.replace(claim, placements=(placement,), in_force=None, recorded=None), *others)
    holds = {member.id for member in members if member.claim is None}
    names = {p.id for c in claims for p in c.placements}
    by_separation = conflict.rule in ("C2", "C5")
    given = {pair for pair in instance.conflicts or () if pair <= names and by_separation}
    kept = {claim.id for claim in claims}
    return dataclasses.replace(
        instance,
        claims=claims,
        holds=tuple(hold for hold in instance.holds if hold.id in holds),
        agreements=tuple(a for a in instance.agreements if a.claims <= kept),
        conflicts=frozenset(given) if instance.conflicts is not None or not by_separation else None,
        caps=tuple(
            dataclasses.replace(cap, placements=cap.placements & names)
            for cap in instance.caps
            if cap.id == conflict.cap
        ),
        reserves=(),
        access=instance.access if conflict.rule == "C5" else None,
        policy=dataclasses.replace(instance.policy, rule="equal-footing", levels=None),
    )


def _claim_of(item: Placement | Hold) -> str | None:
    return item.claim if isinstance(item, Placement) else None


def _nearness(instance: Instance, a: Placement, b: Placement | Hold) -> tuple[float | None, int | None]:
    """Ground distance, and the largest keep-out that it breaks, of two sites of an instance with footprints."""
    if instance.conflicts is not None or a.footprint is None or b.footprint is None:
        return None, None
    ground_m = distance_m(a.footprint, b.footprint)
    agreed_m = instance.agreed_keep_out_m.get(frozenset((a.claim, _claim_of(b) or "")))
    broken = [
        keep_out_m
        for i, j in itertools.product(a.phases, b.phases)
        for keep_out_m in [min(x for x in (max(i.keep_out_m, j.keep_out_m), agreed_m) if x is not None)]
        if is_too_near(ground_m, keep_out_m)
    ]
    return ground_m, max(broken, default=None)
