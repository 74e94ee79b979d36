"""Who would be in whose way at the slots and the times preferred: landings against landings, orbits and work on the ground.

Orbits and sensitive operations are those of the newest proposal of slots: the register has no others.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.landing_slots import LandingSlot, LandingWindows, SlotProposal
from registry.domain.windows import minutes_between
from registry.queries.landings import Movement
from registry.queries.slot_instances import DAY_MIN, document, period_of
from solver.fields import InputError
from solver.traffic.clashes import clashes
from solver.traffic.instance_file import parse_slots_instance

Met = Mapping[str, tuple[tuple[str, str], ...]]
SIDE = timedelta(days=2)  # so that nothing lies on the edge of the days that are looked at


def met(
    session: Session,
    rows: Iterable[Movement],
    asked: Mapping[str, LandingWindows],
    slots: Mapping[str, LandingSlot],
) -> Met:
    """Rule and other of each clash, by landing or ascent, at its slot or else at the time that its party prefers."""
    moving = [row for row in rows if row.id in asked or row.id in slots]
    times = {
        row.id: slots[row.id].slot_at if row.id in slots else asked[row.id].preferred_at
        for row in moving
        if row.id in slots or row.id in asked
    }
    if not times:
        return {}
    newest = session.scalars(select(SlotProposal).order_by(SlotProposal.id.desc())).first()
    first, days = _period(times.values(), newest)
    made = document(moving, asked, slots, (first, days))
    for row in made["movements"]:  # what is looked at is the time, not the windows
        row["windows"] = [[0, days * DAY_MIN - 1]]
    try:
        instance = parse_slots_instance(json.dumps(made | _of_others(newest, first)).encode())
    except InputError:
        return {}  # orbits of a proposal so far from these days that they cannot be counted in one file
    minutes = {name: minutes_between(first, at) for name, at in times.items()}
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for clash in clashes(instance, {name: at for name, at in minutes.items() if name in instance.movement_by_id}):
        other = clash.other or ""
        if clash.rule == "S1" or (clash.rule == "S7" and other not in minutes):
            continue  # windows are not looked at, and a landing that nobody asked for yet is missing nobody
        found[clash.movement] = (*found.get(clash.movement, ()), (clash.rule, other))
        if other in minutes:
            found[other] = (*found.get(other, ()), (clash.rule, clash.movement))
    return {name: tuple(sorted(set(rows))) for name, rows in found.items()}


def _period(times: Iterable[datetime], newest: SlotProposal | None) -> tuple[date, int]:
    """The first day of all, so that minutes of orbits and operations count from there too, and the number of days."""
    days = sorted(at.date() for at in times)
    first = days[0] - SIDE if newest is None else min(days[0] - SIDE, newest.first_day)
    last = days[-1] + SIDE if newest is None else max(days[-1] + SIDE, newest.last_day)
    return first, (last - first).days + 1


def _of_others(newest: SlotProposal | None, first: date) -> dict[str, Any]:
    """Orbits and operations of a proposal, counted from another first day."""
    if newest is None:
        return {}
    since, days, _ = period_of(newest.instance)
    later = (since - first).days * DAY_MIN
    orbiters = newest.instance.get("orbiters") or []
    operations = newest.instance.get("operations") or []
    until = newest.instance.get("orbits_until_min")
    return {
        "orbiters": [row | {"south_at_s": row["south_at_s"] + 60 * later} for row in orbiters],
        "operations": [
            row | {"times": [[low + later, high + later] for low, high in row["times"]]} for row in operations
        ],
        "orbits_until_min": (days * DAY_MIN if until is None else until) + later,
    }
