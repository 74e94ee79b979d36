"""The public keys of the log in the order in which they came into force, and the witnesses who co-sign it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.keys import Checkpoint, Cosignature, SigningKey, Witness


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key of the log; a retired one counts for checkpoints of up to `until_size` records."""

    id: str
    vkey: str
    origin: str
    established_at: datetime
    retired_at: datetime | None
    until_size: int | None
    illustrative: bool
    checkpoints: int


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """The key with which a party's delegation co-signs, and the newest size that it has co-signed."""

    id: str
    party: str
    name: str
    vkey: str
    established_at: datetime
    retired_at: datetime | None
    newest_size: int | None


def list_keys(session: Session) -> tuple[KeyRow, ...]:
    """Every key that has ever signed, the first one first."""
    kept = (
        select(func.count())
        .select_from(Checkpoint)
        .where(Checkpoint.key_id == SigningKey.id)
        .correlate(SigningKey)
        .scalar_subquery()
    )
    rows = session.execute(select(SigningKey, kept).order_by(SigningKey.established_at, SigningKey.id))
    return tuple(
        KeyRow(
            key.id,
            key.vkey,
            key.origin,
            key.established_at,
            key.retired_at,
            key.until_size,
            key.illustrative,
            int(count),
        )
        for key, count in rows
    )


def list_witnesses(session: Session) -> tuple[WitnessRow, ...]:
    """Every witness, by the time of its entry."""
    newest = select(func.max(Cosignature.size)).where(Cosignature.witness_id == Witness.id)
    rows = session.execute(
        select(Witness, newest.correlate(Witness).scalar_subquery()).order_by(Witness.established_at, Witness.id)
    )
    return tuple(
        WitnessRow(row.id, row.party_id, row.name, row.vkey, row.established_at, row.retired_at, size)
        for row, size in rows
    )


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint that the register signed and keeps, with the parties whose witnesses co-signed it."""

    size: int
    root: str
    note: str
    signed_at: datetime
    witnesses: tuple[str, ...]


def newest_checkpoint(session: Session) -> CheckpointRow | None:
    """The checkpoint of most records that is kept, or None."""
    found = session.scalars(
        select(Checkpoint).order_by(Checkpoint.size.desc(), Checkpoint.signed_at.desc()).limit(1)
    ).first()
    if found is None:
        return None
    co_signed = select(Witness.party_id).join(Cosignature, Cosignature.witness_id == Witness.id)
    parties = session.scalars(co_signed.where(Cosignature.size == found.size).distinct().order_by(Witness.party_id))
    return CheckpointRow(found.size, found.root_hex, found.note, found.signed_at, tuple(parties))


def vkey_in_force(session: Session) -> str | None:
    """The public key that signs now, None where there is none."""
    return session.scalar(select(SigningKey.vkey).where(SigningKey.retired_at.is_(None)))


def is_illustrative(session: Session) -> bool:
    """Whether the key in force says that this register shows invented rounds."""
    wanted = select(SigningKey.illustrative).where(SigningKey.retired_at.is_(None))
    return bool(session.scalar(wanted))
