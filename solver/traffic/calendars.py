"""Slots as a calendar: one event or row a movement, from its way in to its way out, by time."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

from solver.fields import Fault, InputError
from solver.traffic import icalendar
from solver.traffic.instance import Instance
from solver.traffic.solution import DAY, Slot, Solution
from solver.traffic.telling import utc

COLUMNS = (
    "movement",
    "kind",
    "claim",
    "party",
    "precision",
    "at",
    "from",
    "until",
    "shift_min",
    "x_m",
    "y_m",
    "keep_out_m",
)


def calendar_bytes(instance: Instance, answer: Solution, suffix: str) -> bytes:
    """The calendar in the form that the ending of a file name says.

    Raises
    ------
    InputError
        For another ending, and for slots of movements that the instance does not have.
    """
    unknown = [slot.movement for slot in answer.slots if slot.movement not in instance.movement_by_id]
    if unknown:
        raise InputError([Fault(name, "no movement of this instance", "give the instance solved") for name in unknown])
    slots = sorted(answer.slots, key=lambda slot: (slot.at, slot.movement))
    if suffix == ".ics":
        return icalendar.written(f"Slots {instance.id}", [_event(instance, slot) for slot in slots])
    if suffix == ".csv":
        return _table(instance, slots)
    raise InputError([Fault("--output", f"{suffix or 'no ending'} is no calendar", "end the name in .ics or .csv")])


def _event(instance: Instance, slot: Slot) -> icalendar.Event:
    movement, at = instance.movement_by_id[slot.movement], utc(instance, slot.at)
    before, after = movement.flight_min
    start: date | datetime = at - timedelta(minutes=before)
    end: date | datetime = at + timedelta(minutes=after)
    if slot.precision == DAY:
        start, end = at.date(), at.date() + timedelta(days=1)
    said = "Hour to be confirmed when orbits are forecast." if slot.precision == DAY else f"At {at:%Y-%m-%d %H:%M} UTC."
    return icalendar.Event(
        uid=f"{slot.movement}@{instance.id}.slots.lunar-site-registry",
        stamp=datetime.combine(date.fromisoformat(instance.epoch), time(), UTC),
        start=start,
        end=end,
        summary=f"{movement.kind.capitalize()} {slot.movement}" + (f" ({movement.party})" if movement.party else ""),
        description=f"{said} Keep-out {movement.keep_out_m} m.",
        status=icalendar.TENTATIVE if slot.precision == DAY else icalendar.CONFIRMED,
    )


def _table(instance: Instance, slots: list[Slot]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for slot in slots:
        movement = instance.movement_by_id[slot.movement]
        before, after = movement.flight_min
        times = (f"{utc(instance, minute):%Y-%m-%dT%H:%MZ}" for minute in (slot.at, slot.at - before, slot.at + after))
        names = (_safe(slot.movement), movement.kind, _safe(movement.claim or ""), _safe(movement.party or ""))
        writer.writerow(
            (*names, slot.precision, *times, slot.at - movement.preferred, *movement.site, movement.keep_out_m)
        )
    return stream.getvalue().encode()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
