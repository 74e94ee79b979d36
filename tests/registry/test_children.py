"""Child processes of the solver: what they did, and every way in which they can end badly."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from registry.children import Run, RunStatus, run_confirmer, run_solver, run_verifier

INSTANCE = Path(__file__).parents[2] / "fixtures" / "instances" / "two_rivals.json"
SEED = "5eed"


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    path = tmp_path / "solution.json"
    assert run_solver(INSTANCE, path, SEED, 60)
    return path


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a shell script in the place of Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))


def test_a_run_writes_the_solution_of_the_seed_and_says_that_it_is_done(tmp_path: Path) -> None:
    ended = run_solver(INSTANCE, tmp_path / "solution.json", SEED, 60)
    document = json.loads((tmp_path / "solution.json").read_text())
    assert (ended.status, ended.exit_code, bool(ended)) == (RunStatus.DONE, 0, True)
    assert (document["status"], document["seed"]) == ("OPTIMAL", SEED)
    assert ended.seconds > 0


def test_a_relative_path_means_the_folder_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_solver(INSTANCE, Path("mine.json"), SEED, 60)
    assert (tmp_path / "mine.json").is_file()


def test_a_valid_solution_passes_verification(solution: Path) -> None:
    ended = run_verifier(INSTANCE, solution)
    assert (ended.status, ended.exit_code) == (RunStatus.DONE, 0)
    assert ended.message.startswith("valid: status OPTIMAL; checked: heading; C1")


def test_a_solution_that_was_changed_is_refused_with_the_first_problem(solution: Path) -> None:
    document = json.loads(solution.read_text())
    document["allotments"] = document["allotments"][1:]
    solution.write_text(json.dumps(document))
    ended = run_verifier(INSTANCE, solution)
    assert (ended.status, ended.exit_code, bool(ended)) == (RunStatus.REFUSED, 1, False)
    assert ended.message.startswith("the verifier refused: ")


@pytest.mark.parametrize(("name", "content"), [("empty", b""), ("binary", b"\x00\xff"), ("array", b"[]")])
def test_an_unusable_instance_is_named_and_nothing_is_written(tmp_path: Path, name: str, content: bytes) -> None:
    instance = tmp_path / f"{name}.json"
    instance.write_bytes(content)
    ended = run_solver(instance, tmp_path / "solution.json", SEED, 60)
    assert (ended.status, ended.exit_code) == (RunStatus.UNUSABLE, 2)
    assert ended.message.startswith("the solver could not use its files: ")
    assert [path.name for path in tmp_path.iterdir()] == [instance.name]


def test_a_missing_instance_is_unusable(tmp_path: Path) -> None:
    ended = run_solver(tmp_path / "none.json", tmp_path / "solution.json", SEED, 60)
    assert ended.status is RunStatus.UNUSABLE
    assert "none.json: cannot be read (No such file or directory)" in ended.message


def test_a_process_that_takes_too_long_is_stopped(solution: Path) -> None:
    ended = run_verifier(INSTANCE, solution, time_limit_s=0.01)
    assert (ended.status, ended.exit_code) == (RunStatus.TIMED_OUT, None)
    assert ended.message == "the verifier was stopped after 0.01 s without an answer; give it more time"


def test_a_solver_that_is_not_there_is_a_failure_and_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, "echo 'No module named solver' >&2; exit 1")
    ended = run_verifier(INSTANCE, INSTANCE)
    assert (ended.status, ended.exit_code) == (RunStatus.FAILED, 1)
    assert ended.message == "the verifier failed with exit code 1: No module named solver"


def test_a_python_that_is_not_there_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    ended = run_verifier(INSTANCE, INSTANCE)
    assert (ended.status, ended.exit_code) == (RunStatus.FAILED, None)
    assert ended.message.startswith("the verifier could not be started (No such file or directory)")


def test_a_process_that_is_killed_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "kill -9 $$")
    assert run_verifier(INSTANCE, INSTANCE) == Run(
        RunStatus.FAILED, -9, pytest.approx(0, abs=5), "the verifier was ended by signal 9; was there enough memory?"
    )


def test_a_process_without_a_word_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "exit 3")
    assert run_verifier(INSTANCE, INSTANCE).message == "the verifier failed with exit code 3: it said nothing"


def test_a_second_engine_confirms_a_proven_solution_and_says_how_often_it_agrees(
    solution: Path, tmp_path: Path
) -> None:
    ended = run_confirmer(INSTANCE, solution, tmp_path / "official.json")
    assert (ended.status, bool(ended)) == (RunStatus.DONE, True)
    assert ended.output.startswith("HiGHS, in a formulation of its own, agrees on ")
    assert "official" in json.loads((tmp_path / "official.json").read_text())["run"]


def test_a_solution_of_the_trial_seed_is_not_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    assert run_solver(INSTANCE, path, "00", 60)
    ended = run_confirmer(INSTANCE, path, tmp_path / "official.json")
    assert ended.message == "the second opinion refused: seed 00 is for trials; solve again with the seed of the draw"
    assert not (tmp_path / "official.json").exists()


INTERRUPTED_AT_THE_FORK = """
import os, signal, sys
from pathlib import Path
from registry import children
os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGINT))
children.run_verifier(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_starting_a_child_runs_no_hook_of_the_parent_in_which_a_ctrl_c_would_be_lost(solution: Path) -> None:
    words = [sys.executable, "-c", INTERRUPTED_AT_THE_FORK, str(INSTANCE), str(solution)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
