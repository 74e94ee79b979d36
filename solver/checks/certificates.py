"""Certificates of bounds, added up in whole numbers: each row is rebuilt from the instance by its tag, never believed.

For multipliers >= 0 the sum of multiplier times right-hand side, plus for each column in [0, 1] what its cost exceeds the
sum of multiplier times coefficient, bounds the stage. Rows: solver.bounds.relaxation says what the tags mean; this
module derives them again in its own way. `kept` rows may name only levels that earlier stages settled.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Any

from solver.checks.improvements import open_start
from solver.checks.limits import Chosen, used_of
from solver.checks.rule_values import TIE_BREAK, count_at, credited
from solver.checks.separation import Stay, end_of, keep_out_m, listed_conflict
from solver.distribution import LOTTERY_LEVEL, Level
from solver.geometry import distance_m, is_too_near
from solver.instance import Instance, Placement
from solver.solution import Solution, Stage, level_of

Terms = dict[tuple[Any, ...], int]


class CertificateError(ValueError):
    """A certificate that proves nothing; the text says why."""


def certificates(instance: Instance, solution: Solution, chosen: Chosen) -> Iterator[str]:
    """Problems of the certificates in `run`: rows that are not true, sums that differ, bounds that are not kept to."""
    for row in _listed(solution):
        try:
            bound = _bound(instance, solution, chosen, row)
        except (CertificateError, KeyError, TypeError, ValueError, IndexError) as error:
            yield f"certificate of stage {row.get('stage')}: {error}"
            continue
        stage = next((stage for stage in solution.stages if stage.name == row["stage"]), None)
        if stage is None:
            yield from _of_level(solution, row, bound)
        elif bound != row["bound"]:
            yield f"certificate of stage {stage.name} adds up to {bound}, but {row['bound']} is stated"
        elif bound < stage.value or stage.bound > bound:
            yield f"stage {stage.name}: value {stage.value} and bound {stage.bound}, but {bound} is certified"


def _of_level(solution: Solution, row: Mapping[str, Any], bound: int) -> Iterator[str]:
    """A level of a lottery is certified only if its certificate meets it."""
    most = _level_of_lottery(solution, row["stage"]).most
    if bound != row["bound"] or bound != most:
        yield f"certificate of {row['stage']} adds up to {bound}, but {row['bound']} is stated, and {most} is to be proved"


def _level_of_lottery(solution: Solution, name: str) -> Level:
    """The level that a certificate names."""
    levels = solution.distribution.levels if solution.distribution else ()
    found = {f"{LOTTERY_LEVEL} {number}": level for number, level in enumerate(levels, start=1)}
    if name not in found:
        raise CertificateError("the solution has no such stage")
    return found[name]


def levels_certified(solution: Solution) -> int:
    """How many levels of the lottery have a certificate, and so are proved without believing any solver."""
    return sum(str(row.get("stage")).startswith(LOTTERY_LEVEL) for row in _listed(solution))


def certified(instance: Instance, solution: Solution) -> int:
    """How many stages are proved without believing any solver: a certificate meets the value, or all who could stand there."""
    bounds = {str(row.get("stage")): row.get("bound") for row in _listed(solution)}
    return sum(stage.value in (bounds.get(stage.name), _who_could(instance, stage)) for stage in solution.stages)


def _who_could(instance: Instance, stage: Stage) -> int | None:
    level = level_of(stage.name)
    return None if level is None else sum(_most(instance, party) >= level for party in credited(instance))


def _listed(solution: Solution) -> list[Mapping[str, Any]]:
    rows = solution.run.get("certificates", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _bound(instance: Instance, solution: Solution, chosen: Chosen, row: Mapping[str, Any]) -> int:
    scale, name = row["scale"], row["stage"]
    if not isinstance(scale, int) or scale < 1:
        raise CertificateError(f"the scale {scale!r} is not a whole number above 0")
    if name in {stage.name for stage in solution.stages}:
        left, constant, unit = *_costs(instance, name, scale), 1
    else:
        left, constant, unit = _costs_of_level(instance, _level_of_lottery(solution, name), scale)
    total = 0
    for tag, multiplier in row["rows"]:
        if isinstance(multiplier, bool) or not isinstance(multiplier, int) or multiplier < 0:
            raise CertificateError(f"the multiplier {multiplier!r} is not a whole number of at least 0")
        terms, most = _row(instance, solution, chosen, name, tag)
        total += multiplier * most
        for column, coefficient in terms.items():
            left[column] = left.get(column, 0) - multiplier * coefficient
    return constant + unit * ((total + sum(value for value in left.values() if value > 0)) // int(scale))


def _open(instance: Instance) -> list[Placement]:
    return [p for claim in instance.claims if claim.in_force is None for p in claim.placements]


def _costs(instance: Instance, stage: str, scale: int) -> tuple[Terms, int]:
    level = level_of(stage)
    if level is not None:
        return {("y", level, party): scale for party in credited(instance) if _most(instance, party) >= level}, 0
    if stage != "points":
        raise CertificateError("only levels and the sum of points have certificates")
    in_force = [claim.in_force.placement for claim in instance.claims if claim.in_force]
    return (
        {("x", p.id): p.points * scale for p in _open(instance)},
        sum(instance.placement_by_id[name].points for name in in_force),
    )


def _costs_of_level(instance: Instance, level: Level, scale: int) -> tuple[Terms, int, int]:
    """The weighted sum of a level in units of the greatest common divisor: costs, what entries in force give, the unit."""
    worth = {p.id: _worth(instance, level, p) for p in _open(instance)}
    unit = gcd(*worth.values()) or 1
    in_force = [claim.in_force.placement for claim in instance.claims if claim.in_force]
    constant = sum(_worth(instance, level, instance.placement_by_id[name]) for name in in_force)
    return {("x", name): value // unit * scale for name, value in worth.items() if value}, constant, unit


def _worth(instance: Instance, level: Level, placement: Placement) -> int:
    credit = instance.claim_by_id[placement.claim].credit
    points = sum(level.party_weights.get(party, 0) * share * placement.points for party, share in credit.items())
    return points + level.claim_weights.get(placement.claim, 0)


def _most(instance: Instance, party: str) -> int:
    """What a party would have if each of its claims got its best placement: below a level it cannot count there."""
    most = 0
    for claim in instance.claims:
        in_force = claim.in_force.placement if claim.in_force else None
        points = [p.points for p in claim.placements if in_force is None or p.id == in_force]
        most += claim.credit.get(party, 0) * max(points)
    return most


def _row(instance: Instance, solution: Solution, chosen: Chosen, stage: str, tag: Sequence[Any]) -> tuple[Terms, int]:
    kind, *rest = tag
    if kind == "clique":
        _check_clique(instance, rest)
        return {("x", name): 1 for name in rest}, 1
    if kind == "closed":
        return _closed(instance, *rest), 0
    if kind == "cap":
        return _cap(instance, *rest)
    if kind == "level":
        return _level(instance, *rest)
    if kind == "kept":
        _check_settled(instance, solution, stage, *rest)
        return {("y", rest[0], party): -1 for party in credited(instance)}, -count_at(instance, chosen, rest[0])
    if kind in ("points", "met"):
        return _of_lottery(instance, solution, stage, kind, *rest)
    raise CertificateError(f"a row of kind {kind!r} is unknown")


def _of_lottery(instance: Instance, solution: Solution, stage: str, kind: str, *rest: Any) -> tuple[Terms, int]:
    """What a lottery is over: allocations with the largest sum of points, on which the levels before are met."""
    _level_of_lottery(solution, stage)
    points = next((row for row in solution.stages if row.name == "points"), None)
    if kind == "points" and points is not None and points.proved:
        costs, constant = _costs(instance, "points", 1)
        return {column: -cost for column, cost in costs.items()}, constant - points.value
    if kind == "met" and len(rest) == 1 and 0 < rest[0] < int(stage.removeprefix(LOTTERY_LEVEL)):
        level = _level_of_lottery(solution, f"{LOTTERY_LEVEL} {rest[0]}")
        terms: Terms = {("x", p.id): -_worth(instance, level, p) for p in _open(instance)}
        in_force = [claim.in_force.placement for claim in instance.claims if claim.in_force]
        held = sum(_worth(instance, level, instance.placement_by_id[name]) for name in in_force)
        return terms, held - level.most
    raise CertificateError(f"the row {[kind, *rest]} is not one that this level may rely on")


def _check_clique(instance: Instance, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise CertificateError(f"the clique {list(names)} names a placement twice")
    placements = [instance.placement_by_id[name] for name in names]
    if any(instance.claim_by_id[p.claim].in_force for p in placements):
        raise CertificateError(f"the clique {list(names)} names a claim in force")
    for a, b in itertools.combinations(placements, 2):
        if a.claim != b.claim and not _exclude_always(instance, a, b):
            raise CertificateError(f"{a.id} and {b.id} do not exclude each other at every start")


def _exclude_always(instance: Instance, a: Placement, b: Placement) -> bool:
    """True if no pair of starts in the two windows keeps a and b apart.

    Every difference start(b) - start(a) that the windows can give is looked at, in steps to the end of the first
    overlap that forbids it.
    """
    low = b.first_start - _latest(instance, a)
    high = _latest(instance, b) - a.first_start
    forbidden = _overlaps(instance, a, b)
    difference = low
    while difference <= high:
        reach = max((last for first, last in forbidden if first <= difference <= last), default=None)
        if reach is None:
            return False
        difference = reach + 1
    return True


def _latest(instance: Instance, placement: Placement) -> int:
    return min(placement.last_start, instance.horizon_days - end_of(placement))


def _overlaps(instance: Instance, a: Placement, b: Placement) -> list[tuple[int, int]]:
    """The differences at which a phase of a and a phase of b that are too near share a day."""
    if instance.conflicts is not None:
        return [(1 - end_of(b), end_of(a) - 1)] if listed_conflict(instance, a, b) else []
    assert a.footprint is not None
    assert b.footprint is not None
    ground_m = distance_m(a.footprint, b.footprint)
    return [
        (i.offset - j.offset - j.days + 1, i.offset + i.days - j.offset - 1)
        for i, j in itertools.product(a.phases, b.phases)
        if is_too_near(ground_m, keep_out_m(instance, a.claim, b.claim, i, j))
    ]


def _closed(instance: Instance, name: str) -> Terms:
    placement = instance.placement_by_id[name]
    stays = [Stay(hold.id, None, hold.start, hold) for hold in instance.holds]
    for claim in instance.claims:
        if claim.in_force:
            item = instance.placement_by_id[claim.in_force.placement]
            stays.append(Stay(item.id, claim.id, claim.in_force.start, item))
    if open_start(instance, placement, stays, placement.last_start) is not None:
        raise CertificateError(f"{name} is not closed by entries in force and holds")
    return {("x", name): 1}


def _cap(instance: Instance, name: str, whom: str) -> tuple[Terms, int]:
    cap = next((cap for cap in instance.caps if cap.id == name), None)
    if cap is None:
        raise CertificateError(f"the instance has no cap {name}")
    in_force = {c.id: instance.placement_by_id[c.in_force.placement] for c in instance.claims if c.in_force}
    alone = {p.id: used_of(instance, cap, {p.claim: p}).get(whom, 0) for p in _open(instance)}
    terms: Terms = {("x", placement): measure for placement, measure in alone.items() if measure}
    return terms, cap.most - used_of(instance, cap, in_force).get(whom, 0)


def _level(instance: Instance, level: int, party: str) -> tuple[Terms, int]:
    if party not in credited(instance) or level < 1:
        raise CertificateError(f"{party} at {level} is no party at a level")
    terms: Terms = {("y", level, party): level}
    for placement in _open(instance):
        share = instance.claim_by_id[placement.claim].credit.get(party, 0)
        if share:
            terms["x", placement.id] = -placement.points * share
    in_force = [claim for claim in instance.claims if claim.in_force]
    held = sum(
        instance.placement_by_id[claim.in_force.placement].points * claim.credit.get(party, 0)
        for claim in in_force
        if claim.in_force
    )
    return terms, held


def _check_settled(instance: Instance, solution: Solution, stage: str, level: int) -> None:
    """A level is settled for a stage if it comes before it and every stage before it is proved."""
    names = [row.name for row in solution.stages if row.name != TIE_BREAK]
    before = solution.stages[: names.index(stage) if stage in names else len(names)]
    own = level_of(stage)
    levels = instance.policy.levels
    if not all(row.proved for row in before):
        raise CertificateError(f"level {level} is kept, but an earlier stage is not proved")
    if instance.policy.rule != "equal-footing" or (own is not None and level >= own):
        raise CertificateError(f"level {level} is kept, but no earlier stage settles it")
    if levels is not None and level not in [100 * points for points in levels]:
        raise CertificateError(f"level {level} is kept, but the policy has no such level")
