"""`solver solve` and `solver verify` as a planner and an auditor use them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.cli import main
from tests.solver.instances import claim, document, placement


@pytest.fixture
def instance_file(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(
        json.dumps(document(claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100})))
    )
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_solve_writes_a_solution_that_verify_accepts(instance_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "solution.json"
    solved = run("solve", instance_file, "-o", output)
    assert (solved.exit_code, "OPTIMAL" in solved.output) == (0, True)
    verified = run("verify", instance_file, output)
    assert (verified.exit_code, verified.output.startswith("valid: status OPTIMAL")) == (0, True)


def test_the_seed_decides_between_equal_claims(instance_file: Path, tmp_path: Path) -> None:
    """ticket(A) and ticket(B) change places between the seeds 00 and 02."""
    served = []
    for seed in ("00", "02"):
        run("solve", instance_file, "-o", tmp_path / "s.json", "--seed", seed)
        served.append([row["claim"] for row in json.loads((tmp_path / "s.json").read_text())["allotments"]])
    assert sorted(served) == [["A1"], ["B1"]]


def test_equal_runs_give_equal_bytes_apart_from_run(instance_file: Path, tmp_path: Path) -> None:
    answers = []
    for workers in (1, 2, 8):
        run("solve", instance_file, "-o", tmp_path / "s.json", "--workers", workers)
        answer = json.loads((tmp_path / "s.json").read_text())
        del answer["run"]
        answers.append(json.dumps(answer))
    assert len(set(answers)) == 1


def test_verify_refuses_a_changed_solution_with_exit_code_1(instance_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "solution.json"
    run("solve", instance_file, "-o", output)
    output.write_text(output.read_text().replace('"value": 100', '"value": 200'))
    refused = run("verify", instance_file, output)
    assert (refused.exit_code, "refused: stage points" in refused.output) == (1, True)


@pytest.mark.parametrize("seed", ["", "0", "zz", "0x00"])
def test_a_seed_that_is_not_whole_bytes_is_unusable(instance_file: Path, tmp_path: Path, seed: str) -> None:
    refused = run("solve", instance_file, "-o", tmp_path / "s.json", "--seed", seed)
    assert (refused.exit_code, "not whole bytes in hex" in refused.output) == (2, True)
    assert not (tmp_path / "s.json").exists()


def test_files_that_cannot_be_read_or_written_are_named(instance_file: Path, tmp_path: Path) -> None:
    missing = run("solve", tmp_path / "nothing.json", "-o", tmp_path / "s.json")
    assert (missing.exit_code, "nothing.json: cannot be read" in missing.output) == (2, True)
    nowhere = run("solve", instance_file, "-o", tmp_path / "no" / "folder" / "s.json")
    assert (nowhere.exit_code, "s.json: cannot be written" in nowhere.output) == (2, True)
    folder = run("verify", instance_file, tmp_path)
    assert (folder.exit_code, "cannot be read" in folder.output) == (2, True)


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"\xff\xfe", b'{"format": "lunar-allocation-solution/2"}', b'{"stages": [{"proved": 1}]}'],
)
def test_verify_calls_a_file_that_is_no_solution_unusable(instance_file: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.json").write_bytes(content)
    refused = run("verify", instance_file, tmp_path / "s.json")
    assert (refused.exit_code, refused.exception.__class__) == (2, SystemExit)


@pytest.mark.parametrize(
    ("tickets", "fragment"),
    [({"A": "01"}, "missing"), ({"A": "01", "B": "01", "A1": "02", "B1": "03"}, "two tickets are equal"),
     ({"A": "X", "B": "01", "A1": "02", "B1": "03"}, "not lower-case hex")],
)  # fmt: skip
def test_tickets_are_checked(instance_file: Path, tmp_path: Path, tickets: dict, fragment: str) -> None:
    (tmp_path / "t.json").write_text(json.dumps(tickets))
    refused = run("solve", instance_file, "-o", tmp_path / "s.json", "--tickets", tmp_path / "t.json")
    assert (refused.exit_code, fragment in refused.output) == (2, True)


def test_given_tickets_replace_those_of_the_seed(instance_file: Path, tmp_path: Path) -> None:
    for first, last in (("A", "B"), ("B", "A")):
        tickets = {first: "01", last: "02", f"{first}1": "03", f"{last}1": "04"}
        (tmp_path / "t.json").write_text(json.dumps(tickets))
        run("solve", instance_file, "-o", tmp_path / "s.json", "--tickets", tmp_path / "t.json")
        rows = json.loads((tmp_path / "s.json").read_text())["allotments"]
        assert [row["claim"] for row in rows] == [f"{first}1"]
