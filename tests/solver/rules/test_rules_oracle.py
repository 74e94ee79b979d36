"""Under every rule the solver gives the very allocation that trying everything finds, on hundreds of tiny instances.

The instances are those of `tests.solver.generate` under another rule; receipt is told in several offsets from UTC, and
at equal instants in every third instance.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

import solver
from solver.verify import verify
from tests.solver import oracle
from tests.solver.generate import instance

RULES = ("max-points", "nash", "first-come", "serial")
DEFAULT_NUMBERS = range(4000, 4070)
MANY_NUMBERS, AT_ONCE = range(4070, 4330), 20
HOURS = ("T10:00:00Z", "T15:30:00+05:30", "T04:00:00-06:00", "T10:00:01+00:00")

Document = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One tiny instance under a rule, with the oracle's answer and the solver's."""

    document: Document
    wanted: oracle.Answer
    problem: solver.Instance
    solution: solver.Solution


def under(rule: str, number: int) -> Document:
    """Return the instance of a number under a rule."""
    document = instance(number)
    document["policy"]["rule"] = rule
    for i, claim in enumerate(document["claims"]):
        day = "2027-02-05" if number % 3 == 0 else claim["received_at"][:10]
        claim["received_at"] = day + HOURS[(i + number) % (3 if number % 3 == 0 else 4)]
    return document


@cache
def case(rule: str, number: int) -> Case:
    """Return the case of a rule and a number; its seed is the number."""
    document, seed = under(rule, number), number.to_bytes(2, "big")
    problem = solver.parse_instance(json.dumps(document).encode())
    return Case(document, oracle.answer(document, seed), problem, solver.solve(problem, seed=seed))


def assert_agreement(rule: str, number: int) -> None:
    """Assert that solver and oracle agree on a case and that the verifier accepts the solver's answer."""
    found = case(rule, number)
    wanted, solution = found.wanted, found.solution
    assert solution.status == wanted.status
    assert {row.claim: (row.placement, row.start) for row in solution.allotments} == wanted.allotments
    assert solution.leximin == tuple(100 * points for points in wanted.leximin)
    assert {row["reserve"]: row["missing"] for row in solution.shortfalls} == {
        name: missing for name, missing in wanted.shortfalls.items() if missing
    }
    report = verify(found.problem, solution)
    assert report, report.problems


@pytest.mark.parametrize("number", DEFAULT_NUMBERS)
@pytest.mark.parametrize("rule", RULES)
def test_solver_and_oracle_agree_under_the_rule(rule: str, number: int) -> None:
    assert_agreement(rule, number)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY_NUMBERS[::AT_ONCE])
@pytest.mark.parametrize("rule", RULES)
def test_solver_and_oracle_agree_under_the_rule_on_many_more_instances(rule: str, first: int) -> None:
    for number in range(first, first + AT_ONCE):
        assert_agreement(rule, number)


def test_the_rules_differ_on_many_of_the_instances() -> None:
    """Otherwise a rule solved as another one would not be found out."""
    for i, one in enumerate(RULES):
        for other in RULES[:i]:
            differ = [n for n in DEFAULT_NUMBERS if case(one, n).wanted.allotments != case(other, n).wanted.allotments]
            assert len(differ) >= 8, (one, other, len(differ))


def test_products_of_the_instances_have_several_factors() -> None:
    many = [n for n in DEFAULT_NUMBERS if sum(points > 0 for points in case("nash", n).wanted.leximin) >= 2]
    assert len(many) >= 40
