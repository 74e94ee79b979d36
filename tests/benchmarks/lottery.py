"""`python -m tests.benchmarks.lottery INSTANCE [--runs N] [--out FILE]`: what the lottery `ex-ante` takes for a round.

INSTANCE is a frozen round, for example `rounds/2027-1/instance.json` of the public export of a demo. It is solved with tickets
and with a lottery under exact levels, three levels and `max-points`, which leave more and more to chance; each run is a
`solver solve` in a process of its own, and of each kind the best run counts. `solver verify` of the lotteries is timed as well.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

Document = dict[str, Any]
EXACT = {"rule": "equal-footing", "levels": None}
KINDS: dict[str, Document] = {
    "tickets, exact levels": {**EXACT, "tie_break": "ticket"},
    "lottery, exact levels": {**EXACT, "tie_break": "ex-ante"},
    "lottery, levels 20, 50, 100": {**EXACT, "levels": [20, 50, 100], "tie_break": "ex-ante"},
    "lottery, max-points": {"rule": "max-points", "levels": None, "tie_break": "ex-ante"},
}


def measure(instance: Document, runs: int) -> list[Document]:
    """The figures of each kind, the best of its runs."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, policy in KINDS.items():
            path = Path(folder) / "instance.json"
            path.write_text(json.dumps(instance | {"policy": policy}))
            found = [_run(path) for _ in range(runs)]
            rows.append({"kind": kind, **min(found, key=lambda row: row["solve_s"]), "runs": runs})
    return rows


def _run(path: Path) -> Document:
    answer = path.with_name("solution.json")
    solve_s = _timed("solve", str(path), "-o", str(answer), "--quiet")
    verify_s = _timed("verify", str(path), str(answer))
    found = json.loads(answer.read_text())
    lottery = found["distribution"] or {"outcomes": [0], "levels": [], "chances": {}}
    certified = [row for row in found["run"]["certificates"] if row["stage"].startswith("lottery level")]
    return {
        "solve_s": round(solve_s, 2), "verify_s": round(verify_s, 2), "status": found["status"],
        "outcomes": len(lottery["outcomes"]), "levels": len(lottery["levels"]), "certified": len(certified),
        "by_chance": sum(chance not in ("0", "1") for chance in lottery["chances"].values()),
    }  # fmt: skip


def _timed(*arguments: str) -> float:
    """Seconds passed of a command that must succeed."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "solver", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = measure(json.loads(asked.instance.read_text()), asked.runs)
    for row in rows:
        click.echo(
            f"{row['kind']:30} solve {row['solve_s']:6.2f} s, verify {row['verify_s']:5.2f} s, {row['status']}; "
            f"{row['outcomes']} outcomes, {row['by_chance']} claims by chance, "
            f"{row['certified']} of {row['levels']} levels certified"
        )
    if asked.out:
        asked.out.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
