"""Independent check of a solution against its instance: no constraint solver, nothing taken over from the search.

Only the plain data, the geodesy of `solver.geometry` and whole numbers are used; pairs are compared one by one, without
index, windows or allowed days prepared by the solver. In order:

1. The solution answers this instance (hash) and its rule.
2. (C1) one placement a claim, of that claim, within its window and the horizon; entries in force stay as they are.
3. (C2) every two sites keep apart, phase by phase and day by day; (C3) caps; (C4) shortfalls as stated.
4. Points of parties, leximin, every stage: its name, its value, and `proved` only where the bound meets the value.
5. `OPTIMAL` only where all stages are proved and nothing could be improved by one change alone: no claim could be
   added, no allotment moved to an earlier start or a placement of more points (of as many: a smaller id); under the rules
   of turns no turn could have had better after those before it.
6. Zones, unserved claims and measures follow from the allotments. For `INFEASIBLE`: the entries named break the rule
   named, and without any one of them they would not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.checks.certificates import certificates, certified
from solver.checks.consequences import measures, unserved, zones
from solver.checks.improvements import improvements
from solver.checks.limits import caps, shortfalls, used_of
from solver.checks.separation import Stay, stays_of, structure, too_near
from solver.checks.stages import points, stages
from solver.checks.turns import ORDER, better_turns
from solver.instance import Instance
from solver.lottery import Draw
from solver.solution import INFEASIBLE, OPTIMAL, STATUSES, Solution


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked and what was found; true if and only if there is no problem."""

    status: str
    problems: tuple[str, ...]
    checks: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.problems


def verify(instance: Instance, solution: Solution, tickets: Mapping[str, str] | None = None) -> VerificationReport:
    """Check a solution against its instance; every problem found is reported, not only the first.

    `tickets` are those that the run was given in place of its seed's.
    """
    problems = list(_heading(instance, solution))
    if solution.status == INFEASIBLE:
        checks: tuple[str, ...] = ("heading", "contradiction of the entries in force")
        problems += _infeasible(instance, solution)
        return VerificationReport(solution.status, tuple(problems), checks)
    found = list(structure(instance, solution))
    checks = ("heading", "C1 placements, windows, horizon, entries in force")
    if not problems and not found:
        checks += ("C2 separation", "C3 caps", "C4 reserves", "points", "leximin", "stages", "zones", "measures")
        draw = Draw(bytes.fromhex(solution.seed), tickets)
        found += _contents(instance, solution, draw)
        if solution.run.get("certificates"):
            checks += (f"certificates ({certified(instance, solution)} stages proved by whole-number sums alone)",)
        if solution.status == OPTIMAL and not found:
            checks += ("no single change improves it",)
            found += improvements(instance, solution)
            if instance.policy.rule in ORDER:
                checks += ("no turn could have had better",)
                found += better_turns(instance, solution, draw.order)
    return VerificationReport(solution.status, tuple(problems + found), checks)


def _contents(instance: Instance, solution: Solution, draw: Draw) -> Iterator[str]:
    stays = stays_of(instance, solution)
    yield from too_near(instance, stays)
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    yield from caps(instance, chosen)
    yield from shortfalls(instance, solution, chosen)
    yield from points(instance, solution, chosen)
    yield from stages(instance, solution, chosen, draw.order)
    yield from zones(instance, solution)
    yield from unserved(instance, solution, chosen)
    yield from measures(instance, solution, chosen)
    yield from certificates(instance, solution, chosen)


def _heading(instance: Instance, solution: Solution) -> Iterator[str]:
    if solution.instance_sha256 != instance.sha256:
        yield f"instance_sha256 is {solution.instance_sha256}, but the instance hashes to {instance.sha256}"
    if solution.rule != instance.policy.rule:
        yield f"rule is {solution.rule}, but the instance's policy says {instance.policy.rule}"
    if solution.status not in STATUSES:
        yield f"status {solution.status!r} is none of {', '.join(STATUSES)}"
    if not _is_hex(solution.seed):
        yield f"seed {solution.seed!r} is not whole bytes in hex"
    if "official" in solution.run and (solution.status != OPTIMAL or solution.seed == "00"):
        yield "it calls itself official, but is not OPTIMAL or has the seed 00 of trials"
    if solution.distribution is not None:
        yield "distribution is given, but the tie-break is by ticket"
    if solution.status != INFEASIBLE and solution.why is not None:
        yield "why is given, but the status is not INFEASIBLE"


def _is_hex(text: str) -> bool:
    return bool(text) and len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")


def _infeasible(instance: Instance, solution: Solution) -> Iterator[str]:
    why = solution.why or {}
    entries, rules = _names(why.get("entries")), _names(why.get("rules"))
    in_force = {claim.id for claim in instance.claims if claim.in_force}
    if not entries or not rules or not set(entries) <= in_force:
        yield "why does not name entries in force and the rule they break"
        return
    if solution.allotments or solution.stages:
        yield "allotments or stages are given, but the status is INFEASIBLE"
    if not _breaks(instance, entries, rules):
        yield f"the entries {', '.join(entries)} do not break {', '.join(rules)}"
    for left_out in entries:
        if _breaks(instance, [entry for entry in entries if entry != left_out], rules):
            yield f"why is not minimal: without {left_out} the rule is still broken"


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _breaks(instance: Instance, entries: Sequence[str], rules: Sequence[str]) -> bool:
    in_force = {name: instance.claim_by_id[name].in_force for name in entries}
    stays = [
        Stay(entry.placement, name, entry.start, instance.placement_by_id[entry.placement], in_force=True)
        for name, entry in in_force.items()
        if entry
    ]
    chosen = {str(stay.claim): instance.placement_by_id[stay.id] for stay in stays}
    broken = {"C2"} if any(too_near(instance, stays)) else set()
    for cap in instance.caps:
        if max(used_of(instance, cap, chosen).values(), default=0) > cap.most:
            broken.add(f"C3 {cap.id}")
    return set(rules) <= broken
