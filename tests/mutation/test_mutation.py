"""Mutants are what they say, are seen by the tests that are run, and what came of them is kept and told."""

import json
from pathlib import Path

import pytest

from tests.mutation import __main__ as command
from tests.mutation import groups, mutants, reach, results, running
from tests.mutation.groups import GROUPS, Group
from tests.mutation.reach import Reach
from tests.mutation.results import KILLED, SURVIVED, Result, Results


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of one function, with a test that looks at half of it."""
    for module in (groups, mutants, reach, results, running):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "little").mkdir()
    (tmp_path / "little/sums.py").write_text(
        "LIMIT = 3\n\n\ndef within(number):\n    return 0 < number and number <= LIMIT\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_sums.py").write_text("def test_sum():\n    pass\n")
    return tmp_path


@pytest.fixture
def group(root: Path) -> Group:
    return Group("little", ("little/*.py",), ("tests",), wanted=0.6)


def reached_by_one(group: Group, path: Path, timeout_s: float) -> running.Ended:
    """As if one test had run every line of the function."""
    seen = {"little/sums.py": {1: [], 4: [], 5: [0]}}
    path.write_text(json.dumps({"tests": ["tests/test_sums.py::test_sum"], "seconds": [0.5], "lines": seen}))
    return running.Ended(running.PASSED, 0.5)


def test_every_group_has_modules_and_tests_that_are_there() -> None:
    for group in GROUPS.values():
        assert group.files(), group.name
        assert [word for word in group.tests if not (groups.ROOT / word).exists()] == []
        for pattern in group.modules:
            assert list(groups.ROOT.glob(pattern)), pattern
    assert {"verify", "log", "geometry", "procedure", "permission"} <= GROUPS.keys()
    assert (GROUPS["verify"].wanted, GROUPS["log"].wanted, GROUPS["geometry"].wanted) == (0.95, 0.95, 0.85)


def test_mutants_are_the_module_with_one_line_changed(root: Path) -> None:
    module = mutants.Module(root / "little/sums.py")
    made = list(mutants.mutants([module]))
    assert ("return 0 < number and number <= LIMIT", "return 0 < number or number <= LIMIT") in {
        (mutant.before, mutant.after) for mutant in made
    }
    assert {mutant.line for mutant in made} == {1, 5}
    assert len({mutant.key for mutant in made}) == len(made) <= len(module)


def test_a_longer_sample_begins_with_the_shorter(root: Path) -> None:
    module = mutants.Module(root / "little/sums.py")
    short, long = (list(mutants.mutants([module], sample)) for sample in (2, 5))
    assert short == long[:2] and len(long) == 5
    assert list(mutants.mutants([module], 5, seed=1)) != long


def test_an_outcome_is_kept_and_a_survivor_is_tried_again_when_tests_change(
    root: Path, group: Group, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried: list[str] = []

    def run(files: object, timeout_s: float, mutant: tuple[str, str], only: object) -> running.Ended:
        tried.append(mutant[1])
        return running.Ended(int("or number" in mutant[1]), 0.1)

    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(running, "reached", reached_by_one)
    (tmp_path / "out").mkdir()
    told = command.measured(group, tmp_path / "out", float("inf"))
    assert (told["killed"], told["tried"]) == (1, len(set(tried)))
    assert told["raw"] == round(1 / told["tried"], 4)
    assert {
        "file": "little/sums.py",
        "line": 1,
        "before": "LIMIT = 3",
        "after": "LIMIT = 4",
        "equivalent_because": None,
    } in told["survivors"]
    tried.clear()
    assert command.measured(group, tmp_path / "out", 0.0) == told and tried == []
    (tmp_path / "tests/test_sums.py").write_text("def test_sum():\n    assert True\n")
    again = command.measured(group, tmp_path / "out", float("inf"))
    assert again["killed"] == 1 and not any("or number" in source for source in tried)


def test_out_of_time_nothing_new_is_tried(group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "run", lambda *_: pytest.fail("it was tried"))
    assert command.measured(group, tmp_path, 0.0)["raw"] is None


def test_tests_that_fail_without_a_fault_are_no_measure(
    group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "reached", lambda *_: running.Ended(1, 0.1))
    with pytest.raises(command.UnusableError, match="its tests do not pass without any fault"):
        command.measured(group, tmp_path, float("inf"))


def test_the_raw_score_excuses_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [
        Result("g", "a.py", n, "x", "y", outcome, 1.0, "")
        for n, outcome in enumerate([KILLED, SURVIVED, SURVIVED, KILLED])
    ]
    rows[1] = Result("g", "a.py", 1, "x", "z", SURVIVED, 1.0, "")
    monkeypatch.setattr(results, "equivalents", lambda: {("a.py", "x", "z"): "z is x here"})
    told = results.summary(Group("g", (), ()), 9, rows)
    assert (told["mutants"], told["tried"], told["killed"], told["equivalent"]) == (9, 4, 2, 1)
    assert (told["raw"], told["without_equivalents"]) == (0.5, 0.6667)
    results.write_report(tmp_path, {"sample": 4}, [told])
    assert "| g | 9 | 4 | 2 | 0 | 2 | 50.0 % | 66.7 % | 85.0 % |" in (tmp_path / "report.md").read_text()


def test_every_change_that_is_called_equivalent_is_one_of_a_line_that_is_there() -> None:
    for file, before, after in groups.equivalents():
        text = " ".join(line.strip() for line in (groups.ROOT / file).read_text("utf-8").splitlines())
        assert before in text and after != before


@pytest.mark.slow
def test_a_fault_is_seen_by_tests_in_a_child(tmp_path: Path) -> None:
    """A whole run: a module of ours with a fault in it, in a process that loaded nothing of ours."""
    import subprocess
    import sys

    script = (
        "from tests.mutation import running; running.preload(); "
        "text = (running.ROOT / 'registry/log/tree.py').read_text(); "
        "bad = text.replace('sha256(b\"\\\\x00\" + leaf)', 'sha256(b\"\\\\x02\" + leaf)'); assert bad != text; "
        "tests = ['tests/registry/log/test_canonical.py', 'tests/registry/log/test_tree.py']; "
        "print(running.run(tests, 120).code, running.run(tests, 120, ('registry/log/tree.py', bad)).code)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=groups.ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["0", "1"], ended.stderr


def test_results_survive_a_stop(tmp_path: Path) -> None:
    kept = Results(tmp_path)
    mutant = mutants.Mutant("a.py", 1, 1, "x", "y", "y")
    kept.keep(mutant, Result("g", "a.py", 1, "x", "y", KILLED, 1.0, "t"))
    assert Results(tmp_path).known(Group("g", (), ()), mutant, "other tests") == kept.rows[f"g/{mutant.key}"]


REACH = Reach(
    tests=[
        "tests/test_a.py::test_one",
        "tests/test_a.py::test_two",
        "tests/test_b.py::test_three",
        "tests/test_c.py::test",
    ],
    seconds=[0.5, 4.0, 1.0, 1.0],
    lines={"little/sums.py": {1: [], 4: [], 5: [1, 2]}},
)


def test_a_mutant_is_tried_by_the_tests_that_reach_its_line_the_cheap_files_first(root: Path) -> None:
    assert REACH.selection("little/sums.py", 5) == (
        ("tests/test_b.py", "tests/test_a.py"),
        frozenset({"tests/test_a.py::test_two", "tests/test_b.py::test_three"}),
        5.0,
    )


def test_what_is_reached_at_import_alone_is_tried_by_its_functions_tests_or_by_its_modules_files(root: Path) -> None:
    assert REACH.tests_of("little/sums.py", 4) == [1, 2]
    assert REACH.tests_of("little/sums.py", 1) == [0, 1, 2], "a test that looks at LIMIT runs no line"
    assert REACH.tests_of("little/other.py", 1) == []


def test_what_no_test_reaches_survives_untried(group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(group: Group, path: Path, timeout_s: float) -> running.Ended:
        path.write_text('{"tests": ["t.py::test"], "seconds": [1.0], "lines": {"little/sums.py": {"5": []}}}')
        return running.Ended(running.PASSED, 0.1)

    monkeypatch.setattr(running, "reached", reached)
    monkeypatch.setattr(running, "run", lambda *_: pytest.fail("it was tried"))
    told = command.measured(group, tmp_path, float("inf"))
    assert (told["killed"], told["raw"]) == (0, 0.0) and told["survived"] == told["tried"] > 5


@pytest.mark.slow
def test_what_a_fixture_of_a_module_does_counts_for_every_test_that_uses_it(tmp_path: Path) -> None:
    """A whole run, in a process that loaded nothing of ours: `tree.root` is called in a fixture alone."""
    import subprocess
    import sys

    (tmp_path / "test_fixture.py").write_text(
        "import pytest\nfrom registry.log import tree\n\n\n"
        "@pytest.fixture(scope='module')\ndef root():\n    return tree.leaf_hash(b'')\n\n\n"
        "def test_first(root):\n    assert len(root) == 32\n\n\ndef test_second(root):\n    assert root\n\n\n"
        "def test_third():\n    assert tree\n"
    )
    script = (
        "import sys; from pathlib import Path; from tests.mutation import reach, running; running.preload(); "
        "from tests.mutation.groups import Group; path = Path(sys.argv[1]) / 'reach.json'; "
        "group = Group('little', ('registry/log/tree.py',), ('-p', 'tests.conftest', sys.argv[1] + '/test_fixture.py')); "
        "print(running.reached(group, path, 120).code); "
        "print(*sorted({t.split('::')[1] for t in reach.read(path).selection('registry/log/tree.py', int(sys.argv[2]))[1]}))"
    )
    text = (groups.ROOT / "registry/log/tree.py").read_text("utf-8").splitlines()
    line = next(number for number, row in enumerate(text, 1) if 'sha256(b"\\x00" + ' in row)
    words = [sys.executable, "-c", script, str(tmp_path), str(line)]
    ended = subprocess.run(words, cwd=groups.ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["0", "test_first", "test_second"], ended.stderr
