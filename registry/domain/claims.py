"""Claims: requests for priority of use of a site, their revisions, credit, ranked placements and phases."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of

LEAST_CREDIT = 25
ACTIVITIES = (
    "science-station",
    "sample-return",
    "rover-exploration",
    "resource-prospecting",
    "crewed-habitat",
    "power-plant",
    "communications",
    "astronomy",
    "technology-demonstration",
)


class ClaimState(StrEnum):
    """States of a claim."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    PUBLISHED = "PUBLISHED"
    COORDINATION = "COORDINATION"
    READY = "READY"
    OFFERED = "OFFERED"
    RECORDED = "RECORDED"
    IN_USE = "IN_USE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"
    REFUSED = "REFUSED"
    LAPSED = "LAPSED"


class Claim(Base):
    """A claim of a round; what it asks for stands in its newest revision. Its id is given in order of receipt. Until
    `published_at` it is between the agency and the parties credited in it.
    """

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("round_id", "key"), one_of("state", ClaimState), not_empty("key"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(String(120))
    filed_by_id: Mapped[str] = mapped_column(ForeignKey("parties.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    state_since_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]

    revisions: Mapped[list["Revision"]] = relationship(order_by="Revision.number", back_populates="claim")

    @property
    def current(self) -> "Revision":
        """The newest revision."""
        return self.revisions[-1]


class Revision(Base):
    """One complete version of a claim. `content` is the filing as received, in the `form` of its time; the columns are
    its fields, `particulars` those of `registry.domain.filing.particulars`, complete.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("term_days >= 1", name="term_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("form >= 1", name="form_positive"),
        one_of("activity", ACTIVITIES),
        not_empty("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    number: Mapped[int]
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id"))
    activity: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String)
    peaceful_statement: Mapped[str] = mapped_column(String)
    authorising_party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    authorisation_reference: Mapped[str] = mapped_column(String)
    state_of_registry_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    launching_parties: Mapped[list[str]] = mapped_column(CanonicalJson)
    term_days: Mapped[int]
    cospar_inventory: Mapped[str | None] = mapped_column(String)
    form: Mapped[int]
    particulars: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)

    claim: Mapped[Claim] = relationship(back_populates="revisions")
    credits: Mapped[list["Credit"]] = relationship(order_by="Credit.party_id")
    placements: Mapped[list["Placement"]] = relationship(order_by="Placement.rank")

    @property
    def supervision_contact(self) -> str:
        """Whom to reach about the operation, in one line."""
        who = self.particulars["contacts"]["supervision"]
        ways = (way for way in (who["email"], who["phone"]) if way and way not in who["name"])
        return ", ".join(filter(None, (who["name"], *ways)))


def is_newest() -> ColumnElement[bool]:
    """The condition on `Revision` under which it is the newest of `Claim`, where a statement has both."""
    other = aliased(Revision)
    last = select(func.max(other.number)).where(other.claim_id == Claim.id).correlate(Claim).scalar_subquery()
    return Revision.number == last


class Credit(Base):
    """The share in which a party answers for a claim, and what it contributes to it: a list of `Contribution`."""

    __tablename__ = "credits"
    __table_args__ = (
        CheckConstraint(f"percent >= {LEAST_CREDIT} AND percent <= 100", name="percent_in_range"),
        UniqueConstraint("revision_id", "party_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"), index=True)
    percent: Mapped[int]
    contributions: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)

    def percent_in_range(self) -> bool:
        """Whether the share is large enough to be more than nominal."""
        return LEAST_CREDIT <= self.percent <= 100


class Placement(Base):
    """One way to meet a claim. Days count from the epoch of the round's policy; `public_id` is C-0001/1 for
    rank 1.
    """

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("revision_id", "rank"),
        CheckConstraint("rank >= 1", name="rank_positive"),
        CheckConstraint("first_day >= 0 AND first_day <= last_day", name="window_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    public_id: Mapped[str] = mapped_column(String(24), index=True)
    rank: Mapped[int]
    place_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    footprint: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    first_day: Mapped[int]
    last_day: Mapped[int]

    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.position")

    def window_in_order(self) -> bool:
        """Whether the start window starts at day 0 or later and does not end before it starts."""
        return 0 <= self.first_day <= self.last_day


class Phase(Base):
    """Part of an operation. The keep-out, whole metres rounded up, comes from the method and its inputs; `anomaly` has
    those of a plausible anomaly, where the filing gives one.
    """

    __tablename__ = "phases"
    __table_args__ = (
        UniqueConstraint("placement_id", "position"),
        CheckConstraint("offset_days >= 0 AND days >= 1", name="lasts_a_day_or_more"),
        CheckConstraint("keep_out_m > 0", name="keep_out_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    offset_days: Mapped[int]
    days: Mapped[int]
    method_id: Mapped[str] = mapped_column(String(40))
    method_version: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    keep_out_m: Mapped[int]
    anomaly: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)

    def lasts_a_day_or_more(self) -> bool:
        """Whether the phase has a length and does not begin before the placement's start."""
        return self.offset_days >= 0 and self.days >= 1
