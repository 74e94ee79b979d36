"""Independent check of a solution against its instance: no constraint solver, nothing taken over from the search.

Only the plain data, the geodesy of `solver.geometry` and whole numbers are used; pairs are compared one by one, without
index, windows or allowed days prepared by the solver. In order:

1. The solution answers this instance (hash) and its rule.
2. (C1) one placement a claim, of that claim, within its window and the horizon; entries in force stay as they are.
3. (C2) every two sites keep apart, phase by phase and day by day; (C3) caps; (C4) shortfalls as stated.
4. Points of parties, leximin, every stage: its name, its value, and `proved` only where the bound meets the value.
5. `OPTIMAL` only where all stages are proved and nothing could be improved by one change alone: no claim could be
   added, no allotment moved to an earlier start or a placement of more points (of as many: a smaller id).
6. Zones, unserved claims and measures follow from the allotments. For `INFEASIBLE`: the entries named break the rule named,
   and without any one of them they would not.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solver.geometry import distance_m, is_too_near
from solver.instance import Cap, Claim, Hold, Instance, Phase, Placement, Reserve
from solver.solution import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    STATUSES,
    Allotted,
    Solution,
    Stage,
    in_points,
)


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked and what was found; true if and only if there is no problem."""

    status: str
    problems: tuple[str, ...]
    checks: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Stay:
    """A site occupied from a fixed start: an allotment, or a hold (claim None)."""

    id: str
    claim: str | None
    start: int
    item: Placement | Hold
    in_force: bool = False


def verify(instance: Instance, solution: Solution) -> VerificationReport:
    """Check a solution against its instance; every problem found is reported, not only the first."""
    problems = list(_heading(instance, solution))
    if solution.status == INFEASIBLE:
        checks: tuple[str, ...] = ("heading", "contradiction of the entries in force")
        problems += _infeasible(instance, solution)
        return VerificationReport(solution.status, tuple(problems), checks)
    structure = list(_structure(instance, solution))
    checks = ("heading", "C1 placements, windows, horizon, entries in force")
    if not problems and not structure:
        checks += ("C2 separation", "C3 caps", "C4 reserves", "points", "leximin", "stages", "zones", "measures")
        structure += _contents(instance, solution)
        if solution.status == OPTIMAL and not structure:
            checks += ("no single change improves it",)
            structure += _improvements(instance, solution)
    return VerificationReport(solution.status, tuple(problems + structure), checks)


def _contents(instance: Instance, solution: Solution) -> Iterator[str]:
    stays = _stays(instance, solution)
    yield from _too_near(instance, stays)
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    yield from _caps(instance, chosen)
    yield from _shortfalls(instance, solution, chosen)
    yield from _points(instance, solution, chosen)
    yield from _stages(instance, solution, chosen)
    yield from _zones(instance, solution)
    yield from _unserved(instance, solution)
    yield from _fairness(instance, solution, chosen)


# 1. Heading


def _heading(instance: Instance, solution: Solution) -> Iterator[str]:
    if solution.instance_sha256 != instance.sha256:
        yield f"instance_sha256 is {solution.instance_sha256}, but the instance hashes to {instance.sha256}"
    if solution.rule != instance.policy.rule:
        yield f"rule is {solution.rule}, but the instance's policy says {instance.policy.rule}"
    if solution.status not in STATUSES:
        yield f"status {solution.status!r} is none of {', '.join(STATUSES)}"
    if solution.distribution is not None:
        yield "distribution is given, but the tie-break is by ticket"
    if solution.status != INFEASIBLE and solution.why is not None:
        yield "why is given, but the status is not INFEASIBLE"


# 2. C1


def _structure(instance: Instance, solution: Solution) -> Iterator[str]:
    claims = [row.claim for row in solution.allotments]
    if claims != sorted(set(claims)):
        yield "allotments are not one row a claim in the order of claim ids"
    for row in solution.allotments:
        claim = instance.claim_by_id.get(row.claim)
        placement = next((p for p in claim.placements if p.id == row.placement), None) if claim else None
        if claim is None or placement is None:
            yield f"C1: {row.placement} is no placement of claim {row.claim} in the instance"
        elif claim.in_force:
            if (claim.in_force.placement, claim.in_force.start) != (row.placement, row.start):
                yield f"C1: the entry in force of claim {row.claim} was moved"
        else:
            yield from _window(instance, placement, row.start)
    for claim in instance.claims:
        if claim.in_force and claim.id not in claims:
            yield f"C1: the entry in force of claim {claim.id} is missing"


