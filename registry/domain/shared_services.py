"""Shared services: power, relay, rescue and pads that one entry offers and others rely on, and what breaks if one ends.

An offer is open to every entry on the same terms, up to the number that it can serve: nobody is chosen and nobody is
refused. Who relies on whom is public, so that everybody sees what partners owe to one another.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class ServiceKind(StrEnum):
    """What is shared."""

    POWER = "power"
    RELAY = "relay"
    RESCUE = "rescue"
    PAD = "pad"


class SharedService(Base):
    """A service that the entry of `claim_id` offers to at most `serves` others at a time, until `ended_at`."""

    __tablename__ = "shared_services"
    __table_args__ = (
        one_of("kind", ServiceKind),
        not_empty("what"),
        CheckConstraint("serves >= 1", name="serves_somebody"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(String)
    serves: Mapped[int]
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    illustrative: Mapped[bool]


class ServiceReliance(Base):
    """That the entry of `claim_id` relies on a service; `vital`: without any of its kind the operation has to stop."""

    __tablename__ = "service_reliances"
    __table_args__ = (not_empty("need"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("shared_services.id"), index=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    vital: Mapped[bool]
    need: Mapped[str] = mapped_column(String)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Offered:
    """A service that is in force, as the question of what breaks needs it."""

    id: str
    kind: str
    claim: str


@dataclass(frozen=True, slots=True)
class Relied:
    """That a claim's entry relies on a service."""

    service: str
    claim: str
    vital: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What an entry loses: services of one kind, in the `step`-th wave; whether its operation stops for want of them."""

    step: int
    claim: str
    kind: str
    services: tuple[str, ...]
    stops: bool


def what_breaks(
    services: Iterable[Offered],
    reliances: Iterable[Relied],
    *,
    entries: Collection[str] = (),
    ending: Collection[str] = (),
) -> tuple[Loss, ...]:
    """What follows if the entries of these claims, or these services, end; by wave, claim and kind.

    An entry stops when it relies vitally on a kind and no service of that kind on which it relies is left; what it offers
    ends with it, and so on. One with another service of the kind goes on, with less: `stops` is false.
    """
    offered = {row.id: row for row in services}
    relied = [row for row in reliances if row.service in offered]
    gone = {row.id for row in offered.values() if row.id in ending or row.claim in entries}
    stopped, lost, wave = set(entries), set(gone), 0
    found: list[Loss] = []
    while lost:
        wave += 1
        losses = sorted(_losses(wave, lost, gone, stopped, offered, relied), key=lambda row: (row.claim, row.kind))
        found += losses
        stopped |= {row.claim for row in losses if row.stops}
        lost = {row.id for row in offered.values() if row.claim in stopped} - gone
        gone |= lost
    return tuple(found)


def _losses(
    wave: int,
    lost: Collection[str],
    gone: Collection[str],
    stopped: Collection[str],
    offered: dict[str, Offered],
    relied: Iterable[Relied],
) -> Iterator[Loss]:
    """What the services `lost` in this wave take from entries that have not stopped; `gone` are all lost so far."""
    by_need: dict[tuple[str, str], list[Relied]] = {}
    for row in relied:
        if row.claim not in stopped:
            by_need.setdefault((row.claim, offered[row.service].kind), []).append(row)
    for (claim, kind), rows in by_need.items():
        missing = tuple(sorted(row.service for row in rows if row.service in lost))
        if missing:
            is_left = any(row.service not in gone for row in rows)
            yield Loss(wave, claim, kind, missing, stops=not is_left and any(row.vital for row in rows))
