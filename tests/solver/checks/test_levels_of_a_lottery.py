"""A lottery of three parties at one place and one at another, cut short or changed in one thing: what is said of it."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from solver import solve
from solver.checks.lottery import is_drawn, lottery
from solver.distribution import Distribution, Drawn, Gap, Level
from solver.drawing import draw_seed
from solver.io import dump, parse_instance, parse_solution
from solver.solution import Solution, Stage
from solver.verify import verify
from tests.solver.exante.test_verify_lottery import before, problem
from tests.solver.instances import claim, document, phase, placement

FOUND = parse_solution(dump(before()))
assert FOUND.distribution is not None
GIVEN: Distribution = FOUND.distribution
LEVELS = GIVEN.levels
MALFORMED = "it does not settle parties, or claims, that no level settled before"
WEIGHTS = "its weights are not for those it settles, and for some settled before"


def told(distribution: Distribution, found: Solution = FOUND, settled: int | None = 10, of: int = 10) -> list[str]:
    """What is said of it with so many settled in the stage; the outcomes themselves are taken to be right."""
    stage = [] if settled is None else [Stage("tie-break", settled, of, settled == of)]
    stages = (*found.stages[:-1], *stage)
    return list(lottery(problem(), replace(found, stages=stages, distribution=distribution), lambda _: ()))


def test_the_lottery_is_as_worked_out_by_hand() -> None:
    """With chance a for A1, and 10 points that A has for certain, 10 + 100 a = 100 (1 - a) / 2: a = 4/15."""
    assert told(GIVEN) == []
    assert [outcome.probability for outcome in GIVEN.outcomes] == [Fraction(n, 30) for n in (8, 4, 7, 11)]
    assert [(level.parties, level.claims, level.mean, level.most) for level in LEVELS] == [
        (("A", "B", "C"), (), Fraction(11000, 3), 11000),
        (("D",), (), Fraction(10000), 10000),
        ((), ("A1",), Fraction(4, 15), 10000),
        ((), ("B1", "C1"), Fraction(11, 30), 1),
        ((), ("D1", "D2"), Fraction(1, 2), 1),
        ((), ("A2",), Fraction(1), 1),
    ]


OPEN = "what is said to be open is not the least mean that is not settled"


@pytest.mark.parametrize(
    ("levels", "settled", "mean", "at_most", "problems"),
    [
        # The least of those not settled: parties in hundredths first, then the chances of claims.
        (0, 0, Fraction(11000, 3), 20_000, []),
        (1, 3, Fraction(10000), 10_000, []),
        (2, 4, Fraction(4, 15), 1, []),
        (3, 5, Fraction(11, 30), Fraction(11, 30), []),
        (5, 9, Fraction(1), 1, []),
        (5, 9, Fraction(1), 2, []),
        (5, 9, Fraction(1), Fraction(1, 2), [OPEN]),
        (5, 9, Fraction(1, 2), 1, [OPEN]),
        (3, 5, Fraction(1, 2), 1, [OPEN]),
        (1, 3, Fraction(4, 15), 1, [OPEN]),
        (2, 4, Fraction(10000), 10_000, [OPEN]),
        (6, 10, Fraction(1), 1, [OPEN]),
    ],
)
def test_a_lottery_cut_short_says_the_least_mean_that_is_open(
    levels: int, settled: int, mean: Fraction, at_most: Any, problems: list[str]
) -> None:
    cut = replace(GIVEN, levels=LEVELS[:levels], open=Gap(mean, Fraction(at_most)))
    assert told(cut, settled=settled) == problems


@pytest.mark.parametrize(
    ("levels", "settled", "of", "counted"),
    [(6, 10, 10, True), (5, 9, 10, True), (5, 8, 10, True), (5, 10, 10, False), (5, 9, 9, False), (5, 9, 11, False),
     (5, None, 10, False), (0, 1, 10, False)],
)  # fmt: skip
def test_the_stage_counts_no_more_than_the_levels_settle(
    levels: int, settled: int | None, of: int, counted: bool
) -> None:
    number = (0, 3, 4, 5, 7, 9, 10)[levels]
    gap = {0: Fraction(11000, 3), 5: Fraction(1)}.get(levels)
    cut = replace(GIVEN, levels=LEVELS[:levels], open=None if gap is None else Gap(gap, gap))
    said = f"the stage tie-break does not count the {number} of 10 that the levels settle"
    assert told(cut, settled=settled, of=of) == ([] if counted else [said])


def test_levels_that_are_missing_are_said_to_be_open() -> None:
    cut = replace(GIVEN, levels=LEVELS[:5])
    assert told(cut, settled=9) == ["levels are missing, and nothing is said to be open"]


def first(**changes: Any) -> Distribution:
    return replace(GIVEN, levels=(replace(LEVELS[0], **changes), *LEVELS[1:]))


def third(**changes: Any) -> Distribution:
    return replace(GIVEN, levels=(*LEVELS[:2], replace(LEVELS[2], **changes), *LEVELS[3:]))


@pytest.mark.parametrize(
    ("changed", "problem_said"),
    [
        (first(parties=()), f"level 1 of the lottery: {MALFORMED}"),
        (first(claims=("A1",)), f"level 1 of the lottery: {MALFORMED}"),
        (first(parties=("A", "B", "Z")), f"level 1 of the lottery: {MALFORMED}"),
        (first(parties=("A", "B", "C", "C")), f"level 1 of the lottery: {MALFORMED}"),
        (replace(GIVEN, levels=(LEVELS[0], *LEVELS)), f"level 2 of the lottery: {MALFORMED}"),
        (replace(GIVEN, levels=(LEVELS[0], *LEVELS[2:])),
         "level 2 of the lottery: it settles claims before all parties are settled"),
        (first(party_weights={"A": 1, "B": 1}), f"level 1 of the lottery: {WEIGHTS}"),
        (first(party_weights={"A": 1, "B": 1, "C": 1, "D": 1}), f"level 1 of the lottery: {WEIGHTS}"),
        (first(party_weights={"A": 1, "B": 1, "C": 1, "Z": 1}), f"level 1 of the lottery: {WEIGHTS}"),
        (first(claim_weights={"A1": 1}), f"level 1 of the lottery: {WEIGHTS}"),
        (third(claim_weights={}), f"level 3 of the lottery: {WEIGHTS}"),
        (first(mean=Fraction(3666)), "level 1 of the lottery: A, B, C do not have the mean that is stated"),
        (first(parties=("A", "B"), party_weights={"A": 1, "B": 1}),
         "level 1 of the lottery: its weights do not add up to 11000 in outcome 4"),
        (replace(GIVEN, levels=(LEVELS[1], LEVELS[0], *LEVELS[2:])),
         "level 1 of the lottery: another one that is not settled yet has a smaller mean"),
        (first(most=11001), "level 1 of the lottery: its weights do not add up to 11001 in outcome 1"),
        (third(party_weights={"B": 1, "C": 2}), "level 3 of the lottery: its weights do not add up to 10000 in outcome 4"),
        (third(party_weights={"B": 2, "C": 1}), "level 3 of the lottery: its weights do not add up to 10000 in outcome 2"),
        (replace(GIVEN, levels=(*LEVELS[:3], LEVELS[4], LEVELS[3], LEVELS[5])),
         "level 4 of the lottery: another one that is not settled yet has a smaller mean"),
    ],
)  # fmt: skip
def test_a_level_that_proves_nothing_is_refused(changed: Distribution, problem_said: str) -> None:
    assert told(changed) == [problem_said]


def test_weights_may_be_for_some_settled_before_and_those_equal_may_come_one_level_after_another() -> None:
    apart = Level((), ("B1",), Fraction(11, 30), {}, {"A1": 1, "B1": 1, "C1": 1}, 1)
    both = (replace(apart, claims=("C1", "B1")), *LEVELS[4:])
    assert told(replace(GIVEN, levels=(*LEVELS[:3], *both))) == []


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"expected": {**GIVEN.expected, "B": Fraction(1)}}, ["expected points of B are not those of the outcomes"]),
        ({"expected": {**GIVEN.expected, "Z": Fraction(0)}}, ["expected points of Z are not those of the outcomes"]),
        ({"chances": {**GIVEN.chances, "A2": Fraction(1, 2)}}, ["the chance of A2 are not those of the outcomes"]),
        ({"chances": {**GIVEN.chances, "Z1": Fraction(1)}}, ["the chance of Z1 are not those of the outcomes"]),
        ({"chances": {**GIVEN.chances, "B1": Fraction(1, 3), "A1": Fraction(1, 3)}},
         ["the chance of A1 are not those of the outcomes", "the chance of B1 are not those of the outcomes",
          "B1, C1 can be exchanged, but their chances differ"]),
        ({"exchangeable": (("D1", "D2"), ("B1", "C1"))},
         ["exchangeable claims are [['B1', 'C1'], ['D1', 'D2']], but others are stated"]),
    ],
)  # fmt: skip
def test_means_that_are_not_those_of_the_outcomes_are_refused(changes: dict[str, Any], problems: list[str]) -> None:
    assert told(replace(GIVEN, **changes)) == problems


def test_claims_that_can_be_exchanged_have_the_same_chance_of_every_start() -> None:
    """D1 and D2 start on day 0 half of the time each; in two outcomes D2's start is moved."""
    outcomes = list(GIVEN.outcomes)
    for number in (0, 2):
        answer = outcomes[number].answer
        rows = tuple(replace(row, start=1) if row.claim == "D2" else row for row in answer.allotments)
        outcomes[number] = replace(outcomes[number], answer=replace(answer, allotments=rows))
    said = ["D1/1, D2/1 can be exchanged, but their chances or starts differ"]
    assert told(replace(GIVEN, outcomes=tuple(outcomes))) == said


