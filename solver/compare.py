"""One instance under several rules, side by side: what each party, group and controller gets, and at what price.

Measures, per rule:

- points of each party, worst-off, Gini (`solver.fairness`), pairs that envy beyond one placement (EF1, `solver.envy`);
- km2_days: the sum over the placements allotted of pi keep_out^2 / 10^6 times days of each phase, rounded up once a placement;
- shares, percent of all points (u_p of the parties in a group; points of the claims of a controller). A group that a
  reserve of the instance names is listed as equity group, every other as coalition. A party may be in several groups;
- price of fairness: by how much percent the sum of points stays below the largest known, that of `max-points`, which is
  always solved with the others (Bertsimas, Farias and Trichakis 2011);
- who changes: the claims whose placement or start is not the same under all rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from solver.allocation import Allocation, Allotment, allotted
from solver.envy import envious_beyond_one
from solver.fields import Fault, InputError
from solver.instance import Instance
from solver.instance_file import RULES
from solver.references import BY_TURNS
from solver.solution import INFEASIBLE, Solution, in_points
from solver.zones import km2_days

COMPARISON_FORMAT = "lunar-allocation-comparison/1"
REFERENCE = "max-points"
Solve = Callable[[Instance], Solution]
"""Solves an instance under its own policy."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule gives. Shares are percent of all points with two decimals."""

    solution: Solution
    km2_days: int
    envious: tuple[tuple[str, str], ...]
    by_coalition: Mapping[str, float]
    by_equity_group: Mapping[str, float]
    by_controller: Mapping[str, float]
    price_percent: float

    @property
    def points(self) -> int:
        """Sum of points."""
        return int(self.solution.fairness["points"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes by rule in the order asked for, and the claims that change between them.

    `reference`: the largest sum of points known; `is_reference_proved`: that no allocation has more.
    """

    instance: Instance
    seed: str
    outcomes: Mapping[str, Outcome]
    changes: Mapping[str, Mapping[str, Allotment | None]]
    reference: int
    is_reference_proved: bool

    def to_document(self) -> dict[str, Any]:
        """The comparison as a JSON object."""
        return {
            "format": COMPARISON_FORMAT,
            "instance": self.instance.id,
            "instance_sha256": self.instance.sha256,
            "seed": self.seed,
            "largest_points": {"points": self.reference, "proved": self.is_reference_proved},
            "rules": {rule: _document(outcome) for rule, outcome in self.outcomes.items()},
            "changes": [
                {"claim": claim, "allotments": {rule: _row(row) for rule, row in rows.items()}}
                for claim, rows in self.changes.items()
            ],
        }


def compare(instance: Instance, rules: Sequence[str], solve: Solve) -> Comparison:
    """Solve an instance under several rules and measure what comes out.

    Raises
    ------
    InputError
        If a rule is unknown or lacks what it needs, or the entries in force contradict each other.
    """
    checked(instance, rules)
    solutions = {rule: solve(under(instance, rule)) for rule in dict.fromkeys([*rules, REFERENCE])}
    if any(solution.status == INFEASIBLE for solution in solutions.values()):
        why = solutions[REFERENCE].why or {}
        broken = f"entries {', '.join(why.get('entries', []))} break {', '.join(why.get('rules', []))}"
        raise InputError([Fault("claims", f"{broken}: there is nothing to compare", "mend the entries in force")])
    largest = max(int(solution.fairness["points"]) for solution in solutions.values())
    return Comparison(
        instance=instance,
        seed=solutions[REFERENCE].seed,
        outcomes={rule: _outcome(instance, solutions[rule], largest) for rule in rules},
        changes=_changes(instance, {rule: allocation_of(solutions[rule]) for rule in rules}),
        reference=largest,
        is_reference_proved=any(s.name == "points" and s.proved for s in solutions[REFERENCE].stages),
    )


def usable_rules(instance: Instance) -> tuple[str, ...]:
    """The rules for which an instance has what they need, its own first."""
    is_usable = {rule: not _lacking(instance, rule) for rule in RULES}
    own = instance.policy.rule
    return (own, *(rule for rule in RULES if is_usable[rule] and rule != own))


def under(instance: Instance, rule: str) -> Instance:
    """The same instance under another rule, ties broken by tickets; its hash stays that of the file.

    What a lottery leaves to chance is broken by tickets here, so that there is one allocation a rule to compare.
    """
    return replace(instance, policy=replace(instance.policy, rule=rule, tie_break="ticket"))


def checked(instance: Instance, rules: Sequence[str]) -> None:
    """Refuse rules that are unknown, named twice, or lack what they need in the instance."""
    faults = [] if rules else [Fault("--rules", "there is none", f"name some of {', '.join(RULES)}")]
    for rule in rules:
        if rule not in RULES:
            faults.append(Fault("--rules", f"{rule!r} is unknown", f"use {', '.join(RULES)}"))
        elif rules.count(rule) > 1:
            faults.append(Fault("--rules", f"{rule!r} is named {rules.count(rule)} times", "name it once"))
        else:
            faults.extend(_lacking(instance, rule))
    if faults:
        raise InputError(list(dict.fromkeys(faults)))


def _lacking(instance: Instance, rule: str) -> list[Fault]:
    if instance.policy.moves is not None and rule in BY_TURNS:
        return [Fault("policy.moves", f"moves are not looked for under {rule}", f"remove it, or leave out {rule}")]
    if rule != "first-come":
        return []
    return [
        Fault(f"claims[{i}].received_at", "missing, and first-come needs it", "add it, or leave out first-come")
        for i, claim in enumerate(instance.claims)
        if claim.received_at is None
    ]


def allocation_of(solution: Solution) -> dict[str, Allotment]:
    """The allotments of a solution by claim."""
    return {row.claim: Allotment(row.claim, row.placement, row.start) for row in solution.allotments}


def _outcome(instance: Instance, solution: Solution, largest: int) -> Outcome:
    allocation = allocation_of(solution)
    equity = {reserve.group for reserve in instance.reserves}
    groups = {group: _points_of_group(instance, solution, group) for group in _groups(instance) | equity}
    total = sum(solution.parties.values())
    return Outcome(
        solution=solution,
        km2_days=sum(km2_days((p.keep_out_m, p.days) for p in o.phases) for o in allotted(instance, allocation)),
        envious=tuple(envious_beyond_one(instance, allocation)),
        by_coalition=_shares({group: points for group, points in groups.items() if group not in equity}, total),
        by_equity_group=_shares({group: points for group, points in groups.items() if group in equity}, total),
        by_controller=_shares(_points_by_controller(instance, allocation), total),
        price_percent=_percent(largest - int(solution.fairness["points"]), largest),
    )


def _groups(instance: Instance) -> set[str]:
    return {group for party in instance.parties for group in party.groups}


def _points_of_group(instance: Instance, solution: Solution, group: str) -> int:
    return sum(solution.parties[party.id] for party in instance.parties if group in party.groups)


def _points_by_controller(instance: Instance, allocation: Allocation) -> dict[str, int]:
    """Hundredths of points of the claims allotted, by controller ('' where none is named)."""
    points = {claim.controller or "": 0 for claim in instance.claims}
    for placement in allotted(instance, allocation):
        points[instance.claim_by_id[placement.claim].controller or ""] += 100 * placement.points
    return points


def _shares(points: Mapping[str, int], total: int) -> dict[str, float]:
    return {name: _percent(points[name], total) for name in sorted(points)}


def _percent(part: int, whole: int) -> float:
    """Percent with two decimals, half to even; 0 of nothing."""
    return float(round(Fraction(100 * part, whole), 2)) if whole else 0.0


def _changes(instance: Instance, allocations: Mapping[str, Allocation]) -> dict[str, dict[str, Allotment | None]]:
    """Claims that do not get the same under all rules, by id."""
    rows = {
        claim: {rule: allocation.get(claim) for rule, allocation in allocations.items()}
        for claim in sorted(claim.id for claim in instance.claims)
    }
    return {claim: row for claim, row in rows.items() if len(set(row.values())) > 1}


def _document(outcome: Outcome) -> dict[str, Any]:
    solution = outcome.solution
    return {
        "status": solution.status,
        "fairness": dict(solution.fairness),
        "shortfall": sum(int(row["missing"]) for row in solution.shortfalls),
        "parties": {party: in_points(value) for party, value in solution.parties.items()},
        "ef1": not outcome.envious,
        "envious": [list(pair) for pair in outcome.envious],
        "km2_days": outcome.km2_days,
        "price_of_fairness_percent": outcome.price_percent,
        "share_percent": {
            "coalition": dict(outcome.by_coalition),
            "equity_group": dict(outcome.by_equity_group),
            "controller": dict(outcome.by_controller),
        },
        "stages": [
            {"name": stage.name, "value": stage.value, "bound": stage.bound, "proved": stage.proved}
            for stage in solution.stages
        ],
    }


def _row(allotment: Allotment | None) -> dict[str, Any] | None:
    return None if allotment is None else {"placement": allotment.placement, "start": allotment.start}
