"""The Merkle tree of RFC 9162 section 2.1 over stored nodes of complete subtrees.

`Nodes` answers the hash of the complete subtree (level, position): 2^level leaves from position * 2^level on.
Everything here is pure; sizes and indexes count leaves; a proof is a list of 32-byte hashes.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]
EMPTY_ROOT = sha256(b"").digest()


class MissingNodeError(LookupError):
    """A stored subtree node that must exist does not."""

    def __init__(self, level: int, position: int) -> None:
        super().__init__(f"tree node (level {level}, position {position}) is missing; the log's tree is damaged")


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00, leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01, left, right)."""
    return sha256(b"\x01" + left + right).digest()


def completed_nodes(index: int, hash_: bytes, nodes: Nodes) -> Iterator[tuple[int, int, bytes]]:
    """The nodes (level, position, hash) that adding leaf `index` completes, the leaf itself first."""
    level, position = 0, index
    yield level, position, hash_
    while position % 2 == 1:
        hash_ = node_hash(nodes(level, position - 1), hash_)
        level, position = level + 1, position // 2
        yield level, position, hash_


def root(size: int, nodes: Nodes) -> bytes:
    """The root hash of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, nodes)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    return _path(index, 0, size, nodes)


def consistency_proof(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that the first `old` leaves begin the tree of `size` (RFC 9162 section 2.1.4.1)."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {size}")
    return _subproof(old, 0, size, nodes, whole=True)


def _split(count: int) -> int:
    """The largest power of two smaller than `count`, for a count of at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(start: int, count: int, nodes: Nodes) -> bytes:
    if count & (count - 1) == 0:
        return nodes(count.bit_length() - 1, start // count)
    left = _split(count)
    return node_hash(_range_hash(start, left, nodes), _range_hash(start + left, count - left, nodes))


def _path(index: int, start: int, count: int, nodes: Nodes) -> list[bytes]:
    if count == 1:
        return []
    left = _split(count)
    if index < left:
        return [*_path(index, start, left, nodes), _range_hash(start + left, count - left, nodes)]
    return [*_path(index - left, start + left, count - left, nodes), _range_hash(start, left, nodes)]


def _subproof(old: int, start: int, count: int, nodes: Nodes, *, whole: bool) -> list[bytes]:
    if old == count:
        return [] if whole else [_range_hash(start, count, nodes)]
    left = _split(count)
    if old <= left:
        return [
            *_subproof(old, start, left, nodes, whole=whole),
            _range_hash(start + left, count - left, nodes),
        ]
    rest = _subproof(old - left, start + left, count - left, nodes, whole=False)
    return [*rest, _range_hash(start, left, nodes)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether the proof shows leaf hash `leaf` at `index` of the tree with this size and root (RFC 9162
    section 2.1.3.2).
    """
    if not 0 <= index < size:
        return False
    position, last, hash_ = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position % 2 == 1 or position == last:
            hash_ = node_hash(sibling, hash_)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hash_ == root_hash


def verify_consistency(old: int, size: int, old_root: bytes, root_hash: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `old` leaves is the beginning of that of `size` (RFC 9162
    section 2.1.4.2).
    """
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root_hash
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = old - 1, size - 1
    while position % 2 == 1:
        position, last = position >> 1, last >> 1
    old_hash = new_hash = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position % 2 == 1 or position == last:
            old_hash, new_hash = node_hash(sibling, old_hash), node_hash(sibling, new_hash)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_hash == old_root and new_hash == root_hash
