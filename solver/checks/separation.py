"""C1 and C2 checked one by one: placements, windows and the horizon; every two stays, phase by phase, day by day."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solver.geometry import distance_m, is_too_near
from solver.instance import Claim, Hold, Instance, Phase, Placement
from solver.solution import Allotted, Solution


@dataclass(frozen=True, slots=True)
class Stay:
    """A site occupied from a fixed start: an allotment, or a hold (claim None)."""

    id: str
    claim: str | None
    start: int
    item: Placement | Hold
    in_force: bool = False


def structure(instance: Instance, solution: Solution) -> Iterator[str]:
    claims = [row.claim for row in solution.allotments]
    if claims != sorted(set(claims)):
        yield "allotments are not one row a claim in the order of claim ids"
    for row in solution.allotments:
        claim = instance.claim_by_id.get(row.claim)
        placement = next((p for p in claim.placements if p.id == row.placement), None) if claim else None
        if claim is None or placement is None:
            yield f"C1: {row.placement} is no placement of claim {row.claim} in the instance"
        elif claim.in_force:
            if (claim.in_force.placement, claim.in_force.start) != (row.placement, row.start):
                yield f"C1: the entry in force of claim {row.claim} was moved"
        elif not is_kept(claim, row):
            yield from _window(instance, placement, row.start)
    for claim in instance.claims:
        if (claim.in_force or claim.recorded) and claim.id not in claims:
            yield f"C1: the entry in force of claim {claim.id} is missing"


def _window(instance: Instance, placement: Placement, start: int) -> Iterator[str]:
    if not placement.first_start <= start <= placement.last_start:
        window = f"[{placement.first_start}, {placement.last_start}]"
        yield f"C1: {placement.id} starts on day {start}, outside its window {window}"
    if start + placement.end > instance.horizon_days:
        yield f"C1: {placement.id} ends on day {start + placement.end}, past the horizon of {instance.horizon_days}"


def stays_of(instance: Instance, solution: Solution) -> list[Stay]:
    stays = [
        Stay(r.placement, r.claim, r.start, instance.placement_by_id[r.placement], _is_in_force(instance, r))
        for r in solution.allotments
    ]
    return stays + [Stay(hold.id, None, hold.start, hold) for hold in instance.holds]


def _is_in_force(instance: Instance, row: Allotted) -> bool:
    claim = instance.claim_by_id[row.claim]
    return claim.in_force is not None or is_kept(claim, row)


def is_kept(claim: Claim, row: Allotted) -> bool:
    """True if an entry that may be moved stays as it is."""
    entry = claim.recorded
    return entry is not None and (entry.placement, entry.start) == (row.placement, row.start)


def too_near(instance: Instance, stays: Sequence[Stay]) -> Iterator[str]:
    for a, b in itertools.combinations(stays, 2):
        problem = clash(instance, a, b)
        if problem:
            yield problem


def clash(instance: Instance, a: Stay, b: Stay) -> str | None:
    """How two stays break C2, or None. Holds do not bind one another, nor entries in force."""
    if a.claim == b.claim or (a.claim is None and b.in_force) or (b.claim is None and a.in_force):
        return None
    if instance.conflicts is not None:
        return _given_clash(instance, a, b)
    for i, j in itertools.product(a.item.phases, b.item.phases):
        if _overlap(a.start + i.offset, i.days, b.start + j.offset, j.days):
            needed_m = keep_out_m(instance, a.claim, b.claim, i, j)
            if needed_m:
                ground_m = _distance_m(a.item, b.item)
                if is_too_near(ground_m, needed_m):
                    return (
                        f"C2: {a.id} ({i.name}) and {b.id} ({j.name}) are {ground_m:.3f} m apart at the same time, "
                        f"but must keep {needed_m} m"
                    )
    return None


def may_clash(instance: Instance, a: Stay, b: Stay) -> bool:
    """True if two stays would break C2 at some starts: one look at the distance, whatever the days."""
    if a.claim == b.claim:
        return False
    if instance.conflicts is not None:
        return listed_conflict(instance, a, b)
    phases = itertools.product(a.item.phases, b.item.phases)
    widest_m = max(keep_out_m(instance, a.claim, b.claim, i, j) for i, j in phases)
    return widest_m > 0 and is_too_near(_distance_m(a.item, b.item), widest_m)


def _given_clash(instance: Instance, a: Stay, b: Stay) -> str | None:
    if listed_conflict(instance, a, b) and _overlap(a.start, end_of(a.item), b.start, end_of(b.item)):
        return f"C2: {a.id} and {b.id} conflict and are occupied at the same time"
    return None


def listed_conflict(instance: Instance, a: Stay | Placement, b: Stay | Placement) -> bool:
    """True if the two stand in the given conflicts and their claims have no agreement."""
    agreed = any(agreement.claims == {a.claim, b.claim} for agreement in instance.agreements)
    return frozenset((a.id, b.id)) in (instance.conflicts or ()) and not agreed


def _overlap(start_a: int, days_a: int, start_b: int, days_b: int) -> bool:
    return start_a < start_b + days_b and start_b < start_a + days_a


def end_of(item: Placement | Hold) -> int:
    return max(phase.offset + phase.days for phase in item.phases)


def keep_out_m(instance: Instance, a: str | None, b: str | None, i: Phase, j: Phase) -> int:
    """The distance that phases i of claim a and j of claim b must keep: the larger, or what an agreement lowers it to."""
    agreed = [g.keep_out_m for g in instance.agreements if g.claims == {a, b}]
    return min([max(i.keep_out_m, j.keep_out_m), *agreed])


def _distance_m(a: Placement | Hold, b: Placement | Hold) -> float:
    assert a.footprint is not None
    assert b.footprint is not None
    return distance_m(a.footprint, b.footprint)
