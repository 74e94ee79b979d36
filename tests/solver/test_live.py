"""A run followed: plain lines, a board on a terminal, one line of JSON, and Ctrl-C, which writes the best so far."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from solver.cli import main
from solver.generate import Recipe, generate
from solver.io import dump
from solver.live import Board, Lines, describe, interruptible
from tests.solver.instances import claim, document, placement

ROOT = Path(__file__).parents[2]


@pytest.fixture
def easy(tmp_path: Path) -> Path:
    path = tmp_path / "easy.json"
    path.write_bytes(dump(document(claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100}))))
    return path


def solved(path: Path, *arguments: str):
    return CliRunner().invoke(main, ["solve", str(path), "-o", str(path.parent / "s.json"), *arguments])


def test_json_is_one_line_on_stdout(easy: Path) -> None:
    answer = solved(easy, "--json")
    summary = json.loads(answer.stdout)
    assert answer.stdout.count("\n") == 1
    assert (summary["status"], summary["claims_served"], summary["claims_unserved"], summary["worst_off"]) == (
        "OPTIMAL", 1, 1, 0,
    )  # fmt: skip
    assert summary["stages"][0] == {"name": "shortfall", "value": 0, "bound": 0, "proved": True, "gap": 0.0}
    assert summary["written"] == str(easy.parent / "s.json")


def test_progress_is_plain_lines_on_stderr_where_there_is_no_terminal(easy: Path) -> None:
    errors = solved(easy).stderr.splitlines()
    assert errors[0].endswith("s  shortfall: 0, proved")
    assert any("level 100: 1, proved" in line for line in errors)


def test_programs_follow_in_a_file_of_whole_json_lines_also_when_nothing_is_said(easy: Path) -> None:
    path = easy.parent / "progress.jsonl"
    assert solved(easy, "--quiet", "--progress", str(path)).stderr == ""
    looks = [json.loads(line) for line in path.read_text().splitlines()]
    assert {name: looks[0][name] for name in ("stage", "value", "bound")} == {
        "stage": "shortfall",
        "value": 0,
        "bound": 0,
    }
    assert [look["seconds"] for look in looks] == sorted(look["seconds"] for look in looks)
    assert any((look["stage"], look["value"], look["bound"]) == ("level 100", 1, 1) for look in looks)


def test_a_progress_file_that_cannot_be_written_is_named_and_nothing_is_solved(easy: Path) -> None:
    answer = solved(easy, "--progress", "/none/here")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith(
        "--progress: /none/here cannot be written (No such file or directory); name another"
    )
    assert not (easy.parent / "s.json").exists()


def test_quiet_says_nothing_on_stderr(easy: Path) -> None:
    assert solved(easy, "--quiet").stderr == ""


def test_lines_of_the_tie_break_come_at_most_once_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    follow = Lines()
    for i in range(100):
        follow(f"tie-break P{i}", 1, 1, i / 50)
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (("level 80", 37, 40), "level 80: 37 of at most 40, gap 7.50 %"),
        (("level 80", 40, 40), "level 80: 40, proved"),
        (("shortfall", -3, -1), "shortfall: 3 of at least 1, gap 200.00 %"),
    ],
)
def test_a_look_in_words(look: tuple[str, int, int], text: str) -> None:
    assert describe(*look) == text


def test_the_board_shows_stages_done_and_the_one_looked_at() -> None:
    board = Board()
    board("level 10", 5, 5, 0.5)
    board("level [red]20", 3, 5, 1.5)
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as shown:
        console.print(board)
    assert "level 10" in shown.get()
    assert "level [red]20" in shown.get()
    assert "40.00 %" in shown.get()


def test_the_first_ctrl_c_asks_and_the_second_interrupts() -> None:
    with interruptible() as asked:
        signal.raise_signal(signal.SIGINT)
        assert asked.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_while_a_file_is_read_says_that_nothing_was_written(tmp_path: Path, monkeypatch) -> None:
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("solver.cli.read_bytes", interrupted)
    ended = CliRunner().invoke(main, ["solve", str(tmp_path / "a.json"), "-o", str(tmp_path / "b.json")])
    assert (ended.exit_code, ended.stderr) == (130, "solver: stopped; nothing was written\n")
    assert not (tmp_path / "b.json").exists()


def test_ctrl_c_writes_the_best_so_far_which_verifies(tmp_path: Path) -> None:
    """Forty claims in one place: far more than a few seconds of proof."""
    (tmp_path / "hard.json").write_bytes(dump(generate(Recipe(45, 15, 45))))
    command = [sys.executable, "-u", "-m", "solver", "solve", tmp_path / "hard.json", "-o", tmp_path / "s.json"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if "level" in line and "proved" in line:
                break
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["status"] == "FEASIBLE"
    verified = CliRunner().invoke(main, ["verify", str(tmp_path / "hard.json"), str(tmp_path / "s.json")])
    assert (verified.exit_code, verified.output.startswith("valid: status FEASIBLE")) == (0, True)
