"""Where entries in force may be moved the solver gives the very allocation that trying everything finds; nothing new moves nothing."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

import solver
from solver.bounds.optimality import prove_again
from solver.verify import verify
from tests.solver import oracle
from tests.solver.generate_moves import moves_instance

DEFAULT_NUMBERS = range(48)
MANY_NUMBERS, AT_ONCE = range(48, 648), 50

Document = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One tiny instance, the oracle's answer and the solver's."""

    document: Document
    wanted: oracle.Answer
    problem: solver.Instance
    solution: solver.Solution


@cache
def case(number: int) -> Case:
    """Return the case of a number; its seed is the number."""
    document, seed = moves_instance(number), number.to_bytes(2, "big")
    problem = solver.parse_instance(json.dumps(document).encode())
    return Case(document, oracle.answer(document, seed), problem, solver.solve(problem, seed=seed))


def put_in_force(document: Document, solution: solver.Solution) -> Document:
    """Return the document with all that was allotted in force; what could be moved, and what is new, may be moved."""
    found = json.loads(json.dumps(document))
    stood = {claim["id"] for claim in document["claims"] if claim["in_force"]}
    allowed = document["policy"]["moves"]["allowed"]
    rows = {row.claim: {"placement": row.placement, "start": row.start} for row in solution.allotments}
    for claim in found["claims"]:
        claim["in_force"] = rows.get(claim["id"])
    if allowed != "all":
        found["policy"]["moves"]["allowed"] = [name for name in rows if name in allowed or name not in stood]
    return dict(found)


def assert_agreement(number: int) -> None:
    """Assert that oracle and solver agree, that the answer verifies, and that running again changes nothing."""
    found = case(number)
    assert found.solution.status == found.wanted.status
    allotments = {row.claim: (row.placement, row.start) for row in found.solution.allotments}
    assert allotments == found.wanted.allotments
    report = verify(found.problem, found.solution)
    assert report, report.problems
    if found.wanted.status == "OPTIMAL":
        again = put_in_force(found.document, found.solution)
        settled = solver.solve(solver.parse_instance(json.dumps(again).encode()), seed=number.to_bytes(2, "big"))
        assert settled.moves == ()
        assert solver.to_document(settled)["allotments"] == solver.to_document(found.solution)["allotments"]


@pytest.mark.parametrize("number", DEFAULT_NUMBERS)
def test_solver_and_oracle_agree_where_entries_may_move_and_nothing_moves_again(number: int) -> None:
    assert_agreement(number)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY_NUMBERS[::AT_ONCE])
def test_solver_and_oracle_agree_on_many_more_moves(first: int) -> None:
    for number in range(first, first + AT_ONCE):
        assert_agreement(number)


def test_entries_are_moved_in_several_of_the_instances_and_every_move_has_its_reason() -> None:
    moved = [case(number).solution for number in DEFAULT_NUMBERS if case(number).solution.moves]
    assert len(moved) >= 8
    assert [row for solution in moved for row in solution.moves or () if not row["reason"]] == []


@pytest.mark.parametrize("number", [n for n in DEFAULT_NUMBERS if n % 3 != 2][:12])
def test_a_second_engine_agrees_with_the_moves(number: int) -> None:
    found = case(number)
    if found.solution.status == "OPTIMAL":
        again = prove_again(found.problem, found.solution)
        assert again, again.verdicts
