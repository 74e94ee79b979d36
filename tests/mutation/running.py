"""Running tests against one mutant, in a forked child in which the module has the mutant's text and no file is changed."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.mutation import reach
from tests.mutation.groups import ROOT, Group

# What takes long to load and is not ours: loaded once, before the children are made.
PRELOADED = (
    "coverage",
    "sqlalchemy.orm",
    "alembic",
    "hypothesis",
    "numpy",
    "shapely",
    "rfc8785",
    "flask",
    "click",
    "cryptography",
)
FIRST_FAILURE = ("-x",)
WORDS = (
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "-q",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--tb=no",
    "--without",
    "postgresql",
    "--without",
    "chromium",
)
PASSED, NO_TESTS = 0, 5


@dataclass(frozen=True)
class Ended:
    """How tests ended: pytest's exit code, or None where they were stopped; and the seconds."""

    code: int | None
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether some test failed, broke down, or did not end."""
        return self.code != PASSED


class _Mutated(importlib.abc.MetaPathFinder):
    """Finds one module with another text."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's spec, if it is the one."""
        if name != self.name:
            return None
        loader = _Loader(name, str(self.path))
        loader.text = self.source
        return importlib.util.spec_from_file_location(name, self.path, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    text = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


def preload() -> None:
    """Load what all children need."""
    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    ours = [name for name in sys.modules if name.split(".")[0] in {"registry", "solver"}]
    assert not ours, f"{ours[:3]} are loaded already: no mutant of them would be seen"


def run(
    tests: Sequence[str],
    timeout_s: float,
    mutant: tuple[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Ended:
    """Some tests, by file or by name; with `mutant` (file, text) in place of that module, `only` those tests of them."""
    plugins = [] if only is None else [_Only(only)]
    return _in_child(lambda: _pytest((*WORDS, *FIRST_FAILURE), tests, plugins, mutant), timeout_s)


def reached(group: Group, path: Path, timeout_s: float) -> Ended:
    """Write to a file what each test of a group reaches; they all have to pass."""

    def measured() -> int:
        import coverage

        measuring = coverage.Coverage(data_file=None, include=list(map(str, group.files())), config_file=False)
        contexts = reach.Contexts(measuring)
        measuring.start()
        code = _pytest(WORDS, group.tests, [contexts], None)
        measuring.stop()
        if code == PASSED:
            reach.write(contexts, group.files(), path)
        return code

    return _in_child(measured, timeout_s)


class _Only:
    """A plugin of pytest that leaves some tests of those collected."""

    def __init__(self, tests: Collection[str]) -> None:
        self._tests = tests

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if item.nodeid in self._tests]


def _in_child(work: Callable[[], int], timeout_s: float) -> Ended:
    """Do what ends in an exit code in a forked child, which is ended with all that it started."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(work)
    while time.monotonic() - begun < timeout_s:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            code = os.waitstatus_to_exitcode(status)
            _end_group(child)
            return Ended(code, time.monotonic() - begun)
        time.sleep(0.05)
    _end_group(child)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)
    return Ended(None, time.monotonic() - begun)


def _end_group(child: int) -> None:
    """End the child with all that it started: it leads a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _become(work: Callable[[], int]) -> None:
    """Be the child; never returns."""
    code = 70
    try:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        code = work()
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        code = 71
    finally:
        os._exit(code)


def _pytest(words: Sequence[str], tests: Sequence[str], plugins: list[Any], mutant: tuple[str, str] | None) -> int:
    """Run tests in this process, which has loaded nothing of ours yet."""
    if mutant:
        file, source = mutant
        name = file.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Mutated(name, ROOT / file, source))
    import pytest

    return int(pytest.main([*words, *tests], plugins=plugins))
