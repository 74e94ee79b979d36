"""Bodies as they are read: strict JSON in UTF-8, with every fault at its place."""

from collections.abc import Iterator
from typing import Any

from flask import request

from registry.web.api.pointers import Wrong, of_fault
from registry.web.api.problems import ProblemError
from solver.fields import Fault, InputError, load_json

_NOT_JSON = "The body is not JSON that can be used; nothing was changed."
_MOST_FAULTS = 20


def document() -> Any:
    """The JSON value in the body of this request.

    Refused are other encodings, keys that stand twice, numbers that no exchange survives, texts that are half a character
    or have a NUL, and what is nested deeper than any filing.
    """
    try:
        found = load_json(request.get_data(cache=False))
    except InputError as error:
        raise ProblemError("not-json", _NOT_JSON, [of_fault(_of_body(row)) for row in error.faults]) from error
    wrong = [Wrong("a text with a NUL in it", "leave that character out", place) for place in _with_nul(found)]
    if wrong:
        raise ProblemError("not-json", _NOT_JSON, wrong[:_MOST_FAULTS])
    return found


def reason(given: Any, most: int = 1000) -> str:
    """The reason in a body that is nothing else: {"reason": "..."}."""
    wrong = [] if isinstance(given, dict) else [Wrong("it is no object", 'give {"reason": "..."}', "")]
    fields = given if isinstance(given, dict) else {}
    wrong += [Wrong("unknown field", "leave it out", f"/{name}"[:80]) for name in fields if name != "reason"]
    said = fields.get("reason")
    if not wrong and not (isinstance(said, str) and said.strip() and len(said) <= most):
        wrong = [Wrong("it is not a text that says why", f"give 1 to {most} characters", "/reason")]
    if wrong:
        raise ProblemError("invalid", "The document has faults; nothing was changed.", wrong[:_MOST_FAULTS])
    return str(said).strip()


def _of_body(fault: Fault) -> Fault:
    """A fault of a file, told of a body."""
    mends = {"give a JSON file": "send a JSON document", "mend or export the file again": "mend it"}
    return Fault(fault.path, fault.what, mends.get(fault.mend, fault.mend.replace("file", "document")))


def _with_nul(value: Any, place: str = "") -> Iterator[str]:
    """The places of texts, and of keys, that PostgreSQL cannot keep."""
    if isinstance(value, str):
        if "\x00" in value:
            yield place
    elif isinstance(value, dict):
        for name, part in value.items():
            if "\x00" in name:
                yield place
            yield from _with_nul(part, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _with_nul(part, f"{place}/{number}")
