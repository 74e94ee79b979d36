"""The command: every line with its level, nothing changed, exit code by the worst."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry import children, config, frontend_build
from registry.checks import parts
from registry.children import Run, RunStatus
from registry.cli import main
from tests.registry.played import Played


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"REGISTRY_{name.upper()}", raising=False)
    monkeypatch.setattr("registry.ambient.is_clock_kept", lambda: True)


def check(data: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["check", "--data", str(data), *more])


def told(ended: Result) -> dict[str, list[str]]:
    """What each thing that is no fine line is about, by level."""
    rows: list[dict[str, Any]] = json.loads(ended.output)["result"]["lines"]
    return {level: [row["about"] for row in rows if row["level"] == level] for level in ("warning", "fault")}


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_the_played_register_is_fine_but_for_its_worker_and_nothing_in_it_changes(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = played.copy(tmp_path / "data").data
    data.chmod(0o700)
    before = files(data)
    ended = check(data, "--quick", "--json")
    assert (ended.exit_code, told(ended)) == (1, {"warning": ["workers"], "fault": []}), ended.output
    assert files(data) == before
    lines = check(data, "--quick").output.splitlines()
    assert all(line.split()[0] in ("ok", "warning", "fault") for line in lines[:-1])
    assert lines[-1].endswith(" fine, 1 warning, 0 faults: it runs; look at the warnings")
    monkeypatch.setenv("REGISTRY_FILE_SCANNER", f"unix:{tmp_path}/none.ctl")
    assert told(check(data, "--quick", "--json"))["fault"] == ["REGISTRY_FILE_SCANNER"]


def test_a_folder_that_is_not_there_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    ended = check(tmp_path / "none", "--quick", "--json")
    assert (ended.exit_code, told(ended)["fault"]) == (2, ["data", "database"])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told_in_its_line(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_bytes(b"no database" * 500)
    ended = check(tmp_path, "--quick")
    assert ended.exit_code == 2
    assert "file is not a database; make it: registry migrate; or restore a backup" in ended.output


def test_a_server_that_does_not_answer_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql://u:geheim@127.0.0.1:1/x")
    ended = check(tmp_path, "--quick")
    assert ended.exit_code == 2
    assert "that of REGISTRY_DATABASE_URL: " in ended.output
    assert "geheim" not in ended.output


def test_a_setting_that_cannot_be_used_ends_the_check_as_it_would_end_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_PORT", "http")
    ended = check(tmp_path)
    assert (ended.exit_code, ended.output.count("\n")) == (2, 1)
    assert ended.output.startswith("registry: REGISTRY_PORT in the environment cannot be used: ")


def test_pages_that_are_not_built_are_told_with_the_command_that_builds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts.frontend().level == "ok"
    assert frontend_build.missing(tmp_path) == list(frontend_build.FILES)
    monkeypatch.setattr(frontend_build, "missing", lambda: ["app.css"])
    assert (parts.frontend().level, "npm run build" in parts.frontend().mend) == ("fault", True)


def test_the_solvers_are_tried_in_their_own_processes_and_the_first_that_fails_is_named() -> None:
    tried: list[str] = []

    def start(task: children.Task) -> Run:
        tried.append(task.who)
        bad = task.who == "the verifier"
        return Run(
            RunStatus.FAILED if bad else RunStatus.DONE, 1 if bad else 0, 0.1, "the verifier failed with exit code 1"
        )

    [line] = parts.solvers(start)
    assert (line.level, line.said) == ("fault", "the verifier failed with exit code 1")
    assert tried == ["the solver", "the verifier"]


@pytest.mark.slow
def test_the_solvers_of_this_machine_solve_verify_and_confirm() -> None:
    assert [line.level for line in parts.solvers()] == ["ok"]
