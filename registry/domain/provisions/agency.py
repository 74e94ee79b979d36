"""The agency's own provisions: effective participation, and distinct placements inside the area."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry

from registry.domain.claims import LEAST_CREDIT
from registry.domain.filing.particulars import Contribution
from registry.domain.provisions.finding import Case, Finding, judged
from solver import geometry

# What counts as taking part; science done by others with the data, or a name lent, does not.
EFFECTIVE_KINDS = ("funds", "hardware", "operations")


def effective_participation(case: Case) -> Finding:
    """PART-1: each credited party MUST take part with funds, hardware or operations of at least the least credit, with
    evidence; no party MAY lend its flag to an operator that answers to another.
    """
    credit = dict(case.filing.credit)
    faults = [f"{party} has only {share} percent" for party, share in credit.items() if share < LEAST_CREDIT]
    if sum(credit.values()) != 100:
        faults.append(f"the shares sum to {sum(credit.values())}")
    for party in credit:
        faults += _participation_faults(party, case.filing.contributions.get(party, ()))
    faults += _flag_faults(case)
    return judged(
        "PART-1",
        faults,
        "Every credited party takes part with funds, hardware or operations, and names the evidence.",
        "Please amend the credit, or give for each party what it brings: funds, hardware or operations, its share in "
        f"percent (at least {LEAST_CREDIT} in all) or its amount, and the evidence.",
        credit=credit,
        shares={party: _percent(rows) for party, rows in case.filing.contributions.items()},
        operator_party=case.operator_party,
    )


def _participation_faults(party: str, rows: Sequence[Contribution]) -> Iterator[str]:
    named = [row for row in rows if row.what.strip()]
    effective = [row for row in named if row.kind in EFFECTIVE_KINDS]
    percent = _percent(effective)
    if not named:
        yield f"{party} names no contribution"
    elif not effective:
        yield f"{party} names neither funds nor hardware nor operations"
    elif not all(row.evidence.strip() for row in effective):
        yield f"{party} names no evidence for {next(row.what for row in effective if not row.evidence.strip())}"
    elif any(row.percent is None and not row.amount.strip() for row in effective):
        yield f"{party} gives neither a share nor an amount for what it brings"
    elif percent is not None and percent < LEAST_CREDIT:
        yield f"{party} brings only {percent} percent"


def _percent(rows: Sequence[Contribution]) -> int | None:
    """The share of all contributions together; None where some of them are stated as amounts."""
    shares = [row.percent for row in rows]
    return None if None in shares else sum(share or 0 for share in shares)


def _flag_faults(case: Case) -> Iterator[str]:
    given = [row.percent or 0 for rows in case.filing.contributions.values() for row in rows]
    if sum(given) > 100:
        yield f"the contributions sum to {sum(given)} percent"
    if case.operator_party and case.operator_party not in case.filing.credit:
        yield f"the operator answers to {case.operator_party}, which has no credit in the claim"


def _duplicate(first: int, a: BaseGeometry, second: int, b: BaseGeometry) -> str:
    """Why two placements are one choice and not two; empty if they are two."""
    if a.equals(b):
        return f"placements {first} and {second} have the same footprint"
    if a.covers(b):
        return f"placement {second} lies wholly inside placement {first}"
    return f"placement {first} lies wholly inside placement {second}" if b.covers(a) else ""


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
    pairs = itertools.combinations(shapes.items(), 2)
    faults += [fault for (first, a), (second, b) in pairs if (fault := _duplicate(first, a, second, b))]
    return judged(
        "PLACE-1",
        faults,
        "The placements are distinct and inside the register's area.",
        "Please give each placement its own footprint inside the area and a start within the horizon.",
        placements=len(case.filing.placements),
    )
