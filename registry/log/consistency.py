"""Consistency of two checkpoints: that the log of the later one begins with the records of the earlier.

The file of a proof holds no root: both roots come from checkpoints that a trusted key signed. Everything here is pure.
"""

from collections.abc import Mapping
from typing import Any

from registry.log import tree
from registry.log.checkpoints import Checkpoint
from registry.log.proofs import Consistency

FORMAT = "lunar-site-registry-consistency/1"
_FIELDS = frozenset({"format", "origin", "old", "size", "proof"})
_LONGEST_PROOF = 128


def document(origin: str, proof: Consistency) -> dict[str, Any]:
    """The proof as its file holds it."""
    hashes = [hash_.hex() for hash_ in proof.proof]
    return {"format": FORMAT, "origin": origin, "old": proof.old, "size": proof.size, "proof": hashes}


def fault(old: Checkpoint, new: Checkpoint, proof: Any) -> str | None:
    """Why the later checkpoint is not shown to continue the earlier one; None if it is.

    Parameters
    ----------
    old, new
        Checkpoints opened with keys that are trusted.
    proof
        The content of a proof's file. None will do for two checkpoints of one size.
    """
    for said, name in ((old, "earlier"), (new, "later")):
        if said.fault is not None:
            return f"the {name} checkpoint: {said.fault}"
    if old.origin != new.origin:
        return f"the checkpoints are of two logs, {old.origin} and {new.origin}"
    if old.size > new.size:
        return f"the checkpoint called earlier is of {old.size} records, the later of {new.size}; change their places"
    if old.size == new.size:
        return None if old.root == new.root else _forked(old.size)
    if proof is None:
        return f"a proof from {old.size} to {new.size} records is needed; ask the register: registry audit consistency"
    return _proof_fault(old, new, proof)


def _proof_fault(old: Checkpoint, new: Checkpoint, proof: Any) -> str | None:
    if not isinstance(proof, Mapping) or proof.get("format") != FORMAT or set(proof) != _FIELDS:
        return f"proof: this is no proof of the form {FORMAT}"
    if (proof["origin"], proof["old"], proof["size"]) != (old.origin, old.size, new.size):
        return (
            f"proof: it is from {proof['old']} to {proof['size']} records of {proof['origin']}, the checkpoints are from "
            f"{old.size} to {new.size} of {old.origin}"
        )
    hashes = hashes_of(proof["proof"])
    if hashes is None:
        return f"proof: not a list of at most {_LONGEST_PROOF} hashes of 64 hexadecimal digits in small letters"
    if not tree.verify_consistency(old.size, new.size, old.root, new.root, hashes):
        return (
            f"the proof does not lead from the root at {old.size} to the root at {new.size} records: the proof is spoilt, "
            "or what was recorded was changed"
        )
    return None


def hashes_of(texts: Any) -> list[bytes] | None:
    """The hashes in a list of lower-case hexadecimal texts; None for anything else."""
    if not isinstance(texts, list) or len(texts) > _LONGEST_PROOF:
        return None
    digits = set("0123456789abcdef")
    if not all(isinstance(text, str) and len(text) == 64 and set(text) <= digits for text in texts):
        return None
    return [bytes.fromhex(text) for text in texts]


def _forked(size: int) -> str:
    return (
        f"two checkpoints of {size} records have different roots: two histories were told; keep both, they are evidence"
    )
