"""Witnesses: parties that co-sign checkpoints with a key of their own, and the checkpoints that are kept.

A co-signature says: this delegation saw this root for this size. What two delegations were shown can then be compared
without trusting the register.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.instants import utc_text
from registry.domain.keys import Checkpoint, Cosignature, SigningKey, Witness
from registry.domain.parties import Party
from registry.log import checkpoints, proofs, records
from registry.log.signed_note import COSIGNATURE, Signed
from registry.queries.keys import is_illustrative
from registry.services.acting import get, require_own_party, require_role
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.keys import read_vkey
from registry.services.recording import record

_CLOCK_SKEW = timedelta(minutes=5)


def add(session: Session, party_id: str, vkey: str, actor: Actor, at: datetime) -> Witness:
    """Enter the key with which a party's delegation co-signs checkpoints."""
    require_role(actor, "delegate", "administrator", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    require_own_party(actor, party_id)
    get(session, Party, party_id, "party")
    verifier = read_vkey(vkey, COSIGNATURE)
    same = select(Witness.id).where((Witness.vkey == verifier.vkey) | (Witness.name == verifier.name))
    if session.scalar(same):
        raise ConflictError(f"there is a witness {verifier.name} already; give the new key another name")
    number = (session.scalar(select(func.count()).select_from(Witness)) or 0) + 1
    witness = Witness(
        id=f"W-{number}",
        party_id=party_id,
        name=verifier.name,
        vkey=verifier.vkey,
        established_at=at,
        illustrative=is_illustrative(session),
    )
    session.add(witness)
    record(session, at, actor, "witness-added", f"witnesses/{witness.id}", [witness])
    return witness


def retire(session: Session, witness_id: str, actor: Actor, at: datetime) -> Witness:
    """End a witness's key: it co-signs nothing more, and what it signed stays."""
    require_role(actor, "delegate", "administrator", SYSTEM_ROLE)
    witness = get(session, Witness, witness_id, "witness")
    require_own_party(actor, witness.party_id)
    check_at(session, f"witnesses/{witness_id}", at)
    if witness.retired_at is not None:
        raise ConflictError(f"witness {witness_id} was retired {utc_text(witness.retired_at)}")
    witness.retired_at = at
    record(session, at, actor, "witness-retired", f"witnesses/{witness_id}", [witness])
    return witness


def cosign(session: Session, note: str, actor: Actor, at: datetime) -> list[Cosignature]:
    """Keep the co-signatures in a checkpoint of this log; those that are kept already are passed over.

    Raises
    ------
    ValidationError
        If the note is spoilt, or no witness of the register signed it.
    ConflictError
        If its root is not that of the log at its size: then two histories were told, and the note proves it.
    """
    require_role(actor, "delegate", "registrar", "administrator")
    refuse_naive("at", at)
    records.lock(session)
    said, rows = _opened(session, note)
    for signed, witness in rows:
        if actor.role == "delegate" and actor.party != witness.party_id:
            raise NotAllowedError(f"a delegate hands in the co-signatures of the own party, not of {witness.party_id}")
        _check_time(signed, witness, at)
    new = [_kept(session, said.size, signed, witness, at) for signed, witness in rows]
    added = [row for row in new if row is not None]
    if added:
        record(session, at, actor, "checkpoint-cosigned", f"checkpoints/{said.size}", added, root=said.root.hex())
    return added


def keep_checkpoint(session: Session, note: str, actor: Actor, at: datetime) -> Checkpoint:
    """Keep a checkpoint that this register signed, so that later ones are held to it; once is enough."""
    require_role(actor, "administrator", "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    records.lock(session)
    said = checkpoints.open_checkpoint(note, checkpoints.log_keys(session), checkpoints.witness_keys(session))
    if said.fault is not None:
        raise ValidationError([f"checkpoint: {said.fault}"])
    _check_root(session, said)
    own = next(row for row in said.signed if row.verifier.name == said.origin)
    key_id = session.scalars(select(SigningKey.id).where(SigningKey.vkey == own.verifier.vkey)).one()
    kept = session.get(Checkpoint, (said.size, key_id))
    if kept is None:
        bare = f"{checkpoints.checkpoint_body(said.origin, said.size, said.root)}\n{own.signature.line}"
        kept = Checkpoint(size=said.size, key_id=key_id, root_hex=said.root.hex(), note=bare, signed_at=at)
        session.add(kept)
        session.flush()
    return kept


def _opened(session: Session, note: str) -> tuple[checkpoints.Checkpoint, list[tuple[Signed, Witness]]]:
    """A checkpoint of this log with its witnesses."""
    witnesses = checkpoints.witness_keys(session)
    said = checkpoints.open_checkpoint(note, checkpoints.log_keys(session), witnesses)
    if said.fault is not None:
        raise ValidationError([f"checkpoint: {said.fault}"])
    _check_root(session, said)
    rows = [(row, witnesses[row.verifier]) for row in said.signed if row.verifier in witnesses]
    if not rows:
        raise ValidationError(
            ["checkpoint: no witness of this register co-signed it; enter the key first: registry keys witness"]
        )
    return said, rows


def _check_root(session: Session, said: checkpoints.Checkpoint) -> None:
    total = records.size(session)
    if not 0 < said.size <= total:
        raise ConflictError(
            f"checkpoint: it is of {said.size} records, and the log has {total}; keep it, it is evidence"
        )
    if proofs.root(session, said.size) != said.root:
        raise ConflictError(
            f"checkpoint: the log has another root at {said.size} records than this signed one; keep it, it is evidence"
        )


def _check_time(signed: Signed, witness: Witness, at: datetime) -> None:
    if witness.retired_at is not None:
        raise ConflictError(f"witness {witness.id} ({witness.name}) was retired {utc_text(witness.retired_at)}")
    if signed.time is None or signed.time > (at + _CLOCK_SKEW).timestamp():
        raise ValidationError(
            [f"checkpoint: {witness.name} signed at an instant that has not come; set its clock right"]
        )


def _kept(session: Session, size: int, signed: Signed, witness: Witness, at: datetime) -> Cosignature | None:
    """The new row of a co-signature; None if it is kept already."""
    stated_at = datetime.fromtimestamp(signed.time or 0, UTC)
    same = select(Cosignature.id).where(
        Cosignature.witness_id == witness.id, Cosignature.size == size, Cosignature.stated_at == stated_at
    )
    if session.scalar(same):
        return None
    row = Cosignature(witness_id=witness.id, size=size, stated_at=stated_at, line=signed.signature.line, stored_at=at)
    session.add(row)
    return row
