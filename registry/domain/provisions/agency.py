"""The agency's own provisions: effective participation, and distinct placements inside the area."""

import itertools
from typing import Any

from registry.domain.claims import LEAST_CREDIT
from registry.domain.provisions.finding import Case, Finding, favourable, unfavourable
from solver import geometry


def effective_participation(case: Case) -> Finding:
    """PART-1: shares of at least 25 that sum to 100, and each credited party MUST name its contribution."""
    credit, contributions = dict(case.filing.credit), case.filing.contributions
    faults = [f"{party} has only {share} percent" for party, share in credit.items() if share < LEAST_CREDIT]
    if sum(credit.values()) != 100:
        faults.append(f"the shares sum to {sum(credit.values())}")
    faults += [f"{party} names no contribution" for party in credit if not contributions.get(party, "").strip()]
    if faults:
        return unfavourable(
            "PART-1",
            f"Credit is for parties that take part: {'; '.join(faults)}. Please amend the credit or the contributions.",
            credit=credit,
        )
    return favourable("PART-1", "Every credited party names its contribution.", credit=credit)


def placements(case: Case) -> Finding:
    """PLACE-1: placements MUST be distinct, wholly at latitude 80 S or farther south, and fit the round's horizon."""
    horizon = case.policy["horizon_days"]
    shapes: dict[int, Any] = {}
    faults = []
    for row in case.filing.placements:
        try:
            shapes[row.rank] = geometry.footprint(row.footprint)
        except geometry.GeometryFault as error:
            faults.append(f"placement {row.rank}: {error}")
        if row.first_day + row.duration_days > horizon:
            faults.append(f"placement {row.rank} has no start that fits the horizon of {horizon} days")
    for (first, a), (second, b) in itertools.combinations(shapes.items(), 2):
        if a.equals(b):
            faults.append(f"placements {first} and {second} have the same footprint")
    if faults:
        return unfavourable("PLACE-1", f"{'; '.join(faults)}. Please amend.", placements=len(case.filing.placements))
    return favourable(
        "PLACE-1", "The placements are distinct and inside the register's area.", placements=len(case.filing.placements)
    )
