"""The stages of each rule as an allocation gives them: name and value of every stage of a completed run that ends in it."""

from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal
from math import prod

from solver.checks.limits import Chosen, missing
from solver.checks.turns import Drawn, turn_values
from solver.instance import Instance
from solver.solution import in_points

TIE_BREAK, SETTLED = "tie-break", "settled"


def stage_values(instance: Instance, chosen: Chosen, drawn: Drawn) -> dict[str, int]:
    short = sum(missing(instance, reserve, chosen) for reserve in instance.reserves)
    return {"shortfall": short} | BY_RULE[instance.policy.rule](instance, chosen, drawn)


def totals_of(instance: Instance, chosen: Chosen) -> dict[str, int]:
    totals = {party.id: 0 for party in instance.parties}
    for claim, placement in chosen.items():
        for party, share in instance.claim_by_id[claim].credit.items():
            totals[party] += share * placement.points
    return totals


def credited(instance: Instance) -> set[str]:
    return {party for claim in instance.claims for party in claim.credit}


def count_at(instance: Instance, chosen: Chosen, level: int) -> int:
    totals = totals_of(instance, chosen)
    return sum(totals[party] >= level for party in credited(instance))


def _equal_footing(instance: Instance, chosen: Chosen, drawn: Drawn) -> dict[str, int]:
    levels = _levels(instance, chosen) if instance.policy.levels is None else [100 * n for n in instance.policy.levels]
    counts = {f"level {in_points(level)}": count_at(instance, chosen, level) for level in levels}
    return counts | _max_points(instance, chosen, drawn)


def _max_points(instance: Instance, chosen: Chosen, _: Drawn) -> dict[str, int]:
    return {"points": sum(placement.points for placement in chosen.values()), TIE_BREAK: _all_to_settle(instance)}


def _nash(instance: Instance, chosen: Chosen, _: Drawn) -> dict[str, int]:
    totals = totals_of(instance, chosen)
    above = [totals[party] for party in credited(instance) if totals[party] > 0]
    # Enough digits for the product itself, and for its logarithm 40 past the last that counts.
    exact = Context(prec=60 + len(str(prod(above))))
    logarithm = exact.multiply(exact.ln(Decimal(prod(above))), Decimal(10**9))
    value = int(logarithm.to_integral_value(ROUND_FLOOR))
    return {"parties above 0": len(above), "product": value, TIE_BREAK: _all_to_settle(instance)}


def _all_to_settle(instance: Instance) -> int:
    return len(credited(instance)) + len(instance.claims)


def _levels(instance: Instance, chosen: Chosen) -> list[int]:
    """For each value that parties have, the next level that some party could attain: there the count falls."""
    attainable = sorted(set().union(*(_attainable(instance, party) for party in credited(instance)), {0}))
    totals = totals_of(instance, chosen)
    held = {totals[party] for party in credited(instance)}
    following = (next((level for level in attainable if level > value), None) for value in sorted({0, *held}))
    candidates = sorted({level for level in following if level is not None})
    counts = [(level, count_at(instance, chosen, level)) for level in candidates]
    fallen, before = [], len(credited(instance))
    for level, count in counts:
        if count < before:
            fallen.append(level)
        before = count
    return fallen


def _attainable(instance: Instance, party: str) -> set[int]:
    sums = {0}
    for claim in instance.claims:
        if party in claim.credit:
            steps = {p.points * claim.credit[party] for p in claim.placements}
            if claim.in_force:
                own = instance.placement_by_id[claim.in_force.placement].points
                sums = {total + own * claim.credit[party] for total in sums}
            else:
                sums |= {total + step for total in sums for step in steps}
    return sums


BY_RULE: Mapping[str, Callable[[Instance, Chosen, Drawn], dict[str, int]]] = {
    "equal-footing": _equal_footing,
    "max-points": _max_points,
    "nash": _nash,
    "first-come": turn_values,
    "serial": turn_values,
}
