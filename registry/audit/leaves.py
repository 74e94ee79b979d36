"""The records as they lie in the database, each with the hash that its leaf has today.

A leaf is put together from the stored canonical texts; only where values are sealed is it taken apart. What cannot be read
as a record has no hash.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.stored import instant_text, is_text_of, quick_text, stored_rows
from registry.log import sealing, tree
from registry.log.records import Record

LEAF_COLUMNS = ("index", "at", "actor", "act", "subject", "content", "salt", "sealed")
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
_quote = json.encoder.encode_basestring


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
    paths = tuple(json.loads(sealed)) if sealed else ()
    return StoredLeaf(index, tree.leaf_hash(leaf), bytes(leaf_hash), rows, subject, paths)


def _composed(index: int, at: str, actor: str, act: str, subject: str, content: str) -> bytes:
    """The canonical leaf from canonical parts."""
    head = f'{{"act":{_quote(act)},"actor":{actor},"at":{_quote(at)},"content":'
    return f'{head}{content},"index":{index},"subject":{_quote(subject)}}}'.encode()


def _sealed(row: Any, said: dict[str, Any]) -> bytes:
    """The leaf with its sealed values; by the exact way if the quick one does not lead to the stored hash."""
    index, at, actor, act, subject, content, salt, sealed, leaf_hash = row
    who, paths, instant = json.loads(actor), json.loads(sealed), instant_text(at)
    if not (is_text_of(who, actor) and is_text_of(said, content) and is_text_of(paths, sealed)):
        raise ValueError("it is not the canonical JSON that was stored")
    clear = {"act": act, "actor": who, "at": instant, "content": said, "index": index, "subject": subject}
    leaf = quick_text(_quickly_sealed(clear, paths, bytes(salt))).encode()
    if tree.leaf_hash(leaf) == bytes(leaf_hash):
        return leaf
    return rfc8785.dumps(sealing.seal(clear, paths, bytes(salt)))


def _quickly_sealed(clear: Any, paths: Sequence[str], salt: bytes) -> Any:
    for path in paths:
        words = [word.replace("~1", "/").replace("~0", "~") for word in path.split("/")[1:]]
        clear = _sealed_at(clear, words, sealing.value_salt(salt, path))
    return clear


def _sealed_at(value: Any, words: Sequence[str], salt: bytes) -> Any:
    """A copy with the value at the path sealed; what is not on the way is shared."""
    if not words:
        return {"sealed": hashlib.sha256(salt + quick_text(value).encode()).hexdigest()}
    copy = list(value) if isinstance(value, list) else dict(value)
    place: Any = int(words[0]) if isinstance(value, list) else words[0]
    copy[place] = _sealed_at(value[place], words[1:], salt)
    return copy


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
    if not is_text_of(json.loads(text), text):
        raise ValueError("it is not the canonical JSON that was stored")
