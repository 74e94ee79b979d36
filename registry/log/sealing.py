"""Sealed values: what is confidential stands in a leaf as a salted hash, and can be opened value by value.

A sealed value is ``{"sealed": "<hex>"}`` with SHA-256(salt, RFC 8785 bytes of the value). The salt of a value is
SHA-256(salt of the record, JSON pointer in UTF-8), so that one opening tells nothing about the next. Paths never lie
within one another: each opening can be checked against the leaf alone. Everything here is pure.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.log.canonical import canonical

SALT_BYTES = 32


class PathError(LookupError):
    """A JSON pointer that leads nowhere in a leaf."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one sealed value: the record's index, the path of the value in the leaf, its salt, and the value."""

    index: int
    path: str
    salt: bytes
    value: Any

    def content(self) -> dict[str, Any]:
        """The opening as it stands in receipts and exports."""
        return {"index": self.index, "path": self.path, "salt": self.salt.hex(), "value": self.value}

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> "Opening":
        """The opening in its written form; ValueError names what is wrong with it."""
        missing = [name for name in ("index", "path", "salt", "value") if name not in content]
        if missing:
            raise ValueError(f"an opening without {' and '.join(missing)}; it has index, path, salt and value")
        index, path, salt = content["index"], content["path"], content["salt"]
        if isinstance(index, bool) or not isinstance(index, int) or not isinstance(path, str):
            raise ValueError("an opening's index is a whole number, its path a text")
        if not isinstance(salt, str) or len(salt) != 2 * SALT_BYTES:
            raise ValueError(f"the salt of an opening has {2 * SALT_BYTES} hexadecimal digits")
        return cls(index, path, bytes.fromhex(salt), content["value"])


def value_salt(record_salt: bytes, path: str) -> bytes:
    """The salt of the value at `path` of the record with this salt."""
    return hashlib.sha256(record_salt + path.encode()).digest()


def digest(salt: bytes, value: Any) -> str:
    """The hash by which a sealed value is known, in hex."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def sealed_value(salt: bytes, value: Any) -> dict[str, str]:
    """What stands in the leaf in place of a value."""
    return {"sealed": digest(salt, value)}


def is_sealed(value: Any) -> bool:
    """Whether a value has the form of a sealed one."""
    return isinstance(value, Mapping) and value.keys() == {"sealed"} and isinstance(value["sealed"], str)


def seal(leaf: Mapping[str, Any], paths: Iterable[str], salt: bytes) -> dict[str, Any]:
    """The leaf with the values at `paths` sealed; the one given stays as it is."""
    sealed = dict(leaf)
    for path in paths:
        value = value_at(sealed, path)
        sealed = _with(sealed, words(path), sealed_value(value_salt(salt, path), value))
    return sealed


def withheld(leaf: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The leaf for a reader who may not see the values at `paths`, where the log itself has them in clear."""
    shown = dict(leaf)
    for path in paths:
        shown = _with(shown, words(path), {"sealed": ""})
    return shown


def opening(leaf: Mapping[str, Any], path: str, salt: bytes) -> Opening:
    """The opening of the value at `path`, from the leaf in clear and the salt of its record."""
    return Opening(leaf["index"], path, value_salt(salt, path), value_at(leaf, path))


def check_opening(leaf: Mapping[str, Any], opened: Opening) -> bool:
    """Whether an opening is that of the sealed value at its path of this leaf."""
    try:
        found = value_at(leaf, opened.path)
    except PathError:
        return False
    return leaf.get("index") == opened.index and bool(found == sealed_value(opened.salt, opened.value))


def unseal(leaf: Mapping[str, Any], openings: Iterable[Opening]) -> dict[str, Any]:
    """The leaf with opened values in clear; ValueError if an opening is not one of this leaf."""
    clear = dict(leaf)
    for opened in openings:
        if not check_opening(leaf, opened):
            raise ValueError(f"record {opened.index}, {opened.path}: the opening does not fit the sealed value")
        clear = _with(clear, words(opened.path), opened.value)
    return clear


def value_at(leaf: Any, path: str) -> Any:
    """The value that a JSON pointer leads to; PathError if there is none."""
    value = leaf
    for word in words(path):
        try:
            value = value[int(word)] if isinstance(value, list) else value[word]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise PathError(f"{path}: nothing is there") from error
    return value


def _with(value: Any, way: Sequence[str], new: Any) -> Any:
    """A copy of `value` with another value at the path; what is not on the way is shared."""
    if not way:
        return new
    if isinstance(value, list):
        place = int(way[0])
        return [*value[:place], _with(value[place], way[1:], new), *value[place + 1 :]]
    return {**value, way[0]: _with(value[way[0]], way[1:], new)}


@functools.lru_cache(maxsize=4096)
def words(path: str) -> tuple[str, ...]:
    """The parts of a JSON pointer (RFC 6901, section 4)."""
    if not path.startswith("/"):
        raise PathError(f"{path!r}: a path begins with /")
    return tuple(word.replace("~1", "/").replace("~0", "~") for word in path.split("/")[1:])
