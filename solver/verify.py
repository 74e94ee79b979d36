"""Independent check of a solution against its instance: no constraint solver, nothing taken over from the search.

Only the plain data, the geodesy of `solver.geometry` and whole numbers are used; pairs are compared one by one, without
index, windows or allowed days prepared by the solver. In order:

1. The solution answers this instance (hash) and its rule.
2. (C1) one placement a claim, of that claim, within its window and the horizon; entries in force stay as they are.
3. (C2) every two sites keep apart, phase by phase and day by day; (C3) caps; (C4) shortfalls as stated; (C5) every access
   point has its way to a gate on every day, and the paths stated are the shortest on the tightest days.
4. Points of parties, leximin, every stage: its name, its value, and `proved` only where the bound meets the value.
5. `OPTIMAL` only where all stages are proved and nothing could be improved by one change alone: no claim could be
   added, no allotment moved to an earlier start or a placement of more points (of as many: a smaller id); under the rules
   of turns no turn could have had better after those before it.
6. Zones, unserved claims and measures follow from the allotments. For `INFEASIBLE`: the entries named break the rule
   named, and without any one of them they would not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.checks.certificates import certificates, certified, levels_certified
from solver.checks.consequences import measures, unserved, zones
from solver.checks.improvements import improvements
from solver.checks.limits import Chosen, caps, shortfalls, used_of
from solver.checks.lottery import is_drawn, lottery
from solver.checks.moves import moves
from solver.checks.passage import Ground, ground_of, passage
from solver.checks.separation import Stay, stays_of, structure, too_near
from solver.checks.stages import points, stages
from solver.checks.turns import ORDER, better_turns
from solver.instance import Instance
from solver.lottery import TRIAL_SEED, Draw
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
    checks, found = ("heading",), list[str]()
    if not problems:
        draw, ground = Draw(bytes.fromhex(solution.seed), tickets), ground_of(instance)
        checks += _CHECKS + (("C5 free access day by day, and its paths",) if ground else ())
        found = list(_of_lottery(instance, solution, draw, ground))
        if is_drawn(solution):
            found += _of_allocation(instance, solution, draw, ground)
        checks += _LOTTERY if solution.distribution is not None else ()
        found += certificates(instance, solution, _chosen(instance, solution)) if not found else ()
        if solution.run.get("certificates"):
            checks += (_said_of_certificates(instance, solution),)
        if solution.status == OPTIMAL:
            checks += ("no single change improves it",)
            checks += ("no turn could have had better",) if instance.policy.rule in ORDER else ()
    return VerificationReport(solution.status, tuple(problems + found), checks)


_CHECKS = (
    "C1 placements, windows, horizon, entries in force", "C2 separation", "C3 caps", "C4 reserves", "points", "leximin",
    "stages", "zones", "measures",
)  # fmt: skip
_LOTTERY = ("every outcome of the lottery", "its probabilities", "means and levels", "equal chances", "the draw")


def _said_of_certificates(instance: Instance, solution: Solution) -> str:
    said = f"{certified(instance, solution)} stages"
    if solution.distribution is not None:
        said += f" and {levels_certified(solution)} of {len(solution.distribution.levels)} levels of the lottery"
    return f"certificates ({said} proved by whole-number sums alone)"


def _of_lottery(instance: Instance, solution: Solution, draw: Draw, ground: Ground | None) -> Iterator[str]:
    """Problems of a lottery; its outcomes are checked like solutions."""
    yield from lottery(instance, solution, lambda alone: _of_allocation(instance, alone, draw, ground))


def _of_allocation(instance: Instance, solution: Solution, draw: Draw, ground: Ground | None) -> Iterator[str]:
    """Problems of an allocation and of what the solution says of it."""
    found = list(structure(instance, solution)) or list(_contents(instance, solution, draw, ground))
    yield from found
    if solution.status == OPTIMAL and not found:
        yield from improvements(instance, solution, ground)
        if instance.policy.rule in ORDER:
            yield from better_turns(instance, solution, draw.order, ground)


def _chosen(instance: Instance, solution: Solution) -> Chosen:
    """The placements allotted; before the draw those of the first outcome, which has the same value of every stage."""
    rows = solution.allotments
    if solution.distribution is not None:
        rows = solution.distribution.outcomes[0].allotments
    return {row.claim: instance.placement_by_id[row.placement] for row in rows}


def _contents(instance: Instance, solution: Solution, draw: Draw, ground: Ground | None) -> Iterator[str]:
    stays = stays_of(instance, solution)
    yield from too_near(instance, stays)
    yield from passage(ground, solution, stays)
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in solution.allotments}
    yield from caps(instance, chosen)
    yield from shortfalls(instance, solution, chosen)
    yield from points(instance, solution, chosen)
    yield from stages(instance, solution, chosen, draw.order)
    yield from moves(instance, solution)
    yield from zones(instance, solution)
    yield from unserved(instance, solution, chosen, ground)
    yield from measures(instance, solution, chosen)


def _heading(instance: Instance, solution: Solution) -> Iterator[str]:
    if solution.instance_sha256 != instance.sha256:
        yield f"instance_sha256 is {solution.instance_sha256}, but the instance hashes to {instance.sha256}"
    if solution.rule != instance.policy.rule:
        yield f"rule is {solution.rule}, but the instance's policy says {instance.policy.rule}"
    if solution.status not in STATUSES:
        yield f"status {solution.status!r} is none of {', '.join(STATUSES)}"
    if not _is_hex(solution.seed):
        yield f"seed {solution.seed!r} is not whole bytes in hex"
    if "official" in solution.run and (solution.status != OPTIMAL or _is_trial(solution)):
        yield "it calls itself official, but is not OPTIMAL or has the seed 00 of trials"
    if solution.status != INFEASIBLE and solution.why is not None:
        yield "why is given, but the status is not INFEASIBLE"


def _is_trial(solution: Solution) -> bool:
    """The seed 00 is for trials, and for lotteries before their draw."""
    return solution.seed == TRIAL_SEED.hex() and is_drawn(solution)


def _is_hex(text: str) -> bool:
    return bool(text) and len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")


def _infeasible(instance: Instance, solution: Solution) -> Iterator[str]:
    why = solution.why or {}
    entries, rules = _names(why.get("entries")), _names(why.get("rules"))
    holds = _names(why.get("holds"))
    in_force = {claim.id for claim in instance.claims if claim.in_force or claim.recorded}
    known = set(entries) <= in_force and set(holds) <= {hold.id for hold in instance.holds}
    # Holds, or the ground alone, can block a way; all other rules are broken by entries.
    if not rules or not known or (rules != ["C5"] and (holds or not entries)):
        yield "why does not name entries in force and the rule they break"
        return
    if solution.allotments or solution.stages or solution.access is not None:
        yield "allotments, stages or access are given, but the status is INFEASIBLE"
    if rules == ["C5"]:
        yield from _blocked(instance, why, entries, holds)
        return
    if not _breaks(instance, entries, rules):
        yield f"the entries {', '.join(entries)} do not break {', '.join(rules)}"
    for left_out in entries:
        if _breaks(instance, [entry for entry in entries if entry != left_out], rules):
            yield f"why is not minimal: without {left_out} the rule is still broken"


def _blocked(
    instance: Instance, why: Mapping[str, object], entries: Sequence[str], holds: Sequence[str]
) -> Iterator[str]:
    """C5: together these entries and holds block the point on the day named, and without any one of them on no day."""
    ground = ground_of(instance)
    together = [*_standing(instance, entries), *(Stay(h.id, None, h.start, h) for h in instance.holds if h.id in holds)]
    if ground is None or (why.get("day"), why.get("point")) not in list(ground.cut_off(together)):
        yield f"why: {', '.join([*entries, *holds]) or 'the ground'} does not block {why.get('point')}"
        return
    for left_out in together:
        rest = [stay for stay in together if stay is not left_out]
        if why.get("point") in {name for _, name in ground.cut_off(rest)}:
            yield f"why is not minimal: without {left_out.claim or left_out.id} the way is still blocked"


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _standing(instance: Instance, entries: Sequence[str]) -> list[Stay]:
    in_force = {name: instance.claim_by_id[name].in_force or instance.claim_by_id[name].recorded for name in entries}
    return [
        Stay(entry.placement, name, entry.start, instance.placement_by_id[entry.placement])
        for name, entry in in_force.items()
        if entry
    ]


def _breaks(instance: Instance, entries: Sequence[str], rules: Sequence[str]) -> bool:
    stays = _standing(instance, entries)
    chosen = {str(stay.claim): instance.placement_by_id[stay.id] for stay in stays}
    broken = {"C2"} if any(too_near(instance, stays)) else set()
    for cap in instance.caps:
        if max(used_of(instance, cap, chosen).values(), default=0) > cap.most:
            broken.add(f"C3 {cap.id}")
    return set(rules) <= broken
