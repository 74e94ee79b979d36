"""Tiny instances by given conflicts, and studies of them."""

import random
from typing import Any

from solver.incentives.study import Asked, Finding, Study, study
from solver.instance import Instance
from solver.many import Limits, Solver
from tests.solver.instances import claim, document, phase

SEED = b"\x00"


def choice(name: str, points: int = 100, start: tuple[int, int] = (0, 0), days: int = 10) -> dict[str, Any]:
    """A placement without a footprint."""
    return {"id": name, "points": points, "start": list(start), "phases": [phase(days=days)]}


def studied(instance: Instance, seed: bytes = SEED, **asked: Any) -> Study:
    """A study in this process."""
    return study(instance, seed, Asked(**{"draws": 0, **asked}), Solver(Limits(60.0)))


def found(told: Study, party: str, kind: str, claim_id: str, detail: str = "") -> Finding:
    """The one finding of a party on a change of a claim."""
    [only] = [
        finding
        for finding in told.findings
        if (finding.variant.party, finding.variant.kind, finding.variant.claim) == (party, kind, claim_id)
        and detail in finding.variant.detail
    ]
    return only


def drawn(number: int, rule: str, *, one_claim_each: bool = False) -> dict[str, Any]:
    """A tiny instance by number: three or four claims of three parties of one group, two placements, random conflicts."""
    rng = random.Random(number)
    claims = []
    for i in range(rng.randint(3, 4)):
        party = "ABCD"[i] if one_claim_each else rng.choice("ABC")
        other = rng.choice([p for p in "ABC" if p != party])
        is_joint = not one_claim_each and rng.random() < 0.3
        credit = {party: 50, other: 50} if is_joint else {party: 100}
        placements = [choice(f"c{i}/{k}", rng.choice((100, 70, 40)), days=rng.choice((4, 8))) for k in (1, 2)]
        for placement in placements:
            placement["start"] = [rng.choice((0, 2)), rng.choice((2, 4))]
        received = f"2027-01-0{rng.randint(1, 5)}T00:00:00Z"
        claims.append(claim(f"c{i}", *placements, credit=credit, received_at=received))
    names = [(row["id"], p["id"]) for row in claims for p in row["placements"]]
    pairs = [[a, b] for n, (x, a) in enumerate(names) for y, b in names[n + 1 :] if x != y and rng.random() < 0.5]
    parties = [{"id": name, "groups": ["league"]} for name in "ABCD"]
    return document(*claims, parties=parties, conflicts=pairs, horizon_days=30, policy={"rule": rule})
