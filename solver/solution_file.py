"""Reading solution files (`lunar-allocation-solution/1`): their form; whether they are right is for `solver.verify`."""

from typing import Any

from solver.distribution import Distribution, Outcome
from solver.distribution_file import fraction, parse_distribution
from solver.fields import Fault, InputError, Record, check_format, load_json
from solver.lottery import TRIAL_SEED
from solver.solution import SOLUTION_FORMAT, Allotted, Solution, Stage, Way, Zone

_FIELDS = {
    "format": True, "instance_sha256": True, "seed": True, "rule": True, "status": True, "allotments": True,
    "stages": True, "parties": True, "leximin": True, "shortfalls": True, "distribution": False, "unserved": True,
    "why": False, "access": False, "moves": False, "fairness": True, "run": False,
}  # fmt: skip
_ANSWER = ("allotments", "parties", "leximin", "shortfalls", "unserved", "fairness")


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
        stages=tuple(_stage(row, f"stages[{i}]", faults) for i, row in enumerate(record.rows("stages"))),
        distribution=_distribution(record, faults),
        why=_object(record, "why") if record.has("why") else None,
        run=_object(record, "run"),
        **_answer(record, faults),
    )
    if faults:
        raise InputError(faults)
    return solution


def _answer(record: Record, faults: list[Fault]) -> dict[str, Any]:
    """What an allocation says: the fields that a solution and each outcome of a lottery share."""
    rows = enumerate(record.rows("allotments"))
    return {
        "allotments": tuple(_allotted(row, f"{record.at('allotments')}[{i}]", faults) for i, row in rows),
        "parties": {
            party: _hundredths(record, f"parties.{party}", v) for party, v in _object(record, "parties").items()
        },
        "leximin": tuple(_hundredths(record, f"leximin[{i}]", v) for i, v in enumerate(record.rows("leximin"))),
        "shortfalls": _objects(record, "shortfalls"),
        "unserved": _objects(record, "unserved"),
        "access": _ways(record, faults) if record.has("access") else None,
        "moves": _objects(record, "moves") if record.has("moves") else None,
        "fairness": _object(record, "fairness"),
    }


def _distribution(record: Record, faults: list[Fault]) -> Distribution | None:
    if not record.has("distribution"):
        return None
    rule, sha256, status = record.text("rule"), record.text("instance_sha256"), record.text("status")

    def outcome(row: Any, path: str) -> Outcome:
        own = Record(row, path, faults, {"probability": True, **dict.fromkeys(_ANSWER, True), "access": False})
        alone = Solution(sha256, TRIAL_SEED.hex(), rule, status, **_answer(own, faults))
        return Outcome(fraction(own, "probability"), alone)

    return parse_distribution(record.raw("distribution"), faults, outcome)


def _allotted(row: Any, path: str, faults: list[Fault]) -> Allotted:
    record = Record(row, path, faults, {"claim": True, "placement": True, "start": True, "zones": True})
    zones = tuple(_zone(zone, f"{path}.zones[{i}]", faults) for i, zone in enumerate(record.rows("zones")))
    return Allotted(record.text("claim"), record.text("placement"), _day(record, "start"), zones)


def _zone(row: Any, path: str, faults: list[Fault]) -> Zone:
    record = Record(row, path, faults, {"phase": True, "start": True, "end": True, "keep_out_m": True})
    keep_out_m = record.whole("keep_out_m", least=0)
    return Zone(record.text("phase"), _day(record, "start"), _day(record, "end"), keep_out_m)


def _ways(record: Record, faults: list[Fault]) -> tuple[Way, ...]:
    return tuple(_way(row, f"{record.at('access')}[{i}]", faults) for i, row in enumerate(record.rows("access")))


def _way(row: Any, path: str, faults: list[Fault]) -> Way:
    record = Record(row, path, faults, {"point": True, "day": True, "path": True})
    cells = record.rows("path")
    for i, cell in enumerate(cells):
        if not isinstance(cell, list) or len(cell) != 2 or any(type(n) is not int or n < 0 for n in cell):
            record.fault(f"path[{i}]", "it is not a cell", "give [column, row], whole numbers from 0")
            cells = []
            break
    return Way(record.text("point"), _day(record, "day"), tuple((cell[0], cell[1]) for cell in cells))


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
