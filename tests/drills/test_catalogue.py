"""The drills are listed, sized and reported as they should; what is no tests already is held here in its small size."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.log import keys, signed_note
from tests.drills import __main__ as command
from tests.drills import catalogue, report
from tests.drills.catalogue import Drill, Outcome
from tests.drills.report import ReportError, Row

SIGNER = signed_note.signer("drills.example/illustrative", b"\x07" * 32)


def made(name: str = "falling-sky", *faults: str) -> Row:
    drill = Drill(name, ("R99",), "The sky stays up.", {"days": 9}, {"days": 1}, lambda counts, folder: Outcome({}))
    return Row(drill, {"days": 9}, Outcome({"looks": 3}, faults), 1.25)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    rows = [made(), made("rising-sea", "it rose by 2 m")]
    said = report.document(rows, ["killed-web-postgresql"], "2026-01-01T00:00:00+00:00", SIGNER.verifier.vkey)
    report.write(tmp_path / "drills.json", said, SIGNER)
    return tmp_path / "drills.json"


def test_drills_have_names_properties_promises_and_come_shortest_first() -> None:
    found = catalogue.drills()
    assert all(drill.promise.endswith(".") and len(drill.promise.split()) > 4 for drill in found.values())
    assert all(row.startswith("R") and row[1:].isdigit() for drill in found.values() for row in drill.properties)
    minutes = [drill.minutes for drill in found.values()]
    assert minutes == sorted(minutes)


def test_every_drill_is_in_the_readme_as_it_is() -> None:
    text = (catalogue.ROOT / "registry" / "README.md").read_text("utf-8")
    rows = []
    for drill in catalogue.drills().values():
        size = " ".join(f"{name}={count}" for name, count in drill.counts.items())
        rows.append(
            f"| `{drill.name}` | {', '.join(drill.properties)} | {drill.promise} | {size} | {drill.minutes:g} |\n"
        )
    assert [row for row in rows if row not in text] == []


def test_a_report_says_what_was_held_how_large_and_what_was_not(kept: Path) -> None:
    said = json.loads(kept.read_text())
    assert (said["format"], said["held"], said["left_out"]) == (report.FORMAT, False, ["killed-web-postgresql"])
    assert set(said) >= {"commit", "changed", "machine", "versions", "signed_by", "started_at", "ended_at"}
    assert said["drills"][1] == {
        "drill": "rising-sea", "properties": ["R99"], "promise": "The sky stays up.", "counts": {"days": 9},
        "full_size": True, "figures": {"looks": 3}, "held": False, "faults": ["it rose by 2 m"], "seconds": 1.2,
    }  # fmt: skip


def test_a_report_is_checked_with_the_key_that_is_trusted(kept: Path) -> None:
    assert report.check(kept, SIGNER.verifier.vkey)[1:] == [
        "held falling-sky days=9", "FAILED rising-sea days=9", "unchanged since it was signed with the key given",
    ]  # fmt: skip
    assert "the key that it names itself" in report.check(kept, None)[-1]


@pytest.mark.parametrize("change", [('"held": false', '"held": true '), ("rose by 2 m", "rose by 1 m"), ("1.2", "1.3")])
def test_a_report_that_was_changed_is_not_believed(kept: Path, change: tuple[str, str]) -> None:
    assert change[0] in kept.read_text()
    kept.write_text(kept.read_text().replace(*change))
    with pytest.raises(ReportError, match=r"this is not the report that was signed|the JSON"):
        report.check(kept, SIGNER.verifier.vkey)


def test_a_note_of_another_key_is_not_believed(kept: Path) -> None:
    other = signed_note.signer("drills.example/other", b"\x08" * 32)
    with pytest.raises(ReportError, match="no trusted key signed this note"):
        report.check(kept, other.verifier.vkey)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no name: name one of "),
        (["nosuch"], "nosuch: name one of "),
        (["killed-runs", "--set", "moons=3"], "--set moons=3: there is no such count"),
        (["killed-runs", "--set", "slow"], "--set slow: write COUNT=N"),
        (["killed-web-postgresql", "--without", "postgresql"], "leaves nothing"),
        (["killed-runs", "--out", "/nowhere/drills.json"], "--out: there is no folder /nowhere"),
    ],
)
def test_unusable_words_are_refused_before_a_drill_begins(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_in_child", lambda *_: pytest.fail("it began"))
    assert command.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_drill_is_held_in_a_child_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the drill `killed-runs` here only the report: the child's place is taken by what it would say."""
    seen: list[tuple[str, Mapping[str, int]]] = []

    def in_child(drill: Drill, counts: Mapping[str, int], without: object) -> Row:
        seen.append((drill.name, counts))
        return Row(drill, counts, Outcome({"passed": 0}, ("no test passed",)), 2.0)

    monkeypatch.setattr(command, "_in_child", in_child)
    key = keys.write(tmp_path / "keys", SIGNER)
    out = tmp_path / "drills.json"
    assert command.main(["killed-runs", "--smoke", "--out", str(out), "--key", str(key)]) == 1
    assert seen == [("killed-runs", {"slow": 0})]
    assert "0 of 1 promises held" in capsys.readouterr().out
    assert command.main(["--check", str(out), "--vkey", SIGNER.verifier.vkey]) == 0


