"""Agreements: technical terms under which a smaller distance will do, open to every claim that meets them.

An agreement has members, one for each claim, and pairs: each member with each member of another party. Only pairs count
in the allocation; of several on two claims the smallest distance holds. A party's own claims keep apart like any others.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty


class Agreement(Base):
    """Terms proposed by one party. In force between claims from acceptance on; ended when fewer than two are left."""

    __tablename__ = "agreements"
    __table_args__ = (CheckConstraint("keep_out_m >= 0", name="keep_out_not_negative"), not_empty("text"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    keep_out_m: Mapped[int]
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    text: Mapped[str] = mapped_column(String)
    proposed_by_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]

    members: Mapped[list["AgreementMember"]] = relationship(order_by="AgreementMember.id", back_populates="agreement")
    pairs: Mapped[list["AgreementPair"]] = relationship(order_by="AgreementPair.id", back_populates="agreement")

    @property
    def present(self) -> list["AgreementMember"]:
        """The members that accepted and have not left."""
        return [row for row in self.members if row.accepted_at is not None and row.ended_at is None]

    @property
    def is_in_force(self) -> bool:
        """Whether two claims or more are bound by it now."""
        return any(pair.ended_at is None for pair in self.pairs)


class AgreementMember(Base):
    """A claim under an agreement; `accepted_at` is empty while its party has not answered."""

    __tablename__ = "agreement_members"
    __table_args__ = (UniqueConstraint("agreement_id", "claim_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agreement: Mapped[Agreement] = relationship(back_populates="members")


class AgreementPair(Base):
    """Two claims for which the agreement's distance holds."""

    __tablename__ = "agreement_pairs"
    __table_args__ = (
        UniqueConstraint("agreement_id", "claim_a_id", "claim_b_id"),
        CheckConstraint("claim_a_id < claim_b_id", name="claims_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"))
    claim_a_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    claim_b_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agreement: Mapped[Agreement] = relationship(back_populates="pairs")
