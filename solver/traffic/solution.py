"""The answer to an instance of slots as plain data (`lunar-slots-solution/1`).

Everything outside `run` is a function of instance and seed when the run was completed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.fields import Fault, InputError, Record, check_format, load_json
from solver.solution import STATUSES, Stage

SLOTS_SOLUTION = "lunar-slots-solution/1"
SERVED, LARGEST, TOTAL, TIES = STAGES = ("served", "largest shift", "total shift", "tie-break")
"""In turn: movements with a slot, most; the largest |slot - preferred| in minutes, least; their sum, least; ties settled."""
MINUTE, DAY = PRECISIONS = ("minute", "day")


@dataclass(frozen=True, slots=True)
class Slot:
    """A movement's time in minutes from the epoch; `precision` day: orbits are not forecast yet, the hour is to be confirmed."""

    movement: str
    at: int
    precision: str = MINUTE


@dataclass(frozen=True, slots=True)
class Solution:
    """Slots with the proof of their stages, and for each movement without one what closes its windows."""

    instance_sha256: str
    seed: str
    status: str
    slots: tuple[Slot, ...] = ()
    stages: tuple[Stage, ...] = ()
    unserved: tuple[Mapping[str, Any], ...] = ()
    why: tuple[str, ...] = ()
    methods: Mapping[str, str] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    @property
    def times(self) -> dict[str, int]:
        """Minutes by movement."""
        return {slot.movement: slot.at for slot in self.slots}


def to_document(solution: Solution) -> dict[str, Any]:
    """The JSON object of a solution file, keys in the order of the format."""
    return {
        "format": SLOTS_SOLUTION,
        "instance_sha256": solution.instance_sha256,
        "seed": solution.seed,
        "status": solution.status,
        "slots": [{"movement": s.movement, "at": s.at, "precision": s.precision} for s in solution.slots],
        "stages": [{"name": s.name, "value": s.value, "bound": s.bound, "proved": s.proved} for s in solution.stages],
        "unserved": [dict(row) for row in solution.unserved],
        "why": list(solution.why),
        "methods": dict(solution.methods),
        "run": dict(solution.run),
    }


_FIELDS = {
    "format": True, "instance_sha256": True, "seed": True, "status": True, "slots": True, "stages": True,
    "unserved": True, "why": False, "methods": True, "run": False,
}  # fmt: skip
_STAGE = {"name": True, "value": True, "bound": True, "proved": True}


def parse_slots_solution(data: bytes) -> Solution:
    """The solution in a file's bytes; whether it is right is for `solver.traffic.verify`.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong with its form.
    """
    document = load_json(data)
    check_format(document, SLOTS_SOLUTION)
    faults: list[Fault] = []
    solution = _solution(document, faults)
    if faults:
        raise InputError(faults)
    return solution


def _solution(document: Any, faults: list[Fault]) -> Solution:
    record = Record(document, "", faults, _FIELDS)
    seed = record.text("seed")
    if seed and (len(seed) % 2 or set(seed) - set("0123456789abcdef")):
        record.fault("seed", "it is not whole bytes in lower-case hex", "give for example 1f00ab")
    rows = [_slot(row, f"slots[{i}]", faults) for i, row in enumerate(record.rows("slots"))]
    return Solution(
        instance_sha256=record.text("instance_sha256"),
        seed=seed,
        status=record.choice("status", STATUSES, STATUSES[-1]),
        slots=tuple(rows),
        stages=tuple(_stage(row, f"stages[{i}]", faults) for i, row in enumerate(record.rows("stages"))),
        unserved=tuple(_unserved(row, f"unserved[{i}]", faults) for i, row in enumerate(record.rows("unserved"))),
        why=tuple(record.texts("why")),
        methods=_object(record, "methods"),
        run=_object(record, "run"),
    )


def _slot(row: Any, path: str, faults: list[Fault]) -> Slot:
    record = Record(row, path, faults, {"movement": True, "at": True, "precision": True})
    at = record.whole("at", least=-(2**53 - 1))
    return Slot(record.text("movement"), at, record.choice("precision", PRECISIONS, MINUTE))


def _stage(row: Any, path: str, faults: list[Fault]) -> Stage:
    record = Record(row, path, faults, _STAGE)
    proved = record.raw("proved")
    if not isinstance(proved, bool):
        record.fault("proved", "it is neither true nor false", "give true or false")
    value, bound = (record.whole(name, least=0) for name in ("value", "bound"))
    return Stage(record.choice("name", STAGES, SERVED), value, bound, proved is True)


def _unserved(row: Any, path: str, faults: list[Fault]) -> dict[str, Any]:
    record = Record(row, path, faults, {"movement": True, "reasons": True})
    reasons = [
        {"rule": reason.text("rule"), "by": reason.optional_text("by")}
        for reason in (
            Record(item, f"{path}.reasons[{i}]", faults, {"rule": True, "by": False})
            for i, item in enumerate(record.rows("reasons"))
        )
    ]
    return {"movement": record.text("movement"), "reasons": reasons}


def _object(record: Record, name: str) -> dict[str, Any]:
    value = record.raw(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        record.fault(name, "it is not an object", "give an object {...}")
        return {}
    return value
