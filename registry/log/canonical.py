"""The canonical form of JSON (RFC 8785), at the speed that logs of many records need."""

import json
import re
from typing import Any

import rfc8785

# Where the standard library and RFC 8785 can differ: whole numbers written with a point (1.0), numbers with an exponent, and
# names with letters that sort differently in UTF-16. What only looks like that, within a text, costs time and nothing else.
_WITH_POINT = (".0,", ".0]", ".0}")
_EXPONENT = re.compile("[0-9]e[-+][0-9]")
_FAR_LETTER = re.compile("[^\x00-\ud7ff]")
_quick = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value."""
    quick = _quick(value)
    return rfc8785.dumps(value) if _is_doubtful(quick) else quick.encode()


def _is_doubtful(text: str) -> bool:
    if text.endswith(".0") or any(mark in text for mark in _WITH_POINT):
        return True
    if ("e-" in text or "e+" in text) and _EXPONENT.search(text):
        return True
    return not text.isascii() and _FAR_LETTER.search(text) is not None
