"""Keys that sign the log, witnesses that co-sign it, and what they signed.

Only public halves are here. A checkpoint proves itself: its signature, and the root of the log at its size, are all
there is to it, so no record tells of it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty

VKEY_LENGTH = 200


class SigningKey(Base):
    """A key of the register. One is in force; a retired one counts for checkpoints of at most `until_size` records."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        CheckConstraint("(retired_at IS NULL) = (until_size IS NULL)", name="retired_with_size"),
        CheckConstraint("until_size > 0", name="until_size_positive"),
        UniqueConstraint("vkey"),
        not_empty("origin"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    vkey: Mapped[str] = mapped_column(String(VKEY_LENGTH))
    origin: Mapped[str] = mapped_column(String(120))
    established_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_size: Mapped[int | None] = mapped_column(Integer)
    illustrative: Mapped[bool]


class Witness(Base):
    """The key with which a party's delegation co-signs checkpoints; the private half never leaves the delegation."""

    __tablename__ = "witnesses"
    __table_args__ = (UniqueConstraint("vkey"), UniqueConstraint("name"), not_empty("name"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    vkey: Mapped[str] = mapped_column(String(VKEY_LENGTH))
    established_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]


class Checkpoint(Base):
    """A checkpoint that the register has signed and keeps: size, root and the signed note, word for word."""

    __tablename__ = "checkpoints"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("length(root_hex) = 64", name="root_length"),
    )

    size: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.id"), primary_key=True)
    root_hex: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Cosignature(Base):
    """A witness's signature line over the checkpoint of `size`, checked before it was kept."""

    __tablename__ = "cosignatures"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        UniqueConstraint("witness_id", "size", "stated_at"),
        not_empty("line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    witness_id: Mapped[str] = mapped_column(ForeignKey("witnesses.id"))
    size: Mapped[int] = mapped_column(Integer, index=True)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    line: Mapped[str] = mapped_column(String)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
