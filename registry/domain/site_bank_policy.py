"""The section `site_bank` of a policy: from which number of entries on a second site is owed, what makes it equal, and when.

Every figure is data with a source; `fixtures/site_bank.json` is an example.
"""

import math
from typing import Any

from registry.domain.site_scores import TERRAIN, WAYS
from registry.domain.timers import UNITS
from solver import zones
from solver.fields import Fault, Record

FIELDS = {
    "entries": True, "offer": True, "again": True, "choose": True, "kept": True, "tolerance_percent": True,
    "score": True, "room": True, "overdue": True, "illustrative": False, "source": True,
}  # fmt: skip
TIMES = ("offer", "again", "choose", "kept")
# What follows when the deadline is over: no further offer is accepted, or nothing but that everybody is told.
ACCEPTS_NO_OFFER, FINDING = "accepts-no-offer", "finding"
CONSEQUENCES = (ACCEPTS_NO_OFFER, FINDING)
LONGEST_TIME = 36_525
_SCALE = {"worst": True, "best": True, "weight": True}


def check(document: Any, faults: list[Fault]) -> None:
    """Add one fault for each thing in the section that is wrong."""
    record = Record(document, "site_bank", faults, FIELDS)
    record.whole("entries", least=2)
    for name in TIMES:
        timer = Record(record.raw(name), record.at(name), faults, {"value": True, "unit": True, "source": False})
        timer.whole("value", least=1, most=LONGEST_TIME)
        timer.choice("unit", UNITS, UNITS[0])
    if not _is_number(record.raw("tolerance_percent"), 0, 100):
        record.fault("tolerance_percent", "it is no number from 0 to 100", "give for example 5")
    record.choice("overdue", CONSEQUENCES, CONSEQUENCES[0])
    record.text("source")
    _check_score(record, faults)
    _check_room(record, faults)


def _check_score(record: Record, faults: list[Fault]) -> None:
    score = Record(record.raw("score"), record.at("score"), faults, {"by": True, "measures": False})
    if score.choice("by", WAYS, WAYS[0]) != TERRAIN:
        return
    measures = score.raw("measures")
    if not isinstance(measures, dict) or not measures:
        score.fault("measures", "there is none", 'give {"light_percent": {"worst", "best", "weight"}, ...}')
        return
    for name, row in measures.items():
        scale = Record(row, score.at(f"measures.{name}"), faults, _SCALE)
        values = [scale.raw(field) for field in _SCALE]
        if not all(_is_number(value, -1e9, 1e9) for value in values):
            scale.fault("worst", "worst, best and weight are not all numbers", "give three numbers")
        elif values[0] == values[1] or values[2] <= 0:
            scale.fault("weight", "best is worst, or the weight is not above 0", "give two ends and a weight")


def _check_room(record: Record, faults: list[Fault]) -> None:
    room = Record(record.raw("room"), record.at("room"), faults, {"method": True, "inputs": True})
    inputs = room.raw("inputs")
    try:
        zones.size(room.text("method"), inputs if isinstance(inputs, dict) else {})
    except zones.ZoneInputError as error:
        room.fault("inputs", str(error), "give the inputs that the method names")


def _is_number(value: Any, least: float, most: float) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and math.isfinite(value) and least <= value <= most
