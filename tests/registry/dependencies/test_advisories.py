"""Known faults: from files in the OSV format by version, or from the tools that ask a service; who is not asked is named.

All advisories and packages here are illustrative.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from registry.commands import dependencies as command
from registry.dependencies import advisories, asking, installed, npm


def advisory(*events: dict[str, str], ecosystem: str = "PyPI", name: str = "Alpha_x", **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    return {
        "id": "ILLUSTRATIVE-1",
        "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, **more}],
    }


@pytest.mark.parametrize(
    ("events", "version", "why"),
    [
        (({"introduced": "0"},), "0.1", "for which no fix is known"),
        (({"introduced": "0"}, {"fixed": "1.5"}), "1.4.9", "mended in 1.5"),
        (({"introduced": "0"}, {"fixed": "1.5"}), "1.5", None),
        (({"introduced": "1.0"}, {"fixed": "1.5"}), "0.9", None),
        (({"introduced": "1.0"}, {"last_affected": "1.5"}), "1.5", "up to 1.5"),
        (({"introduced": "1.0"}, {"last_affected": "1.5"}), "1.5.1", None),
        (({"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"}), "3.1", "mended in 4"),
        (({"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"}), "2.5", None),
        (({"introduced": "0"}, {"fixed": "1.10"}), "1.9", "mended in 1.10"),
        (({"introduced": "0"}, {"fixed": "2.0"}), "2.0rc1", "mended in 2.0"),
        (({"introduced": "0"}, {"fixed": "one"}), "1", "which cannot be compared with it (Invalid version: 'one'); look at it by hand"),
    ],
)  # fmt: skip
def test_a_version_is_held_against_the_ranges(events: Sequence[dict[str, str]], version: str, why: str | None) -> None:
    found = list(advisories.hits([advisory(*events)], advisories.PYTHON, {"alpha-x": version}))
    assert [hit.why for hit in found] == ([why] if why else [])


def test_a_version_that_is_listed_is_affected_and_what_is_withdrawn_or_of_others_is_not() -> None:
    listed = advisory(versions=["1.0"])
    used = {"alpha-x": "1.0"}
    assert [str(hit) for hit in advisories.hits([listed], "pypi", used)] == [
        "alpha-x 1.0: ILLUSTRATIVE-1, which names this version"
    ]
    withdrawn = {**listed, "withdrawn": "2026-01-01T00:00:00Z"}
    others = [advisory(versions=["1.0"], ecosystem="npm"), advisory(versions=["1.0"], name="beta")]
    assert list(advisories.hits([withdrawn, *others], "pypi", used)) == []


def test_of_a_package_that_is_locked_twice_both_versions_are_looked_at() -> None:
    told = [advisory({"introduced": "0"}, {"fixed": "2"}, ecosystem="npm", name="@a/b")]
    assert [hit.version for hit in advisories.hits(told, "npm", {"@a/b": "2.0", "@a/b 1.0": "1.0"})] == ["1.0"]


def test_advisories_are_read_from_a_file_or_a_folder_and_nothing_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(advisory()))
    (tmp_path / "many.json").write_text(json.dumps({"vulns": [advisory(), advisory()]}))
    assert len(advisories.read(tmp_path)) == 3
    for text, fault in (("[]", "no advisory in it"), ("{", "cannot be read as JSON"), ('[{"a": 1}]', "something else")):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(advisories.AdvisoryError, match=fault):
            advisories.read(tmp_path / "bad.json")


def test_the_report_of_pip_audit_is_read(tmp_path: Path) -> None:
    report = {"dependencies": [
        {"name": "alpha", "version": "1.0", "vulns": [{"id": "ILLUSTRATIVE-1", "fix_versions": ["1.1"]}]},
        {"name": "beta", "version": "2.0", "vulns": []},
        {"name": "gamma", "skip_reason": "it is not there"},
    ]}  # fmt: skip
    asked: list[Sequence[str]] = []

    def answer(command: Sequence[str], _folder: Path) -> str:
        asked.append(command)
        return f"WARNING: a word before\n{json.dumps(report)}"

    found = asking.python_hits(tmp_path, answer)
    assert [str(hit) for hit in found] == [
        "alpha 1.0: ILLUSTRATIVE-1, mended in 1.1",
        "gamma ?: not asked, it is not there",
    ]
    assert asked[0][-2:] == ["-r", str(tmp_path / "locks" / "test.txt")]
    assert "--require-hashes" in asked[0]


def test_the_report_of_npm_is_read(tmp_path: Path) -> None:
    via = [{"url": "https://advisories.example.org/1", "severity": "high"}, "another-package"]
    report = {"vulnerabilities": {"alpha": {"name": "alpha", "range": "<2", "via": via}}}
    found = asking.npm_hits(tmp_path, ["npm"], lambda _command, _folder: json.dumps(report))
    assert [str(hit) for hit in found] == ["alpha <2: https://advisories.example.org/1, high"]


@pytest.mark.parametrize("said", ["", "no network", "{", '{"error": {"code": "E"}}', "[]"])
def test_a_service_that_does_not_answer_was_not_asked(tmp_path: Path, said: str) -> None:
    with pytest.raises(asking.NotAskedError, match="Python packages"):
        asking.python_hits(tmp_path, lambda _command, _folder: said)
    with pytest.raises(asking.NotAskedError, match="npm packages"):
        asking.npm_hits(tmp_path, ["npm"], lambda _command, _folder: said)


def test_a_tool_that_is_not_there_was_not_asked(tmp_path: Path) -> None:
    with pytest.raises(asking.NotAskedError, match="no-such-tool could not be run"):
        asking.run([str(tmp_path / "no-such-tool")], tmp_path)


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without a fault, and nobody who answers."""
    found = installed.Installed({"alpha-x": "1.0"}, 7)
    monkeypatch.setattr(installed, "of_clone", lambda _root: found)

    def nobody(*_: object) -> list[advisories.Hit]:
        raise asking.NotAskedError("nobody answers")

    monkeypatch.setattr(asking, "python_hits", nobody)
    monkeypatch.setattr(asking, "npm_hits", nobody)


