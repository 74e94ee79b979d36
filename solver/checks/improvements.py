"""What an optimal allocation cannot have: a change of one claim alone that every stage would prefer."""

import itertools
from collections.abc import Iterator, Sequence

from solver.checks.limits import caps, keeps_reserves
from solver.checks.passage import Ground
from solver.checks.separation import Stay, clash, end_of, may_clash, stays_of
from solver.instance import EX_ANTE, Claim, Instance, Placement
from solver.solution import Allotted, Solution


def improvements(instance: Instance, solution: Solution, ground: Ground | None = None) -> Iterator[str]:
    rows = {row.claim: row for row in solution.allotments}
    for claim in instance.claims:
        if not claim.in_force and not claim.recorded:
            yield from _better(instance, solution, claim, rows.get(claim.id), ground)


def _better(
    instance: Instance, solution: Solution, claim: Claim, row: Allotted | None, ground: Ground | None
) -> Iterator[str]:
    """Changes of one claim alone that all stages would prefer: served, more points of its own, or an earlier start."""
    others = [stay for stay in stays_of(instance, solution) if stay.claim != claim.id]
    present = instance.placement_by_id[row.placement] if row else None
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    for placement in claim.placements:
        if present is None or placement is present or _is_preferred(instance, placement, present):
            latest = row.start - 1 if row and placement is present else placement.last_start
            start = open_start(instance, placement, others, latest, ground)
            after = chosen | {claim.id: placement}
            if start is not None and not any(caps(instance, after)) and keeps_reserves(instance, chosen, after):
                yield f"not optimal: {placement.id} could start on day {start} with all else unchanged"
                return


def _is_preferred(instance: Instance, placement: Placement, present: Placement) -> bool:
    """More points, or as many and a smaller id by bytes; in a lottery ids play no part."""
    if instance.policy.tie_break == EX_ANTE:
        return placement.points > present.points
    return (-placement.points, placement.id.encode()) < (-present.points, present.id.encode())


def open_start(
    instance: Instance, placement: Placement, others: Sequence[Stay], latest: int, ground: Ground | None = None
) -> int | None:
    """The earliest start from which a placement clashes with nobody, None if there is none up to `latest`.

    On `ground` it must cut nobody off either (C5). Only the window's first day and the days on which some phase of
    another stay has just ended need a look.
    """
    latest = min(latest, instance.horizon_days - end_of(placement))
    days = {placement.first_start}
    here = Stay(placement.id, placement.claim, placement.first_start, placement)
    last_day = latest + end_of(placement)
    together = (s for s in others if s.start < last_day and placement.first_start < s.start + end_of(s.item))
    near = [stay for stay in together if may_clash(instance, here, stay)]
    for stay in near:
        for i, j in itertools.product(placement.phases, stay.item.phases):
            days.add(stay.start + j.offset + j.days - i.offset)
        days.add(stay.start + end_of(stay.item))
    if ground is not None:
        days |= ground.begin_days(here, others)
    for day in sorted(day for day in days if placement.first_start <= day <= latest):
        here = Stay(placement.id, placement.claim, day, placement)
        if not any(clash(instance, here, stay) for stay in near) and (not ground or ground.keeps([*others, here])):
            return day
    return None
