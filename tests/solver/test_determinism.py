"""A completed run gives the same bytes, whatever the number of workers, the order of rows and the presolve of the engine.

The engine itself promises nothing of the kind: with several workers it returns other solutions of the same value from run
to run. Only the unique answer of the tie-break makes the bytes equal.
"""

import json
import random
from functools import cache
from typing import Any

import pytest
from ortools.sat.python import cp_model

import solver
from solver.canonical import canonical
from solver.generate import Recipe, generate
from tests.solver.generate import instance as tiny
from tests.solver.test_metamorphic import shuffled

SEED = bytes.fromhex("5eed")
WORKERS = (1, 2, 8)
Document = dict[str, Any]

# Of every kind of window, with contention: under the first two some claims stay unserved.
RECIPES = {
    "flexible": Recipe(30, 12, 15, "flexible", seed=3, keep_out_m=(3000, 6000), horizon_days=1600),
    "fixed": Recipe(10, 4, 10, "fixed", seed=4, points="rank"),
    "joint, max-points": Recipe(24, 8, 12, "flexible", seed=5, joint=40, rule="max-points"),
}


def bytes_of(document: Document, workers: int) -> bytes:
    """The solution file of a completed run without `run` and, since rows in another order are another file, its hash."""
    problem = solver.parse_instance(json.dumps(document).encode())
    solution = solver.solve(problem, SEED, solver.SolveLimits(workers=workers))
    assert solution.status == "OPTIMAL"
    found = solver.to_document(solution)
    return canonical({key: value for key, value in found.items() if key not in ("run", "instance_sha256")})


@cache
def plain(name: str) -> bytes:
    return bytes_of(generate(RECIPES[name]), workers=8)


def rerun(name: str, runs: range) -> set[bytes]:
    """The different bytes of so many runs, each with its rows in another order."""
    document = generate(RECIPES[name])
    return {bytes_of(shuffled(document, random.Random(run)), WORKERS[run % 3]) for run in runs}


@pytest.mark.parametrize("name", ["flexible"])
def test_shuffled_rows_and_1_2_or_8_workers_change_no_byte(name: str) -> None:
    assert rerun(name, range(3)) == {plain(name)}


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_20_runs_each_with_1_2_and_8_workers_and_shuffled_rows_give_the_same_bytes(name: str) -> None:
    assert rerun(name, range(60)) == {plain(name)}


def with_presolve(switch: bool, patch: pytest.MonkeyPatch) -> None:
    """Every call of the engine from here on has its presolve switched on, or off, whatever the search asks for."""
    original = cp_model.CpSolver.solve

    def solve(engine: cp_model.CpSolver, *arguments: Any) -> Any:
        engine.parameters.cp_model_presolve = switch
        return original(engine, *arguments)

    patch.setattr(cp_model.CpSolver, "solve", solve)


def solved_tiny(numbers: range) -> list[bytes]:
    found = []
    for number in numbers:
        problem = solver.parse_instance(json.dumps(tiny(number)).encode())
        solution = solver.solve(problem, SEED, solver.SolveLimits(workers=2))
        found.append(canonical(solver.to_document(solution) | {"run": {}}))
    return found


@pytest.mark.parametrize("numbers", [range(2100, 2120), pytest.param(range(2120, 2300), marks=pytest.mark.slow)])
def test_presolve_on_and_off_agree(numbers: range, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [solved_tiny(numbers)]
    for switch in (True, False):
        with monkeypatch.context() as patch:
            with_presolve(switch, patch)
            answers.append(solved_tiny(numbers))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("switch", [True, False])
def test_presolve_on_and_off_agree_on_generated_rounds(
    name: str, switch: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = plain(name)
    with_presolve(switch, monkeypatch)
    assert bytes_of(generate(RECIPES[name]), workers=8) == wanted
