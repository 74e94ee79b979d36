"""Entries: the recorded priorities of use, with their safety zones."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Credit, Placement, Revision
from registry.domain.decisions import Decision, Vote
from registry.domain.entries import Entry, superseded
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
    cause: str = ""
    in_use_from: date | None = None
    ended_on: date | None = None


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
    filed_by: str = ""


def list_entries(
    session: Session, *, round_id: str | None = None, party: str | None = None, claim: str | None = None
) -> tuple[EntryRow, ...]:
    """Every entry by id that no other one supersedes; those of one round, or credited to one party, if named. Of one
    claim all that it ever had.

    Only cells are read, in two statements. Names and credit are those of the revision that was decided on: a later one does
    not change what was recorded.
    """
    chosen = _cells_of_entries()
    chosen = chosen.where(Entry.id.not_in(superseded())) if claim is None else chosen.where(Entry.claim_id == claim)
    if round_id is not None:
        chosen = chosen.where(Claim.round_id == round_id)
    credit = _credit_of(session, chosen)
    rows = (_of_cells(cells, credit[cells.revision]) for cells in session.execute(chosen.order_by(Entry.id)))
    return tuple(row for row in rows if party is None or party in row.credit)


def _cells_of_entries() -> Any:
    columns = (
        Entry.id,
        Entry.state,
        Entry.valid_from,
        Entry.valid_until,
        Entry.recorded_at,
        Entry.supersedes_id,
        Entry.illustrative,
        Entry.cause,
        Entry.in_use_from,
        Entry.ended_on,
        Entry.claim_id,
        Claim.round_id,
        Placement.public_id,
        func.coalesce(Entry.place_id, Placement.place_id).label("place_id"),
        Revision.id.label("revision"),
        Revision.name,
        Revision.operator_id,
    )
    chosen = (
        select(*columns).join(Claim, Entry.claim_id == Claim.id).join(Placement, Entry.placement_id == Placement.id)
    )
    return chosen.join(Revision, Placement.revision_id == Revision.id)


def _credit_of(session: Session, chosen: Any) -> Mapping[int, Mapping[str, int]]:
    revisions = chosen.with_only_columns(Revision.id)
    wanted = select(Credit.revision_id, Credit.party_id, Credit.percent).where(Credit.revision_id.in_(revisions))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for revision, credited, percent in session.execute(wanted.order_by(Credit.party_id)):
        found[revision][credited] = percent
    return found


def _of_cells(cells: Any, credit: Mapping[str, int]) -> EntryRow:
    return EntryRow(
        id=cells.id,
        claim=cells.claim_id,
        name=cells.name,
        round=cells.round_id,
        state=cells.state,
        operator=cells.operator_id,
        credit=credit,
        placement=cells.public_id,
        place=cells.place_id,
        valid_from=cells.valid_from,
        valid_until=cells.valid_until,
        recorded_at=cells.recorded_at,
        supersedes=cells.supersedes_id,
        illustrative=cells.illustrative,
        cause=cells.cause,
        in_use_from=cells.in_use_from,
        ended_on=cells.ended_on,
    )


def entry_page(session: Session, entry_id: str, viewer: Viewer = PUBLIC) -> EntryPage | None:
    """The entry with this id, whole, or None."""
    entry = session.get(Entry, entry_id)
    if entry is None:
        return None
    chosen = _cells_of_entries().where(Entry.id == entry_id)
    cells = session.execute(chosen).one()
    decision = session.get_one(Decision, entry.decision_id)
    return EntryPage(
        row=_of_cells(cells, _credit_of(session, chosen)[cells.revision]),
        start_day=entry.start_day,
        footprint=entry.ground,
        placement_name=entry.placement.name,
        zones=zone_views(entry),
        decided_at=decision.decided_at,
        votes=tuple(vote_view(vote, viewer) for vote in decision.proposal.votes),
        filed_by=entry.claim.filed_by_id,
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
