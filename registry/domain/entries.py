"""Entries: recorded, time-limited priorities of use, with one safety zone per phase. Superseded, never edited: what
changes about an entry is a new one, with the same claim and first day, that takes the place of the one before.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.claims import Claim, Placement
from registry.domain.constraints import one_of


class EntryState(StrEnum):
    """States of an entry, those of its claim from RECORDED on."""

    RECORDED = "RECORDED"
    IN_USE = "IN_USE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    LAPSED = "LAPSED"


OVER = (EntryState.ENDED, EntryState.LAPSED)
# Why an entry took the place of the one before; empty: it is the first of its claim.
CAUSES = (
    "", "in-use", "suspended", "resumed", "milestone-missed", "footprint-demonstrated", "footprint-not-demonstrated",
    "relinquished", "confirmation-missed", "suspension-over", "term-over", "site-exchanged",
)  # fmt: skip

_FIRST = text("supersedes_id IS NULL")


class Entry(Base):
    """A priority of use from `valid_from` until `valid_until`, the first day on which it has ended.

    `footprint` is what is left of the placement's after it was shrunk, None while it is whole. `in_use_from` is the day of
    the landing that brought it into use, `ended_on` the day on which an ENDED or LAPSED one did. `place_id` is the place of
    an entry whose site the agency exchanged for another (`registry.domain.site_bank`), None: that of the placement.
    """

    __tablename__ = "entries"
    __table_args__ = (
        one_of("state", EntryState),
        one_of("cause", CAUSES),
        CheckConstraint("valid_from < valid_until", name="term_is_finite"),
        CheckConstraint("(state IN ('ENDED', 'LAPSED')) = (ended_on IS NOT NULL)", name="ended_when_over"),
        Index("ix_entries_first", "claim_id", unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    start_day: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    state: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("entries.id"), unique=True)
    illustrative: Mapped[bool]
    cause: Mapped[str] = mapped_column(String(32), server_default="", default="")
    footprint: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    in_use_from: Mapped[date | None]
    ended_on: Mapped[date | None]
    place_id: Mapped[str | None] = mapped_column(String(64))

    claim: Mapped[Claim] = relationship()
    placement: Mapped[Placement] = relationship()
    zones: Mapped[list["Zone"]] = relationship(order_by="Zone.position")

    def term_is_finite(self) -> bool:
        """Whether the priority has a length and an end."""
        return self.valid_from < self.valid_until

    def ended_when_over(self) -> bool:
        """Whether an entry that is over says since when, and no other does."""
        return (self.state in OVER) == (self.ended_on is not None)

    @property
    def ground(self) -> dict[str, Any]:
        """The footprint that it has now: what is left of the placement's."""
        return self.footprint or self.placement.footprint

    @property
    def place(self) -> str:
        """The place that it has now: the placement's, unless its site was exchanged."""
        return self.place_id or self.placement.place_id

    def is_in_force_at(self, day: date) -> bool:
        """Whether the priority runs on `day`."""
        return self.state in (EntryState.RECORDED, EntryState.IN_USE) and self.valid_from <= day < self.valid_until


def superseded() -> Select[Any]:
    """The ids of the entries in whose place another one stands."""
    return select(Entry.supersedes_id).where(Entry.supersedes_id.is_not(None))


class Zone(Base):
    """The safety zone of one phase of an entry: temporary, for notice and coordination, without veto. Days as
    in the instance.
    """

    __tablename__ = "zones"
    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint("valid_from < valid_until", name="ends_with_the_phase"),
        CheckConstraint("keep_out_m > 0", name="keep_out_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"))
    position: Mapped[int]
    phase: Mapped[str] = mapped_column(String(80))
    start_day: Mapped[int]
    end_day: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    keep_out_m: Mapped[int]
    method_id: Mapped[str] = mapped_column(String(40))
    method_version: Mapped[str] = mapped_column(String(20))
    outline: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)

    def ends_with_the_phase(self) -> bool:
        """Whether the zone has a length and an end."""
        return self.valid_from < self.valid_until
