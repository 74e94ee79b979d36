"""The stored tree against the leaves: two of three witnesses settle a hash, and every node that differs is told."""

import pytest
import sqlalchemy as sa
from pymerkle import InmemoryTree
from sqlalchemy.orm import Session

from registry.audit.leaves import StoredLeaf
from registry.audit.nodes import Levels, settled_hash, stored_nodes, tree_differences
from registry.audit.report import Difference
from registry.log import tree
from registry.log.records import TreeNode

LEAVES = [tree.leaf_hash(bytes([number])) for number in range(5)]
A, B, C, D, E = LEAVES
AB, CD = tree.node_hash(A, B), tree.node_hash(C, D)
ABCD = tree.node_hash(AB, CD)
WHOLE = {(0, number): hash_ for number, hash_ in enumerate(LEAVES)} | {(1, 0): AB, (1, 1): CD, (2, 0): ABCD}
CELLS = "at, actor, act, subject, content, salt or sealed"


def test_all_complete_subtrees_stand_by_level_and_position() -> None:
    levels = Levels(LEAVES)
    assert levels.levels == [LEAVES, [AB, CD], [ABCD]]
    assert (levels.node(0, 4), levels.node(1, 1), levels.node(2, 0)) == (E, CD, ABCD)
    assert (Levels([]).levels, Levels([A]).levels) == ([[]], [[A]])


def test_roots_of_every_size_are_those_of_the_oracle() -> None:
    oracle = InmemoryTree(algorithm="sha256")
    for number in range(5):
        oracle.append_entry(bytes([number]))
    assert [Levels(LEAVES).root(size) for size in range(1, 6)] == [oracle.get_root(size) for size in range(1, 6)]
    assert Levels([]).root(0) == tree.EMPTY_ROOT


def test_nodes_are_read_as_they_lie_and_one_without_a_hash_as_empty(loose: Session) -> None:
    loose.execute(
        sa.insert(TreeNode), [{"level": 0, "position": 1, "hash": A}, {"level": 3, "position": 0, "hash": None}]
    )
    assert stored_nodes(loose) == {(0, 1): A, (3, 0): b""}


@pytest.mark.parametrize(
    ("said", "stored", "node", "fault", "settled", "told"),
    [
        (A, A, A, None, A, None),
        (A, A, B, None, A, None),  # the node is told of with the tree
        (A, B, A, None, A, ("leaf_hash", A.hex(), B.hex(), "changed")),
        (A, B, C, None, C, (CELLS, B.hex(), A.hex(), "the leaf has another hash: one of its cells was changed")),
        (A, B, None, None, B, (CELLS, B.hex(), A.hex(), "the leaf has another hash: one of its cells was changed")),
        (None, B, C, ("at", "no instant"), C, ("at", None, None, "unreadable: no instant")),
        (None, B, None, ("at", "no instant"), B, ("at", None, None, "unreadable: no instant")),
    ],
)  # fmt: skip
def test_two_of_three_witnesses_settle_the_hash_of_a_leaf(
    said: bytes | None,
    stored: bytes,
    node: bytes | None,
    fault: tuple[str, str] | None,
    settled: bytes,
    told: tuple[str, ...],
) -> None:
    leaf = StoredLeaf(12, said, stored, {}, fault=fault)
    differences = [Difference("records", "12", *told)] if told else []
    assert settled_hash(leaf, node) == (settled, differences)


def test_nodes_that_are_other_missing_or_too_many_are_told() -> None:
    stored = WHOLE | {(1, 0): CD, (7, 0): A, (0, 9): B}
    del stored[0, 3], stored[2, 0]
    assert list(tree_differences(Levels(LEAVES), WHOLE)) == []
    assert list(tree_differences(Levels(LEAVES), stored)) == [
        Difference("tree_nodes", "0/3", "", D.hex(), None, "the row is missing"),
        Difference("tree_nodes", "1/0", "hash", AB.hex(), CD.hex(), "changed"),
        Difference("tree_nodes", "2/0", "", ABCD.hex(), None, "the row is missing"),
        Difference("tree_nodes", "0/9", "", None, B.hex(), "no record is below this node"),
        Difference("tree_nodes", "7/0", "", None, A.hex(), "no record is below this node"),
    ]
