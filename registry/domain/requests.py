"""Requests under an idempotency key: what was asked for, by whom, and the answer, so that asking again does nothing.

Beside the answers stands what is being answered now, so that a process knows what another one is at work on.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty

LONGEST_KEY = 200
# For so long a request counts as being answered. Who was killed over it is forgotten after that; who is slower still has
# taken the lock of the log by then, and whoever sends again waits for the answer.
IN_FLIGHT = timedelta(seconds=5)


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


class RequestInFlight(Base):
    """A request that a process is answering, up to `until_at` at the longest; `request` is the hash of person and key."""

    __tablename__ = "requests_in_flight"
    __table_args__ = (CheckConstraint("length(request) = 64", name="sha256_length"),)

    request: Mapped[str] = mapped_column(String(64), primary_key=True)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
