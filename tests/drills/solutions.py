"""R17 to R21: solutions are right, faults in them are told, conflicts are real, and nothing that must not matter does."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from solver.canonical import canonical
from solver.generate import Recipe, generate
from tests.drills.catalogue import ROOT, Drill, Outcome, of_tests
from tests.solver.generate import instance
from tests.solver.test_metamorphic import (
    SEED,
    carried,
    names_a_coalition,
    new_names,
    renamed,
    shuffled,
    solved,
    with_labels_swapped,
)

Document = dict[str, Any]
FIRST = 20_000  # instances that no other test has
SOLVE = [sys.executable, "-m", "solver", "solve", "instance.json", "-o", "solution.json", "--seed", SEED.hex()]


def determinism(counts: Mapping[str, int], folder: Path) -> Outcome:
    """The command, each run in a process of its own: another seed of hashes, and one worker, two or eight."""
    recipe = Recipe(counts["claims"], 8, 10, "flexible", seed=20, keep_out_m=(3000, 6000), horizon_days=1600)
    (folder / "instance.json").write_text(json.dumps(generate(recipe)), "utf-8")
    seen: dict[str, list[str]] = {}
    for number in range(counts["runs"]):
        workers, hash_seed = (1, 2, 8)[number % 3], str(number * 7919 % 4294967295)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
        command = [*SOLVE, "--workers", str(workers)]
        ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        said = _bytes(folder / "solution.json") if ended.returncode == 0 else ended.stderr.strip()[:200]
        seen.setdefault(said, []).append(f"run {number} (workers {workers}, PYTHONHASHSEED {hash_seed})")
    first = max(seen, key=lambda said: len(seen[said]))
    faults = [f"{', '.join(runs)}: {said[:80]}, others {first[:80]}" for said, runs in seen.items() if said != first]
    faults += [] if first.startswith("OPTIMAL") else [f"no completed run: {first}"]
    return Outcome({"runs": counts["runs"], "different files": len(seen), "claims": counts["claims"]}, tuple(faults))


def _bytes(path: Path) -> str:
    """Status and SHA-256 of all but `run`, which says what ran."""
    found = json.loads(path.read_bytes())
    path.unlink()
    return f"{found['status']} {hashlib.sha256(canonical({**found, 'run': None})).hexdigest()}"


def order_and_labels(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Rows in another order, parties and claims renamed with their tickets, coalition labels exchanged."""
    faults, tried = [], 0
    for number in range(FIRST, FIRST + counts["cases"]):
        document = instance(number)
        for name, change in CHANGES.items():
            tried += 1
            faults += [] if change(document, number) else [f"instance {number}: {name} changed the allocation"]
    return Outcome({"cases": counts["cases"], "comparisons": tried, "changed": len(faults)}, tuple(faults))


def _reordered(document: Document, number: int) -> bool:
    return solved(shuffled(document, random.Random(number)), workers=2) == solved(document, workers=2)


def _renamed(document: Document, number: int) -> bool:
    names = new_names(document, "parties") | {old: f"claim-{new}" for old, new in new_names(document, "claims").items()}
    found, before = solved(renamed(document, names), carried(document, names), 2), solved(document, workers=2)
    return dict(_by_claim(renamed(found, {}))) == dict(_by_claim(renamed(before, names)))


def _by_claim(found: Document) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        yield name, sorted(value, key=lambda row: row["claim"]) if name in ("allotments", "unserved") else value


def _relabelled(document: Document, number: int) -> bool:
    plain = dict(document)
    for rows in ("caps", "reserves"):
        plain[rows] = [row for row in document[rows] if not names_a_coalition(row)]
    return solved(with_labels_swapped(plain), workers=2) == solved(plain, workers=2)


CHANGES: dict[str, Callable[[Document, int], bool]] = {
    "another order of rows": _reordered,
    "other names of parties and claims": _renamed,
    "exchanged labels of coalitions": _relabelled,
}

DRILLS = (
    of_tests(
        name="verified-solutions",
        properties=("R17",),
        promise="Every solution is accepted by the independent check; 320 tiny cases agree with trying everything, 100 "
        "medium ones with another engine, and presolve and the number of workers change no byte.",
        selection=(
            "tests/solver/test_oracle.py::test_solver_and_oracle_agree_on_allotments_starts_and_values",
            "tests/solver/test_oracle.py::test_each_corner_of_the_problem_occurs_often_enough",
            "tests/solver/test_second_engine.py",
            "tests/solver/test_determinism.py::test_presolve_on_and_off_agree",
            "tests/solver/test_verify.py",
        ),
        minutes=15,
    ),
    of_tests(
        name="sabotaged-solutions",
        properties=("R18",),
        promise="Fifty faults planted by seed in a solution, and more by hand, are all refused by the check.",
        selection=("tests/solver/test_planted.py", "tests/solver/test_verify.py", "tests/solver/test_certificates.py"),
        minutes=2,
    ),
    of_tests(
        name="conflict-cores",
        properties=("R19",),
        promise="Each of 300 conflict sets that are shown closes its placement when solved again, and does not without "
        "any one member; members are claims and rules.",
        selection=("tests/solver/explain/test_blockers.py",),
        minutes=3,
    ),
    Drill(
        name="determinism",
        properties=("R20",),
        promise="The same instance and seed give the same file, byte for byte but for `run`, whatever the number of workers "
        "and the seed of hashes.",
        counts={"runs": 20, "claims": 20},
        smoke={"runs": 3, "claims": 8},
        run=determinism,
        minutes=2,
    ),
    Drill(
        name="order-and-labels",
        properties=("R21",),
        promise="Another order of rows, other names and exchanged labels of coalitions change no allocation.",
        counts={"cases": 200},
        smoke={"cases": 4},
        run=order_and_labels,
        minutes=4,
    ),
)