def _window(instance: Instance, placement: Placement, start: int) -> Iterator[str]:
    if not placement.first_start <= start <= placement.last_start:
        window = f"[{placement.first_start}, {placement.last_start}]"
        yield f"C1: {placement.id} starts on day {start}, outside its window {window}"
    if start + placement.end > instance.horizon_days:
        yield f"C1: {placement.id} ends on day {start + placement.end}, past the horizon of {instance.horizon_days}"


# 3. C2, C3, C4


def _stays(instance: Instance, solution: Solution) -> list[_Stay]:
    stays = [
        _Stay(r.placement, r.claim, r.start, instance.placement_by_id[r.placement], _is_in_force(instance, r.claim))
        for r in solution.allotments
    ]
    return stays + [_Stay(hold.id, None, hold.start, hold) for hold in instance.holds]


def _is_in_force(instance: Instance, claim: str) -> bool:
    return instance.claim_by_id[claim].in_force is not None


def _too_near(instance: Instance, stays: Sequence[_Stay]) -> Iterator[str]:
    for a, b in itertools.combinations(stays, 2):
        problem = _clash(instance, a, b)
        if problem:
            yield problem


def _clash(instance: Instance, a: _Stay, b: _Stay) -> str | None:
    """How two stays break C2, or None. Holds do not bind one another, nor entries in force."""
    if a.claim == b.claim or (a.claim is None and b.in_force) or (b.claim is None and a.in_force):
        return None
    if instance.conflicts is not None:
        return _given_clash(instance, a, b)
    for i, j in itertools.product(a.item.phases, b.item.phases):
        if _overlap(a.start + i.offset, i.days, b.start + j.offset, j.days):
            keep_out_m = _keep_out_m(instance, a, b, i, j)
            if keep_out_m:
                ground_m = _distance_m(a.item, b.item)
                if is_too_near(ground_m, keep_out_m):
                    return (
                        f"C2: {a.id} ({i.name}) and {b.id} ({j.name}) are {ground_m:.3f} m apart at the same time, "
                        f"but must keep {keep_out_m} m"
                    )
    return None


def _given_clash(instance: Instance, a: _Stay, b: _Stay) -> str | None:
    agreed = any(agreement.claims == {a.claim, b.claim} for agreement in instance.agreements)
    listed = frozenset((a.id, b.id)) in (instance.conflicts or ())
    if listed and not agreed and _overlap(a.start, _end(a.item), b.start, _end(b.item)):
        return f"C2: {a.id} and {b.id} conflict and are occupied at the same time"
    return None


def _overlap(start_a: int, days_a: int, start_b: int, days_b: int) -> bool:
    return start_a < start_b + days_b and start_b < start_a + days_a


def _end(item: Placement | Hold) -> int:
    return max(phase.offset + phase.days for phase in item.phases)


def _keep_out_m(instance: Instance, a: _Stay, b: _Stay, i: Phase, j: Phase) -> int:
    agreed = [g.keep_out_m for g in instance.agreements if g.claims == {a.claim, b.claim}]
    return min([max(i.keep_out_m, j.keep_out_m), *agreed])


def _distance_m(a: Placement | Hold, b: Placement | Hold) -> float:
    assert a.footprint is not None and b.footprint is not None
    return distance_m(a.footprint, b.footprint)


def _caps(instance: Instance, chosen: Mapping[str, Placement]) -> Iterator[str]:
    for cap in instance.caps:
        for whom, used in sorted(_used(instance, cap, chosen).items()):
            if used > cap.most:
                yield f"C3: cap {cap.id} allows {cap.most} {cap.measure} for {whom}, but {used} are allotted"


def _used(instance: Instance, cap: Cap, chosen: Mapping[str, Placement]) -> dict[str, int]:
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
    low, high = (
        math.ceil(Fraction(square_m_days * digits, 10**36)) for digits in (_PI_E30, _PI_E30 + 1)
    )
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


def _missing(instance: Instance, reserve: Reserve, chosen: Mapping[str, Placement]) -> int:
    given = 0
    for claim, placement in chosen.items():
        credit = instance.claim_by_id[claim].credit
        in_group = sum(credit[party] for party in credit if reserve.group in instance.groups_by_party[party])
        given += placement.id in reserve.placements and in_group >= 50
    return max(0, reserve.least - given)


def _shortfalls(instance: Instance, solution: Solution, chosen: Mapping[str, Placement]) -> Iterator[str]:
    missing = {reserve.id: _missing(instance, reserve, chosen) for reserve in instance.reserves}
    short = {name: number for name, number in sorted(missing.items()) if number}
    stated = {str(row.get("reserve")): row.get("missing") for row in solution.shortfalls}
    if stated != short:
        yield f"C4: shortfalls are {short}, but {stated} is stated"


