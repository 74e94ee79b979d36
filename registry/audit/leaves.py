"""The records as they lie in the database, each with the hash that its leaf has today.

A leaf is put together from the stored canonical texts; only where values are sealed is it taken apart. What cannot be read
as a record has no hash.
"""

import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.stored import instant_text, is_text_of, stored_rows
from registry.log import sealing, tree
from registry.log.canonical import canonical
from registry.log.records import Record

LEAF_COLUMNS = ("index", "at", "actor", "act", "subject", "content", "salt", "sealed")
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
_quote = json.encoder.encode_basestring
NOT_CANONICAL = "it is not the canonical JSON that was stored"


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """One stored record: its index, the hash of its leaf, the hash that is stored beside it, and its content.

    `fault` says why there is no hash: column and reason.
    """

    index: Any
    hash: bytes | None
    stored_hash: bytes
    content: dict[str, Any]
    subject: str = ""
    sealed: tuple[str, ...] = ()
    fault: tuple[str, str] | None = None


def stored_leaves(session: Session) -> Iterator[StoredLeaf]:
    """All records in the order of their indexes."""
    table = Record.__table__
    assert isinstance(table, sa.Table)
    for row in stored_rows(session, table, (*LEAF_COLUMNS, "leaf_hash"), "index"):
        index, *_, leaf_hash = row
        try:
            yield _leaf(row)
        except UNREADABLE as error:
            column = _unreadable_column(row)
            yield StoredLeaf(index, None, bytes(leaf_hash or b""), _readable(row), fault=(column, str(error)))


def _readable(row: Any) -> dict[str, Any]:
    """The content of a record that is unreadable otherwise."""
    try:
        content = json.loads(row[LEAF_COLUMNS.index("content")])
    except UNREADABLE:
        return {}
    return content if isinstance(content, dict) else {}


def _leaf(row: Any) -> StoredLeaf:
    index, at, actor, act, subject, content, salt, sealed, leaf_hash = row
    said = json.loads(content)
    if sealed is None and salt is None:
        leaf = _composed(index, instant_text(at), actor, act, subject, content)
    else:
        leaf = _sealed(row, said)
    rows = said if isinstance(said, dict) else {}
    paths = _paths(sealed) if sealed else ()
    return StoredLeaf(index, tree.leaf_hash(leaf), bytes(leaf_hash), rows, subject, paths)


def _composed(index: int, at: str, actor: str, act: str, subject: str, content: str) -> bytes:
    """The canonical leaf from canonical parts."""
    head = f'{{"act":{_quote(act)},"actor":{actor},"at":{_quote(at)},"content":'
    return f'{head}{content},"index":{index},"subject":{_quote(subject)}}}'.encode()


def _sealed(row: Any, said: dict[str, Any]) -> bytes:
    """The leaf with its sealed values: by replacing their texts, and taken apart if that does not lead to the stored hash.

    A hash that fits proves either way right, and the stored texts canonical.
    """
    index, at, actor, act, subject, content, salt, sealed, leaf_hash = row
    paths, instant = _paths(sealed), instant_text(at)
    clear = {"actor": _parsed(actor), "content": said}
    texts = _replaced({"actor": actor, "content": content}, clear, paths, bytes(salt))
    leaf = _composed(index, instant, texts["actor"], act, subject, texts["content"])
    if tree.leaf_hash(leaf) == bytes(leaf_hash):
        return leaf
    if not (is_text_of(clear["actor"], actor) and is_text_of(said, content)):
        raise ValueError(NOT_CANONICAL)
    whole = {**clear, "act": act, "at": instant, "index": index, "subject": subject}
    return canonical(sealing.seal(whole, paths, bytes(salt)))


def _replaced(texts: dict[str, str], clear: Any, paths: Sequence[str], salt: bytes) -> dict[str, str]:
    """Actor and content with the text of each sealed value replaced where it occurs first."""
    for path in paths:
        words, text = sealing.words(path), canonical(sealing.value_at(clear, path)).decode()
        digest = hashlib.sha256(sealing.value_salt(salt, path) + text.encode()).hexdigest()
        name = "" if words[-1].isdecimal() else f"{_quote(words[-1])}:"
        texts[words[0]] = texts[words[0]].replace(f"{name}{text}", f'{name}{{"sealed":"{digest}"}}', 1)
    return texts


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    """The value of a text that many records have; nobody changes it."""
    return json.loads(text)


@functools.lru_cache(maxsize=4096)
def _paths(text: str) -> tuple[str, ...]:
    """The paths of sealed values; the leaf says nothing of how they are written, so that only the one form is theirs."""
    paths = json.loads(text)
    if not is_text_of(paths, text) or paths != sorted(set(paths)):
        raise ValueError(NOT_CANONICAL)
    return tuple(paths)


def _unreadable_column(row: Any) -> str:
    """The column for which there is no leaf."""
    _, at, actor, act, subject, content, salt, sealed, _ = row
    for name, text in (("act", act), ("subject", subject)):
        if not isinstance(text, str):
            return name
    for name, reads, cell in (("at", instant_text, at), ("actor", _canonical, actor), ("content", _canonical, content)):
        try:
            reads(cell)
        except UNREADABLE:
            return name
    return "salt" if not isinstance(salt, bytes | memoryview) or sealed is None else "sealed"


def _canonical(text: Any) -> None:
    value = json.loads(text)
    if not isinstance(value, dict) or not is_text_of(value, text):
        raise ValueError(NOT_CANONICAL)
