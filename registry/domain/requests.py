"""Requests under an idempotency key: what was asked for, by whom, and the answer, so that asking again does nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty

LONGEST_KEY = 200


class Request(Base):
    """One answered request. The same key of the same actor stands for this request for ever."""

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("actor", "key"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        not_empty("key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(255))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    operation: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(CanonicalJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
