"""Reading `lunar-slots-instance/1`: the whole format, every fault reported at once, nothing repaired.

Required: format, id, crs, epoch, horizon_min, movements (id, kind, site, landed_mass_kg, windows). Absent and null mean
none; `preferred` absent is the first minute of the first window; `period_s` absent follows from the altitude;
`orbits_until_min` absent is the horizon. Unknown fields are refused, except `note`.
"""

import hashlib
import math
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from solver import geometry
from solver.canonical import canonical
from solver.fields import WHOLE_LIMIT, Fault, InputError, Record, check_format, load_json
from solver.traffic.instance import Follows, Instance, Interval, Movement, Operation, Orbiter
from solver.traffic.methods import ACTIVITIES, ASCENT, KINDS, LANDING, period_ms

SLOTS_INSTANCE = "lunar-slots-instance/1"
MOST_MINUTES = 20 * 366 * 1440  # twenty years: beyond it no window is more than a wish
LARGEST_ALTITUDE_KM = 100_000.0

_INSTANCE = {
    "format": True, "id": True, "crs": True, "epoch": True, "horizon_min": True, "movements": True, "orbiters": False,
    "operations": False, "orbits_until_min": False,
}  # fmt: skip
_MOVEMENT = {
    "id": True, "kind": True, "site": True, "landed_mass_kg": True, "windows": True, "built_pad": False,
    "azimuth_deg": False, "azimuth_range_deg": False, "preferred": False, "slot": False, "follows": False, "claim": False,
    "party": False,
}  # fmt: skip
_ORBITER = {
    "id": True, "altitude_km": True, "inclination_deg": True, "south_at_s": True, "period_s": False, "margin_s": False,
}  # fmt: skip
_OPERATION = {"id": True, "activity": True, "site": True, "times": True, "claim": False, "party": False}

T = TypeVar("T")


def parse_slots_instance(data: bytes) -> Instance:
    """The instance in a file's bytes, checked whole.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong.
    """
    document = load_json(data)
    check_format(document, SLOTS_INSTANCE)
    faults: list[Fault] = []
    instance = _instance(document, faults)
    if faults:
        raise InputError(faults)
    return instance


def _instance(document: Any, faults: list[Fault]) -> Instance:
    record = Record(document, "", faults, _INSTANCE)
    if "crs" in record and record.raw("crs") != geometry.MAP_CRS:
        record.fault("crs", f"{record.raw('crs')!r} is not the map of the Moon", f"transform to {geometry.MAP_CRS}")
    horizon = record.whole("horizon_min", least=1, most=MOST_MINUTES)
    until = record.whole("orbits_until_min", least=0, most=MOST_MINUTES) if record.has("orbits_until_min") else horizon
    # Without a usable horizon the windows are not held against it: one mistake, one line.
    bound = horizon if record.is_sound_at("horizon_min") else MOST_MINUTES
    instance = Instance(
        id=record.text("id"),
        epoch=_epoch(record),
        horizon_min=horizon,
        movements=_each(record, "movements", faults, lambda row, path, f: _movement(row, path, f, bound)),
        orbiters=_each(record, "orbiters", faults, _orbiter),
        operations=_each(record, "operations", faults, _operation),
        orbits_until=until,
        sha256=hashlib.sha256(canonical(document)).hexdigest(),
        document=document if isinstance(document, dict) else {},
    )
    _check_ids(instance, faults)
    _check_followed(instance, faults)
    return instance


def _each(record: Record, name: str, faults: list[Fault], read: Callable[[Any, str, list[Fault]], T]) -> tuple[T, ...]:
    return tuple(read(row, f"{record.at(name)}[{i}]", faults) for i, row in enumerate(record.rows(name)))


def _epoch(record: Record) -> str:
    text = record.text("epoch")
    try:
        is_date = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_date = False
    if not is_date:
        record.fault("epoch", f"{text!r} is not a date", "give YYYY-MM-DD; minutes count from its midnight UTC")
    return text


