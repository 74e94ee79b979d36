"""Texts from strangers: which of them can be stored, hashed, drawn and shown, whatever their language."""

import re
from collections.abc import Iterator
from typing import Any

from solver.fields import Fault

# What XML 1.0 (section 2.2) or PostgreSQL has no place for: control characters but tab and line breaks, halves of
# surrogate pairs, and two code points that are no characters. And what turns the direction of all that follows, so that a
# name shows as another one (Unicode Technical Report 36, 2.5): languages from right to left need no such character.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


def text_faults(document: Any) -> Iterator[Fault]:
    """A fault for each text of a JSON value, keys included, that has an unusable character, and each note that is
    no text.
    """
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}".lstrip("."), item) for name, item in value.items()]
            waiting += [(path or "file", name) for name in value]
            if not isinstance(value.get("note", ""), str):
                yield Fault(f"{path}.note".lstrip("."), "it is not a text", "give a text, or leave it out")
        elif isinstance(value, list):
            waiting += [(f"{path}[{i}]", item) for i, item in enumerate(value)]
        elif isinstance(value, str) and (found := _UNUSABLE.search(value)):
            what = f"character {found.start() + 1} (U+{ord(found[0]):04X}) cannot be stored or shown"
            yield Fault(path, what, "leave it out")
