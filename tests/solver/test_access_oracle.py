"""With free access the solver gives, under every rule, the very allocation that trying everything finds.

The oracle walks every cell on every day (`tests.solver.oracle_access`) and shares no code with the solver.
"""

import json
from dataclasses import dataclass
from functools import cache

import pytest

import solver
from solver.verify import verify
from tests.solver import oracle
from tests.solver.generate_access import Document, access_instance

RULES = ("equal-footing", "max-points", "nash", "first-come", "serial")
DEFAULT_NUMBERS = range(50)
MANY_NUMBERS, AT_ONCE = range(50, 1050), 50


@dataclass(frozen=True)
class Case:
    """One tiny instance, the oracle's answer with and without C5, and the solver's."""

    wanted: oracle.Answer
    without: oracle.Answer
    problem: solver.Instance
    solution: solver.Solution


def document(number: int) -> Document:
    """Return the instance of a number, its rule by turns."""
    found = access_instance(number)
    found["policy"]["rule"] = RULES[number % len(RULES)]
    return found


@cache
def case(number: int) -> Case:
    """Return the case of a number; its seed is the number."""
    found, seed = document(number), number.to_bytes(2, "big")
    problem = solver.parse_instance(json.dumps(found).encode())
    without = oracle.answer({**found, "access": None}, seed)
    return Case(oracle.answer(found, seed), without, problem, solver.solve(problem, seed=seed))


def assert_agreement(number: int) -> None:
    """Assert that solver and oracle agree on a case and that the verifier accepts the solver's answer."""
    found = case(number)
    assert found.solution.status == found.wanted.status
    allotments = {row.claim: (row.placement, row.start) for row in found.solution.allotments}
    assert allotments == found.wanted.allotments
    assert found.solution.leximin == tuple(100 * points for points in found.wanted.leximin)
    report = verify(found.problem, found.solution)
    assert report, report.problems


@pytest.mark.parametrize("number", DEFAULT_NUMBERS)
def test_solver_and_oracle_agree_with_free_access_under_the_rule(number: int) -> None:
    assert_agreement(number)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY_NUMBERS[::AT_ONCE])
def test_solver_and_oracle_agree_with_free_access_on_many_more_instances(first: int) -> None:
    for number in range(first, first + AT_ONCE):
        assert_agreement(number)


def test_free_access_decides_a_third_of_the_instances_and_leaves_most_feasible() -> None:
    decided = [n for n in DEFAULT_NUMBERS if case(n).wanted.allotments != case(n).without.allotments]
    feasible = [n for n in DEFAULT_NUMBERS if case(n).wanted.status == "OPTIMAL"]
    assert len(decided) >= len(DEFAULT_NUMBERS) / 3
    assert len(feasible) >= len(DEFAULT_NUMBERS) / 2