def _movement(row: Any, path: str, faults: list[Fault], horizon: int) -> Movement:
    record = Record(row, path, faults, _MOVEMENT)
    windows = _intervals(record, "windows", horizon)
    if "windows" in record and record.raw("windows") in ([], None):
        record.fault("windows", "the movement has none", "give at least one [first, last] in minutes")
    if record.has("follows") and record.raw("kind") == LANDING:
        record.fault("follows", "a landing follows nothing", f"give it to the {ASCENT}")
    return Movement(
        id=record.text("id"),
        kind=record.choice("kind", KINDS, LANDING),
        site=_site(record),
        landed_mass_kg=_number(record, "landed_mass_kg", 0.001, 1e9, "kilograms"),
        built_pad=_flag(record, "built_pad"),
        azimuth_deg=_number(record, "azimuth_deg", 0, 360, "degrees") if record.has("azimuth_deg") else None,
        windows=windows,
        preferred=_preferred(record, windows, horizon),
        claim=record.optional_text("claim"),
        party=record.optional_text("party"),
        slot=record.whole("slot", least=-MOST_MINUTES, most=MOST_MINUTES) if record.has("slot") else None,
        follows=_follows(record.raw("follows"), record.at("follows"), faults) if record.has("follows") else None,
        azimuth_range_deg=_azimuths(record) if record.has("azimuth_range_deg") else None,
    )


def _azimuths(record: Record) -> tuple[float, float] | None:
    """From which azimuth clockwise to which; one azimuth is named by `azimuth_deg`, never by both."""
    raw, name = record.raw("azimuth_range_deg"), "azimuth_range_deg"
    if record.has("azimuth_deg"):
        record.fault(name, "azimuth_deg is given too", "give one of them")
    elif not isinstance(raw, list) or len(raw) != 2 or not all(_is_azimuth(value) for value in raw):
        record.fault(name, "it is not two azimuths", "give [from, to] clockwise, each from 0 to below 360")
    else:
        return float(raw[0]), float(raw[1])
    return None


