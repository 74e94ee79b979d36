"""Proofs from one snapshot: that a record is in the log, and that a longer log begins with a shorter one.

Proof and root are computed from the same nodes, read by one statement, so that they always belong to the same size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from registry.log import records, tree

T = TypeVar("T")
_NOTHING = bytes(32)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That the leaf with this hash is record `index` of the log of `size` records with this root."""

    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    proof: tuple[bytes, ...]

    def verifies(self) -> bool:
        """Whether the proof holds."""
        return tree.verify_inclusion(self.index, self.size, self.leaf_hash, self.proof, self.root)


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the log of `size` records begins with the `old` records whose root was `old_root`."""

    old: int
    old_root: bytes
    size: int
    root: bytes
    proof: tuple[bytes, ...]

    def verifies(self) -> bool:
        """Whether the proof holds."""
        return tree.verify_consistency(self.old, self.size, self.old_root, self.root, self.proof)


def inclusion(session: Session, index: int, size: int | None = None) -> Inclusion:
    """The proof that record `index` is in the log of `size` records (all of them if None).

    Raises
    ------
    ValueError
        If there is no such record in a log of this size.
    """
    size = _checked_size(session, size)

    def compute(nodes: tree.Nodes) -> Inclusion:
        proof = tree.inclusion_proof(index, size, nodes)
        return Inclusion(index, size, nodes(0, index), tree.root(size, nodes), tuple(proof))

    return fetched(session, compute)


def consistency(session: Session, old: int, size: int | None = None) -> Consistency:
    """The proof that the log of `size` records (all of them if None) begins with its first `old`.

    Raises
    ------
    ValueError
        If `old` is not from 1 to `size`.
    """
    size = _checked_size(session, size)

    def compute(nodes: tree.Nodes) -> Consistency:
        proof = tree.consistency_proof(old, size, nodes)
        return Consistency(old, tree.root(old, nodes), size, tree.root(size, nodes), tuple(proof))

    return fetched(session, compute)


def root(session: Session, size: int) -> bytes:
    """The root of the first `size` records."""
    return fetched(session, lambda nodes: tree.root(size, nodes))


def fetched(session: Session, compute: Callable[[tree.Nodes], T]) -> T:
    """What `compute` makes of the stored nodes; it is run once to learn which it wants, and again with them."""
    wanted: set[tuple[int, int]] = set()

    def note(level: int, position: int) -> bytes:
        wanted.add((level, position))
        return _NOTHING

    compute(note)
    table = records.TreeNode
    # Not as pairs IN a list: SQLite would read the whole table for that.
    places = [and_(table.level == level, table.position == position) for level, position in sorted(wanted)]
    chosen = select(table.level, table.position, table.hash).where(or_(false(), *places))
    found = {(level, position): hash_ for level, position, hash_ in session.execute(chosen)}

    def read(level: int, position: int) -> bytes:
        if (level, position) not in found:
            raise tree.MissingNodeError(level, position)
        return found[level, position]

    return compute(read)


def _checked_size(session: Session, size: int | None) -> int:
    total = records.size(session)
    if size is not None and not 0 <= size <= total:
        raise ValueError(f"the log has {total} records; there is no state of it with {size}")
    return total if size is None else size
