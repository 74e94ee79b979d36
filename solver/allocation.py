"""An allocation as plain data, and what it is worth: exact whole numbers, no solver.

u_p, the points of party p, is counted in hundredths of a point: the sum over allotted claims of points times credit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solver.access import MayGoOn, Passage
from solver.instance import Cap, Claim, Instance, Placement, Reserve
from solver.zones import km2_days


@dataclass(frozen=True, slots=True)
class Allotment:
    """One placement and start day for one claim."""

    claim: str
    placement: str
    start: int


Allocation = Mapping[str, Allotment]
"""Allotments by claim id; a claim that is not in it is unserved."""


def entries_in_force(instance: Instance) -> dict[str, Allotment]:
    """The allocation made of the entries in force alone."""
    claims = (claim for claim in instance.claims if claim.in_force)
    return {c.id: Allotment(c.id, c.in_force.placement, c.in_force.start) for c in claims if c.in_force}


def recorded_entries(instance: Instance) -> dict[str, Allotment]:
    """The entries in force that the policy allows to move, as they stand."""
    claims = (claim for claim in instance.claims if claim.recorded)
    return {c.id: Allotment(c.id, c.recorded.placement, c.recorded.start) for c in claims if c.recorded}


def standing_entries(instance: Instance) -> dict[str, Allotment]:
    """All entries in force as they stand, those that may be moved with them."""
    return entries_in_force(instance) | recorded_entries(instance)


def serves_entries(instance: Instance, allocation: Allocation) -> bool:
    """True if no entry that may be moved is left out."""
    return all(claim.id in allocation for claim in instance.claims if claim.recorded)


def start_days(instance: Instance, allocation: Allocation) -> dict[str, int]:
    """Start days by placement of what is allotted, and by hold."""
    return {row.placement: row.start for row in allocation.values()} | {hold.id: hold.start for hold in instance.holds}


def keeping_access(
    instance: Instance, passage: Passage, allocation: Allocation, may_go_on: MayGoOn = lambda: True
) -> Allocation:
    """(C5) The allocation without allotments that block a way: of each blockade in turn the one of fewest points goes.

    Entries stay, so that some blockade may be left, as it may once `may_go_on` is false.
    """
    left, entries = dict(allocation), standing_entries(instance)
    while may_go_on() and (blockades := passage.blockades(start_days(instance, left), may_go_on)):
        gone: set[str] = set()
        for names in ({member.id for member in blockade.members} for blockade in blockades):
            free = [row for row in left.values() if row.placement in names and row.claim not in entries]
            if free and gone.isdisjoint(names):
                least = min(free, key=lambda row: (instance.placement_by_id[row.placement].points, row.placement))
                gone.add(least.placement)
                del left[least.claim]
        if not gone:
            return left
    return left


def allotted(instance: Instance, allocation: Allocation) -> list[Placement]:
    """The placements allotted, in the order of the instance's claims."""
    return [
        instance.placement_by_id[allocation[claim.id].placement] for claim in instance.claims if claim.id in allocation
    ]


def hundredths_by_party(instance: Instance, allocation: Allocation) -> dict[str, int]:
    """u_p in hundredths of a point for every party of the instance, by party id."""
    totals = {party.id: 0 for party in sorted(instance.parties, key=lambda party: party.id)}
    for placement in allotted(instance, allocation):
        for party, share in instance.claim_by_id[placement.claim].credit.items():
            totals[party] += placement.points * share
    return totals


def total_points(instance: Instance, allocation: Allocation) -> int:
    """Sum of the points of the placements allotted."""
    return sum(placement.points for placement in allotted(instance, allocation))


def reached(hundredths: Iterable[int], level: int) -> int:
    """How many parties have at least `level` hundredths of a point."""
    return sum(value >= level for value in hundredths)


def is_eligible(instance: Instance, reserve: Reserve, claim: Claim) -> bool:
    """True if a claim has at least 50 credit in the group of a reserve."""
    return instance.group_credit(claim, reserve.group) >= 50


def shortfall(instance: Instance, reserve: Reserve, allocation: Allocation) -> int:
    """(C4) How many placements of a reserve are missing."""
    given = sum(
        placement.id in reserve.placements and is_eligible(instance, reserve, instance.claim_by_id[placement.claim])
        for placement in allotted(instance, allocation)
    )
    return max(0, reserve.least - given)


def cap_rows(instance: Instance, cap: Cap) -> dict[str, dict[str, int]]:
    """(C3) The rows of a cap: by whom it counts, then the measure of each placement listed that counts there."""
    rows: dict[str, dict[str, int]] = {}
    for placement_id in sorted(cap.placements):
        placement = instance.placement_by_id[placement_id]
        measure = 1 if cap.measure == "placements" else km2_days((p.keep_out_m, p.days) for p in placement.phases)
        for whom in _counts_for(instance, cap, instance.claim_by_id[placement.claim]):
            rows.setdefault(whom, {})[placement_id] = measure
    return rows


def caps_are_kept(instance: Instance, allocation: Allocation) -> bool:
    """True if no cap is exceeded."""
    given = {placement.id for placement in allotted(instance, allocation)}
    return all(
        sum(measure for name, measure in row.items() if name in given) <= cap.most
        for cap in instance.caps
        for row in cap_rows(instance, cap).values()
    )


def _counts_for(instance: Instance, cap: Cap, claim: Claim) -> tuple[str, ...]:
    if cap.per == "party":
        return tuple(claim.credit)
    if cap.per == "controller":
        return (claim.controller,) if claim.controller else ()
    if cap.per == "all":
        return ("all",)
    return (cap.per,) if instance.group_credit(claim, cap.per.removeprefix("group:")) > 0 else ()


def most_hundredths(instance: Instance) -> dict[str, int]:
    """For each credited party the u_p it would have if every claim of its got its best placement."""
    most = dict.fromkeys(instance.credited_parties, 0)
    for claim in instance.claims:
        in_force = claim.in_force.placement if claim.in_force else None
        best = max(p.points for p in claim.placements if in_force in (None, p.id))
        for party, share in claim.credit.items():
            most[party] += best * share
    return most


def attainable_by_party(instance: Instance) -> dict[str, list[int]]:
    """For each credited party every u_p that it could have if nothing but its own claims counted, ascending."""
    found = {}
    for party in instance.credited_parties:
        # Bit n of `sums` says that n hundredths can be had from the claims looked at so far.
        sums = 1
        for claim in instance.claims:
            if party in claim.credit:
                sums = _extended(sums, claim, claim.credit[party])
        found[party] = [n for n, bit in enumerate(reversed(f"{sums:b}")) if bit == "1"]
    return found


def attainable_hundredths(instance: Instance) -> list[int]:
    """Every u_p above 0 that some party could have if nothing but its own claims counted, ascending.

    These are the only levels at which equal footing can make a difference.
    """
    return sorted({value for values in attainable_by_party(instance).values() for value in values if value})


def _extended(sums: int, claim: Claim, share: int) -> int:
    in_force = claim.in_force.placement if claim.in_force else None
    points = {p.points for p in claim.placements if in_force in (None, p.id)}
    reachable = 0 if in_force else sums
    for value in points:
        reachable |= sums << (value * share)
    return reachable
