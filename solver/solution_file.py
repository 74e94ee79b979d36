"""Reading solution files (`lunar-allocation-solution/1`): their form; whether they are right is for `solver.verify`."""

from typing import Any

from solver.fields import Fault, InputError, Record, check_format, load_json
from solver.solution import SOLUTION_FORMAT, Allotted, Solution, Stage, Zone

_FIELDS = {
    "format": True, "instance_sha256": True, "seed": True, "rule": True, "status": True, "allotments": True,
    "stages": True, "parties": True, "leximin": True, "shortfalls": True, "distribution": False, "unserved": True,
    "why": False, "fairness": True, "run": False,
}  # fmt: skip


def parse_solution(data: bytes) -> Solution:
    """The solution in a file's bytes.

    Raises
    ------
    InputError
        With one fault for each thing that is not of the format.
    """
    document = load_json(data)
    check_format(document, SOLUTION_FORMAT)
    faults: list[Fault] = []
    record = Record(document, "", faults, _FIELDS)
    solution = Solution(
        instance_sha256=record.text("instance_sha256"),
        seed=record.text("seed"),
        rule=record.text("rule"),
        status=record.text("status"),
        allotments=tuple(_allotted(row, f"allotments[{i}]", faults) for i, row in enumerate(record.rows("allotments"))),
        stages=tuple(_stage(row, f"stages[{i}]", faults) for i, row in enumerate(record.rows("stages"))),
        parties={party: _hundredths(record, f"parties.{party}", v) for party, v in _object(record, "parties").items()},
        leximin=tuple(_hundredths(record, f"leximin[{i}]", v) for i, v in enumerate(record.rows("leximin"))),
        shortfalls=_objects(record, "shortfalls"),
        distribution=record.raw("distribution"),
        unserved=_objects(record, "unserved"),
        why=_object(record, "why") if record.has("why") else None,
        fairness=_object(record, "fairness"),
        run=_object(record, "run"),
    )
    if faults:
        raise InputError(faults)
    return solution


def _allotted(row: Any, path: str, faults: list[Fault]) -> Allotted:
    record = Record(row, path, faults, {"claim": True, "placement": True, "start": True, "zones": True})
    zones = tuple(_zone(zone, f"{path}.zones[{i}]", faults) for i, zone in enumerate(record.rows("zones")))
    return Allotted(record.text("claim"), record.text("placement"), _day(record, "start"), zones)


def _zone(row: Any, path: str, faults: list[Fault]) -> Zone:
    record = Record(row, path, faults, {"phase": True, "start": True, "end": True, "keep_out_m": True})
    keep_out_m = record.whole("keep_out_m", least=0)
    return Zone(record.text("phase"), _day(record, "start"), _day(record, "end"), keep_out_m)


def _day(record: Record, name: str) -> int:
    # An entry in force may have started before the epoch.
    return record.whole(name, least=-(2**53 - 1))


def _stage(row: Any, path: str, faults: list[Fault]) -> Stage:
    record = Record(row, path, faults, {"name": True, "value": True, "bound": True, "proved": True})
    proved = record.raw("proved")
    if not isinstance(proved, bool) and "proved" in record:
        record.fault("proved", "it is neither true nor false", "give one of them")
    least = -(2**53 - 1)
    return Stage(record.text("name"), record.whole("value", least), record.whole("bound", least), proved is True)


def _hundredths(record: Record, name: str, value: Any) -> int:
    """Points as hundredths; a third decimal is a fault."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        record.fault(name, f"{value!r} is not a number", "give points")
        return 0
    hundredths = round(value * 100)
    if hundredths / 100 != value:
        record.fault(name, f"{value} has more than two decimals", "give points with at most two decimals")
    return hundredths


def _object(record: Record, name: str) -> dict[str, Any]:
    value = record.raw(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        record.fault(name, "it is not an object", "give an object {...}")
        return {}
    return value


def _objects(record: Record, name: str) -> tuple[dict[str, Any], ...]:
    rows = record.rows(name)
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            record.fault(f"{name}[{i}]", "it is not an object", "give an object {...}")
    return tuple(row for row in rows if isinstance(row, dict))