def typed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(command.dependencies, [*words, "--data", "/no/such/folder"])
    return done.exit_code, done.output


@pytest.mark.usefixtures("clean")
def test_the_command_fails_when_nobody_could_be_asked_and_says_so() -> None:
    code, said = typed()
    assert code == 1
    assert said.count("not asked: nobody answers; or give --advisories FILE, or --without-advisories") == 2
    code, said = typed("--without-advisories")
    assert code == 0
    assert "0 faults, advisories left out (--without-advisories)" in said


@pytest.mark.usefixtures("clean")
def test_the_command_looks_advisories_up_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_text(json.dumps(advisory({"introduced": "0"}, {"fixed": "1.1"})))
    code, said = typed("--advisories", str(file))
    assert (code, "alpha-x 1.0: ILLUSTRATIVE-1, mended in 1.1" in said) == (1, True)
    file.write_text(json.dumps(advisory({"introduced": "2"})))
    assert typed("--advisories", str(file))[0] == 0
    assert typed("--advisories", str(file), "--without-advisories")[0] == 2
    file.write_text("{")
    assert typed("--advisories", str(file))[0] == 2


def test_the_npm_lock_of_this_project_is_whole_and_a_spoilt_one_is_told(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    found, wrong = npm.locked(root)
    assert wrong == []
    assert len(found) > 20
    (tmp_path / npm.LOCK).parent.mkdir(parents=True)
    rows = {
        "": {},
        "node_modules/a": {"version": "1.0.0", "resolved": "x"},
        "node_modules/b/node_modules/a": {"version": "2"},
    }
    (tmp_path / npm.LOCK).write_text(json.dumps({"packages": rows}))
    (tmp_path / npm.LOCK.with_name("package.json")).write_text(json.dumps({"devDependencies": {"a": "^1.0.0"}}))
    found, wrong = npm.locked(tmp_path)
    assert found == {"a": "1.0.0", "a 2": "2"}
    assert [fault.partition(";")[0] for fault in wrong] == [
        "package.json: a ^1.0.0 is no exact version",
        "package-lock.json: a has no SHA-512",
        "package-lock.json: a comes from an address of its own",
        "package-lock.json: a has no SHA-512",
    ]
