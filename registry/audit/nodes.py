"""The stored tree against the hashes of the leaves, level by level, in one pass over both."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.leaves import StoredLeaf
from registry.audit.report import Difference
from registry.audit.stored import stored_rows
from registry.log import tree
from registry.log.records import TreeNode

LEAF = "at, actor, act, subject, content, salt or sealed"
Nodes = Mapping[tuple[int, int], bytes]


class Levels:
    """All complete subtrees over leaf hashes: `levels[n][m]` covers the 2^n leaves from m * 2^n on."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.levels = [list(hashes)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([tree.node_hash(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)])

    def node(self, level: int, position: int) -> bytes:
        """The hash of one complete subtree."""
        return self.levels[level][position]

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return tree.root(size, self.node)


def stored_nodes(session: Session) -> dict[tuple[int, int], bytes]:
    """Every stored node."""
    table = TreeNode.__table__
    assert isinstance(table, sa.Table)
    return {(level, position): bytes(hash_ or b"") for level, position, hash_ in
            stored_rows(session, table, ("level", "position", "hash"))}  # fmt: skip


def settled_hash(leaf: StoredLeaf, node: bytes | None) -> tuple[bytes, list[Difference]]:
    """The hash that a leaf has had, by two of three witnesses (the leaf itself, the hash beside it, the tree's node),
    and what the others say instead.
    """
    row, hex_ = str(leaf.index), leaf.stored_hash.hex()
    if leaf.hash is not None and leaf.hash == leaf.stored_hash:
        return leaf.hash, []  # a node that differs is told of with the tree
    if leaf.fault is not None:
        column, reason = leaf.fault
        return node or leaf.stored_hash, [Difference("records", row, column, None, None, f"unreadable: {reason}")]
    assert leaf.hash is not None
    if leaf.hash == node:
        return leaf.hash, [Difference("records", row, "leaf_hash", leaf.hash.hex(), hex_, "changed")]
    said = "the leaf has another hash: one of its cells was changed"
    return node or leaf.stored_hash, [Difference("records", row, LEAF, hex_, leaf.hash.hex(), said)]


def tree_differences(levels: Levels, nodes: Nodes) -> Iterator[Difference]:
    """Stored nodes that are not those over the leaves, and nodes that are missing or too many."""
    wanted = {(level, position): hash_ for level, row in enumerate(levels.levels) for position, hash_ in enumerate(row)}
    for (level, position), hash_ in wanted.items():
        found = nodes.get((level, position))
        if found is None:
            yield _node(level, position, "", hash_, None, "the row is missing")
        elif found != hash_:
            yield _node(level, position, "hash", hash_, found, "changed")
    for level, position in sorted(nodes.keys() - wanted.keys()):
        yield _node(level, position, "", None, nodes[level, position], "no record is below this node")


def _node(level: int, position: int, column: str, wanted: bytes | None, found: bytes | None, what: str) -> Difference:
    recorded, there = (None if hash_ is None else hash_.hex() for hash_ in (wanted, found))
    return Difference("tree_nodes", f"{level}/{position}", column, recorded, there, what)
