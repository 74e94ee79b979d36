"""Records: one appended line of what happened, with its full content, as a leaf of the log.

The table keeps content in clear; the leaf, which is what is hashed and published, has confidential values sealed
(`registry.log.sealing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Integer, LargeBinary, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry import ambient
from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.actors import Actor
from registry.domain.constraints import not_empty
from registry.domain.instants import utc_text
from registry.log import sealing, tree
from registry.log.canonical import canonical

_POSTGRESQL_LOCK = 1280527183
# Where a session may carry another source of salts, so that a test can repeat a log byte for byte.
RANDOM_BYTES = "registry.random_bytes"


class Record(Base):
    """One line of the log. Indexes are consecutive from 0; `leaf_hash` is the RFC 9162 hash of the canonical leaf, in
    which the values at the paths in `sealed` are salted hashes; a record without any has neither paths nor salt.
    """

    __tablename__ = "records"
    __table_args__ = (
        CheckConstraint('"index" >= 0', name="index_not_negative"),
        not_empty("act"),
        not_empty("subject"),
        CheckConstraint("(salt IS NULL) = (sealed IS NULL)", name="sealed_with_salt"),
    )

    index: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(sealing.SALT_BYTES))
    sealed: Mapped[list[str] | None] = mapped_column(CanonicalJson)

    def clear(self) -> dict[str, Any]:
        """The record as the register itself reads it: the leaf before anything in it is sealed."""
        return clear_leaf(self.index, self.at, self.actor, self.act, self.subject, self.content)

    def sealed_leaf(self) -> dict[str, Any]:
        """The record as everybody may read it: what is confidential is sealed."""
        return sealing.seal(self.clear(), self.sealed or (), self.salt or b"")

    def leaf(self) -> bytes:
        """The leaf: RFC 8785 canonical JSON of the record with what is confidential sealed."""
        return canonical(self.sealed_leaf())

    def openings(self) -> list[sealing.Opening]:
        """What opens each sealed value, in the order of their paths."""
        clear = self.clear()
        return [sealing.opening(clear, path, self.salt or b"") for path in self.sealed or ()]


class TreeNode(Base):
    """The hash of a complete subtree: node (level, position) covers the 2^level leaves from position *
    2^level on.
    """

    __tablename__ = "tree_nodes"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


@dataclass(frozen=True, slots=True)
class StoredNodes:
    """The stored subtree nodes of a session's snapshot, as the tree functions read them."""

    session: Session

    def __call__(self, level: int, position: int) -> bytes:
        node = self.session.get(TreeNode, (level, position))
        if node is None:
            raise tree.MissingNodeError(level, position)
        return node.hash


def clear_leaf(
    index: int, at: datetime, actor: dict[str, Any], act: str, subject: str, content: dict[str, Any]
) -> dict[str, Any]:
    """What the log hashes for one record, before anything in it is sealed."""
    return {"index": index, "at": utc_text(at), "actor": actor, "act": act, "subject": subject, "content": content}


def lock(session: Session) -> None:
    """Make this transaction the only writer until it ends. SQLite's immediate transaction is that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})


def size(session: Session) -> int:
    """How many records the log has in this session's view."""
    last = session.scalar(select(func.max(Record.index)))
    return 0 if last is None else last + 1


def append(
    session: Session,
    at: datetime,
    actor: Actor,
    act: str,
    subject: str,
    content: dict[str, Any],
    sealed: Sequence[str] = (),
) -> Record:
    """Add one record with the next index and its tree nodes; nothing is committed.

    Parameters
    ----------
    sealed
        JSON pointers to the values of the leaf that only their salted hashes stand for.
    """
    lock(session)
    index = size(session)
    record = Record(
        index=index,
        at=at,
        actor=actor.content(),
        act=act,
        subject=subject,
        content=content,
        salt=_salt(session) if sealed else None,
        sealed=list(sealed) or None,
    )
    record.leaf_hash = tree.leaf_hash(record.leaf())
    session.add(record)
    for level, position, node in tree.completed_nodes(index, record.leaf_hash, StoredNodes(session)):
        session.add(TreeNode(level=level, position=position, hash=node))
    session.flush()
    return record


def _salt(session: Session) -> bytes:
    salt: bytes = session.info.get(RANDOM_BYTES, ambient.random_bytes)(sealing.SALT_BYTES)
    return salt


def root(session: Session, at_size: int | None = None) -> bytes:
    """The root hash of the first `at_size` records; of all of them if None."""
    return tree.root(size(session) if at_size is None else at_size, StoredNodes(session))
