"""One measurement in a process of its own: `python -m tests.benchmarks.runs KIND CONTENDER FILE SECONDS` prints JSON.

The answer has the stages as (name, value, bound), the allotments, whether all is proved, the seconds from a parsed
instance to the answer, the seconds that the model took to build, and the most memory held.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from solver.instance import Instance
from solver.io import parse_instance
from tests.benchmarks.rows import (
    CERTIFICATE,
    DISPERSION,
    GROWTH,
    HIGHS,
    LEVELS,
    MATCHING,
    OURS,
    PAIRWISE,
    POINTS,
    UNIQUE,
)


def _ours(kind: str, instance: Instance, seconds: float) -> dict[str, Any]:
    from tests.benchmarks import ours

    def run() -> dict[str, Any]:
        if kind in (POINTS, GROWTH):
            return ours.points(instance, seconds, certified=kind == POINTS)
        return ours.whole(instance, seconds)

    build_s = ours.built(instance)
    return _timed(run) | {"build_s": build_s}


def _certificate(kind: str, instance: Instance, seconds: float) -> dict[str, Any]:
    from tests.benchmarks import ours

    return _timed(lambda: ours.certificate(instance, seconds))


def _pairwise(kind: str, instance: Instance, seconds: float) -> dict[str, Any]:
    from tests.benchmarks.pairwise import Pairwise

    return _rival(kind, instance, seconds, Pairwise)


def _highs(kind: str, instance: Instance, seconds: float) -> dict[str, Any]:
    from tests.benchmarks.milp import Milp

    return _rival(kind, instance, seconds, Milp)


def _rival(kind: str, instance: Instance, seconds: float, engine: Callable[[Instance], Any]) -> dict[str, Any]:
    from tests.benchmarks.stages import Run

    started = time.monotonic()
    model = engine(instance)
    build_s = time.monotonic() - started
    run = Run(instance, model, seconds - build_s)
    found = _timed(lambda: (run.points if kind in (POINTS, GROWTH) else run.equal_footing)().document())
    return found | {"seconds": found["seconds"] + build_s, "build_s": build_s}


def _timed(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    started = time.monotonic()
    found = run()
    return found | {"seconds": time.monotonic() - started}


def _shared(kind: str, problem: dict[str, Any], seconds: float) -> dict[str, Any]:
    from tests.benchmarks import shared

    return _timed(lambda: (shared.matching if kind == MATCHING else shared.dispersion)(problem, seconds))


GENERATED: dict[str, Callable[[str, Instance, float], dict[str, Any]]] = {
    OURS: _ours, CERTIFICATE: _certificate, PAIRWISE: _pairwise, HIGHS: _highs,
}  # fmt: skip


def peak_mb() -> float:
    """The most memory that this process has held, from Linux: what its parent held does not count, as it does for `resource`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def main(kind: str, contender: str, path: str, seconds: str) -> None:
    data = Path(path).read_bytes()
    if kind in (POINTS, GROWTH, LEVELS, UNIQUE):
        found = GENERATED[contender](kind, parse_instance(data), float(seconds))
    elif kind in (MATCHING, DISPERSION):
        found = _shared(kind, json.loads(data), float(seconds))
    click.echo(json.dumps(found | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:5])
