"""When craft land and leave: the windows that parties ask for, and the slots that are proposed for them.

A slot is coordination and no permission: nobody needs one to land, and nobody refuses one. Windows are superseded by the
party's next filing, proposals by the next proposal; neither is ever edited.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import one_of
from registry.domain.instants import parse_utc, utc_text
from registry.domain.windows import Window
from solver.traffic.methods import KINDS
from solver.traffic.solution import PRECISIONS


class SlotState(StrEnum):
    """States of a slot; a live one is proposed or confirmed."""

    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    ANOTHER = "ANOTHER"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"


LIVE = (SlotState.PROPOSED, SlotState.CONFIRMED)
_IS_LIVE = text("state IN ('PROPOSED', 'CONFIRMED')")


class LandingWindows(Base):
    """The windows asked for one landing or ascent of a claim, both ends included, and the corridor: from which azimuth on
    the map to which, clockwise (None: not known), by a craft of so many kilograms.
    """

    __tablename__ = "landing_windows"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("(azimuth_from_deg IS NULL) = (azimuth_to_deg IS NULL)", name="azimuths_together"),
        CheckConstraint(
            "azimuth_from_deg >= 0 AND azimuth_from_deg < 360 AND azimuth_to_deg >= 0 AND azimuth_to_deg < 360",
            name="azimuths_on_the_circle",
        ),
        CheckConstraint("landed_mass_kg > 0", name="mass_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    phase: Mapped[str] = mapped_column(String(90))
    kind: Mapped[str] = mapped_column(String(8))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    windows: Mapped[list[list[str]]] = mapped_column(CanonicalJson)
    preferred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    azimuth_from_deg: Mapped[float | None]
    azimuth_to_deg: Mapped[float | None]
    landed_mass_kg: Mapped[float]
    method_version: Mapped[str] = mapped_column(String(20))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("landing_windows.id"), unique=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String)
    illustrative: Mapped[bool]

    def azimuths_together(self) -> bool:
        """Whether both ends of the range of azimuths are given, or neither."""
        return (self.azimuth_from_deg is None) == (self.azimuth_to_deg is None)

    @property
    def spans(self) -> tuple[Window, ...]:
        """The windows as instants."""
        return tuple((parse_utc(first), parse_utc(last)) for first, last in self.windows)

    @property
    def corridor(self) -> tuple[float | None, float | None, float]:
        """What a slot rests on besides its time: azimuths and mass."""
        return self.azimuth_from_deg, self.azimuth_to_deg, self.landed_mass_kg


def as_texts(windows: tuple[Window, ...]) -> list[list[str]]:
    """Windows as they are stored."""
    return [[utc_text(first), utc_text(last)] for first, last in windows]


class SlotProposal(Base):
    """Slots proposed for the days from `first_day` to `last_day`: the instance solved, the verified solution, whole."""

    __tablename__ = "slot_proposals"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("length(instance_sha256) = 64 AND length(solution_sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    instance: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    instance_sha256: Mapped[str] = mapped_column(String(64))
    solution: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    solution_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    verification: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]

    slots: Mapped[list["LandingSlot"]] = relationship(order_by="LandingSlot.id", back_populates="proposal")


class LandingSlot(Base):
    """The instant of touchdown or lift-off proposed to one landing or ascent; `precision` day: the hour is proposed again
    when orbits are forecast. Of each landing or ascent one slot at most is live.
    """

    __tablename__ = "landing_slots"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("precision", PRECISIONS),
        one_of("state", SlotState),
        Index(
            "ix_landing_slots_live", "claim_id", "phase", unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("slot_proposals.id"), index=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    phase: Mapped[str] = mapped_column(String(90))
    kind: Mapped[str] = mapped_column(String(8))
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime)
    precision: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    state_since_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String)
    illustrative: Mapped[bool]

    proposal: Mapped[SlotProposal] = relationship(back_populates="slots")

    @property
    def movement(self) -> str:
        """The id of the landing or ascent in files and calendars."""
        return f"{self.claim_id}/{self.phase}"
