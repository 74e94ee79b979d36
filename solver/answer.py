"""What an allocation says in a solution: its zones, points, measures and reasons, all functions of the allocation alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from solver.access import MayGoOn, passage_of
from solver.allocation import Allocation, hundredths_by_party, recorded_entries, start_days
from solver.explain import Reasons
from solver.fairness import fairness
from solver.instance import Instance
from solver.moves import moved, moved_metres
from solver.solution import OPTIMAL, Allotted, Solution, Way, Zone


def filled(
    instance: Instance, solution: Solution, allocation: Allocation, may_go_on: MayGoOn = lambda: True
) -> Solution:
    """The solution with an allocation and everything that follows from it; less is looked for once `may_go_on` is false.

    Paths that the solution has already are those of this allocation.
    """
    totals = hundredths_by_party(instance, allocation)
    reasons = Reasons(instance, allocation, solution.status == OPTIMAL, may_go_on)
    return replace(
        solution,
        allotments=allotments(instance, allocation),
        parties=totals,
        leximin=tuple(sorted(totals[party] for party in instance.credited_parties)),
        shortfalls=tuple(reasons.shortfalls()),
        unserved=tuple(reasons.unserved()),
        access=solution.access or ways(instance, allocation),
        moves=moved_rows(instance, allocation),
        fairness=fairness(instance, allocation),
    )


def ways(instance: Instance, allocation: Allocation) -> tuple[Way, ...] | None:
    """The path that each access point keeps on its tightest day; None if the instance asks for no free access."""
    passage = passage_of(instance)
    if passage is None:
        return None
    return tuple(Way(row.point, row.day, row.path) for row in passage.witnesses(start_days(instance, allocation)))


def moved_rows(instance: Instance, allocation: Allocation) -> tuple[Mapping[str, Any], ...] | None:
    """The entries in force that are moved, by claim; None if the policy says nothing of moves."""
    if instance.policy.moves is None:
        return None
    entries = recorded_entries(instance)
    rows = [(entries[name], allocation[name]) for name in moved(instance, allocation)]
    return tuple(
        {
            "claim": old.claim,
            "from": {"placement": old.placement, "start": old.start},
            "to": {"placement": new.placement, "start": new.start},
            "metres": moved_metres(instance, old.claim, new.placement),
            "days": abs(new.start - old.start),
            "reason": None,
        }
        for old, new in rows
    )


def allotments(instance: Instance, allocation: Allocation) -> tuple[Allotted, ...]:
    """The allotments by claim id, with the zone of each phase in days from the epoch."""
    rows = []
    for claim in sorted(allocation):
        allotment = allocation[claim]
        zones = tuple(
            Zone(phase.name, allotment.start + phase.offset, allotment.start + phase.end, phase.keep_out_m)
            for phase in instance.placement_by_id[allotment.placement].phases
        )
        rows.append(Allotted(claim, allotment.placement, allotment.start, zones))
    return tuple(rows)
