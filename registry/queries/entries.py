"""Entries: the recorded priorities of use, with their safety zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.decisions import Decision, Vote
from registry.domain.entries import Entry
from registry.domain.visibility import PUBLIC, Viewer, person


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the register; `valid_until` is the first day on which the priority has ended."""

    id: str
    claim: str
    name: str
    round: str
    state: str
    operator: str
    credit: Mapping[str, int]
    placement: str
    place: str
    valid_from: date
    valid_until: date
    recorded_at: datetime
    supersedes: str | None
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ZoneView:
    """The safety zone of one phase, with its outline in map metres."""

    phase: str
    valid_from: date
    valid_until: date
    keep_out_m: int
    method: str
    method_version: str
    outline: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VoteView:
    """What one decider said; `decider` is empty where people are not shown."""

    decider: str
    party: str
    choice: str
    ground: str | None
    reason: str
    voted_at: datetime
    interested: bool | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry whole: where, when, with which zones, decided by whom."""

    row: EntryRow
    start_day: int
    footprint: Mapping[str, Any]
    placement_name: str
    zones: tuple[ZoneView, ...]
    decided_at: datetime
    votes: tuple[VoteView, ...]


def list_entries(session: Session, *, round_id: str | None = None, party: str | None = None) -> tuple[EntryRow, ...]:
    """Every entry by id; those of one round, or credited to one party, if named."""
    chosen = select(Entry).order_by(Entry.id)
    if round_id is not None:
        chosen = chosen.join(Claim).where(Claim.round_id == round_id)
    rows = (_row(entry) for entry in session.scalars(chosen))
    return tuple(row for row in rows if party is None or party in row.credit)


def entry_page(session: Session, entry_id: str, viewer: Viewer = PUBLIC) -> EntryPage | None:
    """The entry with this id, whole, or None."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        return None
    decision = session.get_one(Decision, entry.decision_id)
    return EntryPage(
        row=_row(entry),
        start_day=entry.start_day,
        footprint=entry.placement.footprint,
        placement_name=entry.placement.name,
        zones=zone_views(entry),
        decided_at=decision.decided_at,
        votes=tuple(vote_view(vote, viewer) for vote in decision.proposal.votes),
    )


def zone_views(entry: Entry) -> tuple[ZoneView, ...]:
    """The zones of an entry in the order of its phases."""
    return tuple(
        ZoneView(
            phase=zone.phase,
            valid_from=zone.valid_from,
            valid_until=zone.valid_until,
            keep_out_m=zone.keep_out_m,
            method=zone.method_id,
            method_version=zone.method_version,
            outline=zone.outline,
        )
        for zone in entry.zones
    )


def vote_view(vote: Vote, viewer: Viewer = PUBLIC) -> VoteView:
    """A vote as a viewer may read it."""
    decider = person(viewer, vote.decider)
    return VoteView(decider, vote.party_id, vote.choice, vote.ground, vote.reason, vote.voted_at, vote.interested)


def _row(entry: Entry) -> EntryRow:
    # The revision that was decided on: a later one does not change what was recorded.
    revision = next(row for row in entry.claim.revisions if row.id == entry.placement.revision_id)
    return EntryRow(
        id=entry.id,
        claim=entry.claim_id,
        name=revision.name,
        round=entry.claim.round_id,
        state=entry.state,
        operator=revision.operator_id,
        credit={credit.party_id: credit.percent for credit in revision.credits},
        placement=entry.placement.public_id,
        place=entry.placement.place_id,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        recorded_at=entry.recorded_at,
        supersedes=entry.supersedes_id,
        illustrative=entry.illustrative,
    )