# 4. Points, leximin, stages


def _totals(instance: Instance, chosen: Mapping[str, Placement]) -> dict[str, int]:
    totals = {party.id: 0 for party in instance.parties}
    for claim, placement in chosen.items():
        for party, share in instance.claim_by_id[claim].credit.items():
            totals[party] += share * placement.points
    return totals


def _credited(instance: Instance) -> set[str]:
    return {party for claim in instance.claims for party in claim.credit}


def _points(instance: Instance, solution: Solution, chosen: Mapping[str, Placement]) -> Iterator[str]:
    totals = _totals(instance, chosen)
    if dict(solution.parties) != totals:
        wrong = sorted(p for p in {*totals, *solution.parties} if totals.get(p) != solution.parties.get(p))
        yield f"parties: the points of {', '.join(wrong)} are not those of the allotments"
    if list(solution.leximin) != sorted(totals[party] for party in _credited(instance)):
        yield "leximin is not the ascending vector of the parties' points"


def _stages(instance: Instance, solution: Solution, chosen: Mapping[str, Placement]) -> Iterator[str]:
    values = _stage_values(instance, chosen)
    names = [stage.name for stage in solution.stages]
    if solution.status == OPTIMAL and names != list(values):
        yield f"stages are {names}, but this allocation has {list(values)}"
    for stage in solution.stages:
        yield from _stage(instance, stage, values, chosen)
    all_proved = all(stage.proved for stage in solution.stages)
    if (solution.status == OPTIMAL) != all_proved or solution.status not in (OPTIMAL, FEASIBLE):
        yield f"status is {solution.status}, but {'all' if all_proved else 'not all'} stages are proved"


def _stage(instance: Instance, stage: Stage, values: Mapping[str, int], chosen: Mapping[str, Placement]) -> Iterator[str]:
    if stage.proved != (stage.value == stage.bound):
        yield f"stage {stage.name}: proved is {stage.proved}, but value {stage.value} and bound {stage.bound}"
    value = values.get(stage.name)
    if value is None and stage.name.startswith("level "):
        value = _count(instance, chosen, _level(stage.name))
    if stage.name == "tie-break":
        if not 0 <= stage.value <= stage.bound or stage.bound != values["tie-break"]:
            yield f"stage tie-break: {stage.value} of {stage.bound} cannot be, there are {values['tie-break']} to settle"
        return
    if value is None:
        yield f"stage {stage.name} is unknown"
    elif stage.value != value:
        yield f"stage {stage.name} is {value}, but {stage.value} is stated"
    elif stage.bound < stage.value if stage.name != "shortfall" else stage.bound > stage.value:
        yield f"stage {stage.name}: the bound {stage.bound} is passed by the value {stage.value}"


def _level(name: str) -> int:
    try:
        return int(Fraction(name.removeprefix("level ")) * 100)
    except ValueError:
        return -1


def _count(instance: Instance, chosen: Mapping[str, Placement], level: int) -> int:
    totals = _totals(instance, chosen)
    return sum(totals[party] >= level for party in _credited(instance))


def _stage_values(instance: Instance, chosen: Mapping[str, Placement]) -> dict[str, int]:
    """Name and value of every stage of a completed run that ends in this allocation."""
    levels = _levels(instance, chosen) if instance.policy.levels is None else [100 * n for n in instance.policy.levels]
    return (
        {"shortfall": sum(_missing(instance, reserve, chosen) for reserve in instance.reserves)}
        | {f"level {in_points(level)}": _count(instance, chosen, level) for level in levels}
        | {"points": sum(placement.points for placement in chosen.values())}
        | {"tie-break": len(_credited(instance)) + len(instance.claims)}
    )


def _levels(instance: Instance, chosen: Mapping[str, Placement]) -> list[int]:
    """For each value that parties have, the next level that some party could attain: there the count falls."""
    attainable = sorted(set().union(*(_attainable(instance, party) for party in _credited(instance)), {0}))
    totals = _totals(instance, chosen)
    held = {totals[party] for party in _credited(instance)}
    following = (next((level for level in attainable if level > value), None) for value in sorted({0, *held}))
    candidates = sorted({level for level in following if level is not None})
    counts = [(level, _count(instance, chosen, level)) for level in candidates]
    fallen, before = [], len(_credited(instance))
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


# 5. Improvements by one change


def _improvements(instance: Instance, solution: Solution) -> Iterator[str]:
    rows = {row.claim: row for row in solution.allotments}
    for claim in instance.claims:
        if not claim.in_force:
            yield from _better(instance, solution, claim, rows.get(claim.id))


