"""The study: solve the true instance, then what each party could have filed instead, and measure by the true values.

For a variant of party p, v being worth in the variant's completed solution and u in that of the true instance:

- *gain of the party* = v_p - u_p, whatever becomes of its ally;
- *gain with the ally* q = v_p + v_q - u_p - u_q;
- *others* = v_r - u_r of every other party r that is not 0.

A variant is decided without solving where reasoning will do: `unchanged`, under the ticket tie-break, if it only gives up
placements that were not allotted (the best of all allocations is still there, so it is still the best, and every turn goes as
before); `no gain possible`, if the party has as much as it could have at most in the variant. All others are `solved`, if the
run is completed; if it is cut short they are `not decided`, and nothing is said but the bounds: between losing all and having
the most. What was not begun is `not begun`.

Luck. Under rules with a tie-break a gain is from the *tie-break alone* if filing the truth with the party's ticket first gives
as much: the party would then have its largest u_p among the allocations optimal before the tie-break. Otherwise it is from the
*rule*: no draw gives the true filing as much. For the best variant of each party that gains, truth and variant are also solved
with other seeds, SHA-256(seed, 0x00, "incentives", number), and the mean of the gains is told.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from solver.fields import Fault, InputError
from solver.incentives.variants import ADDING, Variant, Variants
from solver.incentives.worth import outcomes, worth
from solver.instance import Instance
from solver.instance_file import parse_instance
from solver.io import canonical
from solver.many import Problem, Solver
from solver.solution import INFEASIBLE, OPTIMAL, Solution

SOLVED, UNCHANGED, NO_GAIN = "solved", "unchanged", "no gain possible"
NOT_DECIDED, NOT_BEGUN = "not decided", "not begun"
DECIDED = (SOLVED, UNCHANGED, NO_GAIN)
RULE, TIE_BREAK = "rule", "tie-break"
TICKET_STAGES = ("equal-footing", "max-points", "nash")
"""The rules with stages before a tie-break by tickets; under the others tickets are part of the rule."""


@dataclass(frozen=True, slots=True)
class Average:
    """The gain of a party over other draws, in hundredths: mean, least and most of so many."""

    draws: int
    mean: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one variant, in hundredths of a point.

    `gain` and what follows are None where nothing is known; where no gain is possible without solving, `most` alone says so.
    `most` and `least` bound the gain. `cause` is told of gains under rules with a tie-break by tickets.
    """

    variant: Variant
    decided: str
    sha256: str
    least: Fraction
    most: Fraction
    gain: Fraction | None = None
    with_ally: Fraction | None = None
    others: Mapping[str, Fraction] | None = None
    cause: str | None = None
    average: Average | None = None

    @property
    def is_gain(self) -> bool:
        """Whether the party gains."""
        return self.gain is not None and self.gain > 0

    @property
    def is_joint_gain(self) -> bool:
        """Whether the party and its ally gain together."""
        return self.with_ally is not None and self.with_ally > 0


