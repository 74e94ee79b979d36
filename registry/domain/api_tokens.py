"""Tokens by which programs act for a person: what each may do, until when, and by which hash it is known again.

A token is shown once and kept as its SHA-256: it has 256 random bits, so that a plain hash tells nothing of it. It never may
more than its person, and no more than its scopes. The log says that one was made and revoked, never the token or its hash.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty
from registry.domain.users import User

MARK = "lsr_"  # so that a token is known for what it is where it should not be, in a file or a message
SHOWN = 12  # characters of a token that identify it, the mark included: they leave 208 bits unsaid
HASH_LENGTH = 64
LONGEST_NAME = 80
LONGEST_DAYS = 366
MOST_TOKENS = 20  # of one person that count at a time

FILE, AMEND, WITHDRAW, LANDINGS, BANK, READ_OWN, READ_REGISTER = (
    "claims:file",
    "claims:amend",
    "claims:withdraw",
    "landings:ask",
    "bank:offer",
    "read:own",
    "read:register",
)
# Each scope with the roles that may give it to a token.
SCOPES: Mapping[str, frozenset[str]] = {
    FILE: frozenset({"delegate"}),
    AMEND: frozenset({"delegate"}),
    WITHDRAW: frozenset({"delegate"}),
    LANDINGS: frozenset({"delegate"}),
    BANK: frozenset({"delegate"}),
    READ_OWN: frozenset({"delegate"}),
    READ_REGISTER: frozenset({"registrar"}),
}


class ApiToken(Base):
    """A token of one person for one party (None: for the agency); it counts while nothing has revoked it, up to `expires_at`."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        not_empty("name"),
        CheckConstraint("length(token_sha256) = 64", name="sha256_length"),
        CheckConstraint("made_at < expires_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    prefix: Mapped[str] = mapped_column(String(SHOWN))
    token_sha256: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    scopes: Mapped[list[str]] = mapped_column(CanonicalJson)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    def expires_later(self) -> bool:
        """Whether it counts for any time at all."""
        return self.made_at < self.expires_at

    def counts_at(self, at: datetime) -> bool:
        """Whether it opens anything at `at`, as far as it goes by itself: its account is asked apart."""
        return self.revoked_at is None and at < self.expires_at


def faults(name: str, scopes: Sequence[str], days: int, most_days: int, roles: Sequence[str]) -> Iterator[str]:
    """What is wrong with a token that is asked for, one line each: field, fault, mend."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        yield f"name: it is not a text of 1 to {LONGEST_NAME} characters; say which program it is for"
    allowed = [scope for scope, wanted in SCOPES.items() if wanted & set(roles)]
    for scope in sorted(set(scopes) - set(allowed)):
        yield f"scopes: {scope[:40]!r} is not for this person; use one or more of {', '.join(allowed) or 'none'}"
    if not scopes:
        yield f"scopes: none; use one or more of {', '.join(allowed) or 'none'}"
    if not 1 <= days <= most_days:
        yield f"days: {days} is not from 1 to {most_days}; a token ends, and another one is made in time"
