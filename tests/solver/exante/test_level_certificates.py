"""Certificates of the levels of a lottery: added up in whole numbers, and refused when anything in them is changed."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import solver
from solver.io import dump, parse_solution
from solver.solution import to_document
from solver.verify import verify
from tests.solver.exante.test_verify_lottery import problem
from tests.solver.said import said

Document = dict[str, Any]


@cache
def certified() -> Document:
    return to_document(solver.solve(problem(), limits=solver.SolveLimits(certify=True)))


def of_levels(s: Document) -> list[Document]:
    return [row for row in s["run"]["certificates"] if row["stage"].startswith("lottery level")]


def test_every_level_of_a_simple_lottery_is_proved_by_whole_number_sums() -> None:
    report = verify(problem(), parse_solution(dump(certified())))
    assert report, report.problems
    levels = len(certified()["distribution"]["levels"])
    assert len(of_levels(certified())) == levels
    assert any(f"{levels} of {levels} levels of the lottery proved" in check for check in report.checks)


def first_row(s: Document) -> list[Any]:
    """Return the first row of a certificate of a level, [tag, multiplier]."""
    row: list[Any] = of_levels(s)[0]["rows"][0]
    return row


PLANTED: dict[str, tuple[Callable[[Document], object], str]] = {
    "a smaller multiplier": (lambda s: first_row(s).__setitem__(1, 1), "certificate of lottery level"),
    "a negative multiplier": (lambda s: first_row(s).__setitem__(1, -5), "is not a whole number of at least 0"),
    "a larger bound": (lambda s: of_levels(s)[0].update(bound=of_levels(s)[0]["bound"] + 1), "is to be proved"),
    "a level that is not there": (lambda s: of_levels(s)[0].update(stage="lottery level 99"), "has no such stage"),
    "a row of the level itself": (
        lambda s: of_levels(s)[0]["rows"].append([["met", 9], 1000000]),
        "is not one that this level may rely on",
    ),
    "a row of the tie-break": (lambda s: first_row(s).__setitem__(0, ["tie-break", 1]), "is unknown"),
    "a clique that is none": (
        lambda s: first_row(s).__setitem__(0, ["clique", "A1/1", "D1/1"]),
        "do not exclude each other at every start",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_changed_certificate_of_a_level_is_refused(name: str) -> None:
    changed = copy.deepcopy(certified())
    plant, fault = PLANTED[name]
    plant(changed)
    problems = verify(problem(), parse_solution(dump(changed))).problems
    assert any(fault in found for found in problems), problems
    assert problems == said("certificates of levels", name)