def test_claims_that_no_outcome_serves_are_alike_as_well() -> None:
    """B and C want a place that is held all the time: they can be exchanged, and have no chance of any start."""
    held = {
        "id": "H",
        "footprint": {"type": "Point", "coordinates": [9000, 0]},
        "start": 0,
        "phases": [phase(days=100)],
    }
    rows = [claim("A1", placement("A1/1"))]
    rows += [claim(f"{p}1", placement(f"{p}1/1", (9000, 0)), credit={p: 100}) for p in "BC"]
    policy = {"rule": "max-points", "tie_break": "ex-ante"}
    found = parse_instance(json.dumps(document(*rows, holds=[held], policy=policy)).encode())
    solution = solve(found)
    assert solution.distribution is not None
    assert (solution.distribution.exchangeable, verify(found, solution).problems) == ((("B1", "C1"),), ())
    assert dict(solution.distribution.chances) == {"A1": 1, "B1": 0, "C1": 0}


def test_outcomes_are_checked_with_the_stages_and_the_status_of_the_solution() -> None:
    seen = []

    def check(alone: Solution) -> list[str]:
        seen.append(alone)
        return ["is wrong"] if len(seen) == 3 else []

    assert list(lottery(problem(), replace(FOUND, status="FEASIBLE"), check)) == ["outcome 3: is wrong"]
    assert [(alone.status, alone.stages) for alone in seen] == [("FEASIBLE", FOUND.stages)] * 4
    assert [alone.allotments for alone in seen] == [outcome.allotments for outcome in GIVEN.outcomes]


