"""Evidence of what an entry's party did: with a date, a text, and the hash of a document that shows it."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of

SHA256 = re.compile(r"[0-9a-f]{64}")


class EvidenceKind(StrEnum):
    """What a piece of evidence shows; the first four and the last but one are named like the duties that they meet."""

    CONTRACT = "contract"
    LAUNCH_CONTRACT = "launch-contract"
    LICENCE = "licence"
    LANDING = "landing"
    CONFIRMATION = "confirmation"
    RESUMPTION = "resumption"
    FOOTPRINT = "footprint"
    EXTENSION = "extension"
    END = "end"


class Evidence(Base):
    """One statement of a party about its entry.

    `sha256` is the hash, in hex, of a document that the party keeps or sends; `attachment_id` the same document where the
    register keeps it. `ground` is GeoJSON in map metres: where it landed, or the footprint that it uses.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("kind", EvidenceKind),
        not_empty("text"),
        CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(String)
    sha256: Mapped[str | None] = mapped_column(String(64))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    ground: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
