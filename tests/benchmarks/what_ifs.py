"""`python -m tests.benchmarks.what_ifs INSTANCE [--sample N] [--out FILE]`: the time of incentives and importance of a round.

INSTANCE is a frozen round, for example `rounds/2027-1/instance.json` of the public export of a demo. `solver importance` and
`solver incentives` run whole, each in a process of its own. The rival is what a planner would do with `--keep` alone: every
N-th of the instances that incentives solved, solved from nothing by `solver.solve`, one after the other, told for all of them;
its gains must be ours where a claim was dropped or shortened.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import solver

Document = dict[str, Any]
SEED = "1f00ab"


def measure(instance: Path, sample: int) -> list[Document]:
    """Figures of both commands and of the rival."""
    with tempfile.TemporaryDirectory() as folder:
        importance = _timed("importance", str(instance))
        incentives = _timed("incentives", str(instance), "--draws", "0", "--keep", folder)
        rows = [row for row in incentives.pop("answer")["variants"] if row["decided"] == "solved"]
        files = sorted({row["instance_sha256"]: row for row in rows}.items())
        rival = _one_by_one(instance, Path(folder), files[::sample], len(files))
    importance.pop("answer")
    return [importance, incentives, rival]


def _timed(command: str, *arguments: str) -> Document:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    line = [sys.executable, "-m", "solver", command, *arguments, "--seed", SEED, "--json", "--quiet"]
    ended = subprocess.run(line, check=True, stdout=subprocess.PIPE)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answer = json.loads(ended.stdout)
    solved = answer["run"]["solved"]
    return {"what": f"solver {command}", "solved": solved, "s": seconds, "cpu_s": cpu_s, "answer": answer}


def _one_by_one(whole: Path, folder: Path, files: list[tuple[str, Document]], of: int) -> Document:
    true = solver.solve(solver.parse_instance(whole.read_bytes()), bytes.fromhex(SEED)).parties
    begin, cpu = time.perf_counter(), time.process_time()
    for sha256, row in files:
        instance = solver.parse_instance((folder / f"{sha256}.json").read_bytes())
        found = solver.solve(instance, bytes.fromhex(SEED))
        _check(row, found, true)
    scale = of / len(files)
    seconds, cpu_s = scale * (time.perf_counter() - begin), scale * (time.process_time() - cpu)
    return {"what": f"each from nothing (told for {of} from {len(files)})", "solved": of, "s": seconds, "cpu_s": cpu_s}


def _check(row: Document, found: solver.Solution, true: Mapping[str, int]) -> None:
    if found.status != "OPTIMAL":
        raise ValueError(f"{found.instance_sha256} was not completed")
    if row["kind"] in ("dropped", "truncated"):
        gain = found.parties[row["party"]] - true[row["party"]]
        if gain != round(100 * row["gain"]):
            raise ValueError(f"{found.instance_sha256}: {gain} hundredths gained, told {row['gain']} points")


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = measure(asked.instance, asked.sample)
    for row in rows:
        each_s = row["cpu_s"] / row["solved"]
        click.echo(
            f"{row['what']:44} {row['solved']:5} instances {row['s']:7.1f} s, processor {row['cpu_s']:7.1f} s "
            f"({each_s:.2f} s each)"
        )
    if asked.out:
        asked.out.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