def _is_azimuth(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 360


def _preferred(record: Record, windows: tuple[Interval, ...], horizon: int) -> int:
    if record.has("preferred"):
        return record.whole("preferred", least=0, most=horizon)
    return windows[0][0] if windows else 0


def _follows(row: Any, path: str, faults: list[Fault]) -> Follows:
    record = Record(row, path, faults, {"movement": True, "least_min": True, "most_min": False})
    least = record.whole("least_min", least=0, most=MOST_MINUTES)
    most = record.whole("most_min", least=0, most=MOST_MINUTES) if record.has("most_min") else MOST_MINUTES
    if most < least:
        record.fault("most_min", f"{most} is below least_min {least}", "give the larger number")
    return Follows(record.text("movement"), least, most)


def _orbiter(row: Any, path: str, faults: list[Fault]) -> Orbiter:
    record = Record(row, path, faults, _ORBITER)
    altitude_km = _number(record, "altitude_km", 1, LARGEST_ALTITUDE_KM, "kilometres")
    period = period_ms(altitude_km)
    if record.has("period_s"):
        period = round(1000 * _number(record, "period_s", 3600, 10_000_000, "seconds"))
    return Orbiter(
        id=record.text("id"),
        altitude_km=altitude_km,
        inclination_deg=_number(record, "inclination_deg", 0, 180, "degrees"),
        south_at_s=record.whole("south_at_s", least=-WHOLE_LIMIT // 1000, most=WHOLE_LIMIT // 1000),
        period_ms=period,
        margin_s=record.whole("margin_s", least=0, most=86_400) if record.has("margin_s") else 0,
    )


def _operation(row: Any, path: str, faults: list[Fault]) -> Operation:
    record = Record(row, path, faults, _OPERATION)
    times = _intervals(record, "times", MOST_MINUTES, half_open=True)
    if "times" in record and record.raw("times") in ([], None):
        record.fault("times", "the operation has none", "give at least one [from, until) in minutes")
    return Operation(
        id=record.text("id"),
        activity=record.choice("activity", ACTIVITIES, ACTIVITIES[0]),
        site=_site(record),
        times=times,
        claim=record.optional_text("claim"),
        party=record.optional_text("party"),
    )


def _intervals(record: Record, name: str, most: int, half_open: bool = False) -> tuple[Interval, ...]:
    found = []
    for i, row in enumerate(record.rows(name)):
        place = f"{name}[{i}]"
        if not isinstance(row, list) or len(row) != 2 or not all(_is_whole(end) for end in row):
            record.fault(place, "it is not two whole numbers", "give two minutes from the epoch")
        elif row[1] < row[0] + half_open:
            record.fault(place, f"[{int(row[0])}, {int(row[1])}] is reversed or empty", "give the earlier minute first")
        elif row[0] < 0 or row[1] > most:
            record.fault(place, f"[{int(row[0])}, {int(row[1])}] is outside 0 to {most}", "cut it to the horizon")
        else:
            found.append((int(row[0]), int(row[1])))
    return _ascending(record, name, found, half_open)


def _ascending(record: Record, name: str, found: list[Interval], half_open: bool) -> tuple[Interval, ...]:
    for (_, end), (start, _) in pairwise(found):
        if start < end + (not half_open):
            record.fault(name, "they overlap or are not in order", "give them in order, the earliest first")
            break
    return tuple(found)


def _is_whole(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _site(record: Record) -> geometry.XY:
    raw = record.raw("site")
    if "site" not in record:
        return (0.0, 0.0)
    if not isinstance(raw, dict) or raw.get("type") != "Point":
        record.fault("site", "it is not a Point", 'give {"type": "Point", "coordinates": [x, y]} in map metres')
        return (0.0, 0.0)
    for key in raw:
        if key not in ("type", "coordinates"):
            record.fault(f"site.{key}", "unknown field", "remove it or use one of type, coordinates")
    try:
        point = geometry.footprint(raw)
    except geometry.GeometryFault as error:
        what, _, mend = str(error).rpartition("; ")
        record.fault("site", what, mend)
        return (0.0, 0.0)
    return (float(point.x), float(point.y))


def _number(record: Record, name: str, least: float, most: float, unit: str) -> float:
    """A finite number from least to most; the least if absent or at fault."""
    value = record.raw(name)
    if name not in record:
        return least
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        record.fault(name, f"{str(value)[:60]!r} is not a number", f"give {unit}")
    elif not least <= value <= most:
        record.fault(name, f"{value:g} is out of range", f"give {unit} from {least:g} to {most:g}")
    else:
        return float(value)
    return least


def _flag(record: Record, name: str) -> bool:
    value = record.raw(name)
    if value is not None and not isinstance(value, bool):
        record.fault(name, "it is neither true nor false", "give true or false")
    return value is True


def _check_ids(instance: Instance, faults: list[Fault]) -> None:
    """Note ids that stand twice: over the whole file, since reasons name them."""
    seen: dict[str, str] = {}
    for name in ("movements", "orbiters", "operations"):
        for i, row in enumerate(getattr(instance, name)):
            path = f"{name}[{i}].id"
            if row.id and row.id in seen:
                faults.append(Fault(path, f"{row.id!r} is also {seen[row.id]}", "give every row an id of its own"))
            seen.setdefault(row.id, path)


def _check_followed(instance: Instance, faults: list[Fault]) -> None:
    for i, movement in enumerate(instance.movements):
        if movement.follows is None or not movement.follows.movement:
            continue
        path = f"movements[{i}].follows.movement"
        before = instance.movement_by_id.get(movement.follows.movement)
        if before is None:
            faults.append(Fault(path, f"{movement.follows.movement!r} is not defined", "name a landing of this file"))
        elif before.kind != LANDING:
            faults.append(Fault(path, f"{before.id!r} is not a landing", "name a landing of this file"))
