"""What a drill is, and the list of all of them.

A drill does to the program what the world will do to it (kill, cut, race, flood) and holds it to a promise. Each is a
module of this folder, named in MODULES, with `DRILL` or `DRILLS`; `python3 -m registry drill` runs them.
"""

import importlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHOUT = "REGISTRY_TEST_DRILLS_WITHOUT"  # parts that the selections of tests leave out, in the environment of a drill
MODULES: tuple[str, ...] = (
    "access",
    "broken_surroundings",
    "changed_exports",
    "changed_registers",
    "escrow",
    "faulty_disk",
    "fuzz",
    "killed_api",
    "killed_migrations",
    "killed_runs",
    "killed_web",
    "load_and_memory",
    "mutation",
    "proofs",
    "racing",
    "repeated_requests",
    "rewritten_history",
    "selections",
    "solutions",
    "torn_wal",
)


@dataclass(frozen=True)
class Outcome:
    """What one drill saw: figures, and every way in which the promise did not hold (none: it held)."""

    figures: Mapping[str, int | float | str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drill:
    """One drill. `name` is what is typed; `run` gets the counts and an empty folder of its own."""

    name: str
    properties: tuple[str, ...]
    promise: str
    counts: Mapping[str, int]
    smoke: Mapping[str, int]
    run: Callable[[Mapping[str, int], Path], Outcome]
    minutes: float = 1.0  # about how long the full size takes on two cores: what is short comes first
    selection: tuple[str, ...] = ()  # the tests that it consists of, if it does

    def __post_init__(self) -> None:
        if set(self.counts) != set(self.smoke):
            raise ValueError(f"{self.name}: the full size counts {set(self.counts)}, the small one {set(self.smoke)}")

    def needs(self, part: str) -> bool:
        """Whether the drill cannot be held without PostgreSQL: its name says so."""
        return part in self.name.split("-")


def of_tests(
    *, name: str, properties: tuple[str, ...], promise: str, selection: tuple[str, ...], minutes: float = 1.0
) -> Drill:
    """A drill that is a selection of tests, in a child process; the figures are how many passed, failed, were skipped.

    `selection` is what pytest takes: files, tests by name, `-k` with an expression. With `slow` 1 the slow ones run too.
    An empty selection is a fault.
    """

    def run(counts: Mapping[str, int], folder: Path) -> Outcome:
        return _run_tests(selection, folder, slow=counts["slow"] > 0)

    return Drill(name, properties, promise, {"slow": 1}, {"slow": 0}, run, minutes, selection)


def _run_tests(selection: tuple[str, ...], folder: Path, *, slow: bool) -> Outcome:
    results = folder / "results.xml"
    words = ["-q", "-n", "0", "-p", "no:cacheprovider", f"--junitxml={results}", f"--basetemp={folder / 'tests'}"]
    words += ["--all"] if slow else []
    words += [word for part in os.environ.get(WITHOUT, "").split() for word in ("--without", part)]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *selection], cwd=ROOT, capture_output=True, text=True, check=False
    )
    (folder / "pytest.txt").write_text(ended.stdout + ended.stderr, "utf-8")
    if not results.is_file():
        return Outcome({}, (f"pytest ended with {ended.returncode} and left no results: {_last(ended)}",))
    outcome = read_results(results)
    if ended.returncode != 0 and not outcome.faults:
        return Outcome(outcome.figures, (f"pytest ended with {ended.returncode}: {_last(ended)}",))
    return outcome


def read_results(results: Path) -> Outcome:
    """The outcome in a file of pytest's own (junit xml): a fault for each failure, and one if no test passed."""
    cases = list(ET.parse(results).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = sum(case.find("skipped") is not None for case in cases)
    passed = len(cases) - len(failed) - skipped
    faults = [f"{case.get('classname')}.{case.get('name')}: {_why(case)}" for case in failed]
    if skipped:
        faults.append(f"{skipped} tests were skipped")
    if not passed:
        faults.append("no test passed: the selection is empty or broken")
    return Outcome({"passed": passed, "failed": len(failed), "skipped": skipped}, tuple(faults))


def _why(case: ET.Element) -> str:
    fault = case.find("failure")
    fault = case.find("error") if fault is None else fault
    said = (fault.get("message") or "") if fault is not None else ""
    return " ".join(said.split())[:300]


def _last(ended: "subprocess.CompletedProcess[str]") -> str:
    return " ".join((ended.stdout + ended.stderr).split())[-300:]


def drills() -> dict[str, Drill]:
    """All drills by name, those that take less time first."""
    found: dict[str, Drill] = {}
    for name in MODULES:
        module = importlib.import_module(f"tests.drills.{name}")
        for drill in getattr(module, "DRILLS", None) or (module.DRILL,):
            if drill.name in found:
                raise ValueError(f"two drills are called {drill.name}")
            found[drill.name] = drill
    return dict(sorted(found.items(), key=lambda item: (item[1].minutes, item[0])))
