"""When it was last asked what is known against the packages is kept, and told when it is too long ago."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry import ambient
from registry.checks import packages
from registry.commands import dependencies as command
from registry.config import Settings
from registry.dependencies import asked, asking, installed
from registry.dependencies.advisories import Hit
from tests import factories as make

ROOT = Path(__file__).parents[3]
NOW = make.utc("2027-09-10T09:00")
DAY = timedelta(days=1)
WEIGHED = Hit("alpha", "1.0", "ILLUSTRATIVE-1", "mended in 1.1", "high")
UNWEIGHED = Hit("beta", "2.0", "ILLUSTRATIVE-2", "for which no fix is known")


def told(folder: Path, days_later: int, *, illustrative: bool = False, root: Path = ROOT) -> list[str]:
    lines = packages.lines(Settings(data=folder), NOW + days_later * DAY, root, illustrative=illustrative)
    return [f"{line.level} {line.said}" for line in lines]


def test_nobody_asked_is_a_warning_but_in_an_exercise(tmp_path: Path) -> None:
    assert told(tmp_path, 0) == ["warning nobody has asked what is known against them"]
    assert told(tmp_path, 0, illustrative=True)[0].startswith("ok ")
    (tmp_path / asked.FILE).write_text("{")
    assert told(tmp_path, 0) == ["warning nobody has asked what is known against them"]


def test_what_was_asked_too_long_ago_is_told(tmp_path: Path) -> None:
    asked.keep(tmp_path, ROOT, [], NOW)
    assert told(tmp_path, 14) == ["ok asked on 2027-09-10 what is known against them: 0 to be mended"]
    assert told(tmp_path, 15) == ["warning it was asked on 2027-09-10, more than 14 days ago"]


def test_lock_files_that_changed_have_to_be_asked_about_anew(tmp_path: Path) -> None:
    root = tmp_path / "clone"
    for name in asked.locks(ROOT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("as it was")
    asked.keep(tmp_path, root, [], NOW)
    assert told(tmp_path, 1, root=root)[0].startswith("ok ")
    (root / "locks" / "run.txt").write_text("another version")
    assert told(tmp_path, 1, root=root) == ["warning locks/run.txt changed since it was asked on 2027-09-10"]


@pytest.mark.parametrize(("hit", "days"), [(WEIGHED, 30), (UNWEIGHED, 7)])
def test_what_is_not_mended_in_its_time_is_a_fault_however_often_it_was_asked(
    tmp_path: Path, hit: Hit, days: int
) -> None:
    asked.keep(tmp_path, ROOT, [hit], NOW)
    asked.keep(tmp_path, ROOT, [hit], NOW + (days - 1) * DAY)
    assert told(tmp_path, days - 1)[0].startswith("ok ")
    fault, *_ = told(tmp_path, days)
    assert fault.startswith(f"fault {hit.package} {hit.version}: {hit.advisory} was to be mended by 2027-")
    asked.keep(tmp_path, ROOT, [], NOW + days * DAY)
    assert told(tmp_path, days)[0].startswith("ok ")


def test_the_command_keeps_when_it_asked_and_nothing_when_it_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "of_clone", lambda _root: installed.Installed({"alpha": "1.0"}, 7))
    monkeypatch.setattr(ambient, "now", lambda: NOW)
    file = tmp_path / "known.json"
    affected = [{"package": {"ecosystem": "PyPI", "name": "alpha"}, "versions": ["1.0"]}]
    row = {"id": "ILLUSTRATIVE-1", "affected": affected, "database_specific": {"severity": "HIGH"}}
    file.write_text(json.dumps(row))

    def nobody(*_: object) -> list[Hit]:
        raise asking.NotAskedError("nobody answers")

    monkeypatch.setattr(asking, "python_hits", nobody)
    monkeypatch.setattr(asking, "npm_hits", lambda *_: [])
    words = ["--data", str(tmp_path)]
    CliRunner().invoke(command.dependencies, words)
    assert asked.last(tmp_path) is None
    CliRunner().invoke(command.dependencies, [*words, "--without-advisories"])
    assert asked.last(tmp_path) is None
    unknown = Hit("alpha", "?", asking.NOT_ASKED, "the service does not know it")
    monkeypatch.setattr(asking, "python_hits", lambda *_: [unknown])
    CliRunner().invoke(command.dependencies, words)
    assert asked.last(tmp_path) is None
    said = CliRunner().invoke(command.dependencies, [*words, "--advisories", str(file)]).output
    assert "ILLUSTRATIVE-1, high, known since 2027-09-10; mend it, or switch its part off, by 2027-10-10" in said
    kept = asked.last(tmp_path)
    assert kept is not None
    assert (kept.at, kept.locks) == (NOW, asked.locks(ROOT))
    assert [(known.package, known.severity, known.since) for known in kept.known] == [("alpha", "high", NOW)]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "of_clone", lambda _root: installed.Installed({}, 0))
    monkeypatch.setattr(asking, "python_hits", lambda *_: [])
    monkeypatch.setattr(asking, "npm_hits", lambda *_: [])
    done = CliRunner().invoke(command.dependencies, ["--data", str(tmp_path / "none")])
    assert (done.exit_code, "not kept when it was asked: there is no register in" in done.output) == (0, True)
    assert list(tmp_path.iterdir()) == []
