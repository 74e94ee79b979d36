"""Unusable input: each case is refused with one line per fault that names the place and the mend, and nothing is written."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.cli import main
from solver.io import InputError, parse_instance
from tests.solver.bad_input import ACCEPTED, CASES, edited, sound


def assert_lines(found: list[str], fragments: list[str]) -> None:
    """Assert one line for each fragment, in any order, each with a mend after the last semicolon."""
    assert len(found) == len(fragments), found
    for fragment in fragments:
        assert any(fragment in line for line in found), (fragment, found)
    for line in found:
        assert ": " in line and len(line.rpartition("; ")[2].split()) >= 2, line
        assert "Traceback" not in line and len(line) < 600, line


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_place_and_mend(name: str) -> None:
    data, fragments = CASES[name]
    with pytest.raises(InputError) as refused:
        parse_instance(data)
    assert_lines([str(fault) for fault in refused.value.faults], fragments)


def test_the_sound_document_is_accepted() -> None:
    """Otherwise every case above could be refused for one and the same reason."""
    assert parse_instance(json.dumps(sound()).encode()).id == "illustrative"


@pytest.mark.parametrize("name", ACCEPTED)
def test_unusual_but_sound_input_is_accepted(name: str) -> None:
    assert parse_instance(edited(ACCEPTED[name])).horizon_days >= 1


# ---- the real command -----------------------------------------------------------------------------------------------

BEFORE = b"an earlier solution"
REAL = ["empty", "binary", "100 000 nested lists", "half a surrogate pair", "NaN", "the same key twice inside", "unknown format",
        "Earth CRS", "polygon crossing itself", "credit of 99", "too fine a grid of free access", "four faults"]  # fmt: skip


def assert_nothing_written(folder: Path, given: set[str]) -> None:
    """Assert that the folder holds what was given and that the solution file there is as before."""
    assert {path.name for path in folder.iterdir()} == given
    assert (folder / "solution.json").read_bytes() == BEFORE if "solution.json" in given else True


@pytest.mark.parametrize("name", CASES)
def test_solve_exits_2_with_one_line_per_fault_and_writes_nothing(name: str, tmp_path: Path) -> None:
    data, fragments = CASES[name]
    (tmp_path / "instance.json").write_bytes(data)
    (tmp_path / "solution.json").write_bytes(BEFORE)
    found = CliRunner().invoke(main, ["solve", str(tmp_path / "instance.json"), "-o", str(tmp_path / "solution.json")])
    assert (found.exit_code, found.stdout) == (2, "")
    assert_lines(found.stderr.splitlines(), fragments)
    assert_nothing_written(tmp_path, {"instance.json", "solution.json"})


def run_solver(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m solver` as a user does, in a folder of its own."""
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "", "LC_ALL": "C"}
    command = [sys.executable, "-m", "solver", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", REAL)
def test_the_real_command_refuses_as_well(name: str, tmp_path: Path) -> None:
    data, fragments = CASES[name]
    (tmp_path / "instance.json").write_bytes(data)
    found = run_solver(tmp_path, "solve", "instance.json", "-o", "solution.json")
    assert (found.returncode, found.stdout) == (2, "")
    assert_lines(found.stderr.splitlines(), fragments)
    assert_nothing_written(tmp_path, {"instance.json"})


# name: (arguments, fragment of what is said), with a sound instance.json in the folder
MISUSE: dict[str, tuple[list[str], str]] = {
    "no such instance": (["solve", "nowhere.json", "-o", "new.json"], "nowhere.json: cannot be read"),
    "a folder as instance": (["solve", ".", "-o", "new.json"], "cannot be read"),
    "no output": (["solve", "instance.json"], "--output"),
    "output in a folder that is not there": (["solve", "instance.json", "-o", "no/new.json"], "cannot be written"),
    "a folder as output": (["solve", "instance.json", "-o", "."], "cannot be written"),
    "seed of half a byte": (["solve", "instance.json", "-o", "new.json", "--seed", "0"], "--seed: '0' is not whole bytes in hex"),
    "seed empty": (["solve", "instance.json", "-o", "new.json", "--seed", ""], "--seed: '' is not whole bytes in hex"),
    "seed no hex": (["solve", "instance.json", "-o", "new.json", "--seed", "moon"], "--seed: 'moon' is not whole bytes in hex"),
    "time limit negative": (["solve", "instance.json", "-o", "new.json", "--time-limit", "-1"], "--time-limit"),
    "time limit a word": (["solve", "instance.json", "-o", "new.json", "--time-limit", "long"], "--time-limit"),
    "no such tickets": (["solve", "instance.json", "-o", "new.json", "--tickets", "nowhere.json"], "nowhere.json: cannot be read"),
    "tickets for some": (["solve", "instance.json", "-o", "new.json", "--tickets", "some.json"], "C-2: missing"),
    "tickets twice the same": (["solve", "instance.json", "-o", "new.json", "--tickets", "equal.json"], "two tickets are equal"),
    "unknown command": (["settle", "instance.json"], "settle"),
    "unknown option": (["solve", "instance.json", "-o", "new.json", "--hurry"], "--hurry"),
    "verify an instance as a solution": (["verify", "instance.json", "instance.json"], "format: "),
    "verify against nothing": (["verify", "instance.json", "nowhere.json"], "nowhere.json: cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISUSE)
def test_misuse_of_the_command_exits_2_and_writes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "instance.json").write_text(json.dumps(sound()))
    (tmp_path / "some.json").write_text(json.dumps({"AAA": "01", "BBB": "02", "C-1": "03"}))
    (tmp_path / "equal.json").write_text(json.dumps({"AAA": "01", "BBB": "02", "C-1": "03", "C-2": "03"}))
    monkeypatch.chdir(tmp_path)
    arguments, fragment = MISUSE[name]
    found = CliRunner().invoke(main, arguments)
    assert (found.exit_code, found.stdout) == (2, ""), found.output
    assert fragment in found.stderr
    assert_nothing_written(tmp_path, {"instance.json", "some.json", "equal.json"})


def test_an_output_in_place_of_the_instance_is_refused(tmp_path: Path) -> None:
    """A slip of the hand must not destroy the file that was frozen."""
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(sound()))
    found = CliRunner().invoke(main, ["solve", str(path), "-o", str(path)])
    assert found.exit_code == 2
    assert json.loads(path.read_text()) == sound()


def test_a_full_disk_leaves_the_earlier_solution_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "instance.json").write_text(json.dumps(sound()))
    (tmp_path / "solution.json").write_bytes(BEFORE)
    monkeypatch.setattr(Path, "replace", fail)
    found = CliRunner().invoke(main, ["solve", str(tmp_path / "instance.json"), "-o", str(tmp_path / "solution.json")])
    assert (found.exit_code, found.stdout) == (2, "")
    assert "solution.json: cannot be written (No space left on device)" in found.stderr
    assert_nothing_written(tmp_path, {"instance.json", "solution.json"})
