"""Proofs of one snapshot agree with an independent implementation, and hold for their own size only."""

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


def test_sizes_and_indexes_that_are_not_there_are_refused(log: Session) -> None:
    for ask in (
        lambda: proofs.inclusion(log, SIZE),
        lambda: proofs.inclusion(log, 0, SIZE + 1),
        lambda: proofs.consistency(log, 0),
        lambda: proofs.consistency(log, 5, 4),
        lambda: proofs.consistency(log, 5, SIZE + 1),
    ):
        with pytest.raises(ValueError, match=r"is not in a tree|there is no state|is no beginning"):
            ask()


def test_a_missing_node_is_named(log: Session) -> None:
    log.execute(sa.delete(records.TreeNode).where(records.TreeNode.level == 2, records.TreeNode.position == 1))
    with pytest.raises(tree.MissingNodeError, match="level 2, position 1"):
        proofs.inclusion(log, 0)