@dataclass(frozen=True, slots=True)
class Study:
    """The whole answer; `is_whole` is false if somebody wanted it to end before all was tried."""

    instance: Instance
    seed: str
    truth: Solution
    parties: tuple[str, ...]
    findings: tuple[Finding, ...]
    allies: int
    solved: int
    seconds: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: which parties (none: all that are credited), how many allies each, how many other draws, and whether
    variants that cannot gain are solved all the same.
    """

    parties: tuple[str, ...] = ()
    allies: int = 1
    draws: int = 4
    every: bool = False


def study(instance: Instance, seed: bytes, asked: Asked, solver: Solver) -> Study:
    """Who could have gained.

    Raises
    ------
    InputError
        If a party is unknown, or the entries in force contradict each other.
    """
    _check(instance, asked.parties)
    truth = Problem(canonical(instance.document), seed)
    found = solver.answers([truth]).get(truth.key)
    if found is None:
        raise InputError([Fault("--total", "the time was up before the instance itself was solved", "give more")])
    if found.status == INFEASIBLE:
        what = "the entries in force contradict each other: there is nothing to compare"
        raise InputError([Fault("claims", what, "mend the entries in force")])
    parties = asked.parties or instance.credited_parties
    findings = _Asker(instance, seed, asked, solver, found).findings(parties) if found.status == OPTIMAL else []
    return Study(
        instance, seed.hex(), found, tuple(parties), tuple(findings), asked.allies, solver.solved, solver.seconds,
        is_whole=not solver.is_over,
    )  # fmt: skip


def _check(instance: Instance, parties: Sequence[str]) -> None:
    known = {party.id for party in instance.parties}
    faults = [
        Fault("--party", f"{name!r} is no party of the instance", "give the id of a party")
        for name in parties
        if name not in known
    ]
    if faults:
        raise InputError(faults)


class _Asker:
    """One study in the making."""

    def __init__(self, instance: Instance, seed: bytes, asked: Asked, solver: Solver, truth: Solution):
        self._instance, self._seed, self._asked, self._solver, self._truth = instance, seed, asked, solver, truth
        self._true = worth(instance, truth)
        self._taken = {row.placement for _, rows in outcomes(truth) for row in rows}
        self._own = canonical(instance.document)
        self._has_tickets = instance.policy.tie_break == "ticket"

    def findings(self, parties: Sequence[str]) -> list[Finding]:
        """All variants of the parties, in their order."""
        variants = Variants(self._instance, self._true, self._asked.allies)
        tried = [self._begun(variant) for party in parties for variant in variants.of(party)]
        tried = [finding for finding in tried if finding.decided != NOT_BEGUN or self._is_valid(finding.variant)]
        self._solver.answers([self._problem(f.variant) for f in tried if f.decided == NOT_BEGUN])
        found = [self._judged(finding) for finding in tried]
        return list(self._looked_into(found))

    def _problem(self, variant: Variant, seed: bytes | None = None) -> Problem:
        begin = tuple(row for row in self._truth.allotments if self._stands(variant, row.claim))
        return Problem(variant.data, self._seed if seed is None else seed, begin)

    def _stands(self, variant: Variant, claim: str) -> bool:
        """Whether what a claim got keeps all that binds in the variant: not if it is longer or shorter, or less is agreed."""
        return variant.kind not in ("split by days", "without agreement") or claim != variant.claim

    def _is_valid(self, variant: Variant) -> bool:
        """Whether the variant is an instance that may be filed: ids that a file chose may stand in the way of a copy's."""
        if variant.kind not in ADDING:
            return True
        try:
            parse_instance(variant.data)
        except InputError:
            return False
        return True

    def _begun(self, variant: Variant) -> Finding:
        """What reasoning says of a variant."""
        had = self._true[variant.party]
        finding = Finding(variant, NOT_BEGUN, self._problem(variant).sha256, least=-had, most=variant.most - had)
        if self._asked.every:
            return finding
        if self._has_tickets and variant.removed is not None and variant.removed.isdisjoint(self._taken):
            nothing = Fraction(0)
            return replace(finding, decided=UNCHANGED, least=nothing, most=nothing, gain=nothing, others={})
        return replace(finding, decided=NO_GAIN) if variant.most <= had else finding

    def _judged(self, finding: Finding) -> Finding:
        if finding.decided != NOT_BEGUN:
            return finding
        problem = self._problem(finding.variant)
        solution = self._solver.answers([]).get(problem.key)
        if solution is None:
            return finding
        if solution.status != OPTIMAL:
            return replace(finding, decided=NOT_DECIDED)
        variant = finding.variant
        changes = self._changes(variant, solution, self._true)
        gain, of_ally = changes[variant.party], changes.get(variant.ally or "", Fraction(0))
        return replace(
            finding,
            decided=SOLVED,
            least=gain,
            most=gain,
            gain=gain,
            with_ally=gain + of_ally if variant.ally else None,
            others={p: by for p, by in changes.items() if by and p not in (variant.party, variant.ally)},
        )

    def _changes(self, variant: Variant, solution: Solution, true: Mapping[str, Fraction]) -> dict[str, Fraction]:
        found = worth(self._instance, solution, variant.standing)
        return {party: found[party] - true[party] for party in found}

    # Luck

    def _looked_into(self, findings: Sequence[Finding]) -> Iterator[Finding]:
        gaining = [finding for finding in findings if finding.is_gain and self._has_tickets]
        best = _best_of_each(gaining)
        self._solver.answers([*self._lucky_problems(gaining), *self._other_draws(best)])
        for finding in findings:
            told = replace(finding, cause=self._cause(finding)) if finding in gaining else finding
            yield replace(told, average=self._average(finding)) if finding in best else told

    def _lucky(self, party: str) -> Problem:
        return Problem(self._own, self._seed, self._truth.allotments, first=party)

    def _lucky_problems(self, gaining: Sequence[Finding]) -> list[Problem]:
        if self._instance.policy.rule not in TICKET_STAGES:
            return []
        return [self._lucky(party) for party in dict.fromkeys(f.variant.party for f in gaining)]

    def _cause(self, finding: Finding) -> str | None:
        if self._instance.policy.rule not in TICKET_STAGES:
            return None
        party = finding.variant.party
        lucky = self._solver.answers([]).get(self._lucky(party).key)
        if lucky is None or lucky.status != OPTIMAL or finding.gain is None:
            return None
        luckiest = worth(self._instance, lucky)[party] - self._true[party]
        return RULE if finding.gain > luckiest else TIE_BREAK

    def _seeds(self) -> list[bytes]:
        numbers = range(1, self._asked.draws + 1)
        return [hashlib.sha256(self._seed + b"\x00incentives" + str(number).encode()).digest() for number in numbers]

    def _true_at(self, seed: bytes) -> Problem:
        return Problem(self._own, seed, self._truth.allotments)

    def _other_draws(self, best: Sequence[Finding]) -> list[Problem]:
        seeds = self._seeds() if best else []
        return [
            *(self._true_at(seed) for seed in seeds),
            *(self._problem(finding.variant, seed) for finding in best for seed in seeds),
        ]

    def _average(self, finding: Finding) -> Average | None:
        known, gains = self._solver.answers([]), []
        for seed in self._seeds():
            before = known.get(self._true_at(seed).key)
            after = known.get(self._problem(finding.variant, seed).key)
            if before is None or after is None or {before.status, after.status} != {OPTIMAL}:
                return None
            true = worth(self._instance, before)
            gains.append(self._changes(finding.variant, after, true)[finding.variant.party])
        if not gains:
            return None
        return Average(len(gains), sum(gains, Fraction(0)) / len(gains), min(gains), max(gains))


def _best_of_each(gaining: Sequence[Finding]) -> list[Finding]:
    """For each party the variant by which it gains most, the first of several."""
    best: dict[str, Finding] = {}
    for finding in gaining:
        known = best.get(finding.variant.party)
        if known is None or (finding.gain or 0) > (known.gain or 0):
            best[finding.variant.party] = finding
    return list(best.values())
