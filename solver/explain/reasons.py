"""Why not: what excludes each placement of an unserved claim, and why entries in force contradict one another.

Reasons are data. A reason names a placement, the rule that closes it and by whom: `C1` another placement that its claim
got, `C2` the allotments and holds that together close every start, `C3` a cap that has no room left, `C4` too little
credit in the group of a reserve, `C5` the allotments and holds beside which every start is closed: by separation, or
because somebody's way would be blocked (on some start at least).
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from solver.access import MayGoOn, Passage, Stays, passage_of
from solver.allocation import (
    Allocation,
    cap_rows,
    is_eligible,
    shortfall,
    standing_entries,
    start_days,
)
from solver.conflicts import Interval, merged, mirrored, separations, shifted, without
from solver.instance import Cap, Instance, Placement, Reserve
from solver.minimal import minimal

Reason = Mapping[str, Any]


def why_infeasible(instance: Instance) -> Reason | None:
    """A minimal set of entries in force with the rule that they break together, or None if they break none.

    Of several the smallest set, then the first by rule and ids. Free access (C5) may be broken by entries and holds, by
    holds alone or by the ground itself: then nothing that could be allotted mends it, and point, day and holds are named.
    """
    found = [(len(entries), rule, entries) for rule, entries in _broken(instance)] if standing_entries(instance) else []
    blocked = _blocked(instance)
    if blocked and (not found or len(blocked["entries"]) + len(blocked["holds"]) < min(found)[0]):
        return blocked
    if not found:
        return None
    _, rule, entries = min(found)
    return {"entries": list(entries), "rules": [rule]}


def _blocked(instance: Instance) -> Reason | None:
    """(C5) A minimal set of entries in force and holds that block a point: of those found the smallest, then the first."""
    passage = passage_of(instance)
    stays = start_days(instance, standing_entries(instance))
    blockades = passage.blockades(stays) if passage else []
    if passage is None or not blockades:
        return None
    least = min(blockades, key=lambda each: (len(each.members), each.point, each.members, each.day))
    # Less may do on another day, when other phases are there.
    names = [member.id for member in least.members]
    for name in sorted(names, key=lambda name: (name not in passage.held, name)):
        rest = [other for other in names if other != name]
        names = rest if _days_of(passage, stays, least.point, rest) else names
    claim_of = {entry.placement: entry.claim for entry in standing_entries(instance).values()}
    return {
        "entries": sorted(claim_of[name] for name in names if name in claim_of),
        "rules": ["C5"],
        "holds": sorted(name for name in names if name not in claim_of),
        "point": least.point,
        "day": _days_of(passage, stays, least.point, names)[0],
    }


def _days_of(passage: Passage, stays: Stays, point: str, names: Sequence[str]) -> list[int]:
    """The days on which these entries and holds alone block a point."""
    blocked = passage.blocked_days({name: stays[name] for name in names})
    return [day for name, day in blocked if name == point]


def _broken(instance: Instance) -> list[tuple[str, tuple[str, ...]]]:
    entries = standing_entries(instance)
    starts = {entry.placement: (entry.claim, entry.start) for entry in entries.values()}
    broken: list[tuple[str, tuple[str, ...]]] = []
    for pair in separations(instance, starts.keys()):
        if pair.a in starts and pair.b in starts:
            (claim_a, start_a), (claim_b, start_b) = starts[pair.a], starts[pair.b]
            if not pair.permits(start_b - start_a):
                broken.append(("C2", tuple(sorted((claim_a, claim_b)))))
    for cap in instance.caps:
        for row in cap_rows(instance, cap).values():
            used = {starts[placement][0]: measure for placement, measure in row.items() if placement in starts}
            if sum(used.values()) > cap.most:
                broken.append((f"C3 {cap.id}", _fewest_above(used, cap.most)))
    return broken


def _fewest_above(used: Mapping[str, int], most: int) -> tuple[str, ...]:
    """The fewest claims whose measures together exceed a cap: the largest, ties by id. Leaving any one out fits."""
    largest = sorted(used, key=lambda claim: (-used[claim], claim))
    sums = itertools.accumulate(used[claim] for claim in largest)
    needed = next(count for count, total in enumerate(sums, start=1) if total > most)
    return tuple(sorted(largest[:needed]))


class Reasons:
    """Why placements are closed in one allocation.

    Once `may_go_on` is false reasons by C5 are no longer looked for if the run `is_complete` not, and name all that
    closes the placement, not a minimal part of it, if it is.
    """

    def __init__(
        self,
        instance: Instance,
        allocation: Allocation,
        is_complete: bool = True,
        may_go_on: MayGoOn = lambda: True,
    ):
        self._is_complete, self._may_go_on = is_complete, may_go_on
        self._instance = instance
        self._allocation = allocation
        self._starts = {a.placement: a.start for a in allocation.values()} | {h.id: h.start for h in instance.holds}
        self._passage = passage_of(instance)
        self._forbidden: dict[str, list[tuple[str, tuple[Interval, ...]]]] = {}
        for pair in separations(instance, self._starts.keys()):
            self._forbidden.setdefault(pair.a, []).append((pair.b, mirrored(pair.forbidden)))
            self._forbidden.setdefault(pair.b, []).append((pair.a, pair.forbidden))

    def unserved(self) -> list[Reason]:
        """Each unserved claim with the reasons of all its placements, by claim id."""
        claims = sorted((c for c in self._instance.claims if c.id not in self._allocation), key=lambda c: c.id)
        return [
            {"claim": claim.id, "reasons": [reason for p in _by_id(claim.placements) for reason in self.closed(p)]}
            for claim in claims
        ]

    def shortfalls(self) -> list[Reason]:
        """Each reserve that is short with the reasons of its placements, by reserve id."""
        return [
            {
                "reserve": reserve.id,
                "missing": shortfall(self._instance, reserve, self._allocation),
                "reasons": self._reserve_reasons(reserve),
            }
            for reserve in sorted(self._instance.reserves, key=lambda reserve: reserve.id)
            if shortfall(self._instance, reserve, self._allocation)
        ]

    def closed(self, placement: Placement) -> list[Reason]:
        """What closes a placement of an unserved claim while everything else stays; empty if it is open."""
        latest = min(placement.last_start, self._instance.horizon_days - placement.end)
        reasons: list[Reason] = [
            {"placement": placement.id, "rule": "C3", "by": [cap.id]}
            for cap in sorted(self._instance.caps, key=lambda cap: cap.id)
            if self._is_full(cap, placement)
        ]
        window = [(placement.first_start, latest)]
        by, rule = self._blockers(placement, window), "C2"
        if not by:
            by, rule = self._blocking(placement, window), "C5"
        return reasons + ([{"placement": placement.id, "rule": rule, "by": by}] if by else [])

    def _closing(self, placement: Placement) -> dict[str, tuple[Interval, ...]]:
        """(C2) The starts of a placement that each allotment or hold closes."""
        return {
            other: shifted(forbidden, self._starts[other])
            for other, forbidden in self._forbidden.get(placement.id, [])
            if other in self._starts
        }

    def _blocking(self, placement: Placement, window: Sequence[Interval]) -> list[str]:
        """(C5) A minimal set of allotments and holds beside which no start keeps apart and blocks no way; [] if one does."""
        passage, closing = self._passage, self._closing(placement)
        if passage is None or not (self._is_complete or self._may_go_on()):
            return []

        def is_closed(names: Sequence[str]) -> bool:
            days = without(window, merged(day for name in names if name in closing for day in closing[name]))
            return passage.earliest(placement.id, days, {name: self._starts[name] for name in names}) is None

        needed = sorted(name for name in self._starts if name in closing or passage.zones(name))
        if not is_closed(needed):
            return []
        # A placement that blocks a way all alone is closed by itself.
        return minimal(needed, is_closed, self._may_go_on) or [placement.id]

    def _blockers(self, placement: Placement, window: Sequence[Interval]) -> list[str]:
        """A minimal set of allotments and holds that together close every start, [] if some start is open."""
        closing = self._closing(placement)
        if without(window, merged(days for other in closing.values() for days in other)):
            return []
        needed = sorted(closing)
        for other in sorted(closing):
            rest = [name for name in needed if name != other]
            if not without(window, merged(days for name in rest for days in closing[name])):
                needed = rest
        return needed

    def _is_full(self, cap: Cap, placement: Placement) -> bool:
        rows = [row for row in cap_rows(self._instance, cap).values() if placement.id in row]
        return any(self._used(row, placement) + row[placement.id] > cap.most for row in rows)

    def _used(self, row: Mapping[str, int], placement: Placement) -> int:
        return sum(
            row.get(allotment.placement, 0)
            for allotment in self._allocation.values()
            if allotment.claim != placement.claim
        )

    def _reserve_reasons(self, reserve: Reserve) -> list[Reason]:
        reasons: list[Reason] = []
        for name in sorted(reserve.placements):
            placement = self._instance.placement_by_id[name]
            claim = self._instance.claim_by_id[placement.claim]
            allotment = self._allocation.get(claim.id)
            if not is_eligible(self._instance, reserve, claim):
                reasons.append({"placement": name, "rule": "C4", "by": [f"credit of {reserve.group} below 50"]})
            elif allotment is not None and allotment.placement != name:
                reasons.append({"placement": name, "rule": "C1", "by": [allotment.placement]})
            elif allotment is None:
                reasons.extend(self.closed(placement))
        return reasons


def _by_id(placements: Sequence[Placement]) -> list[Placement]:
    return sorted(placements, key=lambda placement: placement.id)
