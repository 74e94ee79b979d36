"""Drafts: filings in preparation. A draft is its party's own paper: no page, export or record shows it until it is filed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty

LONGEST_KEY = 120


class Draft(Base):
    """A document that may still be incomplete, known to its party by the key that the claim will have."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("round_id", "filed_by_id", "key"), not_empty("key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    filed_by_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    document: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    saved_by: Mapped[str] = mapped_column(String(255))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
