"""The tree agrees with an independent implementation of RFC 9162, and its proofs accept the truth and nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from registry.log import tree

Stored = dict[tuple[int, int], bytes]


def built(leaves: list[bytes]) -> Stored:
    """The stored nodes after adding the leaves one by one."""
    stored: Stored = {}
    for index, leaf in enumerate(leaves):
        for level, position, hash_ in tree.completed_nodes(index, tree.leaf_hash(leaf), nodes(stored)):
            stored[level, position] = hash_
    return stored


def nodes(stored: Stored) -> tree.Nodes:
    return lambda level, position: stored[level, position]


def lines(count: int) -> list[bytes]:
    return [f"record {index}".encode() for index in range(count)]


def oracle(leaves: list[bytes]) -> InmemoryTree:
    found = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        found.append_entry(leaf)
    return found


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert tree.root(0, nodes({})) == sha256(b"").digest()


def test_three_leaves_hash_as_in_the_standard() -> None:
    a, b, c = (sha256(b"\x00" + text).digest() for text in (b"a", b"b", b"c"))
    ab = sha256(b"\x01" + a + b).digest()
    assert tree.root(3, nodes(built([b"a", b"b", b"c"]))) == sha256(b"\x01" + ab + c).digest()


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70))
def test_roots_of_every_size_agree_with_the_oracle(leaves: list[bytes]) -> None:
    stored = built(leaves)
    expected = oracle(leaves)
    for size in range(1, len(leaves) + 1):
        assert tree.root(size, nodes(stored)) == expected.get_root(size)


@settings(max_examples=80)
@given(st.integers(1, 80), st.data())
def test_inclusion_proofs_are_accepted_and_those_of_other_leaves_refused(size: int, data: st.DataObject) -> None:
    leaves = lines(size)
    read = nodes(built(leaves))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    proof, root = tree.inclusion_proof(index, size, read), tree.root(size, read)
    assert tree.verify_inclusion(index, size, tree.leaf_hash(leaves[index]), proof, root)
    assert not tree.verify_inclusion(index, size, tree.leaf_hash(b"forged"), proof, root)
    assert other == index or not tree.verify_inclusion(other, size, tree.leaf_hash(leaves[index]), proof, root)


@settings(max_examples=80)
@given(st.integers(1, 80), st.data())
def test_consistency_proofs_are_accepted_and_a_rewritten_past_is_refused(size: int, data: st.DataObject) -> None:
    read = nodes(built(lines(size)))
    old = data.draw(st.integers(1, size))
    rewritten = nodes(built([b"rewritten", *lines(size)[1:]]))
    proof, root, old_root = tree.consistency_proof(old, size, read), tree.root(size, read), tree.root(old, read)
    assert tree.verify_consistency(old, size, old_root, root, proof)
    assert not tree.verify_consistency(old, size, tree.root(old, rewritten), root, proof)
    assert not tree.verify_consistency(old, size, old_root, tree.root(size, rewritten), proof)


def test_inclusion_proofs_are_those_of_the_oracle() -> None:
    leaves = lines(13)
    read, expected = nodes(built(leaves)), oracle(leaves)
    for index in range(13):
        path = expected.prove_inclusion(index + 1, 13).path
        assert tree.inclusion_proof(index, 13, read) == path[1:]


def test_changed_shortened_and_lengthened_proofs_are_refused() -> None:
    leaves = lines(11)
    read = nodes(built(leaves))
    leaf, proof, root = tree.leaf_hash(leaves[4]), tree.inclusion_proof(4, 11, read), tree.root(11, read)
    flipped = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
    for forged in (flipped, proof[:-1], [*proof, proof[0]], []):
        assert not tree.verify_inclusion(4, 11, leaf, forged, root)


def test_changed_shortened_and_lengthened_consistency_proofs_are_refused() -> None:
    read = nodes(built(lines(11)))
    proof, old_root, root = tree.consistency_proof(6, 11, read), tree.root(6, read), tree.root(11, read)
    flipped = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
    for forged in (flipped, proof[:-1], [*proof, proof[0]], []):
        assert not tree.verify_consistency(6, 11, old_root, root, forged)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    read = nodes(built(lines(3)))
    with pytest.raises(ValueError, match=f"^leaf {index} is not in a tree of {size} leaves$"):
        tree.inclusion_proof(index, size, read)
    assert not tree.verify_inclusion(index, size, tree.EMPTY_ROOT, [], tree.EMPTY_ROOT)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_tree_begins_with_a_larger_or_empty_one(old: int, size: int) -> None:
    read = nodes(built(lines(3)))
    with pytest.raises(ValueError, match=f"^a tree of {old} leaves is no beginning of one of {size}$"):
        tree.consistency_proof(old, size, read)
    assert not tree.verify_consistency(old, size, tree.EMPTY_ROOT, tree.EMPTY_ROOT, [])


def test_every_proof_up_to_thirteen_leaves_is_accepted_for_its_own_place_and_sizes_alone() -> None:
    leaves = lines(13)
    read = nodes(built(leaves))
    roots = {size: tree.root(size, read) for size in range(1, 14)}
    for size in range(1, 14):
        for index in range(size):
            proof, leaf = tree.inclusion_proof(index, size, read), tree.leaf_hash(leaves[index])
            held = [
                place for place in range(-1, size + 2) if tree.verify_inclusion(place, size, leaf, proof, roots[size])
            ]
            assert held == [index]
            assert not tree.verify_inclusion(index, size, leaf, [*proof, leaf], roots[size])
            assert not proof or not tree.verify_inclusion(index, size, leaf, proof[:-1], roots[size])
        for old in range(1, size + 1):
            grown = tree.consistency_proof(old, size, read)
            held = [
                first for first in range(size + 2)
                if tree.verify_consistency(first, size, roots[old], roots[size], grown)
            ]  # fmt: skip
            assert held == [old]
            assert not tree.verify_consistency(old, size, roots[old], roots[size], [*grown, roots[1]])


def test_an_empty_proof_shows_no_growth() -> None:
    read = nodes(built(lines(7)))
    assert not tree.verify_consistency(3, 7, tree.root(3, read), tree.root(7, read), [])
    assert tree.verify_consistency(7, 7, tree.root(7, read), tree.root(7, read), [])
    assert not tree.verify_consistency(7, 7, tree.root(7, read), tree.root(6, read), [])
    assert not tree.verify_consistency(7, 7, tree.root(7, read), tree.root(7, read), [tree.EMPTY_ROOT])
