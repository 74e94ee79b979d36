"""Duties of an entry: what its party has to show until when, and what is reminded of before.

A duty begins with the entry, with its bringing into use, with a confirmation or with a suspension; timers of the round's
policy say when it is due. A policy without the timer asks for nothing of the kind. What follows a miss is in
`registry.services.timers`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import one_of
from registry.domain.timers import deadline, lead


class DutyKind(StrEnum):
    """Kinds of duties, in the order in which they come."""

    CONTRACT = "contract"
    LAUNCH_CONTRACT = "launch-contract"
    LICENCE = "licence"
    LANDING = "landing"
    CONFIRMATION = "confirmation"
    RESUMPTION = "resumption"
    FOOTPRINT = "footprint"
    SECOND_SITE = "second-site"
    TERM = "term"


class DutyState(StrEnum):
    """States of a duty; `void` is one that is not asked for any more."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


# What is shown before the landing; each has the policy's timer of the same name, from the recording.
MILESTONES = (DutyKind.CONTRACT, DutyKind.LAUNCH_CONTRACT, DutyKind.LICENCE)
TIMERS: Mapping[DutyKind, str] = {
    DutyKind.CONTRACT: "contract",
    DutyKind.LAUNCH_CONTRACT: "launch_contract",
    DutyKind.LICENCE: "licence",
    DutyKind.LANDING: "landing",
    DutyKind.CONFIRMATION: "confirmation",
    DutyKind.RESUMPTION: "suspension",
    DutyKind.FOOTPRINT: "shrink",
}
# How long before a deadline its party is reminded, where the policy has no timer `reminder`.
REMINDER: Mapping[str, Any] = {
    "value": 60,
    "unit": "days",
    "source": "proposal of this project: as long as the grace of a confirmation",
}


class Duty(Base):
    """One duty of an entry of `claim_id`, whatever entry supersedes which.

    `due_at` is the last instant at which it is met in time, `final_at` the one after which a miss has its consequence: they
    differ by the time of grace.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("claim_id", "kind", "number"),
        one_of("kind", DutyKind),
        one_of("state", DutyState),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("due_at <= final_at", name="grace_follows"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    kind: Mapped[str] = mapped_column(String(24))
    number: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    final_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(8), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def grace_follows(self) -> bool:
        """Whether grace is given after the deadline, not before it."""
        return self.due_at <= self.final_at

    def closed_when_done(self) -> bool:
        """Whether a duty that is no longer open says since when."""
        return (self.state == DutyState.OPEN) == (self.closed_at is None)

    def is_missed_at(self, at: datetime) -> bool:
        """Whether its time, grace included, is over at `at`; the last instant still counts."""
        return self.state == DutyState.OPEN and at > self.final_at

    def is_reminder_due_at(self, at: datetime, timers: Mapping[str, Any]) -> bool:
        """Whether its party is to be reminded at `at`: near the end, once, while it can still be met."""
        waits = self.state == DutyState.OPEN and self.reminded_at is None
        return waits and reminder_at(self.due_at, timers) <= at <= self.final_at

    def close(self, state: DutyState, at: datetime) -> None:
        """It is met, missed or void."""
        self.state, self.closed_at = state, at


def reminder_at(due_at: datetime, timers: Mapping[str, Any]) -> datetime:
    """When the reminder of a deadline is due, by the timers of a policy."""
    return lead(due_at, timers.get("reminder", REMINDER))


def times(kind: DutyKind, begun_at: datetime, timers: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """Deadline and end of grace of a duty that begins at `begun_at`; None where the policy has no timer for it."""
    timer = timers.get(TIMERS[kind])
    if timer is None:
        return None
    due_at = deadline(begun_at, timer)
    return due_at, with_grace(kind, due_at, timers)


def with_grace(kind: str, due_at: datetime, timers: Mapping[str, Any]) -> datetime:
    """The end of the time of grace after a deadline: only confirmations have one."""
    grace = timers.get("confirmation_grace") if kind == DutyKind.CONFIRMATION else None
    return deadline(due_at, grace) if grace else due_at
