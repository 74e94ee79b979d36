"""This program as a contender; the only module here that knows how it is called."""

import time
from typing import Any

from solver import SolveLimits, solve
from solver.bounds.certify import certify
from solver.instance import Instance
from solver.model.objectives import SumOfPoints
from solver.model.search import Search
from solver.options import open_options
from solver.solution import Solution, Stage


def built(instance: Instance) -> float:
    """Seconds from an instance to a model that can be solved."""
    started = time.monotonic()
    Search(instance, open_options(instance), SolveLimits())
    return time.monotonic() - started


def points(instance: Instance, seconds: float, *, certified: bool = True) -> dict[str, Any]:
    """The sum of points with the best of all bounds; ends once it is proved."""
    proved: list[str] = []

    def watch(stage: str, value: int, bound: int, _: float) -> None:
        if stage == "points" and value == bound:
            proved.append(stage)

    limits = SolveLimits(seconds, certify=certified, is_interrupted=lambda: bool(proved))
    return _document(solve(instance, limits=limits, progress=watch), without=("shortfall", "tie-break"))


def certificate(instance: Instance, seconds: float) -> dict[str, Any]:
    """The bound of our linear relaxation alone, which `solver verify` adds up again."""
    rows = certify(instance, open_options(instance), [Stage.of("points", 0, 0)], {})
    return {"stages": [], "bound": rows[0]["bound"], "complete": False, "allotments": {}}


def whole(instance: Instance, seconds: float) -> dict[str, Any]:
    """A whole run: every stage, parties and claims of the tie-break."""
    return _document(solve(instance, limits=SolveLimits(seconds)))


def levels(instance: Instance, seconds: float) -> dict[str, Any]:
    """Every stage before the tie-break."""
    begun: list[str] = []

    def watch(stage: str, *_: float) -> None:
        begun.extend([stage] if stage.startswith("tie-break") else [])

    limits = SolveLimits(seconds, is_interrupted=lambda: bool(begun))
    return _document(solve(instance, limits=limits, progress=watch), without=("tie-break",))


def only_points(instance: Instance, seconds: float) -> tuple[int, int]:
    """Value and bound of the sum of points, without tie-break."""
    reached = Search(instance, open_options(instance), SolveLimits(seconds)).maximise("points", SumOfPoints(instance))
    return reached.value, reached.bound


def _document(solution: Solution, without: tuple[str, ...] = ()) -> dict[str, Any]:
    stages = [stage for stage in solution.stages if stage.name not in without]
    return {
        "stages": [(stage.name, stage.value, stage.bound) for stage in stages],
        "complete": all(stage.proved for stage in stages),
        "allotments": {row.claim: [row.placement, row.start] for row in solution.allotments},
    }
