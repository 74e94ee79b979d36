"""What the move of an entry to another site would break among the entries in force: caps, and free passage.

Distances are looked at by `registry.queries.bank_room`. Entries count in the caps of every later round, so a move that went
past one would leave that round without a solution. The checks are those of `solver.verify`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from registry.domain import freeze as rules
from registry.domain.rounds import Policy
from registry.queries import instances
from solver.checks.limits import used_of
from solver.checks.passage import ground_of
from solver.checks.separation import Stay
from solver.instance import Instance
from solver.io import parse_instance


def broken_by_move(session: Session, policy: Policy, claim_id: str, footprint: Mapping[str, Any]) -> list[str]:
    """The caps and points of access, as the policy has them, that hold with the entry where it is and not elsewhere."""
    here = instances.of_entries(session, policy.content)
    there = [_moved(row, footprint) if row.id == claim_id else row for row in here]
    places = instances.places(session)
    before, after = (_broken(_instance(policy, rows, places)) for rows in (here, there))
    return sorted(after - before)


def _moved(claim: rules.ReadyClaim, footprint: Mapping[str, Any]) -> rules.ReadyClaim:
    (placement,) = claim.placements
    return replace(claim, placements=(replace(placement, footprint=footprint),))


def _instance(
    policy: Policy, claims: Sequence[rules.ReadyClaim], places: Sequence[rules.RegionPlace | rules.FeaturePlace]
) -> Instance:
    return parse_instance(rfc8785.dumps(rules.freeze(policy.round_id, policy.content, claims, {}, places)))


def _broken(instance: Instance) -> set[str]:
    stays = [
        Stay(entry.placement, claim.id, entry.start, instance.placement_by_id[entry.placement], in_force=True)
        for claim in instance.claims
        if (entry := claim.in_force) is not None
    ]
    chosen = {str(stay.claim): instance.placement_by_id[stay.id] for stay in stays}
    found = {
        f"the cap {cap.id}"
        for cap in instance.caps
        if max(used_of(instance, cap, chosen).values(), default=0) > cap.most
    }
    ground = ground_of(instance)
    held = [Stay(hold.id, None, hold.start, hold) for hold in instance.holds]
    points = {point for _, point in ground.cut_off([*stays, *held])} if ground is not None else set()
    return found | {f"the free passage to {point}" for point in points}
