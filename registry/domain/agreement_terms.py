"""The terms of an agreement as data: the distance, conditions of the kinds below, and the text that was agreed.

Conditions that the filing can show are checked, so that "open to every claim that meets the terms" is a fact and not an
opinion; the others are duties that a party takes on by accepting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.domain.texts import text_faults
from solver.fields import Fault, InputError, Record

# kind -> the fields that it has beside `kind`, and what it asks for
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "landing-notice": ("days",),  # a duty: so many days of notice before each landing
    "built-pad": (),  # checked: every landing is on a built pad
    "landing-dates": ("from", "until"),  # checked: every landing falls in these days, the last not included
    "other": ("text",),  # a duty in words
}
LANDING_METHOD = "landing-plume"
LONGEST_TEXT = 20_000
MOST_METRES = 1_000_000  # beyond any two points of the register's area
_TERMS = {"keep_out_m": True, "conditions": False, "text": True}


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that can be read."""

    keep_out_m: int
    conditions: tuple[Mapping[str, Any], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Landing:
    """A landing that a claim asks for: the days that it can touch, the last not included, and whether a pad is built."""

    placement: str
    first: date
    until: date
    on_built_pad: bool


def read_terms(document: Any) -> Terms:
    """The terms in a JSON value.

    Raises
    ------
    InputError
        With one fault for each thing that is wrong.
    """
    faults: list[Fault] = list(text_faults(document))
    record = Record(document, "", faults, _TERMS)
    keep_out_m = record.whole("keep_out_m", least=0, most=MOST_METRES)
    text = record.text("text")
    if len(text) > LONGEST_TEXT:
        record.fault("text", f"it has {len(text)} characters", f"use at most {LONGEST_TEXT}")
    rows = record.rows("conditions")
    for i, row in enumerate(rows):
        _check_condition(row, f"conditions[{i}]", faults)
    if faults:
        raise InputError(faults)
    return Terms(keep_out_m, tuple(dict(row) for row in rows), text)


def _check_condition(row: Any, path: str, faults: list[Fault]) -> None:
    kind = row.get("kind") if isinstance(row, dict) else None
    fields = CONDITIONS.get(kind, ()) if isinstance(kind, str) else ()
    record = Record(row, path, faults, dict.fromkeys(("kind", *fields), True))
    record.choice("kind", tuple(CONDITIONS), "other")
    if "days" in fields:
        record.whole("days", least=1, most=3650)
    if "text" in fields:
        record.text("text")
    if "from" in fields:
        _check_dates(record)


def _check_dates(record: Record) -> None:
    for name in ("from", "until"):
        try:
            date.fromisoformat(record.text(name))
        except ValueError:
            record.fault(name, f"{record.raw(name)!r} is not a date", "give YYYY-MM-DD")
    if record.is_sound and record.text("from") >= record.text("until"):
        record.fault("until", "it does not follow the first day", "give a later date")


def landings(
    epoch: date, placement: str, window: tuple[int, int], phases: Sequence[tuple[int, int, str, Mapping[str, Any]]]
) -> Iterator[Landing]:
    """The landings of a placement, from its window of starts and its phases as (offset, days, method, inputs)."""
    for offset, days, method, inputs in phases:
        if method == LANDING_METHOD:
            first, until = (epoch + timedelta(days=day) for day in (window[0] + offset, window[1] + offset + days))
            yield Landing(placement, first, until, bool(inputs.get("built_pad")))


def unmet(conditions: Sequence[Mapping[str, Any]], asked: Sequence[Landing]) -> list[str]:
    """Why a claim with these landings does not meet the conditions, one sentence for each; none if it does."""
    return [reason for row in conditions for landing in asked for reason in _unmet(row, landing)]


def _unmet(condition: Mapping[str, Any], landing: Landing) -> Iterator[str]:
    if condition["kind"] == "built-pad" and not landing.on_built_pad:
        yield f"placement {landing.placement} lands without a built pad"
    if condition["kind"] == "landing-dates":
        first, until = (date.fromisoformat(condition[name]) for name in ("from", "until"))
        if landing.first < first or landing.until > until:
            yield (
                f"placement {landing.placement} may land from {landing.first} until {landing.until}, "
                f"not only from {first} until {until}"
            )