@pytest.fixture
def held_now(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The drills that are really held; each holds."""
    names: list[str] = []

    def in_child(drill: Drill, counts: Mapping[str, int], without: object) -> Row:
        names.append(drill.name)
        return Row(drill, counts, Outcome({"passed": 1}), 2.0)

    monkeypatch.setattr(command, "_in_child", in_child)
    return names


def test_what_an_earlier_report_shows_is_taken_over_and_only_the_rest_is_held(
    tmp_path: Path, held_now: list[str]
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert command.main(["asvs", "sign-in", "--out", str(first)]) == 0
    assert command.main(["asvs", "sign-in", "killed-runs", "--with", str(first), "--out", str(second)]) == 0
    assert held_now == ["asvs", "sign-in", "killed-runs"]
    said = json.loads(second.read_text())
    assert [row["drill"] for row in said["drills"]] == ["asvs", "sign-in", "killed-runs"]
    [source] = said["taken_from"]
    assert (source["drills"], source["commit"]) == (["asvs", "sign-in"], json.loads(first.read_text())["commit"])
    assert source["sha256"] == hashlib.sha256(first.read_bytes()).hexdigest()


def test_another_size_or_a_drill_that_failed_is_not_taken_over(tmp_path: Path, held_now: list[str], kept: Path) -> None:
    first = tmp_path / "first.json"
    assert command.main(["asvs", "--smoke", "--out", str(first)]) == 0
    assert command.main(["asvs", "--with", str(first), "--out", str(tmp_path / "second.json")]) == 0
    assert held_now == ["asvs", "asvs"]
    assert list(report.earlier([kept], None, {"falling-sky": {"days": 9}, "rising-sea": {"days": 9}}).rows) == [
        "falling-sky"
    ]


def test_an_earlier_report_that_was_changed_is_refused(
    kept: Path, held_now: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept.write_text(kept.read_text().replace('"looks": 3', '"looks": 4'))
    assert command.main(["asvs", "--with", str(kept), "--out", str(tmp_path / "second.json")]) == 1
    assert "this is not the report that was signed" in capsys.readouterr().err and held_now == []


def test_a_child_that_breaks_down_has_not_held_its_promise(tmp_path: Path) -> None:
    (tmp_path / "output.txt").write_text("Traceback\nZeroDivisionError: division by zero\n")
    [fault] = command._answer(tmp_path, 1).faults
    assert fault == "the drill itself ended with 1: Traceback | ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("cases", "faults"),
    [
        ("<testcase name='a'/>", []),
        ("<testcase name='a'><failure message='1 != 2'/></testcase><testcase name='b'/>", ["x.a: 1 != 2"]),
        ("<testcase name='a'><error message='no server'/></testcase><testcase name='b'/>", ["x.a: no server"]),
        ("<testcase name='a'><skipped/></testcase><testcase name='b'/>", ["1 tests were skipped"]),
        ("", ["no test passed: the selection is empty or broken"]),
    ],
)
def test_the_results_of_a_selection_are_read(tmp_path: Path, cases: str, faults: list[str]) -> None:
    results = tmp_path / "results.xml"
    results.write_text(f"<testsuite>{cases.replace('<testcase', '<testcase classname=' + repr('x'))}</testsuite>")
    assert list(catalogue.read_results(results).faults) == faults


def test_a_selection_that_is_not_there_does_not_count_as_held(tmp_path: Path) -> None:
    drill = catalogue.of_tests(name="none", properties=("R99",), promise="None.", selection=("tests/none.py",))
    [fault] = drill.run(drill.smoke, tmp_path).faults
    assert "pytest ended with 4" in fault or "no test passed" in fault
