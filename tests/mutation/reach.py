"""Which tests reach which lines of a group's modules: a mutant is tried by those alone, the cheap ones first.

The group's tests are run once under coverage, each test a context of its own. What a fixture of a wider scope does counts for
every test that uses it, wherever it was set up. A line that is reached at import alone (a table, a default) is tried by
every test in the files that reach its module: a test that looks at a table runs no line of it. A test that is left out by
mistake can only make a mutant survive, never be killed.
"""

import ast
import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.groups import ROOT, Group

FIXTURE = "fixture "


@dataclass
class Reach:
    """The tests by what they reach; `lines` has, for each file, the tests by number for each line."""

    tests: list[str]
    seconds: list[float]
    lines: dict[str, dict[int, list[int]]]

    def tests_of(self, file: str, line: int) -> list[int]:
        """The tests that reach a line; where none does after import, its function's; where none does, its module's files'."""
        reached = self.lines.get(file)
        if not reached:
            return []
        for first, last in ((line, line), _function(file, line)):
            if found := {test for number in range(first, last + 1) for test in reached.get(number, ())}:
                return sorted(found)
        files = {self._place(test) for tests in reached.values() for test in tests}
        return [test for test in range(len(self.tests)) if self._place(test) in files]

    def _place(self, test: int) -> str:
        """The file of a test."""
        return self.tests[test].split("::")[0]

    def selection(self, file: str, line: int) -> tuple[tuple[str, ...], frozenset[str], float]:
        """For a fault in a line: files of tests, those with the least to do first, the tests, and their seconds."""
        chosen = self.tests_of(file, line)
        cost: dict[str, float] = {}
        for number in chosen:
            place = self._place(number)
            cost[place] = cost.get(place, 0.0) + self.seconds[number]
        files = sorted(cost, key=lambda place: (cost[place], place))
        return tuple(files), frozenset(self.tests[number] for number in chosen), sum(cost.values())


def _function(file: str, line: int) -> tuple[int, int]:
    """First and last line of the innermost function around a line; the line itself outside of functions."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    around = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, default=(line, line))


@dataclass(eq=False)  # pytest keeps plugins in sets
class Contexts:
    """A plugin of pytest that tells coverage which test, or which wider fixture, is running."""

    measuring: Any
    fixtures: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    now: str = ""

    def pytest_collection_finish(self, session: Any) -> None:
        for item in session.items:
            self.fixtures[item.nodeid] = list(item.fixturenames)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._switch(nodeid)

    def pytest_runtest_logfinish(self) -> None:
        self._switch("")

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        before = self.now
        self._switch(FIXTURE + fixturedef.argname)
        try:
            return (yield)
        finally:
            self._switch(before)

    def _switch(self, context: str) -> None:
        self.now = context
        self.measuring.switch_context(context)


def write(contexts: Contexts, files: Sequence[Path], path: Path) -> None:
    """Write what was reached, by test, as JSON."""
    tests = sorted(contexts.seconds)
    users: dict[str, set[int]] = {}
    for number, test in enumerate(tests):
        for name in contexts.fixtures.get(test, ()):
            users.setdefault(FIXTURE + name, set()).add(number)
        users[test] = {number}
    data = contexts.measuring.get_data()
    lines: dict[str, dict[int, list[int]]] = {}
    for file in files:
        seen: Mapping[int, list[str]] = data.contexts_by_lineno(str(file))
        lines[file.relative_to(ROOT).as_posix()] = {
            line: sorted(set().union(*(users.get(name, set()) for name in names))) for line, names in seen.items()
        }
    reach = Reach(tests, [round(contexts.seconds[test], 4) for test in tests], lines)
    path.write_text(json.dumps(asdict(reach)), "utf-8")


def read(path: Path) -> Reach:
    said = json.loads(path.read_text("utf-8"))
    lines = {file: {int(line): tests for line, tests in of.items()} for file, of in said["lines"].items()}
    return Reach(said["tests"], said["seconds"], lines)


def place(folder: Path, group: Group, tests_sha256: str) -> Path:
    """Where what was reached is kept: by the text of the tests and of the modules."""
    hashed = hashlib.sha256(tests_sha256.encode())
    for file in group.files():
        hashed.update(file.read_bytes())
    return folder / f"reach-{group.name}-{hashed.hexdigest()[:16]}.json"
