"""`python3 -m registry test`: its own options, and the parts beside the packages."""

from pathlib import Path

import pytest

from registry.bootstrap import chromium, entry, suite
from registry.bootstrap.faults import SetupFault
from registry.bootstrap.places import Places


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], []),
        (["-x", "tests/solver"], []),
        (["--without", "chromium"], ["chromium"]),
        (["--without=postgresql", "-q", "--without", "chromium"], ["postgresql", "chromium"]),
    ],
)
def test_parts_left_out_are_read_in_either_spelling(arguments: list[str], named: list[str]) -> None:
    assert suite.left_out(arguments) == named


@pytest.mark.parametrize("arguments", [["--without", "moon"], ["--without"], ["--without="]])
def test_an_unknown_part_is_refused_before_anything_is_installed(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "set_up", lambda *_: pytest.fail("set up all the same"))
    monkeypatch.setattr(entry.signal, "signal", lambda *_: None)
    assert entry.start(["test", *arguments]) == 2
    assert "--without: name one of postgresql, chromium" in capsys.readouterr().err


def test_help_is_given_without_setting_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(entry, "set_up", lambda *_: pytest.fail("set up all the same"))
    monkeypatch.setattr(entry.signal, "signal", lambda *_: None)
    assert entry.start(["test", "--help"]) == 0
    assert "--without PART" in capsys.readouterr().out


def test_the_help_of_drills_is_given_without_setting_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "set_up", lambda *_: pytest.fail("set up all the same"))
    monkeypatch.setattr(entry.signal, "signal", lambda *_: None)
    assert entry.start(["drill", "--help"]) == 0
    assert "python3 -m registry drill NAME...|all|list" in capsys.readouterr().out


def test_drills_are_held_by_the_python_of_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The person's own folder stays the working folder, so that `--out FILE` means theirs."""
    done: list[tuple[str, ...]] = []
    monkeypatch.setattr(entry, "set_up", lambda _places, level: done.append((level,)))
    monkeypatch.setattr(entry, "inside_venv", lambda _places: False)
    monkeypatch.setattr(entry.signal, "signal", lambda *_: None)
    monkeypatch.setattr(
        entry, "_become", lambda words, env: done.append((*map(str, words[1:]), env["PYTHONPATH"])) or 0
    )
    assert entry.start(["drill", "all", "--without", "postgresql"]) == 0
    root = str(Path(entry.__file__).parents[2])
    assert done == [("test",), ("-m", "tests.drills", "all", "--without", "postgresql", root)]


def test_pytest_is_told_where_chromium_is(clone: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, str(program(tmp_path / "chromium", "exit 0")))
    assert suite.provide(clone, [])["REGISTRY_TEST_CHROMIUM"] == str(tmp_path / "chromium")


def test_chromium_is_not_looked_for_when_left_out(clone: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "provide", lambda _: pytest.fail("looked for"))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    assert chromium.VARIABLE not in suite.provide(clone, ["--without", "chromium"])


def test_the_processes_of_the_tests_keep_what_they_compile(clone: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("MINE", "kept")
    env = suite.provide(clone, ["--without", "chromium"])
    assert ("PYTHONDONTWRITEBYTECODE" in env, env["MINE"]) == (False, "kept")


def test_a_chromium_that_was_named_but_does_not_start_is_refused(
    clone: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(chromium.VARIABLE, str(program(tmp_path / "chromium", "exit 1")))
    with pytest.raises(SetupFault, match="does not start; name another or unset it"):
        chromium.provide(clone)


def test_the_machines_own_browser_is_taken_and_a_stub_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "chromium-browser", "echo 'install the snap'; exit 1")
    program(tmp_path / "google-chrome", "echo Google Chrome 140")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.on_this_machine() == tmp_path / "google-chrome"


def test_a_part_that_cannot_be_had_is_named_with_the_way_out(
    clone: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No browser, no apt-get, and a Playwright that fails to download."""
    clone.scripts.mkdir(parents=True)
    program(clone.python, "echo 'Error: getaddrinfo ENOTFOUND' >&2; exit 1")
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(chromium, "MAC", tmp_path / "none")
    monkeypatch.setattr(chromium, "_playwright_folders", list)
    with pytest.raises(SetupFault) as caught:
        chromium.provide(clone)
    assert str(caught.value) == (
        "chromium, a part that the tests need, cannot be had: it is not on this machine, and only root on Debian or "
        f"Ubuntu can have it installed; Playwright's download failed (details: {clone.logs}/chromium-playwright.log); "
        "install it, name it in REGISTRY_TEST_CHROMIUM, or leave its tests out with --without chromium"
    )


def program(path: Path, line: str) -> Path:
    """A program that is one line of shell."""
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path
