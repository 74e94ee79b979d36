"""Rounds and the policies that are published before they open and never changed after."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class RoundState(StrEnum):
    """States of a round."""

    ANNOUNCED = "ANNOUNCED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    FROZEN = "FROZEN"
    DRAWN = "DRAWN"
    PROPOSED = "PROPOSED"
    ADOPTED = "ADOPTED"
    REJECTED = "REJECTED"


class Round(Base):
    """A filing window. `opens_at` and `closes_at` are announced; the other instants are when each step was
    taken.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        one_of("state", RoundState),
        not_empty("name"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default=RoundState.ANNOUNCED)
    illustrative: Mapped[bool]
    note: Mapped[str] = mapped_column(String)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    policies: Mapped[list["Policy"]] = relationship(order_by="Policy.version", back_populates="round")

    def opens_before_it_closes(self) -> bool:
        """Whether the filing window has a length."""
        return self.opens_at < self.closes_at

    @property
    def policy(self) -> "Policy | None":
        """The policy in force: the newest version published."""
        return self.policies[-1] if self.policies else None


class Policy(Base):
    """The rules of one round, whole, with the hash of their RFC 8785 form."""

    __tablename__ = "policies"
    __table_args__ = (
        UniqueConstraint("round_id", "version"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship(back_populates="policies")
