"""What must hold across the rows of an instance file: ids, what refers to them, and what is supported."""

from collections.abc import Iterable

from solver.fields import Fault
from solver.instance import EX_ANTE, Instance

BY_TURNS = ("first-come", "serial")


def check_references(instance: Instance, faults: list[Fault]) -> None:
    """Note ids that stand twice and ids that are used but not defined."""
    faults.extend(_repeated(_all_ids(instance)))
    parties = {party.id for party in instance.parties}
    claims = {claim.id for claim in instance.claims}
    placements = instance.placement_by_id
    for i, claim in enumerate(instance.claims):
        faults.extend(_unknown(f"claims[{i}].credit", claim.credit, parties, "party"))
        entry = claim.in_force or claim.recorded
        if entry:
            own = {placement.id for placement in claim.placements}
            path = f"claims[{i}].in_force.placement"
            faults.extend(_unknown(path, [entry.placement], own, "placement of this claim"))
    for i, agreement in enumerate(instance.agreements):
        faults.extend(_unknown(f"agreements[{i}].claims", sorted(agreement.claims), claims, "claim"))
    listed = [(f"caps[{i}]", cap.placements) for i, cap in enumerate(instance.caps)]
    listed += [(f"reserves[{i}]", reserve.placements) for i, reserve in enumerate(instance.reserves)]
    for path, names in listed:
        faults.extend(_unknown(f"{path}.placements", sorted(names), placements, "placement"))
    for pair in sorted(sorted(pair) for pair in instance.conflicts or ()):
        faults.extend(_unknown("conflicts", pair, placements, "placement"))
        if len({placements[item].claim for item in pair if item in placements}) == 1 and set(pair) <= set(placements):
            faults.append(Fault("conflicts", f"{pair} lies within one claim", "remove it: a claim gets one placement"))


def _all_ids(instance: Instance) -> Iterable[tuple[str, str]]:
    for name in ("parties", "claims", "holds", "caps", "reserves"):
        for i, row in enumerate(getattr(instance, name)):
            yield f"{name}[{i}].id", row.id
    for i, claim in enumerate(instance.claims):
        for j, placement in enumerate(claim.placements):
            yield f"claims[{i}].placements[{j}].id", placement.id
    for i, point in enumerate(instance.access.points if instance.access else ()):
        yield f"access.points[{i}].id", point.id


def _repeated(ids: Iterable[tuple[str, str]]) -> Iterable[Fault]:
    seen: dict[str, str] = {}
    for path, name in ids:
        if name and name in seen:
            yield Fault(path, f"id {name!r} already stands at {seen[name]}", "give every row its own id")
        seen.setdefault(name, path)


def _unknown(path: str, names: Iterable[str], known: Iterable[str], kind: str) -> Iterable[Fault]:
    known = set(known)
    for name in names:
        if name and name not in known:
            yield Fault(path, f"{name!r} is no {kind} of this file", "define it or mend the id")


def check_supported(instance: Instance, faults: list[Fault]) -> None:
    """Note what the format allows and this program does not solve, and fields that a rule or cap needs."""
    per_controller = _capped_per_controller(instance)
    policy = instance.policy
    if policy.tie_break == EX_ANTE and policy.rule in BY_TURNS:
        what = f"'{EX_ANTE}' needs allocations that are equally good, and {policy.rule} goes by turns"
        faults.append(Fault("policy.tie_break", what, "use ticket"))
    if policy.moves is not None and (policy.rule in BY_TURNS or policy.tie_break == EX_ANTE):
        how = policy.tie_break if policy.tie_break == EX_ANTE else policy.rule
        what = f"moves are not looked for under {how!r}"
        faults.append(Fault("policy.moves", what, "remove it, or use equal-footing, max-points or nash with tickets"))
    for i, claim in enumerate(instance.claims):
        if policy.rule == "first-come" and claim.received_at is None:
            faults.append(Fault(f"claims[{i}].received_at", "missing, and first-come needs it", "add it"))
        capped = {p.id for p in claim.placements} & per_controller
        if capped and claim.controller is None:
            faults.append(Fault(f"claims[{i}].controller", "missing, and a cap per controller needs it", "add it"))


def _capped_per_controller(instance: Instance) -> set[str]:
    return {placement for cap in instance.caps if cap.per == "controller" for placement in cap.placements}
