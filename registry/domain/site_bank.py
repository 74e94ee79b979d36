"""The site bank: whoever has many entries offers a second site of equal score for one of them, and the agency keeps one of
the two free for others. Learnt from the reserved areas of the seabed authority: one divides, the other chooses.

A policy without the section `site_bank` asks for nothing of the kind. What is owed is a duty of an entry
(`registry.domain.duties`), so that it has a deadline, a reminder and a consequence like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.constraints import not_empty, one_of


class PairState(StrEnum):
    """States of a pair of sites: one of the two is kept free from BANKED until it is RELEASED, TAKEN or OVER."""

    OFFERED = "OFFERED"
    REFUSED = "REFUSED"
    BANKED = "BANKED"
    RELEASED = "RELEASED"
    TAKEN = "TAKEN"
    OVER = "OVER"


class Which(StrEnum):
    """Which of the two sites is banked: that of the entry, or the second one."""

    FIRST = "first"
    SECOND = "second"


class BankedSite(Base):
    """A pair offered for the entry of `entry_claim_id` because of the duty of `claim_id`, and what the agency made of it.

    `first` is the site that the entry had when the pair was offered, `second` the other one. `scores` says how both scores
    were computed, `room` by which method and inputs the banked site is kept free. A pair whose `chosen_by` is `silence` was
    not chosen from in time: the second site is banked then.
    """

    __tablename__ = "banked_sites"
    __table_args__ = (
        one_of("state", PairState),
        CheckConstraint("chosen IS NULL OR chosen IN ('first', 'second')", name="chosen_known"),
        CheckConstraint("(state IN ('OFFERED', 'REFUSED')) = (chosen IS NULL)", name="chosen_when_banked"),
        CheckConstraint("(chosen IS NULL) = (held_until IS NULL)", name="held_when_chosen"),
        CheckConstraint("(state = 'TAKEN') = (taken_by_id IS NOT NULL)", name="taken_by_a_claim"),
        CheckConstraint("(state IN ('OFFERED', 'BANKED')) = (closed_at IS NULL)", name="closed_when_done"),
        not_empty("second_name"),
        not_empty("source"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"), unique=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    entry_claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"))
    first_place: Mapped[str] = mapped_column(String(64))
    first_name: Mapped[str] = mapped_column(String(200))
    first_footprint: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    second_place: Mapped[str] = mapped_column(String(64))
    second_name: Mapped[str] = mapped_column(String(200))
    second_footprint: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    second_placement: Mapped[str | None] = mapped_column(String(24))
    first_score: Mapped[float]
    second_score: Mapped[float]
    scores: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    source: Mapped[str] = mapped_column(String)
    room: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    state: Mapped[str] = mapped_column(String(16), index=True)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    choose_by_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen: Mapped[str | None] = mapped_column(String(8))
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chosen_by: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String)
    held_until: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))
    illustrative: Mapped[bool]

    def chosen_when_banked(self) -> bool:
        """Whether a site was chosen of a pair that was not refused, and of no other."""
        return (self.state in (PairState.OFFERED, PairState.REFUSED)) == (self.chosen is None)

    def held_when_chosen(self) -> bool:
        """Whether what was chosen is kept for a time that ends."""
        return (self.chosen is None) == (self.held_until is None)

    def closed_when_done(self) -> bool:
        """Whether a pair that nothing follows any more says since when."""
        return (self.state in (PairState.OFFERED, PairState.BANKED)) == (self.closed_at is None)

    @property
    def place(self) -> str:
        """The place of the banked site."""
        return self.first_place if self.chosen == Which.FIRST else self.second_place

    @property
    def name(self) -> str:
        """The name of the banked site."""
        return self.first_name if self.chosen == Which.FIRST else self.second_name

    @property
    def footprint(self) -> dict[str, Any]:
        """The footprint of the banked site."""
        return self.first_footprint if self.chosen == Which.FIRST else self.second_footprint

    def is_over_at(self, at: datetime) -> bool:
        """Whether the time for the choice, or of the bank, is over; the last instant of the choice still counts."""
        if self.state == PairState.OFFERED:
            return at > self.choose_by_at
        return self.state == PairState.BANKED and self.held_until is not None and at.date() >= self.held_until


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry that is not over, as the duty counts it: its credited parties, and who controls its operator."""

    claim: str
    parties: frozenset[str]
    controller: str


def who_is_over(new: Counted, others: Iterable[Counted], least: int) -> tuple[str, int] | None:
    """The credited party with most entries, if these are `least` or more with the new one; ties go to the smallest id.

    A joint claim counts in full for each credited party, as in caps: nobody has fewer entries for sharing them.
    """
    rows = [new, *(row for row in others if row.claim != new.claim)]
    counts = {party: sum(party in row.parties for row in rows) for party in sorted(new.parties)}
    party = max(counts, key=lambda name: counts[name])
    return (party, counts[party]) if counts[party] >= least else None


def hold_of(site: BankedSite, epoch: date, horizon_days: int) -> dict[str, Any] | None:
    """The hold by which a policy keeps a banked site free, from the day of the choice on; None if none of its days are.

    The days are those of the round: from its epoch, up to its horizon.
    """
    assert site.chosen_at is not None, "only banked sites are held"
    assert site.held_until is not None, "only banked sites are held"
    start = max(0, (site.chosen_at.date() - epoch).days)
    days = min(horizon_days, (site.held_until - epoch).days) - start
    if days < 1:
        return None
    phase = {"name": "hold", "offset": 0, "days": days, **site.room}
    return {
        "id": site.id,
        "name": f"Site bank: {site.name}",
        "bank": site.id,
        "footprint": site.footprint,
        "start": start,
        "phases": [phase],
    }


def unheld(holds: Iterable[Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a policy's holds lack of the banked sites that they have to keep: one sentence with the mend for each."""
    named = {row["bank"]: row for row in holds if row.get("bank")}
    asked = {row["bank"]: row for row in wanted}
    faults = [f"holds: {name} is no banked site; leave the field bank out" for name in sorted(set(named) - set(asked))]
    for name, row in asked.items():
        if name not in named:
            faults.append(f"holds: the banked site {name} is not among them; add what `registry bank holds` prints")
        elif not _is_kept(named[name], row):
            faults.append(f"holds: {name} is not kept as it was banked; take the row that `registry bank holds` prints")
    return faults


def _is_kept(hold: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether a hold keeps the footprint, method and days that are asked for; it may begin earlier and end later."""
    (phase,) = asked["phases"]
    first, last = asked["start"], asked["start"] + phase["days"]
    days = [
        (hold["start"] + row["offset"], hold["start"] + row["offset"] + row["days"])
        for row in hold["phases"]
        if (row["method"], row["inputs"]) == (phase["method"], phase["inputs"])
    ]
    return hold["footprint"] == asked["footprint"] and any(start <= first and last <= end for start, end in days)
