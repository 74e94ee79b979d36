"""Reading placements and phases; keep-outs come from the sizing methods and are never typed in."""

from collections.abc import Mapping
from typing import Any

from registry.domain.filing.forms import Anomaly, FiledPhase, FiledPlacement, Known
from registry.domain.filing.values import known, short
from solver import geometry, zones
from solver.fields import Fault, Record

_PLACEMENT = {"rank": True, "place": True, "name": True, "footprint": True, "start": True, "phases": True}
_PHASE = {"name": True, "offset": True, "days": True, "method": True, "inputs": True, "anomaly": False}
_ANOMALY = {"method": True, "inputs": True}
# Methods that size what the agency protects or keeps free; a claim cannot use them.
AGENCY_METHODS = ("heritage-lander", "heritage-impact", "agency-hold")
NAME_LENGTH = 200


def placements(record: Record, register: Known, faults: list[Fault]) -> tuple[FiledPlacement, ...]:
    """The placements, ranked 1, 2, 3 and so on."""
    rows = record.rows("placements")
    if not rows and "placements" in record:
        record.fault("placements", "the claim has none", "give at least one placement")
    if len(rows) > register.ranks:
        record.fault("placements", f"there are {len(rows)}", f"give at most {register.ranks}, as the policy has ranks")
    found = tuple(_placement(row, f"placements[{i}]", register, faults) for i, row in enumerate(rows))
    if len(faults) == 0 and sorted(row.rank for row in found) != list(range(1, len(found) + 1)):
        record.fault("placements", "the ranks are not 1, 2, 3 and so on", "give each rank once, from 1, without gaps")
    return found


def _placement(row: Any, path: str, register: Known, faults: list[Fault]) -> FiledPlacement:
    record = Record(row, path, faults, _PLACEMENT)
    first, last = record.wholes("start", least=0, count=2)
    phases = record.rows("phases")
    if not phases and "phases" in record:
        record.fault("phases", "there is none", "give at least one phase")
    placement = FiledPlacement(
        rank=record.whole("rank", least=1, most=100),
        place=known(record, "place", register.places, "place"),
        name=short(record, "name", NAME_LENGTH),
        footprint=_footprint(record, faults),
        first_day=first,
        last_day=last,
        phases=tuple(_phase(phase, f"{path}.phases[{i}]", register, faults) for i, phase in enumerate(phases)),
    )
    _check_window(record, placement, register.horizon_days)
    return placement


def _check_window(record: Record, placement: FiledPlacement, horizon_days: int) -> None:
    first, last = placement.first_day, placement.last_day
    if last < first:
        record.fault("start", f"the window [{first}, {last}] is reversed", "give the first day before the last")
    elif last > horizon_days:
        what = f"the last day {last} is past the horizon of {horizon_days} days"
        record.fault("start", what, "end the window within the horizon")
    elif record.is_sound and first + placement.duration_days > horizon_days:
        what = f"no start fits: day {first} + {placement.duration_days} days is past the horizon of {horizon_days} days"
        record.fault("start", what, "start earlier or shorten the phases")


def _footprint(record: Record, faults: list[Fault]) -> Mapping[str, Any]:
    value = record.raw("footprint")
    fields = Record(value, record.at("footprint"), faults, {"type": True, "coordinates": True})
    if not fields.is_sound or "footprint" not in record:
        return {}
    try:
        geometry.footprint(value)
    except geometry.GeometryFault as error:
        what, _, mend = str(error).rpartition("; ")
        record.fault("footprint", what or mend, mend)
    return dict(value)


def _phase(row: Any, path: str, register: Known, faults: list[Fault]) -> FiledPhase:
    record = Record(row, path, faults, _PHASE)
    name = short(record, "name", 80)
    offset = record.whole("offset", least=0)
    days = record.whole("days", least=1)
    sized = _sized(record, register)
    return FiledPhase(
        name=name,
        offset=offset,
        days=days,
        method_id=sized.method,
        method_version=sized.version,
        inputs=_inputs(record),
        keep_out_m=sized.keep_out_m,
        anomaly=_anomaly(record, register, faults),
    )


def _anomaly(record: Record, register: Known, faults: list[Fault]) -> Anomaly | None:
    """The method and inputs for a plausible anomaly, sized like the nominal ones; None if none is given."""
    if not record.has("anomaly"):
        return None
    anomaly = Record(record.raw("anomaly"), record.at("anomaly"), faults, _ANOMALY)
    sized = _sized(anomaly, register)
    return Anomaly(sized.method, _inputs(anomaly), sized.keep_out_m)


def _inputs(record: Record) -> Mapping[str, Any]:
    inputs = record.raw("inputs")
    return inputs if isinstance(inputs, dict) else {}


def _sized(record: Record, register: Known) -> zones.Sized:
    method, inputs = record.text("method"), record.raw("inputs")
    open_to_claims = [name for name in register.methods if name not in AGENCY_METHODS]
    if method and method not in open_to_claims:
        record.fault("method", f"method {method!r} is not one for claims", f"use one of {', '.join(open_to_claims)}")
    elif not isinstance(inputs, dict):
        if "inputs" in record:
            record.fault("inputs", "it is not an object", "give {input: value, ...}")
    elif method:
        try:
            return zones.size(method, inputs)
        except zones.ZoneInputError as error:
            what, _, mend = str(error).rpartition("; ")
            record.fault("inputs", what or mend, mend)
    return zones.Sized(1, method, "")
