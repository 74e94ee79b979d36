"""Windows of landings and ascents: asked for by the party of an entry or of an allotment on offer, amended, withdrawn.

Nobody is asked and nobody refuses: what is asked for is public at once, and the next proposal of slots looks for a time in it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.instants import utc_text
from registry.domain.landing_slots import LandingSlot, LandingWindows, as_texts
from registry.domain.windows import Window, covers, read_windows
from registry.queries.landings import Movement
from registry.queries.slot_instances import live_slots, movable, windows_in_force
from registry.services import outbox
from registry.services.acting import get_claim, move_slot, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at
from registry.services.recording import record
from registry.services.wording import worded
from solver.traffic.methods import LANDING, METHODS

PARTY_OR_OFFICE = ("delegate", "registrar")
_WORDS_OF_WINDOWS = 5  # so many stand in a notice; all are on the page
_AMENDED = "the windows or the corridor were amended"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a party asks for: lines of windows (`registry.domain.windows`), azimuths on the map from which to which clockwise
    (None: not known), what it prefers (None: the first minute), and the mass on landing (None: as filed with the phase).
    """

    windows: Sequence[str]
    azimuths: tuple[float, float] | None = None
    preferred: datetime | None = None
    landed_mass_kg: float | None = None


def ask(session: Session, claim_id: str, phase: str, asked: Asked, actor: Actor, at: datetime) -> LandingWindows:
    """Ask for windows of a landing or ascent of the own party (`phase` empty: the only one); what was asked before is amended.

    A live slot stays where it lies in the new windows and the corridor is the same; else its time is free for others.

    Raises
    ------
    ValidationError
        With everything that is wrong with the windows, azimuths, preference and mass.
    """
    claim, movement = _movement(session, claim_id, phase, actor, at)
    windows = _read(movement, asked, at)
    before = windows_in_force(session, claim_id).get(movement.id)
    made = _made(movement, claim, windows, asked, at)
    made.supersedes_id = before.id if before is not None else None
    session.add(made)
    session.flush()
    rows: list[Base] = [made, *_released(session, claim_id, movement, made, actor, at)]
    said = {"windows": _in_words(windows), "azimuths": _corridor(made), "preferred_at": utc_text(made.preferred_at)}
    rows += tell(session, claim, movement.id, movement.kind, "landing-windows-filed", at, said)
    act = "landing-windows-filed" if before is None else "landing-windows-amended"
    record(session, at, actor, act, f"claims/{claim_id}", rows)
    return made


def withdraw(session: Session, claim_id: str, phase: str, reason: str, actor: Actor, at: datetime) -> LandingWindows:
    """Withdraw the windows asked for; a live slot goes with them.

    Raises
    ------
    ConflictError
        If nothing is asked for.
    """
    require_role(actor, *PARTY_OR_OFFICE)
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    asked = _only(windows_in_force(session, claim_id).values(), phase, claim_id)
    asked.withdrawn_at, asked.reason = at, worded("reason", reason)
    rows: list[Base] = [asked]
    movement = f"{claim_id}/{asked.phase}"
    slot = live_slots(session, claim_id).get(movement)
    if slot is not None:
        move_slot(slot, "withdraw", actor, at)
        slot.reason = asked.reason
        rows.append(slot)
    rows += tell(session, claim, movement, asked.kind, "landing-windows-withdrawn", at, {"reason": asked.reason})
    record(session, at, actor, "landing-windows-withdrawn", f"claims/{claim_id}", rows)
    return asked


def tell(
    session: Session, claim: Claim, movement: str, kind: str, notice: str, at: datetime, more: dict[str, Any]
) -> list[Any]:
    """Post the notices of one kind about a landing or ascent of a claim."""
    said = {
        "claim": claim.id,
        "claim_name": claim.current.name,
        "round": claim.round_id,
        "movement": movement,
        "kind": kind,
    }
    credited = [credit.party_id for credit in claim.current.credits]
    return outbox.post(session, notice, f"claims/{claim.id}", said | more, at, credited)


def _movement(session: Session, claim_id: str, phase: str, actor: Actor, at: datetime) -> tuple[Claim, Movement]:
    """The claim and its landing or ascent, for a step of its own party."""
    require_role(actor, *PARTY_OR_OFFICE)
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    check_at(session, f"claims/{claim_id}", at)
    found = movable(session, claim_id)
    if not found:
        raise ConflictError(
            f"claim {claim_id} is {claim.state} and has no landing or ascent ahead; windows are asked for with an entry "
            "in force or an allotment on offer"
        )
    names = [row.name_of_phase for row in found]
    if not phase and len(found) == 1:
        return claim, found[0]
    if phase not in names:
        raise ValidationError(
            [f"phase: {phase!r} is no landing or ascent of claim {claim_id}; use {' or '.join(names)}"]
        )
    return claim, found[names.index(phase)]


