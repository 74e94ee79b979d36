"""The lottery equals an exact program over all optimal allocations by enumeration, and equal claims have equal chances.

The oracle (`tests.solver.oracle_lottery`) shares no code with the solver.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import solver
from solver import local_search
from solver.verify import verify
from tests.solver.generate import instance
from tests.solver.generate_ties import tied
from tests.solver.oracle_lottery import best_means, optimal, renamings

TIED, GENERAL = range(140), range(60)
MANY_NUMBERS, AT_ONCE = range(140, 740), 50


@pytest.fixture(autouse=True)
def _without_local_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits a tenth of a second for what these instances do not need; a completed answer does not depend on it."""
    monkeypatch.setattr(local_search, "is_available", lambda: False)


@dataclass(frozen=True)
class Case:
    """One tiny instance and the solver's answer."""

    document: dict[str, Any]
    problem: solver.Instance
    solution: solver.Solution


@cache
def case(kind: str, number: int) -> Case:
    """Return the case of a number: one full of ties, or one of the general instances with a lottery as its tie-break."""
    document = tied(number) if kind == "tied" else instance(number)
    document["policy"]["tie_break"] = "ex-ante"
    problem = solver.parse_instance(json.dumps(document).encode())
    return Case(document, problem, solver.solve(problem))


def chances_of_options(solution: solver.Solution) -> dict[tuple[str, int], Fraction]:
    """Return the chance of every placement to be allotted from a start day on."""
    found: dict[tuple[str, int], Fraction] = {}
    assert solution.distribution is not None
    for outcome in solution.distribution.outcomes:
        for row in outcome.allotments:
            key = row.placement, row.start
            found[key] = found.get(key, Fraction(0)) + outcome.probability
    return found


def unequal(document: dict[str, Any], solution: solver.Solution) -> Iterator[str]:
    """Yield the claims and placements that have another chance than those they can be exchanged with."""
    assert solution.distribution is not None
    chances, options = solution.distribution.chances, chances_of_options(solution)
    for renamed in renamings(document):
        yield from (claim for claim, chance in chances.items() if chances[renamed[claim]] != chance)
        yield from (name for (name, day), chance in options.items() if options.get((renamed[name], day)) != chance)


def assert_agreement(kind: str, number: int) -> None:
    """Assert that the lottery is the best there is, equal for equals, and accepted by the verifier."""
    found = case(kind, number)
    wanted = best_means(found.document)
    if wanted is None:
        assert found.solution.status == "INFEASIBLE"
        return
    lottery = found.solution.distribution
    assert lottery is not None
    assert found.solution.status == "OPTIMAL"
    assert {party: mean / 100 for party, mean in lottery.expected.items()} == wanted
    assert sum(outcome.probability for outcome in lottery.outcomes) == 1
    assert list(unequal(found.document, found.solution)) == []
    assert len(lottery.outcomes) <= len(lottery.expected) + len(lottery.chances) + 1
    report = verify(found.problem, found.solution)
    assert report, report.problems


@pytest.mark.parametrize("number", TIED)
def test_lottery_is_the_exact_program_over_all_optimal_allocations(number: int) -> None:
    assert_agreement("tied", number)


@pytest.mark.parametrize("number", GENERAL)
def test_lottery_of_a_general_instance_is_the_exact_program_too(number: int) -> None:
    assert_agreement("general", number)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY_NUMBERS[::AT_ONCE])
def test_lotteries_of_many_more_instances(first: int) -> None:
    for number in range(first, first + AT_ONCE):
        assert_agreement("tied", number)
        assert_agreement("general", number)


def test_every_outcome_is_one_of_the_optimal_allocations() -> None:
    for number in TIED[:20]:
        found = case("tied", number)
        assert found.solution.distribution is not None
        _, best = optimal(found.document)
        arrangements = [{(o.claim, o.placement, o.start) for o in allocation.values()} for allocation in best]
        for outcome in found.solution.distribution.outcomes:
            assert {(row.claim, row.placement, row.start) for row in outcome.allotments} in arrangements


def test_enough_of_the_instances_leave_something_to_the_draw_and_to_exchanges() -> None:
    lotteries = [case("tied", number).solution.distribution for number in TIED[:40]]
    assert sum(len(lottery.outcomes) > 1 for lottery in lotteries if lottery) >= 20
    by_chance = [
        any(0 < lottery.chances[name] < 1 for group in lottery.exchangeable for name in group)
        for lottery in lotteries
        if lottery
    ]
    assert sum(by_chance) >= 12
