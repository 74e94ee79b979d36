"""`python -m tests.benchmarks.access INSTANCE [--runs N] [--out FILE]`: what free access (C5) adds to the time of a round.

INSTANCE is a frozen round, for example `rounds/2027-1/instance.json` of the public export of a demo. It is solved as it is and
with access sections of cells of 500 m around Shackleton, each run a `solver solve` in a process of its own, one kind after the
other and round again, so that other work on the machine falls on all alike; of each kind the best run counts. `solver verify`
of the answers is timed as well.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

Document = dict[str, Any]
SECTION = {"cell_m": 500, "extent": [-30000, -36000, 21000, 15000], "blocked": None}
FLOOR = {"gates": [[0, 14900]], "points": [{"id": "shackleton-floor", "at": [7690, -6402]}]}
RIM = {
    "gates": [[0, 14900], [-29900, 0], [20900, -20000]],
    "points": [*FLOOR["points"], {"id": "ridge", "at": [-11150, -11910]}, {"id": "rim", "at": [4950, 3490]}],
}
KINDS: dict[str, Document | None] = {
    "without free access": None,
    "floor, transient 14 days": {**SECTION, **FLOOR, "transient_days": 14},
    "floor, landings count": {**SECTION, **FLOOR, "transient_days": 0},
    "three points and gates, landings count": {**SECTION, **RIM, "transient_days": 0},
}


def measure(instance: Document, runs: int) -> list[Document]:
    """The figures of each kind, the best of its runs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.json" for number in range(len(KINDS))]
        for path, section in zip(paths, KINDS.values(), strict=True):
            path.write_text(json.dumps(instance | {"access": section}))
        rows: list[list[Document]] = [[] for _ in paths]
        for _ in range(runs):
            for path, row in zip(paths, rows, strict=True):
                row.append(_run(path))
    return [_best(kind, row) for kind, row in zip(KINDS, rows, strict=True)]


def _run(path: Path) -> Document:
    answer = path.with_suffix(".out.json")
    solve_s, cpu_s = _timed("solve", str(path), "-o", str(answer), "--seed", "1f00ab", "--quiet")
    verify_s, _ = _timed("verify", str(path), str(answer))
    found = json.loads(answer.read_text())
    run_s, points = found["run"]["seconds"], found["fairness"]["points"]
    figures = {"solve_s": solve_s, "cpu_s": cpu_s, "run_s": run_s, "verify_s": verify_s}
    return figures | {"solves": found["run"]["solves"], "status": found["status"], "points": points}


def _timed(*arguments: str) -> tuple[float, float]:
    """Seconds passed, and of processor time, of a command that must succeed."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "solver", *arguments], check=True, stdout=subprocess.DEVNULL)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _best(kind: str, runs: list[Document]) -> Document:
    times = {name: round(min(run[name] for run in runs), 3) for name in ("solve_s", "cpu_s", "run_s", "verify_s")}
    return {"kind": kind, **runs[0], **times, "runs": len(runs)}


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = measure(json.loads(asked.instance.read_text()), asked.runs)
    for row in rows:
        more = 100 * (row["cpu_s"] / rows[0]["cpu_s"] - 1)
        click.echo(
            f"{row['kind']:40} solve {row['solve_s']:6.2f} s, processor {row['cpu_s']:6.2f} s ({more:+.0f} %), "
            f"{row['solves']} calls of the engine, {row['points']} points, {row['status']}; verify {row['verify_s']:.2f} s"
        )
    if asked.out:
        asked.out.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
