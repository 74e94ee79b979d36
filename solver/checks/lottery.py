"""The lottery of `ex-ante` checked in fractions: outcomes, probabilities, means, the proof level by level, equal chances.

1. Every outcome keeps the hard constraints and has the value of every stage; probabilities are above 0 and sum to 1.
2. Means are those of the outcomes. Each level names rows (parties, later claims) with the least mean of all not settled before,
   and weights above 0 for exactly these and any that were settled before: the weighted sum is `most` in every outcome. If no
   allocation has more than `most`, as the engine or a certificate says, nobody at this level can have a larger mean without
   another one at it, or one settled before, having less. Level after level that is leximin.
3. Claims that a symmetry of the instance carries into one another have equal chances of every placement and every start.
   The symmetries are found anew, by the same code that the lottery was made with, and each is checked edge by edge.
4. The draw picked the outcome that is stated, with the seed that follows from instance and value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from solver.checks.rule_values import TIE_BREAK, credited, totals_of
from solver.distribution import Distribution, Level, Outcome, open_kind
from solver.drawing import draw_seed, picked
from solver.exante.exchange import chain, orbits
from solver.exante.exchange import structure as graph_of
from solver.instance import EX_ANTE, Instance
from solver.lottery import TRIAL_SEED
from solver.options import open_options
from solver.solution import Solution

Row = tuple[str, str]
Values = Mapping[Row, int]
Check = Callable[[Solution], Iterable[str]]
FILLED = ("allotments", "parties", "leximin", "shortfalls", "unserved", "access", "fairness")
"""What a solution says of its allocation: empty before the draw, and after it what the outcome drawn says."""


def is_drawn(solution: Solution) -> bool:
    """Whether a solution has one allocation: always, but for a lottery that was not drawn yet."""
    return solution.distribution is None or solution.distribution.draw is not None


def lottery(instance: Instance, solution: Solution, check: Check) -> Iterator[str]:
    """Problems of the lottery and of its draw; `check` finds those of an outcome as a solution by itself."""
    distribution = solution.distribution
    if distribution is None:
        if instance.policy.tie_break == EX_ANTE:
            yield "distribution is missing, but the tie-break is ex-ante"
        return
    if instance.policy.tie_break != EX_ANTE:
        yield "distribution is given, but the tie-break is by ticket"
        return
    if not is_drawn(solution):
        yield from _undrawn(solution)
    broken = [*_probabilities(distribution), *_outcomes(solution, distribution, check)]
    yield from broken
    if not broken:
        yield from _Means(instance, solution, distribution).problems()
        yield from _equal_chances(instance, distribution)
        yield from _draw(instance, solution, distribution)


def _undrawn(solution: Solution) -> Iterator[str]:
    given = [name for name in FILLED if getattr(solution, name)]
    if given:
        yield f"{', '.join(given)} are given, but the lottery was not drawn"
    if solution.seed != TRIAL_SEED.hex():
        yield f"the seed is {solution.seed}, but the lottery was not drawn"


def _probabilities(distribution: Distribution) -> Iterator[str]:
    if not distribution.outcomes:
        yield "the lottery has no outcome"
    for number, outcome in enumerate(distribution.outcomes, start=1):
        if outcome.probability <= 0:
            yield f"outcome {number} has the probability {outcome.probability}"
    total = sum(outcome.probability for outcome in distribution.outcomes)
    if total != 1:
        yield f"the probabilities sum to {total}, not to 1"
    if any(before >= after for before, after in pairwise(map(_rows_of, distribution.outcomes))):
        yield "the outcomes do not stand in the order of their allotments, each once"


def _rows_of(outcome: Outcome) -> list[tuple[str, str, int]]:
    return [(row.claim, row.placement, row.start) for row in outcome.allotments]


def _outcomes(solution: Solution, distribution: Distribution, check: Check) -> Iterator[str]:
    for number, outcome in enumerate(distribution.outcomes, start=1):
        alone = replace(outcome.answer, status=solution.status, stages=solution.stages)
        yield from (f"outcome {number}: {problem}" for problem in check(alone))


@dataclass(frozen=True, slots=True)
class _Means:
    """Means and levels held against the outcomes."""

    instance: Instance
    solution: Solution
    distribution: Distribution

    def problems(self) -> Iterator[str]:
        """What is wrong with means, levels and the stage that counts them."""
        values = [_values(self.instance, outcome) for outcome in self.distribution.outcomes]
        shares = [outcome.probability for outcome in self.distribution.outcomes]
        means = {row: sum((s * v[row] for s, v in zip(shares, values, strict=True)), Fraction(0)) for row in values[0]}
        yield from self._stated(means)
        settled: set[Row] = set()
        for number, level in enumerate(self.distribution.levels, start=1):
            problem = self._level(level, means, values, settled)
            if problem:
                yield f"level {number} of the lottery: {problem}"
                return
            settled |= {*_rows(level)}
        yield from self._count(means, settled)

    def _stated(self, means: Mapping[Row, Fraction]) -> Iterator[str]:
        for kind, stated in (("party", self.distribution.expected), ("claim", self.distribution.chances)):
            due = {name: mean for (of, name), mean in means.items() if of == kind}
            for name in sorted({*due, *stated}):
                if due.get(name) != stated.get(name):
                    what = "expected points" if kind == "party" else "the chance"
                    yield f"{what} of {name} are not those of the outcomes"

    def _level(
        self, level: Level, means: Mapping[Row, Fraction], values: list[Values], settled: set[Row]
    ) -> str | None:
        rows = _rows(level)
        weights = _weights(level)
        malformed = _malformed(rows, weights, means, settled)
        if malformed:
            return malformed
        free = [row for row in means if row[0] == rows[0][0] and row not in settled]
        wrong = [name for kind, name in rows if means[kind, name] != level.mean]
        if wrong:
            return f"{', '.join(wrong)} do not have the mean that is stated"
        if any(means[row] < level.mean for row in free):
            return "another one that is not settled yet has a smaller mean"
        for number, value in enumerate(values, start=1):
            if sum(weight * value[row] for row, weight in weights.items()) != level.most:
                return f"its weights do not add up to {level.most} in outcome {number}"
        return None

    def _count(self, means: Mapping[Row, Fraction], settled: set[Row]) -> Iterator[str]:
        stage = next((stage for stage in self.solution.stages if stage.name == TIE_BREAK), None)
        if stage is None or stage.value > len(settled) or stage.bound != len(means):
            yield f"the stage {TIE_BREAK} does not count the {len(settled)} of {len(means)} that the levels settle"
        gap = self.distribution.open
        if gap is None:
            if len(settled) < len(means):
                yield "levels are missing, and nothing is said to be open"
            return
        kind = "party" if open_kind(self.distribution) == "parties" else "claim"
        free = [means[row] for row in means if row[0] == kind and row not in settled]
        if len(settled) == len(means) or gap.mean != min(free, default=None) or gap.at_most < gap.mean:
            yield "what is said to be open is not the least mean that is not settled"


def _rows(level: Level) -> list[Row]:
    return [("party", name) for name in level.parties] + [("claim", name) for name in level.claims]


def _weights(level: Level) -> dict[Row, int]:
    weights = {("party", name): weight for name, weight in level.party_weights.items()}
    return weights | {("claim", name): weight for name, weight in level.claim_weights.items()}


def _malformed(
    rows: list[Row], weights: Mapping[Row, int], means: Mapping[Row, Fraction], settled: set[Row]
) -> str | None:
    """Why a level does not say what a level has to say, before any number is looked at."""
    kinds = {kind for kind, _ in rows}
    if len(kinds) != 1 or not set(rows) <= means.keys() or settled & set(rows) or len(set(rows)) < len(rows):
        return "it does not settle parties, or claims, that no level settled before"
    if "claim" in kinds and any(row[0] == "party" and row not in settled for row in means):
        return "it settles claims before all parties are settled"
    if weights.keys() - settled != set(rows):
        return "its weights are not for those it settles, and for some settled before"
    return None


def _values(instance: Instance, outcome: Outcome) -> Values:
    chosen = {row.claim: instance.placement_by_id[row.placement] for row in outcome.allotments}
    totals = totals_of(instance, chosen)
    values: dict[Row, int] = {("party", party): totals[party] for party in sorted(credited(instance))}
    return values | {("claim", claim.id): int(claim.id in chosen) for claim in instance.claims}


def _equal_chances(instance: Instance, distribution: Distribution) -> Iterator[str]:
    levels = chain(graph_of(instance, open_options(instance)))
    due = tuple(orbits(levels, instance.claim_by_id))
    if distribution.exchangeable != due:
        yield f"exchangeable claims are {[list(group) for group in due]}, but others are stated"
    for group in due:
        if len({distribution.chances[name] for name in group}) > 1:
            yield f"{', '.join(group)} can be exchanged, but their chances differ"
    chances: dict[str, dict[int, Fraction]] = {}
    for outcome in distribution.outcomes:
        for row in outcome.allotments:
            by_start = chances.setdefault(row.placement, {})
            by_start[row.start] = by_start.get(row.start, Fraction(0)) + outcome.probability
    for group in orbits(levels, instance.placement_by_id):
        if any(chances.get(name, {}) != chances.get(group[0], {}) for name in group):
            yield f"{', '.join(group)} can be exchanged, but their chances or starts differ"


def _draw(instance: Instance, solution: Solution, distribution: Distribution) -> Iterator[str]:
    draw = distribution.draw
    if draw is None:
        return
    seed = draw_seed(instance.sha256, draw.value)
    if solution.seed != seed.hex():
        yield f"the seed is {solution.seed}, but instance and value give {seed.hex()}"
    due = picked(seed, [outcome.probability for outcome in distribution.outcomes]) + 1
    if draw.outcome != due:
        yield f"outcome {draw.outcome} is said to be drawn, but the value picks outcome {due}"
        return
    answer = distribution.outcomes[due - 1].answer
    others = [name for name in FILLED if getattr(solution, name) != getattr(answer, name)]
    if others:
        yield f"{', '.join(others)} are not those of outcome {due}, which was drawn"
