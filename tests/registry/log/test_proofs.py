"""Proofs of one snapshot agree with an independent implementation, and hold for their own size only."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from pymerkle import InmemoryTree
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.log import proofs, records, tree

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ACTOR = Actor("anna@example.org", "registrar")
SIZE = 13


@pytest.fixture
def log(session: Session) -> Session:
    for number in range(SIZE):
        records.append(session, AT, ACTOR, "noted", f"things/{number}", {"number": number})
    session.expire_all()
    return session


def oracle(session: Session) -> InmemoryTree:
    found = InmemoryTree(algorithm="sha256")
    for record in session.scalars(select(records.Record).order_by(records.Record.index)):
        found.append_entry(record.leaf())
    return found


def test_every_inclusion_proof_of_every_size_is_that_of_the_oracle(log: Session) -> None:
    expected = oracle(log)
    for size in range(1, SIZE + 1):
        for index in range(size):
            found = proofs.inclusion(log, index, size)
            assert list(found.proof) == expected.prove_inclusion(index + 1, size).path[1:]
            assert found.root == expected.get_root(size)
            assert found.verifies()


def test_every_consistency_proof_of_every_two_sizes_holds(log: Session) -> None:
    expected = oracle(log)
    for size in range(1, SIZE + 1):
        for old in range(1, size + 1):
            found = proofs.consistency(log, old, size)
            assert (found.old_root, found.root) == (expected.get_root(old), expected.get_root(size))
            assert found.verifies()


def test_without_a_size_proofs_are_of_the_whole_log(log: Session) -> None:
    assert (proofs.inclusion(log, 4).size, proofs.consistency(log, 4).size) == (SIZE, SIZE)


def test_a_proof_of_one_size_does_not_hold_at_another(log: Session) -> None:
    # sigstore/rekor#1055: proof and head were read at different moments.
    found = proofs.inclusion(log, 4, 9)
    for size in (8, 10, 13):
        root = proofs.root(log, size)
        assert not tree.verify_inclusion(4, size, found.leaf_hash, found.proof, root)


def test_a_proof_whose_path_is_right_and_whose_root_is_not_the_signed_one_does_not_hold(log: Session) -> None:
    # sigstore/sigstore-python#248: the path was checked, the root was not the signed one.
    found = proofs.inclusion(log, 4, 9)
    assert not tree.verify_inclusion(4, 9, found.leaf_hash, found.proof, proofs.root(log, 8))


def test_a_proof_and_its_root_take_two_statements(log: Session) -> None:
    seen: list[str] = []
    event.listen(log.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    proofs.inclusion(log, 4)
    assert len(seen) == 2  # the size, and all nodes


NO_STATE = "the log has 13 records; there is no state of it with {}"
REFUSED: dict[str, tuple[Callable[[Session], object], str]] = {
    "a record that is not there": (lambda log: proofs.inclusion(log, 13), "leaf 13 is not in a tree of 13 leaves"),
    "a record before the first": (lambda log: proofs.inclusion(log, -1), "leaf -1 is not in a tree of 13 leaves"),
    "a size beyond the log": (lambda log: proofs.inclusion(log, 0, 14), NO_STATE.format(14)),
    "a size below nothing": (lambda log: proofs.inclusion(log, 0, -1), NO_STATE.format(-1)),
    "a beginning of nothing": (
        lambda log: proofs.consistency(log, 0),
        "a tree of 0 leaves is no beginning of one of 13",
    ),
    "the wrong way round": (
        lambda log: proofs.consistency(log, 5, 4),
        "a tree of 5 leaves is no beginning of one of 4",
    ),
    "a later size beyond the log": (lambda log: proofs.consistency(log, 5, 14), NO_STATE.format(14)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_sizes_and_indexes_that_are_not_there_are_refused(log: Session, case: str) -> None:
    ask, fault = REFUSED[case]
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        ask(log)


def test_an_empty_state_of_the_log_has_the_root_of_nothing(log: Session) -> None:
    assert proofs.root(log, 0) == tree.EMPTY_ROOT


def test_a_proof_says_what_it_is_of_and_one_that_was_changed_does_not_hold(log: Session) -> None:
    whole = proofs.inclusion(log, 4, 9)
    leaf = log.get_one(records.Record, 4).leaf_hash
    assert (whole.index, whole.size, whole.leaf_hash, whole.root) == (4, 9, leaf, proofs.root(log, 9))
    assert not replace(whole, root=proofs.root(log, 8)).verifies()
    grown = proofs.consistency(log, 5, 9)
    assert (grown.old, grown.old_root, grown.size, grown.root) == (5, proofs.root(log, 5), 9, proofs.root(log, 9))
    assert not replace(grown, old_root=proofs.root(log, 4)).verifies()


def test_only_the_nodes_that_are_wanted_are_read(log: Session) -> None:
    asked: list[tuple[int, int]] = []

    def compute(nodes: tree.Nodes) -> list[bytes]:
        asked.extend([(3, 0), (0, 12)])
        return [nodes(3, 0), nodes(0, 12)]

    stored = records.StoredNodes(log)
    assert proofs.fetched(log, compute) == [stored(3, 0), stored(0, 12)]
    assert asked == [(3, 0), (0, 12)] * 2


def test_a_missing_node_is_named(log: Session) -> None:
    log.execute(sa.delete(records.TreeNode).where(records.TreeNode.level == 2, records.TreeNode.position == 1))
    with pytest.raises(tree.MissingNodeError) as caught:
        proofs.inclusion(log, 0)
    assert str(caught.value) == "tree node (level 2, position 1) is missing; the log's tree is damaged"
