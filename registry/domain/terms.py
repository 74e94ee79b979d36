"""When a priority runs: from its start day to the end of its last phase, the end day not included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """Days counted from the epoch and the dates they mean; the end has no part in it."""

    start_day: int
    end_day: int
    valid_from: date
    valid_until: date


def days_term(epoch: date, start_day: int, end_day: int) -> Term:
    """The term from one day to another, both counted from `epoch`."""
    return Term(start_day, end_day, epoch + timedelta(days=start_day), epoch + timedelta(days=end_day))


def entry_term(epoch: date, start_day: int, phases: Iterable[tuple[int, int]]) -> Term:
    """The term of a placement started on `start_day`, from its phases' (offset, days)."""
    return days_term(epoch, start_day, start_day + max(offset + days for offset, days in phases))
