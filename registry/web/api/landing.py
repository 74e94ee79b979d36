"""Landing windows asked for, amended and withdrawn by programs, and slots answered: the services of the pages, under a key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from registry.domain import api_tokens as scopes
from registry.domain.instants import parse_utc
from registry.domain.landing_slots import LandingWindows
from registry.queries.slot_instances import movable, windows_in_force
from registry.queries.slots import amended
from registry.services import landing_slots
from registry.services import landing_windows as asking
from registry.services.acting import get, get_claim, require_own_party
from registry.services.errors import ConflictError, ValidationError
from registry.web.api import bodies, taken
from registry.web.api.answers import body_of_model, tag_of
from registry.web.api.blueprint import CHANGES, GIVES_REASON, WRITING, operation
from registry.web.api.callers import needs
from registry.web.api.claims import ClaimPath
from registry.web.api.filing import KeyHeader
from registry.web.api.models import Json, says
from registry.web.api.once import once
from registry.web.api.problems import ProblemError
from registry.web.api.slots import SlotPath, WindowsPath, windows_model
from solver.fields import Fault, Record

_FIELDS = {"phase": False, "windows": True, "preferred": False, "azimuths": False, "landed_mass_kg": False}
_ASKS = CHANGES | {"refusals": (*WRITING, "changed")}


class SeenHeader(KeyHeader):
    """The key of a request, and which windows it amends."""

    seen: str | None = says(
        "ETag of the windows that were seen, where there are some in force: others are not amended",
        alias="If-Match", default=None, max_length=200,
    )  # fmt: skip


@operation("/claims/<claim_id>/landing-windows", {201: taken.Taken}, "slots", method="POST", **_ASKS)
def ask_windows(path: ClaimPath, header: SeenHeader) -> Response:
    """Ask for windows of a landing or ascent of the own party, or amend them. Scope landings:ask.

    The body has `windows`, a list of lines in UTC (`2028-02-28 22:00 to 2028-02-29 03:00`, or days, or days with hours), and
    may have `phase` (where the claim has several), `preferred` (an instant), `azimuths` (two, degrees on the map, clockwise)
    and `landed_mass_kg`. They are public at once. Where windows are in force already, If-Match names them by the ETag of
    `/landing-windows/NUMBER`: 428 without it, 412 where others are in force.
    """
    actor, document = needs(scopes.LANDINGS).actor("landing_windows.ask"), bodies.document()
    phase, asked = _read(document)

    def step(held: Session, at: datetime) -> Json:
        claim = get_claim(held, path.claim_id, actor)
        require_own_party(actor, claim.filed_by_id)
        _require_seen(held, path.claim_id, phase, header.seen)
        made = asking.ask(held, path.claim_id, phase, asked, actor, at)
        return taken.told(held, f"claims/{path.claim_id}", made.id, at)

    body = {"claim": path.claim_id, "seen": header.seen, "document": document}
    kept = once(header.key, "api.ask_windows", body, actor, step)
    return taken.answered(kept, actor, "landing_windows_asked", {"windows_id": int(kept["id"])}, 201)


@operation(
    "/landing-windows/<int:windows_id>/withdrawal", {200: taken.Taken}, "slots", method="POST", **GIVES_REASON
)  # fmt: skip
def withdraw_windows(path: WindowsPath, header: KeyHeader) -> Response:
    """Withdraw windows that are in force; a live slot goes with them. Scope landings:ask. The body is {"reason": "..."}."""
    actor, reason = needs(scopes.LANDINGS).actor("landing_windows.withdraw"), bodies.reason(bodies.document())

    def step(held: Session, at: datetime) -> Json:
        row = get(held, LandingWindows, path.windows_id, "request for windows")
        claim = get_claim(held, row.claim_id, actor)
        require_own_party(actor, claim.filed_by_id)
        if row not in windows_in_force(held, row.claim_id).values():
            raise ConflictError(f"the windows {row.id} were amended or withdrawn since; withdraw those in force")
        asking.withdraw(held, row.claim_id, row.phase, reason, actor, at)
        return taken.told(held, f"claims/{row.claim_id}", row.id, at)

    body = {"windows": path.windows_id, "reason": reason}
    kept = once(header.key, "api.withdraw_windows", body, actor, step)
    return taken.answered(kept, actor, "landing_windows_asked", {"windows_id": path.windows_id})


@operation("/slots/<int:slot_id>/confirmation", {200: taken.Taken}, "slots", method="POST", **CHANGES)
def confirm_slot(path: SlotPath, header: KeyHeader) -> Response:
    """Confirm a proposed slot of the own party: later proposals keep it. Scope landings:ask. The body is {}."""
    actor = needs(scopes.LANDINGS).actor("landing_slots.confirm")
    _require_nothing(bodies.document())

    def step(held: Session, at: datetime) -> Json:
        slot = landing_slots.confirm(held, path.slot_id, actor, at)
        return taken.told(held, f"claims/{slot.claim_id}", slot.id, at)

    kept = once(header.key, "api.confirm_slot", {"slot": path.slot_id}, actor, step)
    return taken.answered(kept, actor, "slot", {"slot_id": path.slot_id})


@operation("/slots/<int:slot_id>/another", {200: taken.Taken}, "slots", method="POST", **GIVES_REASON)
def another_slot(path: SlotPath, header: KeyHeader) -> Response:
    """Give a slot of the own party back and ask for another. Scope landings:ask. The body is {"reason": "..."}."""
    actor, reason = needs(scopes.LANDINGS).actor("landing_slots.another"), bodies.reason(bodies.document())

    def step(held: Session, at: datetime) -> Json:
        slot = landing_slots.another(held, path.slot_id, reason, actor, at)
        return taken.told(held, f"claims/{slot.claim_id}", slot.id, at)

    body = {"slot": path.slot_id, "reason": reason}
    kept = once(header.key, "api.another_slot", body, actor, step)
    return taken.answered(kept, actor, "slot", {"slot_id": path.slot_id})


def windows_tag(held: Session, row: LandingWindows) -> str:
    """The ETag of a request for windows, as its address gives it."""
    return tag_of(body_of_model(windows_model(row, amended(held))))


def _require_seen(held: Session, claim_id: str, phase: str, seen: str | None) -> None:
    """Refuse to amend windows that were not seen."""
    names = [row.id for row in movable(held, claim_id)]
    name = f"{claim_id}/{phase}" if phase else names[0] if len(names) == 1 else ""
    row = windows_in_force(held, claim_id).get(name)
    if row is not None and seen is None:
        words = f"Windows {row.id} are in force for {name}; name them in If-Match, by the ETag of /landing-windows/{row.id}."
        raise ProblemError("precondition-required", words)
    if seen is not None and (row is None or not request.if_match.contains(windows_tag(held, row))):
        there = "none are in force" if row is None else f"windows {row.id} are in force"
        raise ProblemError("changed", f"Not those named in If-Match, but {there} for {name or claim_id}; look first.")


def _read(document: Any) -> tuple[str, asking.Asked]:
    """What is asked for; every fault of its form is told at once."""
    faults: list[Fault] = []
    record = Record(document, "", faults, _FIELDS)
    lines = _lines(record, record.rows("windows"))
    asked = asking.Asked(lines, _azimuths(record), _preferred(record), _number(record, "landed_mass_kg"))
    phase = record.optional_text("phase") or ""
    if faults:
        raise ValidationError(faults)
    return phase, asked


def _lines(record: Record, rows: Sequence[Any]) -> list[str]:
    for place, line in enumerate(rows):
        if not isinstance(line, str) or "\n" in line:
            record.fault(f"windows[{place}]", "it is no line of text", "give one window in each")
    return [line for line in rows if isinstance(line, str)]


def _azimuths(record: Record) -> tuple[float, float] | None:
    rows = record.rows("azimuths")
    if not rows:
        return None
    if len(rows) != 2 or not all(_is_number(row) for row in rows):
        record.fault(
            "azimuths", "they are not two numbers", "give degrees on the map, clockwise: the first and the last"
        )
        return None
    return float(rows[0]), float(rows[1])


def _preferred(record: Record) -> datetime | None:
    text = record.optional_text("preferred")
    try:
        return parse_utc(text) if text else None
    except (ValueError, OverflowError):
        record.fault("preferred", "it is no instant", "write for example 2028-02-28T23:30:00Z")
        return None


def _number(record: Record, name: str) -> float | None:
    value = record.raw(name)
    if value is None:
        return None
    if not _is_number(value):
        record.fault(name, "it is no number", "give kilograms")
        return None
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _require_nothing(document: Any) -> None:
    if document != {}:
        raise ValidationError([Fault("file", "the body is not empty", "send {}")])
