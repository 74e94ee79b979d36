"""Where a fault is: the places that services name, as JSON pointers into the body; parameters and headers by name."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError as ModelError

from registry.services.errors import ValidationError
from solver.fields import Fault

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PLACE = re.compile(r"[A-Za-z_][\w.\-\[\]]*")
_WHOLE = "file"  # how a document as a whole is called by those who read files
MISSING = "add it"
_MENDS = {
    "extra_forbidden": "leave it out, or check its spelling",
    "missing": MISSING,
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "date_from_datetime_parsing": "give a day as YYYY-MM-DD",
    "date_parsing": "give a day as YYYY-MM-DD",
    "bool_parsing": "give true or false",
}


class Wrong(NamedTuple):
    """One fault: its JSON pointer or its parameter, what is wrong, and what mends it."""

    detail: str
    mend: str
    pointer: str | None = None
    parameter: str | None = None


def pointer(path: str) -> str:
    """The JSON pointer (RFC 6901) of a place like placements[0].phases[1].days; that of the whole is empty."""
    if path == _WHOLE:
        return ""
    words = [name or index for name, index in _STEP.findall(path)]
    return "".join(f"/{word.replace('~', '~0').replace('/', '~1')}" for word in words)


def faults_of(error: ValidationError) -> Iterator[Wrong]:
    """The faults of a step that was refused, each at its place in the body."""
    for given, text in zip(error.given, error.faults, strict=True):
        yield of_fault(given) if isinstance(given, Fault) else _of_text(text)


def of_fault(fault: Fault) -> Wrong:
    """A fault of a document, at its place; a line or a byte of what is no JSON has no pointer."""
    if not (fault.path == _WHOLE or _PLACE.fullmatch(fault.path)):
        return Wrong(f"{_printable(fault.path)}: {_printable(fault.what)}", _printable(fault.mend), "")
    return Wrong(_printable(fault.what), _printable(fault.mend), pointer(fault.path))


def wrong_parameters(error: ModelError) -> Iterator[Wrong]:
    """The parameters of an address that cannot be used, with their mends."""
    for row in error.errors(include_url=False):
        name = _printable(".".join(str(part) for part in row["loc"]))[:80]
        yield Wrong(row["msg"], _mend(row["type"], row.get("ctx") or {}), parameter=name)


def _mend(kind: str, limits: dict[str, Any]) -> str:
    for name, words in (("le", "give at most {}"), ("ge", "give at least {}"), ("expected", "give {}")):
        if name in limits:
            return words.format(limits[name])
    if "max_length" in limits:
        return f"use at most {limits['max_length']} characters"
    return _MENDS.get(kind, "give it as /api/v1/openapi.json has it")


def _of_text(text: str) -> Wrong:
    """A fault in one line: field, fault, mend."""
    field, colon, rest = text.partition(": ")
    is_field = bool(colon and _PLACE.fullmatch(field))
    what, _, mend = (rest if is_field else text).partition("; ")
    return Wrong(what, mend or what, pointer(field) if is_field else "")


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
