"""Receipts: one record with the proof that it is in the log under a signed checkpoint, for whoever filed it to keep.

A receipt is checked with nothing but itself and the register's public key: no register, no network. Everything here is
pure.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from registry.log import sealing, tree
from registry.log.checkpoints import LogKey, open_checkpoint
from registry.log.consistency import hashes_of
from registry.log.proofs import Inclusion

FORMAT = "lunar-site-registry-receipt/1"
FIELDS: Mapping[str, type] = {
    "format": str,
    "origin": str,
    "index": int,
    "at": str,
    "act": str,
    "subject": str,
    "leaf": str,
    "leaf_sha256": str,
    "openings": list,
    "size": int,
    "proof": list,
    "checkpoint": str,
    "illustrative": bool,
}
_OF_LEAF = ("index", "at", "act", "subject")


def document(
    leaf: bytes,
    openings: Sequence[sealing.Opening],
    proof: Inclusion,
    origin: str,
    checkpoint: str,
    *,
    illustrative: bool,
) -> dict[str, Any]:
    """The receipt of a record, as its file holds it."""
    said = json.loads(leaf)
    return {
        "format": FORMAT,
        "origin": origin,
        **{name: said[name] for name in _OF_LEAF},
        "leaf": leaf.decode(),
        "leaf_sha256": tree.leaf_hash(leaf).hex(),
        "openings": [opening.content() for opening in openings],
        "size": proof.size,
        "proof": [hash_.hex() for hash_ in proof.proof],
        "checkpoint": checkpoint,
        "illustrative": illustrative,
    }


def file_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as it is written into a file: RFC 8785 canonical JSON and a newline."""
    return rfc8785.dumps(dict(receipt)) + b"\n"


def faults(receipt: Any, trusted: Sequence[LogKey]) -> tuple[str, ...]:
    """Everything for which a receipt must not be believed, a sentence each that begins with the field; () if it holds.

    Parameters
    ----------
    trusted
        The register's keys, from another source than the receipt.
    """
    found = _form_faults(receipt)
    if found:
        return tuple(found)
    return (*_leaf_faults(receipt), *_proof_faults(receipt, trusted), *_opening_faults(receipt))


def clear_leaf(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """The record in a receipt that holds, with its opened values in clear."""
    openings = [sealing.Opening.parse(row) for row in receipt["openings"]]
    return sealing.unseal(json.loads(receipt["leaf"]), openings)


def _form_faults(receipt: Any) -> list[str]:
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        return [f"format: this is no receipt of the form {FORMAT}"]
    found = [f"{name}: missing" for name in FIELDS if name not in receipt]
    found += [f"{name}: unknown; a receipt has no such field" for name in sorted(receipt.keys() - FIELDS.keys())]
    for name, kind in FIELDS.items():
        value = receipt.get(name)
        if name in receipt and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            found.append(f"{name}: not of the kind wanted, {kind.__name__}")
    return found


def _leaf_faults(receipt: Mapping[str, Any]) -> list[str]:
    leaf = receipt["leaf"].encode()
    try:
        said = json.loads(leaf)
        is_canonical = isinstance(said, dict) and rfc8785.dumps(said) == leaf
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        is_canonical = False
    if not is_canonical:
        return ["leaf: not the canonical JSON of a record"]
    found = [
        f"{name}: {receipt[name]!r} is not what the leaf says" for name in _OF_LEAF if said.get(name) != receipt[name]
    ]
    if tree.leaf_hash(leaf).hex() != receipt["leaf_sha256"]:
        found.append("leaf_sha256: not the hash of the leaf")
    return found


def _proof_faults(receipt: Mapping[str, Any], trusted: Sequence[LogKey]) -> list[str]:
    checkpoint = open_checkpoint(receipt["checkpoint"], trusted, origin=receipt["origin"])
    if checkpoint.fault is not None:
        return [f"checkpoint: {checkpoint.fault}"]
    if checkpoint.size != receipt["size"]:
        return [f"size: the proof is for {receipt['size']} records, the checkpoint for {checkpoint.size}"]
    hashes = hashes_of(receipt["proof"])
    if hashes is None:
        return ["proof: not a list of hashes of 64 hexadecimal digits in small letters"]
    leaf = tree.leaf_hash(receipt["leaf"].encode())
    if not tree.verify_inclusion(receipt["index"], checkpoint.size, leaf, hashes, checkpoint.root):
        return ["proof: it does not lead from the leaf to the root in the checkpoint"]
    return []


def _opening_faults(receipt: Mapping[str, Any]) -> list[str]:
    found = []
    for number, row in enumerate(receipt["openings"]):
        try:
            fits = sealing.check_opening(json.loads(receipt["leaf"]), sealing.Opening.parse(row))
        except (ValueError, TypeError, AttributeError, RecursionError, rfc8785.CanonicalizationError):
            fits = False
        if not fits:
            found.append(f"openings[{number}]: it does not open a sealed value of the leaf")
    return found
