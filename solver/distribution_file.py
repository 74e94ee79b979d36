"""Reading the lottery of a solution file strictly: its form; whether it is right is for `solver.verify`."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from solver.distribution import Distribution, Drawn, Gap, Level, Outcome
from solver.fields import Fault, Record

_DISTRIBUTION = {
    "outcomes": True, "expected": True, "chances": True, "levels": True, "open": True, "exchangeable": True, "draw": True,
}  # fmt: skip
_LEVEL = {"parties": True, "claims": True, "mean": True, "weights": True, "most": True}
_TEXT = re.compile(r"(0|[1-9][0-9]{0,999})(/[1-9][0-9]{0,999})?")
KINDS = ("parties", "claims")


def parse_distribution(value: Any, faults: list[Fault], outcome: Callable[[Any, str], Outcome]) -> Distribution:
    """The lottery in a JSON value; what is wrong with it is added to the faults.

    `outcome` reads one of them, given its JSON value and path.
    """
    record = Record(value, "distribution", faults, _DISTRIBUTION)
    return Distribution(
        outcomes=tuple(outcome(row, f"{record.at('outcomes')}[{i}]") for i, row in _rows(record, "outcomes")),
        expected={party: 100 * mean for party, mean in _fractions(record, "expected", faults).items()},
        chances=_fractions(record, "chances", faults),
        levels=tuple(_level(row, f"{record.at('levels')}[{i}]", faults) for i, row in _rows(record, "levels")),
        open=_gap(record.raw("open"), faults) if record.has("open") else None,
        exchangeable=tuple(_names(record, i, row) for i, row in _rows(record, "exchangeable")),
        draw=_draw(record.raw("draw"), faults) if record.has("draw") else None,
    )


def _rows(record: Record, name: str) -> list[tuple[int, Any]]:
    return list(enumerate(record.rows(name)))


def _names(record: Record, number: int, row: Any) -> tuple[str, ...]:
    if isinstance(row, list) and all(isinstance(name, str) and name for name in row):
        return tuple(row)
    record.fault(f"exchangeable[{number}]", "it is not a list of claims", 'give ["claim", "claim"]')
    return ()


def _level(row: Any, path: str, faults: list[Fault]) -> Level:
    record = Record(row, path, faults, _LEVEL)
    weights = Record(record.raw("weights"), record.at("weights"), faults, dict.fromkeys(KINDS, True))
    parties = tuple(record.texts("parties"))
    return Level(
        parties=parties,
        claims=tuple(record.texts("claims")),
        mean=fraction(record, "mean") * (100 if parties else 1),
        party_weights=_wholes(weights, "parties", faults),
        claim_weights=_wholes(weights, "claims", faults),
        most=record.whole("most", least=0),
    )


def _wholes(record: Record, name: str, faults: list[Fault]) -> Mapping[str, int]:
    raw = record.raw(name)
    inner = Record(raw, record.at(name), faults, dict.fromkeys(raw if isinstance(raw, dict) else (), True))
    return {key: inner.whole(key, least=1) for key in raw} if isinstance(raw, dict) else {}


def _gap(row: Any, faults: list[Fault]) -> Gap:
    record = Record(row, "distribution.open", faults, {"of": True, "mean": True, "at_most": True})
    scale = 100 if record.choice("of", KINDS, KINDS[0]) == KINDS[0] else 1
    return Gap(fraction(record, "mean") * scale, fraction(record, "at_most") * scale)


def _draw(row: Any, faults: list[Fault]) -> Drawn:
    record = Record(row, "distribution.draw", faults, {"value": True, "outcome": True})
    text = record.text("value")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if text and (not value or value.hex() != text):
        record.fault("value", f"{text[:60]!r} is not whole bytes in lower-case hex", "give for example 1f00ab")
    return Drawn(value, record.whole("outcome", least=1))


def _fractions(record: Record, name: str, faults: list[Fault]) -> dict[str, Fraction]:
    raw = record.raw(name)
    inner = Record(raw, record.at(name), faults, dict.fromkeys(raw if isinstance(raw, dict) else (), True))
    return {key: fraction(inner, key) for key in raw} if isinstance(raw, dict) else {}


def fraction(record: Record, name: str) -> Fraction:
    """A fraction of at least 0 as text in lowest terms."""
    value = record.raw(name)
    if isinstance(value, str) and _TEXT.fullmatch(value):
        found = Fraction(value)
        if str(found) == value:
            return found
    if name in record:
        record.fault(name, f"{str(value)[:60]!r} is not a fraction in lowest terms", 'give for example "1/3" or "2"')
    return Fraction(0)
