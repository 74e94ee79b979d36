"""Consultations: two parties whose claims may affect one another are brought together before anything is recorded.

Sources: Outer Space Treaty, Art. IX (consult first where interference may be harmful); Moon Agreement, Art. 5(3) and 15.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import one_of

AGREED, NOT_AGREED, NO_ANSWER, CLAIM_OUT = "agreed", "not-agreed", "no-answer", "claim-out"
CONSULTATION_OUTCOMES = (AGREED, NOT_AGREED, NO_ANSWER, CLAIM_OUT)


class Consultation(Base):
    """A case between the filing parties of two claims whose placements may come too near to one another.

    `overlaps` lists the pairs of placements, with their distance in whole metres rounded down and the keep-out that
    asks for more. A side has spoken when its party wrote, met, proposed or accepted something in the case.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        UniqueConstraint("claim_a_id", "claim_b_id"),
        CheckConstraint("claim_a_id < claim_b_id", name="claims_in_order"),
        CheckConstraint("party_a_id <> party_b_id", name="two_parties"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        one_of("outcome", CONSULTATION_OUTCOMES),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    claim_a_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    claim_b_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    party_a_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    party_b_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    point_a: Mapped[str] = mapped_column(String)
    point_b: Mapped[str] = mapped_column(String)
    overlaps: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spoke_a_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spoke_b_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    summary: Mapped[str] = mapped_column(String)
    illustrative: Mapped[bool]

    observers: Mapped[list["Observer"]] = relationship(order_by="Observer.id", back_populates="consultation")

    @property
    def claims(self) -> tuple[str, str]:
        """The ids of the two claims."""
        return self.claim_a_id, self.claim_b_id

    @property
    def parties(self) -> tuple[str, str]:
        """The ids of the two parties, in the order of their claims."""
        return self.party_a_id, self.party_b_id

    @property
    def is_open(self) -> bool:
        """Whether the case has no outcome yet."""
        return self.closed_at is None

    def heard(self, party_id: str | None, at: datetime) -> None:
        """Note that a side has spoken at `at`; anybody else, as the registrar, only keeps the case awake."""
        if party_id == self.party_a_id:
            self.spoke_a_at = at
        elif party_id == self.party_b_id:
            self.spoke_b_at = at
        self.last_contact_at = max(self.last_contact_at, at)

    def closed_with_outcome(self) -> bool:
        """Whether an end and an outcome are there together, or neither."""
        return (self.closed_at is None) == (self.outcome is None)


class Observer(Base):
    """An expert invited to one consultation; what the invitation opens closes with it."""

    __tablename__ = "observers"
    __table_args__ = (UniqueConstraint("consultation_id", "observer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"))
    observer: Mapped[str] = mapped_column(String(255))
    invited_by: Mapped[str] = mapped_column(String(255))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="observers")


def outcome_at_deadline(consultation: Consultation, *, agreed: bool) -> str:
    """What a consultation that nobody ended came to: an agreement in force, both sides heard, or a side silent."""
    if agreed:
        return AGREED
    both = consultation.spoke_a_at is not None and consultation.spoke_b_at is not None
    return NOT_AGREED if both else NO_ANSWER
