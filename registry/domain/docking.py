"""Docking records: an arrangement that was agreed somewhere, on its way to a universal body.

Practice that parties agree on among themselves has no path into the process of all States by itself. A docking record keeps
what was agreed and where, with its evidence, who adopts it, who dissents, and at which agenda item it is to be taken up. It
is public, and it binds nobody.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class Position(StrEnum):
    """Where a party stands on an arrangement."""

    ADOPTS = "adopts"
    DISSENTS = "dissents"
    WITHDRAWN = "withdrawn"


class DockingRecord(Base):
    """One arrangement. `evidence` are references that anybody can follow, each one text."""

    __tablename__ = "docking_records"
    __table_args__ = (
        not_empty("title"),
        not_empty("origin_forum"),
        not_empty("text"),
        not_empty("target_body"),
        not_empty("agenda_item"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    origin_forum: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str] = mapped_column(String)
    evidence: Mapped[list[str]] = mapped_column(CanonicalJson)
    target_body: Mapped[str] = mapped_column(String(200))
    agenda_item: Mapped[str] = mapped_column(String(300))
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"))
    recorded_by_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]

    positions: Mapped[list["DockingPosition"]] = relationship(
        order_by="DockingPosition.id", back_populates="arrangement"
    )

    def held(self, position: Position) -> tuple[str, ...]:
        """The parties that hold this position now, by id: what a party said last counts."""
        last = {row.party_id: row.position for row in self.positions}
        return tuple(sorted(party for party, said in last.items() if said == position))


class DockingPosition(Base):
    """What a party said of an arrangement; an earlier word of the same party is kept and no longer counts."""

    __tablename__ = "docking_positions"
    __table_args__ = (one_of("position", Position),)

    id: Mapped[int] = mapped_column(primary_key=True)
    docking_id: Mapped[str] = mapped_column(ForeignKey("docking_records.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    position: Mapped[str] = mapped_column(String(16))
    statement: Mapped[str] = mapped_column(String)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    arrangement: Mapped[DockingRecord] = relationship(back_populates="positions")
