"""C3 and C4 counted anew: what each cap allows and what each reserve misses."""

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from solver.instance import Cap, Claim, Instance, Placement, Reserve
from solver.solution import Solution

Chosen = Mapping[str, Placement]
"""The placement allotted to each claim served, by claim id."""


def caps(instance: Instance, chosen: Chosen) -> Iterator[str]:
    for cap in instance.caps:
        for whom, used in sorted(used_of(instance, cap, chosen).items()):
            if used > cap.most:
                yield f"C3: cap {cap.id} allows {cap.most} {cap.measure} for {whom}, but {used} are allotted"


def used_of(instance: Instance, cap: Cap, chosen: Chosen) -> dict[str, int]:
    used: dict[str, int] = {}
    for claim, placement in chosen.items():
        if placement.id in cap.placements:
            for whom in _whom(instance, cap, instance.claim_by_id[claim]):
                used[whom] = used.get(whom, 0) + _measure(cap, placement)
    return used


def _measure(cap: Cap, placement: Placement) -> int:
    if cap.measure == "placements":
        return 1
    # Two bounds of pi: where both give the same whole number it is the right one.
    square_m_days = sum(phase.keep_out_m**2 * phase.days for phase in placement.phases)
    low, high = (math.ceil(Fraction(square_m_days * digits, 10**36)) for digits in (_PI_E30, _PI_E30 + 1))
    assert low == high
    return low


_PI_E30 = 3141592653589793238462643383279


def _whom(instance: Instance, cap: Cap, claim: Claim) -> Iterable[str]:
    if cap.per == "all":
        return ["all"]
    if cap.per == "party":
        return list(claim.credit)
    if cap.per == "controller":
        return [str(claim.controller)]
    group = cap.per.split(":", 1)[1]
    return [cap.per] if any(group in instance.groups_by_party[party] for party in claim.credit) else []


def missing(instance: Instance, reserve: Reserve, chosen: Chosen) -> int:
    given = 0
    for claim, placement in chosen.items():
        credit = instance.claim_by_id[claim].credit
        in_group = sum(credit[party] for party in credit if reserve.group in instance.groups_by_party[party])
        given += placement.id in reserve.placements and in_group >= 50
    return max(0, reserve.least - given)


def shortfalls(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    numbers = {reserve.id: missing(instance, reserve, chosen) for reserve in instance.reserves}
    short = {name: number for name, number in sorted(numbers.items()) if number}
    stated = {str(row.get("reserve")): row.get("missing") for row in solution.shortfalls}
    if stated != short:
        yield f"C4: shortfalls are {short}, but {stated} is stated"


def keeps_reserves(instance: Instance, before: Chosen, after: Chosen) -> bool:
    return all(missing(instance, reserve, after) <= missing(instance, reserve, before) for reserve in instance.reserves)