def _only(rows: Iterable[LandingWindows], phase: str, claim_id: str) -> LandingWindows:
    found = {row.phase: row for row in rows}
    if not phase and len(found) == 1:
        return next(iter(found.values()))
    if phase not in found:
        there = ", ".join(found) or "nothing"
        raise ConflictError(f"claim {claim_id} asks for no windows of {phase or 'one phase'}; it asks for {there}")
    return found[phase]


def _read(movement: Movement, asked: Asked, at: datetime) -> tuple[Window, ...]:
    """The windows, all of them usable; every fault is told at once."""
    windows, faults = read_windows(asked.windows)
    faults += _of_days(movement, windows, at)
    if asked.preferred is not None and windows and not covers(windows, asked.preferred):
        faults.append(f"preferred: {utc_text(asked.preferred)} lies in no window; give an instant within one of them")
    if asked.azimuths is not None and not all(math.isfinite(turn) and 0 <= turn < 360 for turn in asked.azimuths):
        faults.append(
            f"azimuths: {asked.azimuths[0]:g} to {asked.azimuths[1]:g} is out of range; "
            "give two degrees from 0 to below 360, clockwise"
        )
    filed_kg, mass = movement.inputs["landed_mass_kg"], asked.landed_mass_kg
    if mass is not None and not 0 < mass <= filed_kg:
        faults.append(
            f"landed_mass_kg: {mass:g} is out of range; the zone was sized for {filed_kg:g} kg: give more than 0, at most that"
        )
    if faults:
        raise ValidationError(faults)
    return windows


def _of_days(movement: Movement, windows: Sequence[Window], at: datetime) -> list[str]:
    """What is wrong with the days: over, or outside the term of the operation."""
    begin, end = movement.term or (movement.first_day, movement.until)
    faults = []
    for first, last in windows:
        said = f"windows: {_short((first, last))}"
        if last < at:
            faults.append(f"{said} is over; ask for a time to come")
        elif first < _midnight(begin) or last >= _midnight(end):
            faults.append(f"{said} is outside the term, {begin} to {end - timedelta(days=1)}; ask for days within it")
    return faults


def _made(movement: Movement, claim: Claim, windows: tuple[Window, ...], asked: Asked, at: datetime) -> LandingWindows:
    first, last = asked.azimuths or (None, None)
    mass = movement.inputs["landed_mass_kg"] if asked.landed_mass_kg is None else asked.landed_mass_kg
    return LandingWindows(
        claim_id=claim.id,
        phase=movement.name_of_phase,
        kind=movement.kind,
        party_id=claim.filed_by_id,
        windows=as_texts(windows),
        preferred_at=asked.preferred or windows[0][0],
        azimuth_from_deg=None if first is None else float(first),
        azimuth_to_deg=None if last is None else float(last),
        landed_mass_kg=float(mass),
        method_version=METHODS["descent" if movement.kind == LANDING else "ascent"].version,
        filed_at=at,
        reason="",
        illustrative=claim.illustrative,
    )


def _released(
    session: Session, claim_id: str, movement: Movement, made: LandingWindows, actor: Actor, at: datetime
) -> list[LandingSlot]:
    """The live slot that does not fit any more, now free for others."""
    slot = live_slots(session, claim_id).get(movement.id)
    if slot is None:
        return []
    before = session.get(LandingWindows, made.supersedes_id) if made.supersedes_id else None
    is_same_way = before is None or before.corridor == made.corridor  # before it was all around
    if is_same_way and covers(made.spans, slot.slot_at):
        return []
    move_slot(slot, "ask-another", actor, at)
    slot.reason = _AMENDED
    return [slot]


def _in_words(windows: Sequence[Window]) -> str:
    shown = "; ".join(_short(window) for window in windows[:_WORDS_OF_WINDOWS])
    more = len(windows) - _WORDS_OF_WINDOWS
    return shown + (f" and {more} more" if more > 0 else "")


def _short(window: Window) -> str:
    first, last = window
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def _corridor(made: LandingWindows) -> str:
    if made.azimuth_from_deg is None:
        return "not known, so all around counts"
    return f"azimuths {made.azimuth_from_deg:g} to {made.azimuth_to_deg:g} degrees on the map, clockwise"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