def test_a_solution_is_drawn_unless_it_has_a_lottery_without_a_draw() -> None:
    drawn = replace(FOUND, distribution=replace(GIVEN, draw=Drawn(b"\x05", 1)))
    assert [is_drawn(found) for found in (FOUND, drawn, replace(FOUND, distribution=None))] == [False, True, True]


def test_the_draw_picks_the_outcome_with_the_seed_of_instance_and_value() -> None:
    """The value 05 picks the fourth outcome."""
    seed = draw_seed(problem().sha256, b"\x05").hex()
    answer = GIVEN.outcomes[3].answer
    drawn = replace(
        answer, seed=seed, rule=FOUND.rule, instance_sha256=FOUND.instance_sha256, status="OPTIMAL", stages=FOUND.stages
    )
    assert told(replace(GIVEN, draw=Drawn(b"\x05", 4)), drawn) == []
    said = "outcome 3 is said to be drawn, but the value picks outcome 4"
    assert told(replace(GIVEN, draw=Drawn(b"\x05", 3)), drawn) == [said]
    other = replace(drawn, parties={}, fairness={}, unserved=())
    said = "parties, unserved, fairness are not those of outcome 4, which was drawn"
    assert told(replace(GIVEN, draw=Drawn(b"\x05", 4)), other) == [said]
    said = f"the seed is 00, but instance and value give {seed}"
    assert told(replace(GIVEN, draw=Drawn(b"\x05", 4)), replace(drawn, seed="00")) == [said]


@pytest.mark.parametrize(
    ("shares", "problems"),
    [
        ((8, 4, 7, 12), ["the probabilities sum to 31/30, not to 1"]),
        ((-1, 4, 7, 20), ["outcome 1 has the probability -1/30"]),
        ((8, 0, 11, 11), ["outcome 2 has the probability 0"]),
    ],
)
def test_probabilities_are_above_0_and_sum_to_1(shares: tuple[int, ...], problems: list[str]) -> None:
    outcomes = tuple(
        replace(outcome, probability=Fraction(share, 30)) for outcome, share in zip(GIVEN.outcomes, shares, strict=True)
    )
    assert told(replace(GIVEN, outcomes=outcomes)) == problems
