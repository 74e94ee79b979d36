"""The form of one placement: where, when, and its phases with the method that sizes their zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from registry.domain.filing import AGENCY_METHODS
from registry.web.filing import shapes
from registry.web.filing.fields import Document, get, number, shown
from solver import zones

FLAG_INPUTS = frozenset({"built_pad", "anomaly"})
NEW_PHASE: Document = {"name": "", "offset": 0, "days": "", "method": "", "inputs": {}}


@dataclass(frozen=True, slots=True)
class Sizing:
    """A method with the inputs that are typed for it."""

    method: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PhaseForm:
    """The boxes of one phase."""

    name: str
    offset: str
    days: str
    nominal: Sizing
    anomaly: Sizing


@dataclass(frozen=True, slots=True)
class PlacementForm:
    """The boxes of one placement."""

    place: str
    name: str
    first: str
    last: str
    shape: shapes.Typed
    phases: Sequence[PhaseForm] = field(default=())


def methods(policy: Mapping[str, Any] | None) -> list[zones.Method]:
    """The sizing methods that a claim may use under a policy."""
    allowed = policy["zone_methods"] if policy else list(zones.METHODS)
    return [zones.METHODS[name] for name in allowed if name in zones.METHODS and name not in AGENCY_METHODS]


def form_of(placement: Mapping[str, Any], epoch: str | None) -> PlacementForm:
    """The boxes that give a placement again."""
    start = placement.get("start")
    first, last = (*start, None, None)[:2] if isinstance(start, list) else (None, None)
    phases = placement.get("phases")
    return PlacementForm(
        place=shown(placement.get("place")),
        name=shown(placement.get("name")),
        first=_day_shown(first, epoch),
        last=_day_shown(last, epoch),
        shape=shapes.from_footprint(placement.get("footprint")),
        phases=[_phase(row) for row in phases if isinstance(row, Mapping)] if isinstance(phases, list) else [],
    )


def typed(form: Mapping[str, str]) -> PlacementForm:
    """The boxes of a form that was sent."""
    count = next((n for n in range(100) if f"phase-{n}-name" not in form), 100)
    return PlacementForm(
        place=form.get("place", ""),
        name=form.get("name", "").strip(),
        first=form.get("first", "").strip(),
        last=form.get("last", "").strip(),
        shape=shapes.typed(form),
        phases=[_typed_phase(form, n) for n in range(count)],
    )


def document(form: PlacementForm, epoch: str | None, before: Mapping[str, Any]) -> Document:
    """The placement that the boxes give; ShapeError if the footprint cannot be read."""
    found: Document = {name: value for name, value in before.items() if name in ("note", "rank")}
    found |= {"place": form.place, "name": form.name}
    footprint = shapes.to_footprint(form.shape)
    if footprint is not None:
        found["footprint"] = footprint
    found["start"] = [_day(form.first, epoch), _day(form.last, epoch)]
    found["phases"] = [_document_of(phase) for phase in form.phases]
    return found


def _phase(row: Mapping[str, Any]) -> PhaseForm:
    anomaly = row.get("anomaly") or {}
    return PhaseForm(
        shown(row.get("name")), shown(row.get("offset")), shown(row.get("days")), _sizing(row), _sizing(anomaly)
    )


def _sizing(row: Any) -> Sizing:
    inputs = get(row, ("inputs",))
    return Sizing(
        shown(get(row, ("method",))),
        {name: shown(value) for name, value in inputs.items()} if isinstance(inputs, Mapping) else {},
    )


def _typed_phase(form: Mapping[str, str], n: int) -> PhaseForm:
    at = f"phase-{n}"

    def sizing(prefix: str) -> Sizing:
        method = form.get(f"{prefix}-method", "")
        wanted = zones.METHODS[method].inputs if method in zones.METHODS else {}
        return Sizing(method, {name: form.get(f"{prefix}-{name}", "").strip() for name in wanted})

    name, offset, days = (form.get(f"{at}-{box}", "").strip() for box in ("name", "offset", "days"))
    return PhaseForm(name, offset, days, sizing(at), sizing(f"{at}-anomaly"))


def _document_of(phase: PhaseForm) -> Document:
    found: Document = {
        "name": phase.name,
        "offset": number("whole", phase.offset),
        "days": number("whole", phase.days),
        "method": phase.nominal.method,
        "inputs": _inputs(phase.nominal),
    }
    if phase.anomaly.method:
        found["anomaly"] = {"method": phase.anomaly.method, "inputs": _inputs(phase.anomaly)}
    return found


def _inputs(sizing: Sizing) -> Document:
    found: Document = {}
    for name, text in sizing.inputs.items():
        if name in FLAG_INPUTS:
            found[name] = {"yes": True, "no": False, "": False}.get(text, text)
        elif text:
            found[name] = number("number", text)
    return found


def _day(text: str, epoch: str | None) -> Any:
    """Days from the epoch for a date, a whole number as it is, and what is neither as it was typed."""
    try:
        return (date.fromisoformat(text) - date.fromisoformat(epoch or "")).days
    except ValueError:
        return number("whole", text)


def _day_shown(value: Any, epoch: str | None) -> str:
    if epoch and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1_000_000:
        return (date.fromisoformat(epoch) + timedelta(days=value)).isoformat()
    return shown(value)
