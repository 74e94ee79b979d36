"""Records: one appended line of what happened, with its full content, as a leaf of the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import CheckConstraint, Integer, LargeBinary, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.actors import Actor
from registry.domain.constraints import not_empty
from registry.domain.instants import utc_text
from registry.log import tree

_POSTGRESQL_LOCK = 1280527183


class Record(Base):
    """One line of the log. Indexes are consecutive from 0; `leaf_hash` is the RFC 9162 hash of the canonical
    leaf.
    """

    __tablename__ = "records"
    __table_args__ = (
        CheckConstraint('"index" >= 0', name="index_not_negative"),
        not_empty("act"),
        not_empty("subject"),
    )

    index: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    def leaf(self) -> bytes:
        """The leaf: RFC 8785 canonical JSON of the record."""
        return leaf_bytes(self.index, self.at, self.actor, self.act, self.subject, self.content)


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


def leaf_bytes(
    index: int, at: datetime, actor: dict[str, Any], act: str, subject: str, content: dict[str, Any]
) -> bytes:
    """The canonical bytes that the log hashes for one record."""
    leaf: dict[str, Any] = {
        "index": index,
        "at": utc_text(at),
        "actor": actor,
        "act": act,
        "subject": subject,
        "content": content,
    }
    return rfc8785.dumps(leaf)


def lock(session: Session) -> None:
    """Make this transaction the only writer until it ends. SQLite's immediate transaction is that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})


def size(session: Session) -> int:
    """How many records the log has in this session's view."""
    last = session.scalar(select(func.max(Record.index)))
    return 0 if last is None else last + 1


def append(session: Session, at: datetime, actor: Actor, act: str, subject: str, content: dict[str, Any]) -> Record:
    """Add one record with the next index and its tree nodes; nothing is committed."""
    lock(session)
    index = size(session)
    leaf_hash = tree.leaf_hash(leaf_bytes(index, at, actor.content(), act, subject, content))
    record = Record(
        index=index,
        at=at,
        actor=actor.content(),
        act=act,
        subject=subject,
        content=content,
        leaf_hash=leaf_hash,
    )
    session.add(record)
    for level, position, node in tree.completed_nodes(index, leaf_hash, StoredNodes(session)):
        session.add(TreeNode(level=level, position=position, hash=node))
    session.flush()
    return record


def root(session: Session, at_size: int | None = None) -> bytes:
    """The root hash of the first `at_size` records; of all of them if None."""
    return tree.root(size(session) if at_size is None else at_size, StoredNodes(session))
