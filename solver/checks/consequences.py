"""What follows from the allotments: zones, unserved claims with their reasons, measures."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from solver.checks.improvements import open_start
from solver.checks.limits import Chosen, caps
from solver.checks.passage import Ground
from solver.checks.rule_values import credited, totals_of
from solver.checks.separation import Stay, stays_of
from solver.instance import Claim, Instance
from solver.solution import OPTIMAL, Solution, in_points


def zones(instance: Instance, solution: Solution) -> Iterator[str]:
    for row in solution.allotments:
        placement = instance.placement_by_id[row.placement]
        due = [(p.name, row.start + p.offset, row.start + p.offset + p.days, p.keep_out_m) for p in placement.phases]
        if [(z.phase, z.start, z.end, z.keep_out_m) for z in row.zones] != due:
            yield f"zones of {row.placement} are not those of its phases"


def unserved(instance: Instance, solution: Solution, chosen: Chosen, ground: Ground | None = None) -> Iterator[str]:
    """Who is listed as unserved, and whether each reason given is true."""
    due = sorted(claim.id for claim in instance.claims if claim.id not in chosen)
    stated = [row.get("claim") for row in solution.unserved]
    if stated != due:
        yield f"unserved claims are {due}, but {stated} is stated"
        return
    stays = stays_of(instance, solution)
    for row in solution.unserved:
        claim = instance.claim_by_id[str(row["claim"])]
        reasons = [reason for reason in row.get("reasons", []) if isinstance(reason, dict)]
        for reason in reasons:
            if not _is_true(instance, claim, reason, chosen, stays, ground):
                yield f"unserved {claim.id}: the reason {dict(reason)} is not true"
        explained = {reason.get("placement") for reason in reasons}
        if solution.status == OPTIMAL and explained != {placement.id for placement in claim.placements}:
            yield f"unserved {claim.id}: not every placement has a reason"


def _is_true(
    instance: Instance,
    claim: Claim,
    reason: Mapping[str, Any],
    chosen: Chosen,
    stays: Sequence[Stay],
    ground: Ground | None,
) -> bool:
    placement = next((p for p in claim.placements if p.id == reason.get("placement")), None)
    by = reason.get("by")
    if placement is None or not isinstance(by, list):
        return False
    named = [stay for stay in stays if stay.id in by]
    if reason.get("rule") == "C2":
        return open_start(instance, placement, named, placement.last_start) is None
    if reason.get("rule") == "C5":
        return ground is not None and open_start(instance, placement, named, placement.last_start, ground) is None
    listed = [cap for cap in instance.caps if cap.id in by]
    full = list(caps(instance, {**chosen, claim.id: placement}))
    return reason.get("rule") == "C3" and bool(listed) and all(any(f"cap {c.id} " in f for f in full) for c in listed)


def measures(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    totals = totals_of(instance, chosen)
    values = sorted(totals[party] for party in credited(instance))
    due: dict[str, Any] = {
        "claims": len(instance.claims),
        "claims_served": len(chosen),
        "parties": len(values),
        "parties_at_zero": values.count(0),
        "worst_off": in_points(values[0]) if values else 0,
        "points": sum(placement.points for placement in chosen.values()),
        "gini": _gini(values),
    }
    for name, value in due.items():
        if solution.fairness.get(name) != value:
            yield f"fairness: {name} is {value}, but {solution.fairness.get(name)} is stated"


def _gini(values: Sequence[int]) -> float:
    gaps = sum(abs(a - b) for a in values for b in values)
    total = sum(values)
    return float(round(Fraction(gaps, 2 * len(values) * total), 4)) if total else 0.0
