"""Files beside a filing: what may be attached, told by content, and where names and bytes are kept.

A file of a draft is its party's own paper. Filed with the claim it is recorded by its hash, and confidential as long as
the claim is not published.
"""

import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime

LONGEST_NAME = 120
SMALL = 100_000
MOST_RATIO = 100  # far below what backups allow for (registry/backups/limits.py), where bytes are twice as long


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that may be attached: how its content begins (nothing for plain text) and how its name ends."""

    media_type: str
    name: str
    begins: tuple[bytes, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """Kinds, bytes of one file, and how many files; `source` says who set them."""

    kinds: tuple[Kind, ...]
    file_bytes: int
    files: int
    source: str


# Papers, pictures and tables that no program runs when they are opened; archives and office files with macros are not
# among them.
LIMITS = AttachmentLimits(
    kinds=(
        Kind("application/pdf", "PDF", (b"%PDF-",), (".pdf",)),
        Kind("image/png", "PNG", (b"\x89PNG\r\n\x1a\n",), (".png",)),
        Kind("image/jpeg", "JPEG", (b"\xff\xd8\xff",), (".jpg", ".jpeg")),
        Kind("text/csv", "CSV", (), (".csv",)),
        Kind("text/plain", "plain text", (), (".txt",)),
    ),
    file_bytes=5_000_000,
    files=10,
    source="the register's own choice: what delegations attach to coordination requests, within what one request carries",
)


class AttachedFile(Base):
    """The bytes of a file, once for all that name it."""

    __tablename__ = "attached_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class _Named:
    """What is known of an attached file."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("attached_files.sha256"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftAttachment(_Named, Base):
    """A file beside a draft."""

    __tablename__ = "draft_attachments"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)


class Attachment(_Named, Base):
    """A file filed with a claim, recorded by its hash."""

    __tablename__ = "attachments"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)


def clean_name(name: str) -> str:
    """The last part of a file's name without signs that deceive or do harm in a folder or a header; may be empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isprintable() and unicodedata.category(sign)[0] != "C")
    kept = " ".join("".join(" " if sign in '<>:"|?*;%' else sign for sign in kept).split()).strip(" .")
    stem, dot, end = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(end) - 1]}.{end}" if dot and len(end) < 10 else kept[:LONGEST_NAME]


def kind_of(name: str, data: bytes) -> Kind | None:
    """The kind that both the name and the content are of; None if there is none."""
    return next(
        (kind for kind in LIMITS.kinds if name.lower().endswith(kind.ends) and _is_of(kind, data)),
        None,
    )


def repeats_itself(data: bytes) -> bool:
    """Whether a file is mostly nothing: packed it would look like a bomb to whoever restores a backup with it."""
    return len(data) > SMALL and len(zlib.compress(data)) * MOST_RATIO < len(data)


def _is_of(kind: Kind, data: bytes) -> bool:
    if kind.begins:
        return data.startswith(kind.begins)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text)
