"""Offers: what an adopted proposal allots to a claim, open until its deadline and then answered or lapsed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, UtcDateTime
from registry.domain.claims import Claim, Placement
from registry.domain.constraints import one_of
from registry.domain.decisions import Decision


class OfferState(StrEnum):
    """States of an offer; only an open one can change."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"


class Offer(Base):
    """One placement and start day offered to a claim by a decision. `expires_at` is the last instant for an answer."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("claim_id", "decision_id"),
        one_of("state", OfferState),
        CheckConstraint("offered_at < expires_at", name="leaves_time"),
        CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name="answered_when_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    start_day: Mapped[int]
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String)

    claim: Mapped[Claim] = relationship()
    decision: Mapped[Decision] = relationship()
    placement: Mapped[Placement] = relationship()

    def leaves_time(self) -> bool:
        """Whether there is time to answer."""
        return self.offered_at < self.expires_at

    def answered_when_closed(self) -> bool:
        """Whether an offer that is no longer open says since when."""
        return (self.state == OfferState.OPEN) == (self.answered_at is None)

    def is_over_at(self, at: datetime) -> bool:
        """Whether the time to answer is over at `at`; the last instant still counts."""
        return at > self.expires_at

    def close(self, state: OfferState, by: str, at: datetime, reason: str = "") -> None:
        """Note the answer, or that there was none."""
        self.state, self.answered_by, self.answered_at, self.reason = state, by, at, reason
