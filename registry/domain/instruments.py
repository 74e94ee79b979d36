"""Instruments (treaties, accords, coalitions, lists) and the dated status of parties in them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base
from registry.domain.constraints import not_empty, one_of
from registry.domain.instants import first_possible_day, last_possible_day

INSTRUMENT_KINDS = ("treaty", "accord", "coalition", "list")
MEMBER_STATUSES = ("party", "signatory", "partner", "member", "listed")
STATUSES = (*MEMBER_STATUSES, "signed-not-ratified")


class Instrument(Base):
    """A treaty, accord, coalition or list, and whether it binds."""

    __tablename__ = "instruments"
    __table_args__ = (one_of("kind", INSTRUMENT_KINDS), not_empty("name"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    binding: Mapped[bool]
    source: Mapped[str] = mapped_column(String)


class Membership(Base):
    """A party's status in an instrument. Dates stay as the source gives them, beside the days that are
    certain from them.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("instrument_id", "party_id", "status", "since"),
        one_of("status", STATUSES),
        CheckConstraint(
            "certain_until IS NULL OR certain_from IS NULL OR certain_from <= certain_until",
            name="ends_after_start",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"), index=True)
    status: Mapped[str] = mapped_column(String(32))
    since: Mapped[str] = mapped_column(String(10))
    until: Mapped[str] = mapped_column(String(10))
    certain_from: Mapped[date | None]
    certain_until: Mapped[date | None]
    date_confirmed: Mapped[bool]
    source: Mapped[str] = mapped_column(String)

    def set_dates(self, since: str, until: str) -> None:
        """Keep both partial dates and derive the certain days: status starts on the last day `since` can mean
        and has
        ended on the first day `until` can mean.
        """
        self.since, self.until = since, until
        self.certain_from = last_possible_day(since) if since else None
        self.certain_until = first_possible_day(until) if until else None

    def is_member_at(self, day: date) -> bool:
        """Whether the party certainly is a member on `day`. A signature without ratification is no
        membership; a status
        whose source gives no start is taken as begun.
        """
        if self.status not in MEMBER_STATUSES:
            return False
        begun = self.certain_from is None or self.certain_from <= day
        return begun and (self.certain_until is None or day < self.certain_until)
