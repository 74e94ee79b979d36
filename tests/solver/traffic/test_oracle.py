"""The slots proposed are the very ones that trying everything finds, and verify accepts them and nothing worse."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from solver.traffic.solution import parse_slots_solution, to_document
from solver.traffic.solving import Limits, solve_slots
from solver.traffic.verify import verify
from tests.solver.traffic.made import Document, fanned, read, small
from tests.solver.traffic.oracle import Oracle

DEFAULT, MANY, AT_ONCE = range(80), range(80, 1080), 40


def differing(number: int, made: Callable[[int], Document] = small) -> str:
    """What is wrong with the answer to one small instance; empty if nothing is."""
    document = made(number)
    problem, wanted = read(document), Oracle(document).best()
    found = solve_slots(problem, b"\x00", Limits(workers=1))
    report = verify(problem, parse_slots_solution(json.dumps(to_document(found)).encode()))
    if not report:
        return f"{number}: verify refuses: {report.problems}"
    if (found.times if found.status == "OPTIMAL" else None) != wanted:
        return f"{number}: {found.status} {found.times}, trying everything finds {wanted}"
    return ""


@pytest.mark.parametrize("first", range(0, len(DEFAULT), AT_ONCE))
def test_slots_are_those_that_trying_everything_finds(first: int) -> None:
    assert [fault for n in DEFAULT[first : first + AT_ONCE] if (fault := differing(n))] == []


def test_slots_of_ranges_of_azimuths_are_those_that_trying_everything_finds() -> None:
    assert [fault for n in DEFAULT[:20] if (fault := differing(n, fanned))] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 400, AT_ONCE))
def test_slots_of_many_more_ranges_are_those_that_trying_everything_finds(first: int) -> None:
    assert [fault for n in range(first, first + AT_ONCE) if (fault := differing(n, fanned))] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, len(MANY), AT_ONCE))
def test_slots_of_many_more_are_those_that_trying_everything_finds(first: int) -> None:
    assert [fault for n in MANY[first : first + AT_ONCE] if (fault := differing(n))] == []


def test_the_small_instances_have_what_the_rules_are_about() -> None:
    answers = [solve_slots(read(small(n)), b"\x00", Limits(workers=1)) for n in DEFAULT[:60]]
    reasons = {reason["rule"] for answer in answers for row in answer.unserved for reason in row["reasons"]}
    assert {"S2-S4", "S5", "S6", "S7"} <= reasons
    assert {"OPTIMAL", "INFEASIBLE"} == {answer.status for answer in answers}
    assert any(slot.precision == "day" for answer in answers for slot in answer.slots)
    assert any(answer.stages and answer.stages[2].value > 0 for answer in answers)


def test_worse_slots_are_refused() -> None:
    """One minute later, or one movement left out: verify says that it could be better."""
    refused = []
    for number in DEFAULT[:40]:
        problem = read(small(number))
        found = solve_slots(problem, b"\x00", Limits(workers=1))
        moved = [slot for slot in found.slots if problem.movement_by_id[slot.movement].slot is None]
        if found.status != "OPTIMAL" or not moved:
            continue
        late = replace(moved[0], at=moved[0].at + 1)
        worse = replace(found, slots=tuple(late if slot is moved[0] else slot for slot in found.slots))
        fewer = replace(found, slots=tuple(slot for slot in found.slots if slot is not moved[0]))
        refused += [bool(verify(problem, worse)), bool(verify(problem, fewer))]
    assert len(refused) > 30
    assert not any(refused)
