"""Reading JSON strictly: every fault with the place where it stands and the mend, none of them repaired.

A `Record` wraps one JSON object. Its readers return the value, or a harmless stand-in after noting a fault, so that one
pass over a file finds all that is wrong with it.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WHOLE_LIMIT = 2**53 - 1  # RFC 8785 and RFC 7493: integers beyond this do not survive exchange
DEPTH_LIMIT = 64
TEXT_LIMIT = 240  # characters of a path or a description that a fault shows


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input: where, what, and what to do."""

    path: str
    what: str
    mend: str

    def __str__(self) -> str:
        text = f"{_shortened(self.path)}: {_shortened(self.what)}; {self.mend}"
        # Names come from strangers' files: no line break and no terminal command passes.
        return "".join(character if character.isprintable() else " " for character in text)


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 3] + "..."


class InputError(Exception):
    """An input that cannot be used; `faults` lists all that was found."""

    def __init__(self, faults: list[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def load_json(data: bytes) -> Any:
    """The JSON value in UTF-8 bytes, with unique keys and numbers and texts that RFC 8785 can carry.

    Raises
    ------
    InputError
        For anything else; the faults name the line, the key or the path.
    """
    try:
        document = json.loads(_decode(data), object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError([Fault(place, f"not JSON ({error.msg})", "mend or export the file again")]) from error
    except RecursionError as error:
        raise InputError([_too_deep("file")]) from error
    except ValueError as error:  # an integer with more digits than Python converts
        raise InputError([Fault("file", "a number has too many digits", f"stay below {WHOLE_LIMIT}")]) from error
    faults = list(_unusable_values(document))
    if faults:
        raise InputError(faults)
    return document


def check_format(document: Any, expected: str) -> None:
    """Raise InputError if a document says that it is of another format: nothing else in it can be judged then."""
    if isinstance(document, dict) and document.get("format", expected) != expected:
        fault = Fault("format", f"{_shown(document['format'])} is not the format wanted here", f"give {expected}")
        raise InputError([fault])


def _decode(data: bytes) -> str:
    if not data.strip():
        raise InputError([Fault("file", "it is empty", "give a JSON file")])
    if data.startswith(b"\xef\xbb\xbf"):
        raise InputError([Fault("file", "it begins with a byte order mark", "save it as UTF-8 without one")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise InputError([Fault(where, "not UTF-8 text", "give a JSON file in UTF-8, not a binary file")]) from error


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError([Fault("file", f"key {_shown(twice)} stands twice in one object", "keep one of them")])
    return document


def _unusable_values(document: Any) -> Iterator[Fault]:
    stack: list[tuple[str, Any, int]] = [("", document, 0)]
    while stack:
        path, value, depth = stack.pop()
        if depth > DEPTH_LIMIT:
            yield _too_deep(path[:60])
            return
        if isinstance(value, dict):
            stack += [(f"{path}.{key}".lstrip("."), item, depth + 1) for key, item in value.items()]
            stack += [(path or "file", key, depth + 1) for key in value]
        elif isinstance(value, list):
            stack += [(f"{path}[{i}]", item, depth + 1) for i, item in enumerate(value)]
        elif isinstance(value, str) and not _is_unicode(value):
            yield Fault(_printable(path), "text with half of a surrogate pair", "write whole characters")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Fault(path, "a number that is not finite", "give a finite number")
        elif isinstance(value, int) and abs(value) > WHOLE_LIMIT:
            yield Fault(path, "a whole number that is too large", f"stay within {WHOLE_LIMIT}")


def _too_deep(path: str) -> Fault:
    return Fault(path, f"nested deeper than {DEPTH_LIMIT} levels", "give the flat structure of the format")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Record:
    """One JSON object being read against its list of fields (name -> required); `note` is always allowed."""

    def __init__(self, document: Any, path: str, faults: list[Fault], fields: Mapping[str, bool]):
        self.path = path
        self._faults = faults
        self._before = len(faults)
        self._document: Mapping[str, Any] = document if isinstance(document, dict) else {}
        if not isinstance(document, dict):
            faults.append(Fault(path or "file", f"{_shown(document)} is not an object", "give an object {...}"))
            return
        for name in document:
            if name not in fields and name != "note":
                self.fault(name, "unknown field", f"remove it or use one of {', '.join(fields)}")
        for name, required in fields.items():
            if required and name not in document:
                self.fault(name, "missing", "add it")

    @property
    def is_sound(self) -> bool:
        """True while nothing in this record, or read since it was opened, was found at fault."""
        return len(self._faults) == self._before

    def is_sound_at(self, name: str) -> bool:
        """True if the field is there and nothing was found at fault in it so far."""
        return name in self._document and not any(fault.path == self.at(name) for fault in self._faults)

    def __contains__(self, name: str) -> bool:
        return name in self._document

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}".lstrip(".")

    def fault(self, name: str, what: str, mend: str) -> None:
        """Note a fault at a field."""
        self._faults.append(Fault(self.at(name), what, mend))

    def raw(self, name: str) -> Any:
        """The field as it stands, None if absent."""
        return self._document.get(name)

    def has(self, name: str) -> bool:
        """True if the field is there and not null."""
        return self._document.get(name) is not None

    def text(self, name: str) -> str:
        """A text of at least one visible character."""
        value = self.raw(name)
        if isinstance(value, str) and value.strip():
            return value
        if name in self._document:
            self.fault(name, f"{_shown(value)} is not a text", "give a text of at least one character")
        return ""

    def optional_text(self, name: str) -> str | None:
        """A text, or None if absent or null."""
        return self.text(name) if self.has(name) else None

    def whole(self, name: str, least: int, most: int = WHOLE_LIMIT) -> int:
        """A whole number from least to most; 2.0 is whole."""
        return self._whole(self.raw(name), name, least, most) if name in self._document else least

    def _whole(self, value: Any, place: str, least: int, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(place, f"{_shown(value)} is not a number", "give a whole number")
        elif isinstance(value, float) and not value.is_integer():
            self.fault(place, f"{value} is not whole", "give a whole number")
        elif value < least or value > most:
            bounds = f"from {least} to {most}" if most < WHOLE_LIMIT else f"of at least {least}"
            self.fault(place, f"{int(value)} is out of range", f"give a whole number {bounds}")
        else:
            return int(value)
        return least

    def wholes(self, name: str, least: int, count: int | None = None) -> list[int]:
        """A list of whole numbers, of the given length if one is given."""
        values = self.rows(name)
        if count is not None and len(values) != count and self.is_sound_at(name):
            self.fault(name, f"it has {len(values)} numbers", f"give {count}")
            return [least] * count
        return [self._whole(value, f"{name}[{i}]", least, WHOLE_LIMIT) for i, value in enumerate(values)] or (
            [least] * (count or 0)
        )

    def coordinates(self, name: str, count: int) -> tuple[float, ...]:
        """`count` finite numbers, in map metres."""
        values = self.rows(name)
        if len(values) != count:
            self.fault(name, f"it has {len(values)} numbers", f"give {count}")
            return (0.0,) * count
        for i, value in enumerate(values):
            if isinstance(value, bool) or not isinstance(value, int | float):
                self.fault(f"{name}[{i}]", f"{_shown(value)} is not a number", "give metres")
                return (0.0,) * count
        return tuple(float(value) for value in values)

    def rows(self, name: str) -> list[Any]:
        """A list; absent and null are empty."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, f"{_shown(value)} is not a list", "give a list [...]")
            return []
        return value

    def texts(self, name: str) -> list[str]:
        """A list of different texts."""
        found: list[str] = []
        for i, value in enumerate(self.rows(name)):
            if not isinstance(value, str) or not value.strip():
                self.fault(f"{name}[{i}]", f"{_shown(value)} is not a text", "give a text of at least one character")
            elif value in found:
                self.fault(f"{name}[{i}]", f"{_shown(value)} stands twice", "keep one of them")
            else:
                found.append(value)
        return found

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of the texts given; the default if absent or null."""
        value = self.raw(name)
        if value is None:
            return default
        if value in choices:
            return str(value)
        self.fault(name, f"{_shown(value)} is unknown", f"use one of {', '.join(choices)}")
        return default
