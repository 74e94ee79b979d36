"""What signing in leaves behind: sessions, failures, counted requests, and what an account still has to do.

None of it is a step of the procedure, and no record tells of it. Tokens and addresses are here as hashes only.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime

HASH_LENGTH = 64


class BrowserSession(Base):
    """A person signed in with one browser, from sign-in to sign-out; the cookie holds the token of which this is the hash."""

    __tablename__ = "browser_sessions"

    token_sha256: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailures(Base):
    """Consecutive wrong attempts for an address, whether an account has it or not; `subject` is its keyed hash."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_not_negative"),)

    subject: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CountedRequests(Base):
    """How many requests of a kind came from one place in a window of time; `key` is a keyed hash of both."""

    __tablename__ = "counted_requests"

    key: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AccountState(Base):
    """What an account has used and still has to do: the last code of its authenticator, a password to be changed."""

    __tablename__ = "account_states"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    has_one_time_password: Mapped[bool]
    last_code: Mapped[int | None] = mapped_column(BigInteger)