def _better(instance: Instance, solution: Solution, claim: Claim, row: Allotted | None) -> Iterator[str]:
    """Changes of one claim alone that all stages would prefer: served, more points of its own, or an earlier start."""
    others = [stay for stay in _stays(instance, solution) if stay.claim != claim.id]
    present = instance.placement_by_id[row.placement] if row else None
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    for placement in claim.placements:
        if present is None or placement is present or _is_preferred(placement, present):
            latest = row.start - 1 if row and placement is present else placement.last_start
            start = _open_start(instance, placement, others, latest)
            after = chosen | {claim.id: placement}
            if start is not None and not any(_caps(instance, after)) and _keeps_reserves(instance, chosen, after):
                yield f"not optimal: {placement.id} could start on day {start} with all else unchanged"
                return


def _is_preferred(placement: Placement, present: Placement) -> bool:
    """More points, or as many and a smaller id by bytes."""
    return (-placement.points, placement.id.encode()) < (-present.points, present.id.encode())


def _open_start(instance: Instance, placement: Placement, others: Sequence[_Stay], latest: int) -> int | None:
    """The earliest start from which a placement clashes with nobody, None if there is none up to `latest`.

    Only the window's first day and the days on which some phase of another stay has just ended need a look.
    """
    latest = min(latest, instance.horizon_days - _end(placement))
    days = {placement.first_start}
    for stay in others:
        for i, j in itertools.product(placement.phases, stay.item.phases):
            days.add(stay.start + j.offset + j.days - i.offset)
        days.add(stay.start + _end(stay.item))
    for day in sorted(day for day in days if placement.first_start <= day <= latest):
        here = _Stay(placement.id, placement.claim, day, placement)
        if not any(_clash(instance, here, stay) for stay in others):
            return day
    return None


def _keeps_reserves(instance: Instance, before: Mapping[str, Placement], after: Mapping[str, Placement]) -> bool:
    return all(_missing(instance, reserve, after) <= _missing(instance, reserve, before) for reserve in instance.reserves)


# 6. What follows from the allotments


def _zones(instance: Instance, solution: Solution) -> Iterator[str]:
    for row in solution.allotments:
        placement = instance.placement_by_id[row.placement]
        due = [(p.name, row.start + p.offset, row.start + p.offset + p.days, p.keep_out_m) for p in placement.phases]
        if [(z.phase, z.start, z.end, z.keep_out_m) for z in row.zones] != due:
            yield f"zones of {row.placement} are not those of its phases"


def _unserved(instance: Instance, solution: Solution) -> Iterator[str]:
    served = {row.claim for row in solution.allotments}
    due = sorted(claim.id for claim in instance.claims if claim.id not in served)
    if [row.get("claim") for row in solution.unserved] != due:
        yield f"unserved claims are {due}, but {[row.get('claim') for row in solution.unserved]} is stated"


def _fairness(instance: Instance, solution: Solution, chosen: Mapping[str, Placement]) -> Iterator[str]:
    totals = _totals(instance, chosen)
    values = sorted(totals[party] for party in _credited(instance))
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


# INFEASIBLE


def _infeasible(instance: Instance, solution: Solution) -> Iterator[str]:
    why = solution.why or {}
    entries, rules = why.get("entries"), why.get("rules")
    in_force = {claim.id for claim in instance.claims if claim.in_force}
    if not isinstance(entries, list) or not isinstance(rules, list) or not entries or not set(entries) <= in_force:
        yield "why does not name entries in force and the rule they break"
        return
    if solution.allotments or solution.stages:
        yield "allotments or stages are given, but the status is INFEASIBLE"
    if not _breaks(instance, entries, rules):
        yield f"the entries {', '.join(entries)} do not break {', '.join(map(str, rules))}"
    for left_out in entries:
        if _breaks(instance, [entry for entry in entries if entry != left_out], rules):
            yield f"why is not minimal: without {left_out} the rule is still broken"


def _breaks(instance: Instance, entries: Sequence[str], rules: Sequence[str]) -> bool:
    in_force = {name: instance.claim_by_id[name].in_force for name in entries}
    stays = [
        _Stay(entry.placement, name, entry.start, instance.placement_by_id[entry.placement], True)
        for name, entry in in_force.items()
        if entry
    ]
    chosen = {str(stay.claim): instance.placement_by_id[stay.id] for stay in stays}
    broken = {"C2"} if any(_too_near(instance, stays)) else set()
    broken |= {f"C3 {cap.id}" for cap in instance.caps if max(_used(instance, cap, chosen).values(), default=0) > cap.most}
    return set(rules) <= broken and bool(rules)
