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


def is_illustrative(session: Session) -> bool:
    """Whether the key in force says that this register shows invented rounds."""
    wanted = select(SigningKey.illustrative).where(SigningKey.retired_at.is_(None))
    return bool(session.scalar(wanted))
