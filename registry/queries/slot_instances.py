"""The input of `solver slots` from the register: who wants to land and leave when, and what was confirmed before.

A function of the register, the first day and the number of days: the proposal of an answer asks it again, so that nobody
proposes slots for anything else than what the register says.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.landing_slots import LIVE, LandingSlot, LandingWindows, SlotProposal, SlotState
from registry.domain.windows import in_minutes, joined, minutes_between
from registry.queries.landings import Movement, movements, movements_of
from registry.queries.landings_ahead import offered
from solver.geometry import MAP_CRS
from solver.traffic.instance_file import SLOTS_INSTANCE
from solver.traffic.methods import ASCENT, LANDING
from solver.traffic.solution import MINUTE

DAY_MIN = 1440
# A slot confirmed so long before or after the days of an instance still keeps others at a distance: the wait within a plume.
BESIDE_MIN = 2 * DAY_MIN
Document = dict[str, Any]
Asked = Mapping[str, LandingWindows]
Slots = Mapping[str, LandingSlot]


def windows_in_force(session: Session, claim_id: str | None = None) -> dict[str, LandingWindows]:
    """The windows asked for and neither amended nor withdrawn since, by movement."""
    gone = select(LandingWindows.supersedes_id).where(LandingWindows.supersedes_id.is_not(None))
    chosen = select(LandingWindows).where(LandingWindows.withdrawn_at.is_(None), LandingWindows.id.not_in(gone))
    if claim_id is not None:
        chosen = chosen.where(LandingWindows.claim_id == claim_id)
    return {f"{row.claim_id}/{row.phase}": row for row in session.scalars(chosen.order_by(LandingWindows.id))}


def live_slots(session: Session, claim_id: str | None = None) -> dict[str, LandingSlot]:
    """The slots proposed or confirmed and not superseded, by movement."""
    chosen = select(LandingSlot).where(LandingSlot.state.in_(LIVE))
    if claim_id is not None:
        chosen = chosen.where(LandingSlot.claim_id == claim_id)
    return {row.movement: row for row in session.scalars(chosen.order_by(LandingSlot.id))}


def movable(session: Session, claim_id: str) -> tuple[Movement, ...]:
    """The movements of a claim for which windows can be asked: of its entry in force, or of the allotment on offer."""
    return movements_of(session, claim_id) or offered(session, claim_id)


def all_movable(session: Session) -> tuple[Movement, ...]:
    """Those of all claims, first of the entries in force."""
    return (*movements(session), *offered(session))


def newest_number(session: Session) -> int:
    """The number of the newest proposal; 0 before the first."""
    return session.scalar(select(func.max(SlotProposal.id))) or 0


def slots_document(session: Session, first_day: date, days: int) -> Document:
    """The instance for so many days: each movement of an entry in its windows or, if none are asked for, on any minute of its
    days; one on offer only if windows are asked for. Slots confirmed to the minute stay, those confirmed to the day stay on it.
    """
    asked, kept = windows_in_force(session), live_slots(session)
    return document(all_movable(session), asked, kept, (first_day, days), newest_number(session))


def document(rows: Iterable[Movement], asked: Asked, kept: Slots, period: tuple[date, int], after: int = 0) -> Document:
    """The instance of these movements; `after` is the newest proposal, on which it builds."""
    first_day, days = period
    end = days * DAY_MIN
    made = [
        said
        for row in rows
        if (row.entry or row.id in asked)
        and (said := _movement(row, asked.get(row.id), _confirmed(kept.get(row.id)), first_day, end))
    ]
    landings = {said["claim"]: said for said in made if said["kind"] == LANDING}
    for said in made:
        landing = landings.get(said["claim"])
        if said["kind"] == ASCENT and landing is not None:
            said["follows"] = {"movement": landing["id"], "least_min": 0}
            if "slot" in said and "slot" not in landing:
                del said["slot"]  # it stays where it is if its landing allows it: the window has this one minute
    return {
        "format": SLOTS_INSTANCE,
        "id": f"register-{first_day}-{days}d-after-{after}",
        "crs": MAP_CRS,
        "epoch": first_day.isoformat(),
        "horizon_min": end,
        "movements": made,
    }


def _confirmed(slot: LandingSlot | None) -> LandingSlot | None:
    return slot if slot is not None and slot.state == SlotState.CONFIRMED else None


def _movement(
    row: Movement, asked: LandingWindows | None, slot: LandingSlot | None, first_day: date, end: int
) -> Document | None:
    """What the instance says of a movement; None if it is on no minute of its days."""
    said = _heading(row, asked)
    at = None if slot is None else minutes_between(first_day, slot.slot_at)
    if slot is not None and at is not None and slot.precision == MINUTE:
        if not -BESIDE_MIN <= at < end + BESIDE_MIN:
            return None
        near = min(max(at, 0), end - 1)
        return said | {"windows": [[near, near]], "preferred": near, "slot": at}
    windows = _windows(row, asked, first_day, end)
    if at is not None:  # confirmed to the day: the hour is open
        day = at // DAY_MIN * DAY_MIN
        windows = [
            [max(low, day), min(high, day + DAY_MIN - 1)]
            for low, high in windows
            if low < day + DAY_MIN and high >= day
        ]
    if not windows:
        return None
    preferred = at if at is not None else _preferred(asked, windows, first_day)
    return said | {"windows": windows, "preferred": min(max(preferred, 0), end)}


def _heading(row: Movement, asked: LandingWindows | None) -> Document:
    """All but the times."""
    said: Document = {
        "id": row.id,
        "kind": row.kind,
        "claim": row.claim,
        "party": " ".join(row.parties),
        "site": {"type": "Point", "coordinates": list(row.site)},
        "landed_mass_kg": row.inputs["landed_mass_kg"] if asked is None else asked.landed_mass_kg,
        "built_pad": row.inputs.get("built_pad", False),
    }
    if asked is not None and asked.azimuth_from_deg is not None:
        said["azimuth_range_deg"] = [asked.azimuth_from_deg, asked.azimuth_to_deg]
    return said


def _windows(row: Movement, asked: LandingWindows | None, first_day: date, end: int) -> list[list[int]]:
    if asked is not None:
        return in_minutes(joined(asked.spans), first_day, end)
    begin = max(0, (row.first_day - first_day).days * DAY_MIN)
    last = min(end, (row.until - first_day).days * DAY_MIN) - 1
    return [[begin, last]] if begin <= last else []


def _preferred(asked: LandingWindows | None, windows: list[list[int]], first_day: date) -> int:
    """What the party prefers; the middle of the days if it has not asked."""
    if asked is not None:
        return minutes_between(first_day, asked.preferred_at)
    return (windows[0][0] + windows[0][1]) // 2


def period_of(instance: Mapping[str, Any]) -> tuple[date, int, date]:
    """The first day of an instance, the number of its days, and the last."""
    first, days = date.fromisoformat(instance["epoch"]), -(-instance["horizon_min"] // DAY_MIN)
    return first, days, first + timedelta(days=days - 1)
