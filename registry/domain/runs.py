"""Solver runs: what was asked for, who works at it until when, how far it is, how it ended.

The table is the truth about runs; it is no part of what the log can rebuild. What a run gives is: a trial or a proposal has
a record of its own, made in the transaction that ends the run.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of
from registry.domain.decisions import FrozenInstance, Proposal


class RunKind(StrEnum):
    """What a run is for: a solution kept as a trial, the official proposal, why a claim did not get what it asked, or what
    parties could have gained by filing otherwise.
    """

    TRIAL = "trial"
    PROPOSAL = "proposal"
    WHY_NOT = "why-not"
    INCENTIVES = "incentives"


class RunState(StrEnum):
    """Where a run stands; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)
MOST_ATTEMPTS = 3


class Run(Base):
    """One run. A worker holds it by a lease that it renews; whoever finds the lease expired may take the run over.

    `seed_hex` is that of the draw, or for a trial any other; `because` says what came of it or why it did not end well.
    """

    __tablename__ = "runs"
    __table_args__ = (
        one_of("kind", RunKind),
        one_of("state", RunState),
        not_empty("asked_by"),
        CheckConstraint("time_limit_s > 0 AND workers > 0 AND attempts_most > 0", name="limits_positive"),
        CheckConstraint("(kind = 'why-not') = (claim_id IS NOT NULL)", name="claim_named"),
        CheckConstraint("(kind IN ('why-not', 'incentives')) = (explained_id IS NOT NULL)", name="explained_named"),
        CheckConstraint(
            "(state = 'running') = (worker IS NOT NULL) AND (worker IS NULL) = (lease_until IS NULL)",
            name="leased_while_running",
        ),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_with_instant"
        ),
        CheckConstraint("state <> 'failed' OR length(trim(because)) > 0", name="failure_has_reason"),
        Index("ix_runs_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    instance_id: Mapped[int] = mapped_column(ForeignKey("frozen_instances.id"), index=True)
    seed_hex: Mapped[str] = mapped_column(String(128))
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"), index=True)
    explained_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))
    time_limit_s: Mapped[int]
    workers: Mapped[int]
    attempts_most: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_role: Mapped[str] = mapped_column(String(32))
    asked_party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    doing: Mapped[str] = mapped_column(String(32), default="")
    because: Mapped[str] = mapped_column(String, default="")
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))
    solution_sha256: Mapped[str | None] = mapped_column(String(64))
    answer: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)

    instance: Mapped[FrozenInstance] = relationship()
    explained: Mapped[Proposal | None] = relationship(foreign_keys=[explained_id])
    kept: Mapped[Proposal | None] = relationship(foreign_keys=[kept_id])

    def failure_has_reason(self) -> bool:
        """Whether a run that failed says why."""
        return self.state != RunState.FAILED or bool(self.because.strip())


class RunLook(Base):
    """One line of a run's progress: value and bound of the stage at work, `seconds` after the solver began."""

    __tablename__ = "run_looks"
    __table_args__ = (Index("ix_run_looks_run_id", "run_id", "attempt", "id"), not_empty("stage"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    attempt: Mapped[int]
    seconds: Mapped[float]
    stage: Mapped[str] = mapped_column(String(200))
    value: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)


class WorkerBeat(Base):
    """A worker that is there, or was until it fell silent; a worker that ends in order takes its row along."""

    __tablename__ = "worker_beats"
    __table_args__ = (not_empty("name"),)

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
