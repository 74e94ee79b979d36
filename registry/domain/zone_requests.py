"""What others ask of an entry: to work within its zones, or on what the size of a zone rests.

A request to work within a zone is a notice with an invitation to coordinate. It has no state in which it is refused: the
party of the entry answers with terms, or the time for an answer ends, and either way the notice was given. The basis of a
zone is given at once, from what was filed and published.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class RequestKind(StrEnum):
    """What is asked for."""

    ENTER = "enter"
    BASIS = "basis"


class ZoneRequest(Base):
    """One request of `party_id` about an entry of `claim_id`: `enter` from `first_day` until `last_day`, both included, or
    the `basis` of the zone at `position`, which then stands in `basis`.
    """

    __tablename__ = "zone_requests"
    __table_args__ = (
        one_of("kind", RequestKind),
        not_empty("purpose"),
        CheckConstraint("(kind = 'enter') = (first_day IS NOT NULL)", name="days_of_entering"),
        CheckConstraint("(first_day IS NULL) = (last_day IS NULL) AND first_day <= last_day", name="days_in_order"),
        CheckConstraint("(kind = 'basis') = (basis IS NOT NULL)", name="basis_given"),
        CheckConstraint("(answered_at IS NULL) = (length(answer) = 0)", name="answered_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(String(8))
    position: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(String)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String)
    basis: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)

    def answered_with_words(self) -> bool:
        """Whether an answer says something, and nothing is said before."""
        return (self.answered_at is None) == (not self.answer)
