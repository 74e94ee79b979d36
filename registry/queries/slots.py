"""Proposals of slots, as they were published, and where each of their slots stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.landing_slots import LIVE, LandingSlot, LandingWindows, SlotProposal, SlotState


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line for a proposal: its days, and how many of its slots stand and are confirmed."""

    number: int
    first_day: date
    last_day: date
    status: str
    instance_sha256: str
    solution_sha256: str
    proposed_at: datetime
    slots: int
    live: int
    confirmed: int
    unserved: int
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal whole; `instance` and `solution` in RFC 8785 form have the hashes in `summary`."""

    summary: ProposalRow
    rows: tuple[LandingSlot, ...]
    instance: Mapping[str, Any]
    solution: Mapping[str, Any]
    checks: tuple[str, ...]

    @property
    def status(self) -> str:
        """What the solver said of its answer."""
        return self.summary.status

    @property
    def proposed_at(self) -> datetime:
        """When it was published."""
        return self.summary.proposed_at


def list_proposals(session: Session) -> tuple[ProposalRow, ...]:
    """All proposals, the newest first."""
    chosen = select(SlotProposal).options(selectinload(SlotProposal.slots)).order_by(SlotProposal.id.desc())
    return tuple(_row(found) for found in session.scalars(chosen))


def proposal(session: Session, number: int) -> ProposalPage | None:
    """The proposal with this number, or None."""
    found = session.get(SlotProposal, number)
    if found is None:
        return None
    return ProposalPage(
        summary=_row(found),
        rows=tuple(sorted(found.slots, key=lambda row: (row.slot_at, row.movement))),
        instance=found.instance,
        solution=found.solution,
        checks=tuple(found.verification["checks"]),
    )


def _row(found: SlotProposal) -> ProposalRow:
    return ProposalRow(
        number=found.id,
        first_day=found.first_day,
        last_day=found.last_day,
        status=found.status,
        instance_sha256=found.instance_sha256,
        solution_sha256=found.solution_sha256,
        proposed_at=found.proposed_at,
        slots=len(found.slots),
        live=sum(row.state in LIVE for row in found.slots),
        confirmed=sum(row.state == SlotState.CONFIRMED for row in found.slots),
        unserved=len(found.solution["unserved"]),
        illustrative=found.illustrative,
    )


def list_windows(session: Session) -> Sequence[LandingWindows]:
    """Every request for windows, what was amended or withdrawn included, by number."""
    return session.scalars(select(LandingWindows).order_by(LandingWindows.id)).all()


def amended(session: Session) -> frozenset[int]:
    """The numbers of the requests for windows in whose place another one stands."""
    return frozenset(filter(None, session.scalars(select(LandingWindows.supersedes_id))))


def list_slots(session: Session) -> Sequence[LandingSlot]:
    """Every slot of every proposal, by number."""
    return session.scalars(select(LandingSlot).order_by(LandingSlot.id)).all()
