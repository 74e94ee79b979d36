"""A cell's text as the value that a filing has; what a spreadsheet or a person may have meant is never guessed."""

import json
import math
import re
from typing import Any

from registry.imports.limits import LIMITS
from solver.fields import InputError, load_json

_WHOLE = re.compile(r"-?[0-9]{1,16}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
_PHONE = re.compile(r"\+[0-9][0-9 ()/.-]{4,}")
# What makes a spreadsheet compute instead of show (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FLAGS = {"yes": True, "no": False, "true": True, "false": False}


class CellError(ValueError):
    """A cell that cannot be read; `what` is wrong with it and the `mend`."""

    def __init__(self, what: str, mend: str):
        super().__init__(f"{what}; {mend}")
        self.what, self.mend = what, mend


def is_empty(raw: Any) -> bool:
    """Whether a cell says nothing."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def value(kind: str, raw: Any) -> Any:
    """The value of a cell that is not empty. What is no text stays as it is: the reading of the filing judges it.

    Raises
    ------
    CellError
        For a text that is none of its kind.
    """
    if isinstance(raw, float) and math.isnan(raw):
        raise CellError("it is not a number (NaN)", "give a number, or leave the cell empty")
    if isinstance(raw, bytes):
        raise CellError("it is not text in UTF-8", "give a text")
    if not isinstance(raw, str):
        return raw
    if len(raw) > LIMITS.cell_characters:
        raise CellError(f"it has {len(raw)} characters", f"use at most {LIMITS.cell_characters}")
    if kind in ("text", "choice", "list"):
        return _text(kind, raw)
    readers = {"whole": _whole, "number": _number, "flag": _flag, "json": _json, "any": _any}
    return readers[kind](raw.strip())


def _text(kind: str, raw: str) -> Any:
    if raw.startswith("'") and raw[1:].startswith(_FORMULA):
        raw = raw[1:]  # as exports write a text that begins like a formula
    elif raw.startswith(_FORMULA) and not _PHONE.fullmatch(raw):
        raise CellError(f"{raw[:30]!r} begins like a formula", "give the text itself, or put an apostrophe before it")
    return [part.strip() for part in raw.split(";") if part.strip()] if kind == "list" else raw


def _whole(text: str) -> int | float:
    return int(text) if _WHOLE.fullmatch(text) else _number(text)


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise CellError(f"{text[:40]!r} is not a number", _mend_of_number(text))
    found = int(text) if _WHOLE.fullmatch(text) else float(text)
    if isinstance(found, float) and found in (float("inf"), float("-inf")):
        raise CellError(f"{text[:40]!r} is too large", "give a number that can be measured")
    return found


def _mend_of_number(text: str) -> str:
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return "write it with the digits 0 to 9"
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return "write a decimal point"
    return "give a number such as 12 or 0.5, or leave the cell empty"


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise CellError(f"{text[:40]!r} is neither yes nor no", "give yes or no")
    return _FLAGS[text.lower()]


def _json(text: str) -> Any:
    try:
        return load_json(text.encode("utf-8", "surrogatepass"))
    except InputError as error:
        fault = error.faults[0]
        raise CellError(
            f"it is no JSON that can be used ({fault.path}: {fault.what})", "give a JSON value, or leave the cell empty"
        ) from error


def _any(text: str) -> Any:
    """An input of a method: a number, yes or no, or a text."""
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    return _number(text) if _NUMBER.fullmatch(text) else _text("text", text)


def shown(found: Any) -> str:
    """A value as the cell of a spreadsheet: what `value` reads back."""
    if found is None or isinstance(found, bool):
        return {None: "", True: "yes", False: "no"}[found]
    if isinstance(found, int | float):
        return repr(found)
    if isinstance(found, dict | list):
        return json.dumps(found, ensure_ascii=False)
    return f"'{found}" if found.startswith(_FORMULA) and not _PHONE.fullmatch(found) else str(found)
