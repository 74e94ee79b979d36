"""One measurement in a process of its own: `python -m tests.benchmarks.runs CONTENDER INSTANCE SECONDS` prints JSON.

Contenders: `ours` (the sum of points by our search, with its certified bound), `rounds` (a whole run: stages, tie-break),
`pairwise` (a naive CP-SAT model: one clause a pair, the engine's defaults), `highs` (the same pairs as an integer
program for HiGHS), `certificate` (only the bound of our linear relaxation).
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from solver.instance import Instance
from solver.io import parse_instance
from solver.options import Options, open_options


def ours(instance: Instance, seconds: float) -> dict[str, Any]:
    from solver.model.objectives import SumOfPoints
    from solver.model.search import Search, SolveLimits

    started = time.monotonic()
    search = Search(instance, open_options(instance), SolveLimits(seconds))
    built = time.monotonic()
    reached = search.maximise("points", SumOfPoints(instance))
    return {"value": reached.value, "bound": reached.bound, "build_s": built - started}


def certificate(instance: Instance, seconds: float) -> dict[str, Any]:
    from solver.bounds.certify import certify
    from solver.solution import Stage

    rows = certify(instance, open_options(instance), [Stage.of("points", 0, 0)], {})
    return {"bound": rows[0]["bound"]}


def rounds(instance: Instance, seconds: float) -> dict[str, Any]:
    from solver import SolveLimits, solve

    solution = solve(instance, limits=SolveLimits(seconds))
    levels = [stage for stage in solution.stages if stage.name.startswith("level ")]
    return {
        "status": solution.status,
        "levels_proved": sum(stage.proved for stage in levels),
        "levels": len(instance.policy.levels or levels),
        "settled": solution.stages[-1].value,
        "to_settle": solution.stages[-1].bound,
    }


def pairwise(instance: Instance, seconds: float) -> dict[str, Any]:
    from ortools.sat.python import cp_model

    started = time.monotonic()
    options = open_options(instance)
    model = cp_model.CpModel()
    chosen = {name: model.new_bool_var(name) for name in sorted(options.starts)}
    for claim in instance.claims:
        model.add_at_most_one(chosen[p.id] for p in claim.placements if p.id in chosen)
    for a, b in _pairs(options):
        model.add_bool_or(~chosen[a], ~chosen[b])
    model.maximize(sum(instance.placement_by_id[name].points * x for name, x in chosen.items()))
    built = time.monotonic()
    engine = cp_model.CpSolver()
    engine.parameters.max_time_in_seconds = seconds
    engine.solve(model)
    return {"value": engine.objective_value, "bound": engine.best_objective_bound, "build_s": built - started}


def highs(instance: Instance, seconds: float) -> dict[str, Any]:
    import highspy
    import numpy as np

    started = time.monotonic()
    options = open_options(instance)
    index = {name: i for i, name in enumerate(sorted(options.starts))}
    rows = [[index[p.id] for p in claim.placements if p.id in index] for claim in instance.claims]
    rows += [[index[a], index[b]] for a, b in _pairs(options)]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.sense_ = len(index), len(rows), highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array([instance.placement_by_id[name].points for name in index], dtype=np.double)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(index)), np.ones(len(index))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(index)
    lp.row_lower_, lp.row_upper_ = np.full(len(rows), -highspy.kHighsInf), np.ones(len(rows))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows)])
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.ones(len(lp.a_matrix_.index_))
    built = time.monotonic()
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("time_limit", seconds)
    engine.passModel(lp)
    engine.run()
    info = engine.getInfo()
    return {"value": info.objective_function_value, "bound": info.mip_dual_bound, "build_s": built - started}


def _pairs(options: Options) -> list[tuple[str, str]]:
    if options.timed:
        raise SystemExit("this contender has no rows for pairs that depend on time; give fixed windows")
    return list(options.exclusive)


CONTENDERS: dict[str, Callable[[Instance, float], dict[str, Any]]] = {
    "ours": ours, "certificate": certificate, "rounds": rounds, "pairwise": pairwise, "highs": highs,
}  # fmt: skip


def main(contender: str, path: str, seconds: str) -> None:
    instance = parse_instance(Path(path).read_bytes())
    started = time.monotonic()
    result = CONTENDERS[contender](instance, float(seconds))
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    placements = len(instance.placement_by_id)
    click.echo(
        json.dumps({**result, "seconds": time.monotonic() - started, "peak_mb": peak_mb, "placements": placements})
    )


if __name__ == "__main__":
    main(*sys.argv[1:4])
