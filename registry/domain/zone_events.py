"""What became of safety zones: established, altered, ended; each with its day, and told to everybody.

A zone is planned with its entry, established on its first day, and ends on its last, or with the operation if that is
earlier. It is a row of the entry it belongs to; an entry that supersedes another has the zones that are left.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class ZoneEventKind(StrEnum):
    """What can become of a zone."""

    ESTABLISHED = "established"
    ALTERED = "altered"
    ENDED = "ended"


class ZoneEvent(Base):
    """One event of the zone of a claim's phase at `position`; `entry_id` is the entry that has the zone as it was then."""

    __tablename__ = "zone_events"
    __table_args__ = (
        one_of("kind", ZoneEventKind),
        not_empty("reason"),
        CheckConstraint("keep_out_m > 0", name="keep_out_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"))
    position: Mapped[int]
    phase: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    on_day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    keep_out_m: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
