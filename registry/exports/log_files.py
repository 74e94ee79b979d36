"""The log of a package: leaves, openings, checkpoint, keys and proofs, written line by line whatever the log's size."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import keys
from registry.exports.errors import ExportError
from registry.exports.scope import Scope
from registry.log import checkpoints, reading, tree
from registry.log.canonical import canonical
from registry.log.records import Record, TreeNode
from registry.log.signed_note import Signer

# What a party or an auditor wants to prove; of any other record there is a receipt, for whoever asks by its index.
PROVED_ACTS = (
    "agreement-accepted", "agreement-ended", "agreement-joined", "agreement-proposed", "claim-amended", "claim-filed",
    "claim-withdrawn", "comment-answered", "comment-made", "entry-recorded", "offer-declined", "proposal-adopted",
    "proposal-rejected", "seed-drawn", "vote-cast",
)  # fmt: skip
_AT_ONCE = 500


def write_log(folder: Path, snapshot: Session, live: Session, signer: Signer, size: int, scope: Scope) -> None:
    """Write the files of log/ for the first `size` records.

    Parameters
    ----------
    snapshot
        Holds exactly these records, and the tables as they were after the last of them.
    live
        The register of today, which has the keys and the checkpoints that were kept.
    """
    folder.mkdir()
    nodes = _nodes(snapshot)
    _write_lines(folder / "leaves.jsonl", _leaves(snapshot))
    openings = reading.public_openings if scope is Scope.PUBLIC else reading.all_openings
    _write_lines(folder / "openings.jsonl", (canonical(row.content()) for row in openings(snapshot)))
    (folder / "checkpoint.txt").write_text(checkpoints.signed_checkpoint(live, signer, size), "utf-8", newline="\n")
    (folder / "keys.json").write_bytes(canonical(_keys(live)) + b"\n")
    _write_lines(folder / "proofs.jsonl", _proofs(snapshot, nodes, size))
    _write_lines(folder / "consistency.jsonl", _consistency(live, nodes, size))


def _write_lines(path: Path, lines: Iterator[bytes]) -> None:
    with path.open("wb") as stream:
        for line in lines:
            stream.write(line + b"\n")


def _leaves(snapshot: Session) -> Iterator[bytes]:
    chosen = select(Record).order_by(Record.index)
    for record in snapshot.scalars(chosen.execution_options(yield_per=_AT_ONCE)):
        yield _leaf(record)


def _leaf(record: Record) -> bytes:
    leaf = record.leaf()
    if tree.leaf_hash(leaf) != record.leaf_hash:
        raise ExportError(f"record {record.index} is not what the log has hashed; run registry audit verify")
    return leaf


def _keys(live: Session) -> list[dict[str, Any]]:
    rows = checkpoints.log_keys(live)
    return [{"vkey": row.verifier.vkey, "until_size": row.until_size} for row in rows]


def _nodes(snapshot: Session) -> tree.Nodes:
    """All stored subtree nodes in memory: thousands of proofs would ask for them one by one."""
    rows = snapshot.execute(select(TreeNode.level, TreeNode.position, TreeNode.hash))
    found = {(level, position): hash_ for level, position, hash_ in rows}

    def node(level: int, position: int) -> bytes:
        try:
            return found[level, position]
        except KeyError:
            raise tree.MissingNodeError(level, position) from None

    return node


def _proofs(snapshot: Session, nodes: tree.Nodes, size: int) -> Iterator[bytes]:
    chosen = select(Record.index).where(Record.act.in_(PROVED_ACTS)).order_by(Record.index)
    for index in snapshot.scalars(chosen):
        proof = tree.inclusion_proof(index, size, nodes)
        yield canonical({"index": index, "size": size, "proof": _hex(proof)})


def _consistency(live: Session, nodes: tree.Nodes, size: int) -> Iterator[bytes]:
    """From every earlier checkpoint that is kept, with the root that it had, whichever key signed it."""
    known = select(keys.Checkpoint.size, keys.Checkpoint.root_hex).where(keys.Checkpoint.size < size).distinct()
    for old, root_hex in sorted((row.size, row.root_hex) for row in live.execute(known)):
        proof = tree.consistency_proof(old, size, nodes)
        yield canonical({"old": old, "root": root_hex, "size": size, "proof": _hex(proof)})


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [hash_.hex() for hash_ in hashes]
