"""Confidential notes of a consultation: their salted hash is public at once, their text on the agreed date or never.

The text has a table of its own, so that a row of `notes` can go into any record and any export whole.
"""

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty

SALT_BYTES = 32


class Note(Base):
    """What everybody may know of a note: that it was written, by which side, and the hash that its text will have.

    Each side states the date on which the text may be disclosed; only a date that both state is agreed.
    """

    __tablename__ = "notes"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_length"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), index=True)
    party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64))
    disclose_a_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disclose_b_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disclosed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]

    @property
    def agreed_at(self) -> datetime | None:
        """The instant from which both sides let the text be disclosed; None is never."""
        return self.disclose_a_at if self.disclose_a_at == self.disclose_b_at else None


class NoteText(Base):
    """The text of a note and the salt of its hash: never in a record or an export before its disclosure."""

    __tablename__ = "note_texts"
    __table_args__ = (CheckConstraint("length(salt_hex) = 64", name="salt_length"), not_empty("text"))

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), primary_key=True)
    salt_hex: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String)


class NoteRead(Base):
    """One reading of a note: who, in which role, for which party, when."""

    __tablename__ = "note_reads"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), index=True)
    reader: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


def note_sha256(salt: bytes, text: str) -> str:
    """The hash by which a note is known: SHA-256 of the 32 salt bytes followed by the text in UTF-8, in hex."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
