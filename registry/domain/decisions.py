"""From frozen instance to decision: what was allocated, by which draw, proposed as what, decided by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of
from registry.domain.rounds import Policy

CHOICES = ("adopt", "reject", "recuse", "dissent")
OUTCOMES = ("adopted", "rejected")
INSTANCE_KINDS = ("frozen", "fallback", "resolve")
REJECTION_GROUNDS = ("verification-failed", "procedural-fault", "withdrawn-basis")
SOLUTION_STATUSES = ("OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN")
_GROUNDS = ", ".join(f"'{ground}'" for ground in REJECTION_GROUNDS)


class FrozenInstance(Base):
    """The allocation problem of a round, frozen; `sha256` is the hash of the file that the content's RFC 8785 form is.

    Its kind is `frozen` if it was made from the claims, `fallback` if from its basis by the next word of the policy's
    fallback, `resolve` if from its basis after offers were declined or lapsed.
    """

    __tablename__ = "frozen_instances"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        one_of("kind", INSTANCE_KINDS),
        CheckConstraint("(kind = 'frozen') = (basis_id IS NULL)", name="basis_named"),
        CheckConstraint("kind = 'frozen' OR length(trim(reason)) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16), default="frozen", server_default="frozen")
    basis_id: Mapped[int | None] = mapped_column(ForeignKey("frozen_instances.id"))
    fallback: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String, default="", server_default="")

    policy: Mapped[Policy] = relationship()
    basis: Mapped["FrozenInstance | None"] = relationship(remote_side="FrozenInstance.id")

    def basis_named(self) -> bool:
        """Whether an instance that was made from another one says from which."""
        return (self.kind == "frozen") == (self.basis is None)


class Draw(Base):
    """The public value and the seed made from it: SHA-256(instance hash bytes, 0x00, value bytes). One per
    instance; `seed_instance_sha256` is the instance hash that the seed was made from: a re-solve keeps the seed.
    """

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("length(seed_hex) = 64", name="seed_length"),
        CheckConstraint("length(seed_instance_sha256) = 64", name="seed_instance_length"),
        not_empty("source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("frozen_instances.id"), unique=True)
    source: Mapped[str] = mapped_column(String)
    value_hex: Mapped[str] = mapped_column(String)
    seed_hex: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]
    reference: Mapped[str] = mapped_column(String, default="", server_default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seed_instance_sha256: Mapped[str] = mapped_column(String(64))

    instance: Mapped[FrozenInstance] = relationship()


class Proposal(Base):
    """A solution with the report of its verification. Trials are kept, and cannot be decided on."""

    __tablename__ = "proposals"
    __table_args__ = (
        one_of("status", SOLUTION_STATUSES),
        CheckConstraint(
            "NOT official OR (verified AND status = 'OPTIMAL' AND (confirmed IS NULL OR confirmed))",
            name="official_only_when_proven",
        ),
        CheckConstraint("length(solution_sha256) = 64", name="sha256_length"),
        Index(
            "uq_proposals_official_instance_id",
            "instance_id",
            unique=True,
            sqlite_where=text("official"),
            postgresql_where=text("official"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("frozen_instances.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id"))
    official: Mapped[bool]
    status: Mapped[str] = mapped_column(String(16))
    solution: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    solution_sha256: Mapped[str] = mapped_column(String(64))
    verified: Mapped[bool]
    verification: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    # None: proposed before a second opinion was asked for.
    confirmed: Mapped[bool | None]

    instance: Mapped[FrozenInstance] = relationship()
    draw: Mapped[Draw] = relationship()
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.id")

    def official_only_when_proven(self) -> bool:
        """Whether the proposal may be the official one, if it says so."""
        return not self.official or (self.verified and self.status == "OPTIMAL" and self.confirmed is not False)


class Vote(Base):
    """What one decider said. `adopt` and `reject` count; a recusal and a dissent are recorded with their reason.

    `interested` says whether the decider's party is credited in a claim of the instance (None: not looked at then).
    """

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("proposal_id", "decider"),
        one_of("choice", CHOICES),
        CheckConstraint(
            f"(choice = 'reject') = (ground IS NOT NULL) AND (ground IS NULL OR ground IN ({_GROUNDS}))",
            name="ground_known",
        ),
        CheckConstraint("choice = 'adopt' OR length(trim(reason)) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"))
    decider: Mapped[str] = mapped_column(String(200))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    choice: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String)
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    interested: Mapped[bool | None]

    def reason_given(self) -> bool:
        """Whether every choice but adoption says why."""
        return self.choice == "adopt" or bool(self.reason.strip())


class Decision(Base):
    """What two deciders of different parties made of the official proposal; there is at most one."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        CheckConstraint(
            f"(outcome = 'rejected') = (ground IS NOT NULL) AND (ground IS NULL OR ground IN ({_GROUNDS}))",
            name="ground_known",
        ),
        CheckConstraint("first_vote_id <> second_vote_id", name="two_votes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str | None] = mapped_column(String(32))
    first_vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    second_vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    proposal: Mapped[Proposal] = relationship()
