"""What is to be thought of a paper that somebody holds: a receipt, a checkpoint, or a proof of consistency.

Two questions are answered one after the other: whether the paper holds by itself under keys that are trusted, and whether
the log, as it stands here, still agrees with it. A register that checks papers about itself proves nothing to those who
do not trust it; the same checks run without it (`registry receipt check`, `registry audit consistency-file`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from registry.log import checkpoints, consistency, proofs, receipts, records, tree
from registry.log.checkpoints import Checkpoint, LogKey
from solver.fields import InputError, load_json

MOST_BYTES = 400_000
RECEIPT, CHECKPOINT, PROOF, UNKNOWN = "receipt", "checkpoint", "consistency", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of paper, every reason against it, what it says, and who signed it."""

    kind: str
    faults: tuple[str, ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    signed_by: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults


def judge(session: Session, paper: bytes, trusted: Sequence[LogKey]) -> Verdict:
    """What is to be thought of a paper, by the keys that are trusted and by the log of this register.

    Parameters
    ----------
    trusted
        Keys of the log; where the holder has one from elsewhere, that one alone.
    """
    if len(paper) > MOST_BYTES:
        return Verdict(
            UNKNOWN, (f"it has {len(paper)} bytes, more than {MOST_BYTES}; no paper of a register is so long",)
        )
    if not paper.strip():
        return Verdict(UNKNOWN, ("it is empty; paste a receipt, a checkpoint or a proof, or choose its file",))
    if paper.lstrip()[:1] == b"{":
        return _of_json(session, paper, trusted)
    return _of_checkpoint(session, paper, trusted)


def _of_json(session: Session, paper: bytes, trusted: Sequence[LogKey]) -> Verdict:
    try:
        content = load_json(paper)
    except InputError as error:
        return Verdict(UNKNOWN, tuple(str(fault) for fault in error.faults[:5]))
    if content.get("format") == receipts.FORMAT:
        return _of_receipt(session, content, trusted)
    if content.get("format") == consistency.FORMAT:
        return _of_proof(session, content)
    return Verdict(UNKNOWN, (f"format: neither {receipts.FORMAT} nor {consistency.FORMAT}, nor a signed checkpoint",))


def _of_receipt(session: Session, receipt: Mapping[str, Any], trusted: Sequence[LogKey]) -> Verdict:
    faults = receipts.faults(receipt, trusted)
    if faults:
        return Verdict(RECEIPT, faults)
    said = checkpoints.open_checkpoint(receipt["checkpoint"], trusted)
    against = _against_log(session, said) or _against_record(session, receipt)
    names = ("index", "at", "act", "subject", "size", "origin", "illustrative")
    says = {name: receipt[name] for name in names} | {"openings": len(receipt["openings"])}
    return Verdict(RECEIPT, tuple(against), says, _signers(said))


def _of_checkpoint(session: Session, note: bytes, trusted: Sequence[LogKey]) -> Verdict:
    # A text field sends line ends as CR LF, and people paste with spaces around; neither is of what was signed.
    text = note.replace(b"\r\n", b"\n").strip(b"\n ") + b"\n"
    said = checkpoints.open_checkpoint(text, trusted, checkpoints.witness_keys(session))
    if said.fault is not None:
        return Verdict(CHECKPOINT, (said.fault,))
    says = {"size": said.size, "origin": said.origin, "root": said.root.hex()}
    return Verdict(CHECKPOINT, tuple(_against_log(session, said)), says, _signers(said))


def _of_proof(session: Session, proof: Mapping[str, Any]) -> Verdict:
    """A proof holds no root: the roots are those of this log, which have to be compared with the checkpoints at hand."""
    origin, old, size, total = proof.get("origin"), proof.get("old"), proof.get("size"), records.size(session)
    if not (type(old) is int and type(size) is int and 0 < old <= size):
        return Verdict(PROOF, ("old, size: not two numbers of records, the smaller one first",))
    if size > total:
        return Verdict(PROOF, (f"size: it is for {size} records, and the log has {total}",))
    first, last = (Checkpoint(str(origin), count, proofs.root(session, count)) for count in (old, size))
    fault = consistency.fault(first, last, proof)
    says = {"origin": origin, "old": old, "old_root": first.root.hex(), "size": size, "root": last.root.hex()}
    return Verdict(PROOF, (fault,) if fault else (), says)


def _against_log(session: Session, said: Checkpoint) -> list[str]:
    """Why the log of this register contradicts a checkpoint that holds by itself."""
    total = records.size(session)
    if said.size > total:
        return [f"it is of {said.size} records, and the log here has {total}: the end of the log is missing here"]
    if said.size and proofs.root(session, said.size) != said.root:
        return [
            f"the first {said.size} records here have another root: two histories were told; keep this paper, it is evidence"
        ]
    return []


def _against_record(session: Session, receipt: Mapping[str, Any]) -> list[str]:
    record = session.get(records.Record, receipt["index"])
    if record is None or tree.leaf_hash(record.leaf()).hex() != receipt["leaf_sha256"]:
        return [f"record {receipt['index']} here is not the one in the receipt; keep it, it is evidence"]
    return []


def _signers(said: Checkpoint) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.verifier.name for row in said.signed))
