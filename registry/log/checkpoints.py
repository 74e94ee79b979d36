"""Checkpoints: the size and root of the log as a note that the register's key signs (C2SP tlog-checkpoint).

`open_checkpoint` is pure and needs no register; `signed_checkpoint` reads one snapshot, and is for a session of its own
after the commit, never for one that writes: what is signed must last.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import keys
from registry.log import proofs, records, signed_note
from registry.log.signed_note import Opened, Signed, Signer, Verifier

_SIZE_DIGITS = 19


class CheckpointError(RuntimeError):
    """A checkpoint that must not be signed: it would contradict one that was, or the key may not."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that is trusted to sign for the log, and up to which size; None is without end."""

    verifier: Verifier
    until_size: int | None = None

    def counts_at(self, size: int) -> bool:
        """Whether a signature of this key under a checkpoint of `size` records is worth anything."""
        return self.until_size is None or size <= self.until_size


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says, who of the trusted signed it, or the fault for which it must not be believed."""

    origin: str = ""
    size: int = 0
    root: bytes = b""
    signed: tuple[Signed, ...] = ()
    fault: str | None = None

    def __bool__(self) -> bool:
        return self.fault is None


def checkpoint_body(origin: str, size: int, root: bytes) -> str:
    """The text that is signed: origin, size and root in base64, a line each."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def parse_body(body: str) -> Checkpoint:
    """What the body of a note says as a checkpoint, signed by nobody yet; lines after the third are passed over."""
    lines = body.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        return Checkpoint(fault="the text is no checkpoint; one has origin, size and root, a line each")
    origin, digits, encoded = lines[:3]
    root = signed_note.strict_base64(encoded)
    is_size = digits.isascii() and digits.isdigit() and len(digits) <= _SIZE_DIGITS and str(int(digits)) == digits
    if not is_size or root is None or len(root) != 32:
        return Checkpoint(fault="the text is no checkpoint: its size or its root is not written as one")
    return Checkpoint(origin, int(digits), root)


def open_checkpoint(
    note: str | bytes, trusted: Sequence[LogKey], witnesses: Iterable[Verifier] = (), origin: str | None = None
) -> Checkpoint:
    """Open a checkpoint with the keys that are trusted to sign for the log.

    Good only if such a key, with the origin as its name and not retired before this size, signed it. `origin`: the log
    that is wanted, where the keys could be those of several.
    """
    log_keys = {row.verifier: row for row in trusted}
    opened = signed_note.open_note(note, [*log_keys, *witnesses])
    if opened.fault is not None:
        return Checkpoint(fault=opened.fault)
    said = parse_body(opened.body)
    if said.fault is not None:
        return said
    fault = _fault(said, opened, log_keys, origin)
    return Checkpoint(said.origin, said.size, said.root, opened.signed, fault)


def _fault(said: Checkpoint, opened: Opened, log_keys: dict[Verifier, LogKey], origin: str | None) -> str | None:
    if origin is not None and said.origin != origin:
        return f"this is a checkpoint of {said.origin}, not of {origin}"
    signers = [log_keys[row.verifier] for row in opened.signed if row.verifier in log_keys]
    if not signers:
        return "witnesses signed this checkpoint, the log's own key did not"
    own = [key for key in signers if key.verifier.name == said.origin]
    if not own:
        return f"the key {signers[0].verifier.name} signed a checkpoint of {said.origin}; a log signs only its own"
    if not any(key.counts_at(said.size) for key in own):
        return (
            f"the key that signed this checkpoint of {said.size} records was retired at {own[0].until_size}; only "
            "checkpoints up to that size count"
        )
    return None


def log_keys(session: Session) -> tuple[LogKey, ...]:
    """The keys of the register in the order of their establishment."""
    rows = session.scalars(select(keys.SigningKey)).all()
    ordered = sorted(rows, key=lambda row: int(row.id.partition("-")[2]))
    return tuple(LogKey(signed_note.parse_verifier(row.vkey), row.until_size) for row in ordered)


def witness_keys(session: Session) -> dict[Verifier, keys.Witness]:
    """The witnesses of the register by their key, retired ones included."""
    rows = session.scalars(select(keys.Witness).order_by(keys.Witness.id))
    return {signed_note.parse_verifier(row.vkey): row for row in rows}


def signed_checkpoint(session: Session, signer: Signer, size: int | None = None) -> str:
    """The checkpoint of the first `size` records (all of them if None), signed, with the co-signatures kept for it.

    Raises
    ------
    CheckpointError
        If the key may not sign this size, or the log contradicts a checkpoint that is kept: nothing is signed then.
    """
    total = records.size(session)
    size = total if size is None else size
    if not 0 < size <= total:
        raise CheckpointError(f"there is no checkpoint of {size} records; the log has {total}")
    known = {key.verifier: key for key in log_keys(session)}
    key = known.get(signer.verifier)
    if key is None:
        raise CheckpointError(f"{signer.verifier.vkey} is no key of this register; put it in force before it signs")
    if not key.counts_at(size):
        raise CheckpointError(f"this key was retired at {key.until_size} records and signs no checkpoint of {size}")
    fault = contradiction(session)
    if fault is not None:
        raise CheckpointError(f"{fault}; nothing is signed until this is explained (registry audit verify)")
    body = checkpoint_body(signer.verifier.name, size, proofs.root(session, size))
    return signed_note.sign(body, signer) + "".join(cosignature_lines(session, size))


def contradiction(session: Session) -> str | None:
    """What the log contradicts in the newest checkpoint that is kept; None if it begins with the same records."""
    newest = session.scalars(select(keys.Checkpoint).order_by(keys.Checkpoint.size.desc()).limit(1)).first()
    total = records.size(session)
    if newest is None:
        return None
    if newest.size > total:
        return f"a checkpoint of {newest.size} records was signed, and the log has {total}: its end was cut off"
    if proofs.root(session, newest.size).hex() != newest.root_hex:
        return f"the first {newest.size} records are not those of the checkpoint that was signed"
    return None


def cosignature_lines(session: Session, size: int) -> list[str]:
    """The newest co-signature of each witness for the checkpoint of `size`, as lines of its note."""
    chosen = select(keys.Cosignature).where(keys.Cosignature.size == size).order_by(keys.Cosignature.stated_at)
    newest = {row.witness_id: row.line for row in session.scalars(chosen)}
    return [newest[witness] for witness in sorted(newest)]
