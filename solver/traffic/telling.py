"""Slots for people: a line a movement, with UTC, and what clashes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from solver.traffic.clashes import clashes
from solver.traffic.instance import Instance
from solver.traffic.solution import DAY, Solution

MOST_LINES = 200


def utc(instance: Instance, minute: int) -> datetime:
    """The instant of a minute from the epoch."""
    return datetime.combine(date.fromisoformat(instance.epoch), time(), UTC) + timedelta(minutes=minute)


def times_shown(instance: Instance, answer: Solution | None) -> Mapping[str, int]:
    """The slots of an answer, or the times preferred."""
    if answer is not None:
        return {name: at for name, at in answer.times.items() if name in instance.movement_by_id}
    return {m.id: m.preferred if m.slot is None else m.slot for m in instance.movements}


def rows(instance: Instance, answer: Solution | None) -> Iterator[str]:
    """A line for each movement, by time: when, who, what, how far from what it prefers."""
    times = times_shown(instance, answer)
    days = {slot.movement for slot in answer.slots if slot.precision == DAY} if answer else set()
    for name, at in sorted(times.items(), key=lambda row: (row[1], row[0])):
        movement = instance.movement_by_id[name]
        when = f"{utc(instance, at):%Y-%m-%d}" + (" (hour later)" if name in days else f"{utc(instance, at): %H:%M}")
        yield f"{when:26} {movement.kind:8} {name:12} {movement.party or '-':6} {_shift(at - movement.preferred)}"
    for row in answer.unserved if answer else ():
        causes = ", ".join(f"{r['rule']} {r['by'] or ''}".strip() for r in row["reasons"][:6])
        more = len(row["reasons"]) - 6
        yield f"no slot: {row['movement']}: {causes}" + (f" and {more} more" if more > 0 else "")


def _shift(minutes: int) -> str:
    return "as preferred" if minutes == 0 else f"{minutes:+d} min"


def clash_lines(instance: Instance, times: Mapping[str, int], preferred: bool) -> Iterator[str]:
    """What clashes at these times, at most so many lines; one line if nothing does."""
    found = clashes(instance, times)
    named = "at the times preferred" if preferred else "at these slots"
    yield f"{len(found)} clashes {named}"
    yield from (f"  {clash}" for clash in found[:MOST_LINES])
    if len(found) > MOST_LINES:
        yield f"  and {len(found) - MOST_LINES} more"
