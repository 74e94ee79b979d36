"""A second engine proves every stage again, and finds what could have been better."""

import dataclasses
import json

import pytest
from click.testing import CliRunner

from solver import SolveLimits, solve
from solver.bounds.optimality import prove_again
from solver.cli import main
from solver.instance import Instance
from solver.io import dump, parse_instance
from solver.solution import Solution, Stage, to_document
from solver.verify import verify
from tests.solver import generate
from tests.solver.instances import claim, document, instance, phase, placement

ONE = SolveLimits(workers=1)


def rivals() -> Instance:
    """Two claims of A and one of B on one spot for 30 of 100 days each; a gap in one, so that there are two sides."""
    stay, gap = [phase(days=30)], [phase("first", 0, 5), phase("second", 25, 5)]
    return instance(
        claim("A1", placement("A1/1", (0, 0), 100, (0, 70), stay), placement("A1/2", (0, 9), 40, (0, 70), gap)),
        claim("A2", placement("A2/1", (9, 0), 60, (0, 70), stay)),
        claim("B1", placement("B1/1", (9, 9), 80, (0, 20), stay), credit={"B": 100}),
    )


def moved(solution: Solution, name: str, **changes: object) -> Solution:
    rows = tuple(dataclasses.replace(r, **changes) if r.claim == name else r for r in solution.allotments)
    return dataclasses.replace(solution, allotments=rows)


def test_highs_agrees_with_every_stage_party_and_claim() -> None:
    problem = rivals()
    report = prove_again(problem, solve(problem, limits=ONE))
    assert bool(report)
    assert set(report.verdicts.values()) == {"agreed"}
    assert {"tie-break A", "tie-break B", "tie-break A1 start"} <= set(report.verdicts)


def test_a_later_start_than_needed_is_contradicted() -> None:
    problem = rivals()
    solution = solve(problem, limits=ONE)
    last = max(solution.allotments, key=lambda row: row.start)
    report = prove_again(problem, moved(solution, last.claim, start=last.start + 1))
    assert report.named("contradicted") == [f"tie-break {last.claim} start"]
    assert not report


def test_a_stage_value_below_the_best_is_contradicted() -> None:
    problem = instance(claim("A1", placement("A1/1"), placement("A1/2", points=40)))
    solution = solve(problem, limits=ONE)
    worse = dataclasses.replace(
        moved(solution, "A1", placement="A1/2"),
        parties={"A": 4000},
        leximin=(4000,),
        stages=(Stage.of("shortfall", 0, 0), Stage.of("level 100", 0, 0), Stage.of("points", 40, 40)),
    )
    assert prove_again(problem, worse).named("contradicted") == ["level 100"]


@pytest.mark.parametrize("number", range(0, 320, 16))
def test_highs_agrees_on_random_instances(number: int) -> None:
    problem = parse_instance(json.dumps(generate.instance(number)).encode())
    solution = solve(problem, limits=ONE)
    if solution.status == "INFEASIBLE":
        with pytest.raises(ValueError, match="only OPTIMAL"):
            prove_again(problem, solution)
    else:
        assert set(prove_again(problem, solution).verdicts.values()) <= {"agreed"}


def test_the_command_says_how_many_stages_highs_agrees_on(tmp_path) -> None:
    rows = [claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100})]
    (tmp_path / "i.json").write_text(json.dumps(document(*rows)))
    CliRunner().invoke(main, ["solve", str(tmp_path / "i.json"), "-o", str(tmp_path / "s.json")])
    command = ["verify", str(tmp_path / "i.json"), str(tmp_path / "s.json"), "--optimality"]
    proved = CliRunner().invoke(main, command)
    assert (proved.exit_code, "agrees on 6 of 6" in proved.output) == (0, True)


def test_an_unproved_solution_cannot_be_proved_again(tmp_path) -> None:
    problem = rivals()
    (tmp_path / "i.json").write_bytes(dump(problem.document))
    cut = solve(problem, limits=SolveLimits(wall_time_s=0.0))
    (tmp_path / "s.json").write_bytes(dump(to_document(cut)))
    refused = CliRunner().invoke(main, ["verify", str(tmp_path / "i.json"), str(tmp_path / "s.json"), "--optimality"])
    assert (refused.exit_code, "only OPTIMAL solutions" in refused.output) == (1, True)


def test_confirm_marks_only_what_a_second_engine_agrees_with(tmp_path) -> None:
    rows = [claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100})]
    paths = [str(tmp_path / name) for name in ("i.json", "s.json", "o.json")]
    (tmp_path / "i.json").write_text(json.dumps(document(*rows)))
    CliRunner().invoke(main, ["solve", *paths[:1], "-o", paths[1]])
    trial = CliRunner().invoke(main, ["confirm", *paths[:2], "-o", paths[2]])
    assert (trial.exit_code, "seed 00 is for trials" in trial.output) == (1, True)
    assert not (tmp_path / "o.json").exists()
    CliRunner().invoke(main, ["solve", *paths[:1], "-o", paths[1], "--seed", "5eed"])
    assert CliRunner().invoke(main, ["confirm", *paths[:2], "-o", paths[2]]).exit_code == 0
    assert json.loads((tmp_path / "o.json").read_text())["run"]["official"]["second_engine"].startswith("HiGHS 1.")
    assert CliRunner().invoke(main, ["verify", paths[0], paths[2]]).exit_code == 0


def test_a_trial_that_calls_itself_official_is_refused(tmp_path) -> None:
    problem = rivals()
    trial = solve(problem, limits=ONE)
    marked = dataclasses.replace(trial, run={**trial.run, "official": {}})
    assert any("calls itself official" in found for found in verify(problem, marked).problems)
