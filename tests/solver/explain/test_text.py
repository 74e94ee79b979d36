"""`solver explain` on the command line: lines for people, one JSON object for programs, refusals by name."""

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import solver
from solver.cli import main
from solver.explain.account import explain
from solver.explain.text import lines
from solver.io import dump
from tests.solver.instances import claim, instance, phase, placement

HOLD = {"id": "H", "footprint": {"type": "Point", "coordinates": [90_000, 0]}, "start": 0}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A1 and B1 want one place; B1 stands there for 10 days. C1 wants what a hold keeps free."""
    in_force = {"placement": "B1/1", "start": 0}
    problem = instance(
        claim("A1", placement("A1/1", at=(600, 0))),
        claim("B1", placement("B1/1", phases=[phase(keep_out_m=500)]), credit={"B": 100}, in_force=in_force),
        claim("C1", placement("C1/1", at=(90_000, 0)), credit={"C": 100}),
        holds=[HOLD | {"phases": [phase("hold", days=100)]}],
    )
    solution = solver.solve(problem, limits=solver.SolveLimits(workers=1))
    (tmp_path / "i.json").write_bytes(dump(problem.document))
    (tmp_path / "s.json").write_bytes(dump(solver.to_document(solution)))
    return tmp_path / "i.json", tmp_path / "s.json"


def run(files: tuple[Path, Path], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, files), *arguments])


def test_every_part_of_the_answer_is_said(files: tuple[Path, Path]) -> None:
    answer = run(files, "--claim", "A1")
    assert answer.exit_code == 0
    assert answer.output.splitlines() == [
        "Claim A1 is not served.",
        "",
        "A1/1 (100 points)",
        "  closed by C2 entry in force B1/1 from day 0, 600 m away where 1000 m are kept",
        "  if granted: impossible in any allocation: entries in force, holds and caps leave no room",
        "",
        "If one of them had been granted: impossible in any allocation: entries in force, holds and caps leave no room",
        "",
        "Least changes that would have been granted (each solved again):",
        "  wider window: 10 days at A1/1; to window [0, 10]; gets A1/1 from day 10",
        "  shorter stay: none found (down to 1 day of the longest phase)",
        "  smaller keep-out: 400 m at A1/1; to phases operation 10 days 600 m; gets A1/1 from day 0",
        "  move: 400 m at A1/1 (less is not excluded); to Point (1000.0, 0.0); gets A1/1 from day 0",
    ]


def test_a_hold_is_called_a_hold(files: tuple[Path, Path]) -> None:
    answer = run(files, "--claim", "C1")
    assert "closed by C2 hold H from day 0, 0 m away where 1000 m are kept" in answer.output


def test_an_entry_in_force_stays_as_it_is(files: tuple[Path, Path]) -> None:
    answer = run(files, "--claim", "B1")
    assert "It is an entry in force and stays as it is" in answer.output


def test_json_is_one_object_with_the_same_content(files: tuple[Path, Path]) -> None:
    document = json.loads(run(files, "--claim", "A1", "--json").output)
    assert (document["claim"], document["state"], document["placements"][0]["if_granted"]["outcome"]) == (
        "A1", "unserved", "impossible",
    )  # fmt: skip
    assert [looked["kind"] for looked in document["changes"]] == [
        "wider window", "shorter stay", "smaller keep-out", "move",
    ]  # fmt: skip


def test_an_unknown_claim_is_refused_in_one_line(files: tuple[Path, Path]) -> None:
    answer = run(files, "--claim", "Z")
    assert (answer.exit_code, answer.output.count("\n"), "'Z' is no claim of the instance" in answer.output) == (
        2,
        1,
        True,
    )


def test_a_run_cut_short_is_said_to_be_one() -> None:
    problem = instance(claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100}))
    solution = solver.solve(problem, limits=solver.SolveLimits(workers=1))
    cut_short = dataclasses.replace(solution, status="FEASIBLE")
    said = "\n".join(lines(explain(problem, cut_short, solution.unserved[0]["claim"], time_limit_s=0.0)))
    assert "it was cut short, so a better one may grant the claim" in said
    assert "not decided in the time given" in said
