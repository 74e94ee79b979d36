"""R27: how many faults put into the program, one at a time, the tests find."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.drills.catalogue import ROOT, Drill, Outcome

RESULTS = ROOT / "build" / "mutation"


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    """So many mutants of each group as there is time for; what is known from runs before counts, and need not be repeated."""
    words = ["--minutes", str(counts["minutes"]), "--sample", str(counts["sample"]), "--out", str(RESULTS)]
    command = [sys.executable, "-m", "tests.mutation", "all", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 1):
        return Outcome({}, (f"it ended with {ended.returncode}: {ended.stderr.strip()[-300:]}",))
    groups = json.loads((RESULTS / "report.json").read_bytes())["groups"]
    figures = {row["group"]: f"{row['killed']} of {row['tried']} killed, {row['mutants']} in all" for row in groups}
    return Outcome(figures, tuple(fault for row in groups for fault in _faults(row)))


def _faults(row: Mapping[str, Any]) -> list[str]:
    """A score below the one that is wanted; a group that was not come to."""
    score = row["without_equivalents"]
    if score is None:
        return [f"{row['group']}: there was no time for it"]
    wanted = row["wanted"]
    return [f"{row['group']}: {score} is less than {wanted}"] if wanted is not None and score < wanted else []


DRILL = Drill(
    name="mutation",
    properties=("R27",),
    promise="Of faults put into the modules of proof, log, geometry, procedure, permission and audit the tests find 85 %, "
    "and 95 % in proof, log and audit.",
    counts={"minutes": 30, "sample": 150},
    smoke={"minutes": 1, "sample": 1},
    run=run,
    minutes=30,
)
