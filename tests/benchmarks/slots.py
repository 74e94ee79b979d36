"""`python -m tests.benchmarks.slots [--landings N] [--runs N] [--out FILE]`: slots for the landings of a year.

A generated year (100 landings at 10 sites, ascents after a third of them, three orbiters, 40 operations nearby) is slotted in a
process of its own, best of the runs, and checked without the engine. Beside it: the same model without narrowing (`whole`), and each
movement in turn at its nearest free minute (`in turn`), which is no optimum.
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

from solver.clock import Stopwatch
from solver.io import dump
from solver.lottery import in_ticket_order
from solver.traffic.generate import TrafficRecipe, generate_slots
from solver.traffic.greedy import greedy
from solver.traffic.instance import Instance
from solver.traffic.instance_file import parse_slots_instance
from solver.traffic.model import Limits, PartModel
from solver.traffic.parts import open_times, parts_of

Figures = dict[str, Any]


def measure(recipe: TrafficRecipe, runs: int) -> list[Figures]:
    """The figures of ours and of the rivals."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.json"
        path.write_bytes(dump(generate_slots(recipe)))
        problem = parse_slots_instance(path.read_bytes())
        found = [_ours(path, len(problem.movements)) for _ in range(runs)]
        best = min(found, key=lambda row: row["solve_s"]) | {"runs": runs}
        return [best, _in_turn(problem), _whole(problem)]


def _ours(path: Path, movements: int) -> Figures:
    answer = path.with_name("slots.json")
    solve_s = _timed("solve", str(path), "-o", str(answer))
    verify_s = _timed("verify", str(path), str(answer))
    found = json.loads(answer.read_text())
    values = {stage["name"]: stage["value"] for stage in found["stages"]}
    return {
        "contender": "ours", "solve_s": solve_s, "verify_s": verify_s, "status": found["status"],
        "movements": movements, "clashes": 0, **values,
    }  # fmt: skip


def _timed(*arguments: str) -> float:
    """Seconds passed of a command that must succeed: `verify` does only where nothing clashes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "solver", "slots", *arguments], check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - begin, 2)


def _in_turn(problem: Instance) -> Figures:
    watch, order = Stopwatch(), in_ticket_order((m.id for m in problem.movements), b"\x00")
    chosen = {n: at for part in parts_of(problem, open_times(problem)) for n, at in greedy(part, order).items()}
    return _row("in turn", problem, chosen, watch, "-")


def _whole(problem: Instance) -> Figures:
    watch, chosen, status = Stopwatch(), dict[str, int](), "OPTIMAL"
    order = in_ticket_order((m.id for m in problem.movements), b"\x00")
    models = [
        PartModel(part, greedy(part, order), Limits(60), watch) for part in parts_of(problem, open_times(problem))
    ]
    stages = [model.serve() for model in models] + [model.narrow(0) for model in models]
    for model in models:
        model.keep_largest(max(row.value for row in stages[len(models) :]))
    stages += [model.gather(0) for model in models]
    if any(model.settle(order) < len(model.part.movements) for model in models):
        status = "FEASIBLE"
    for model in models:
        chosen |= model.best
    return _row("whole", problem, chosen, watch, status if all(r.value == r.bound for r in stages) else "FEASIBLE")


def _row(contender: str, problem: Instance, chosen: dict[str, int], watch: Stopwatch, status: str) -> Figures:
    shifts = [abs(at - problem.movement_by_id[name].preferred) for name, at in chosen.items()]
    return {
        "contender": contender, "solve_s": round(watch.seconds, 2), "status": status, "movements": len(problem.movements),
        "served": len(chosen), "largest shift": max(shifts), "total shift": sum(shifts),
    }  # fmt: skip


def main() -> None:
    """Measure, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--landings", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = measure(TrafficRecipe(landings=asked.landings), asked.runs)
    for row in rows:
        click.echo(
            f"{row['contender']:8} {row['solve_s']:7.2f} s  {row['status']:9} {row['served']} of {row['movements']} movements, "
            f"largest shift {row['largest shift']} min, total {row['total shift']} min"
            + (f"; verified in {row['verify_s']} s, no clash" if "verify_s" in row else "")
        )
    if asked.out:
        asked.out.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
