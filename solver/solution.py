"""The answer to an instance as plain data (`lunar-allocation-solution/1`).

Everything outside `run` is a function of instance and seed when the run was completed, so equal completed runs give
equal bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from solver.distribution import Distribution
from solver.distribution import to_document as distribution_document

SOLUTION_FORMAT = "lunar-allocation-solution/1"

OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN = STATUSES = ("OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN")
POINTS = "points"
"""The stage of the sum of points; those of levels are named by `level_name`."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective in its turn: the value reached, the bound nobody can pass, and whether the two meet."""

    name: str
    value: int
    bound: int
    proved: bool

    @classmethod
    def of(cls, name: str, value: int, bound: int) -> "Stage":
        """A stage that is proved if and only if the bound meets the value."""
        return cls(name, value, bound, value == bound)


@dataclass(frozen=True, slots=True)
class Zone:
    """The safety zone of one phase: days from the epoch, first day included and end day not."""

    phase: str
    start: int
    end: int
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class Allotted:
    """A claim's placement and start day, with the zones that follow from them."""

    claim: str
    placement: str
    start: int
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """(C5) The shortest path of free cells from an access point to a gate on the point's tightest day."""

    point: str
    day: int
    path: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """An allocation with its proof of stages, its reasons and its measures; points are in hundredths here."""

    instance_sha256: str
    seed: str
    rule: str
    status: str
    allotments: tuple[Allotted, ...] = ()
    stages: tuple[Stage, ...] = ()
    parties: Mapping[str, int] = field(default_factory=dict)
    leximin: tuple[int, ...] = ()
    shortfalls: tuple[Mapping[str, Any], ...] = ()
    distribution: Distribution | None = None
    unserved: tuple[Mapping[str, Any], ...] = ()
    why: Mapping[str, Any] | None = None
    access: tuple[Way, ...] | None = None
    moves: tuple[Mapping[str, Any], ...] | None = None
    fairness: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)


def in_points(hundredths: int) -> int | float:
    """Points with at most two decimals, whole where they are whole."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def level_name(hundredths: int) -> str:
    """The name of the stage that counts the parties at a level."""
    return f"level {in_points(hundredths)}"


def level_of(stage: str) -> int | None:
    """The level in hundredths that a stage of this name counts, None for other stages."""
    try:
        return int(Fraction(stage.removeprefix("level ")) * 100) if stage.startswith("level ") else None
    except ValueError:
        return None


def to_document(solution: Solution) -> dict[str, Any]:
    """The JSON object of a solution file, keys in the order of the format."""
    answer = _answer(solution)
    return {
        "format": SOLUTION_FORMAT,
        "instance_sha256": solution.instance_sha256,
        "seed": solution.seed,
        "rule": solution.rule,
        "status": solution.status,
        "allotments": answer.pop("allotments"),
        "stages": [
            {"name": stage.name, "value": stage.value, "bound": stage.bound, "proved": stage.proved}
            for stage in solution.stages
        ],
        "parties": answer.pop("parties"),
        "leximin": answer.pop("leximin"),
        "shortfalls": answer.pop("shortfalls"),
        "distribution": _distribution(solution),
        "unserved": answer.pop("unserved"),
        "why": None if solution.why is None else dict(solution.why),
        **answer,
        "run": dict(solution.run),
    }


def _answer(solution: Solution) -> dict[str, Any]:
    """What an allocation says, in the order of the format; also what each outcome of a lottery says."""
    return {
        "allotments": [_allotted(row) for row in solution.allotments],
        "parties": {party: in_points(value) for party, value in solution.parties.items()},
        "leximin": [in_points(value) for value in solution.leximin],
        "shortfalls": [dict(row) for row in solution.shortfalls],
        "unserved": [dict(row) for row in solution.unserved],
        **({} if solution.access is None else {"access": [_way(row) for row in solution.access]}),
        **({} if solution.moves is None else {"moves": [dict(row) for row in solution.moves]}),
        "fairness": dict(solution.fairness),
    }


def _distribution(solution: Solution) -> dict[str, Any] | None:
    if solution.distribution is None:
        return None
    answers = [_answer(outcome.answer) for outcome in solution.distribution.outcomes]
    return distribution_document(solution.distribution, answers)


def _way(row: Way) -> dict[str, Any]:
    return {"point": row.point, "day": row.day, "path": [list(cell) for cell in row.path]}


def _allotted(row: Allotted) -> dict[str, Any]:
    zones = [
        {"phase": zone.phase, "start": zone.start, "end": zone.end, "keep_out_m": zone.keep_out_m} for zone in row.zones
    ]
    return {"claim": row.claim, "placement": row.placement, "start": row.start, "zones": zones}
