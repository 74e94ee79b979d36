"""Sites on the map: placements of claims and entries. Columns are read, not entities, so that maps of ten thousand claims
stay quick. Days count from the epoch of the round's policy; footprints are in map metres.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from registry.db import CanonicalJson
from registry.domain.claims import Claim, Phase, Placement, Revision
from registry.domain.entries import Entry, Zone, superseded
from registry.domain.visibility import PUBLIC, Viewer, sees_claim
from registry.queries.outcomes import outcomes


@dataclass(frozen=True, slots=True)
class PhaseOnMap:
    """A phase of a placement, `offset_days` after its start, with the distance kept around it."""

    name: str
    offset_days: int
    days: int
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class PlacementOnMap:
    """A placement of a claim, to start from `first_day` to `last_day`; `start_day` if the official proposal gives it to
    the claim.
    """

    id: str
    claim: str
    name: str
    state: str
    rank: int
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    start_day: int | None
    phases: tuple[PhaseOnMap, ...]

    @property
    def allotted(self) -> bool:
        """Whether the official proposal gives this placement to the claim."""
        return self.start_day is not None

    @property
    def days(self) -> int:
        """Days from the start until the last phase has ended."""
        return max(phase.offset_days + phase.days for phase in self.phases)


@dataclass(frozen=True, slots=True)
class ZoneOnMap:
    """The zone of one phase of an entry; `valid_until` is the first day without it."""

    phase: str
    valid_from: date
    valid_until: date
    keep_out_m: int


@dataclass(frozen=True, slots=True)
class EntryOnMap:
    """An entry with the footprint and the zones that it has."""

    id: str
    claim: str
    round: str
    name: str
    placement: str
    state: str
    valid_from: date
    valid_until: date
    footprint: Mapping[str, Any]
    zones: tuple[ZoneOnMap, ...]


def placements_on_map(session: Session, round_id: str, viewer: Viewer = PUBLIC) -> tuple[PlacementOnMap, ...]:
    """The placements of the newest revision of each claim of a round that is there for a viewer, by claim and rank."""
    return _placements(session, round_id, Claim.round_id == round_id, sees_claim(viewer))


def placement_on_map(session: Session, placement_id: str, viewer: Viewer = PUBLIC) -> PlacementOnMap | None:
    """The placement with this id in the newest revision of its claim, or None where there is none for the viewer."""
    claim = session.get(Claim, placement_id.partition("/")[0])
    if claim is None:
        return None
    wanted = (Claim.id == claim.id, Placement.public_id == placement_id, sees_claim(viewer))
    return next(iter(_placements(session, claim.round_id, *wanted)), None)


def _placements(session: Session, round_id: str, *wanted: ColumnElement[bool]) -> tuple[PlacementOnMap, ...]:
    rows = session.execute(_newest(*wanted)).all()
    phases = _phases(session, _newest(*wanted).with_only_columns(Placement.id).order_by(None))
    starts = {row.placement: row.start_day for row in outcomes(session, round_id).allotments.values()}
    return tuple(
        PlacementOnMap(
            id=row.public_id,
            claim=row.claim_id,
            name=row.name,
            state=row.state,
            rank=row.rank,
            footprint=row.footprint,
            first_day=row.first_day,
            last_day=row.last_day,
            start_day=starts.get(row.public_id),
            phases=tuple(phases[row.id]),
        )
        for row in rows
    )


def _newest(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Columns of the placements of the newest revision of the claims wanted."""
    newest = select(Revision.claim_id, func.max(Revision.number).label("number")).group_by(Revision.claim_id).subquery()
    columns = (
        Placement.id, Placement.public_id, Placement.rank, Placement.footprint, Placement.first_day,
        Placement.last_day, Revision.name, Revision.claim_id, Claim.state,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Revision, Revision.id == Placement.revision_id)
        .join(newest, (newest.c.claim_id == Revision.claim_id) & (newest.c.number == Revision.number))
        .join(Claim, Claim.id == Revision.claim_id)
        .where(*wanted)
        .order_by(Claim.id, Placement.rank)
    )


def _phases(session: Session, placements: Select[Any]) -> defaultdict[int, list[PhaseOnMap]]:
    chosen = (
        select(Phase.placement_id, Phase.name, Phase.offset_days, Phase.days, Phase.keep_out_m)
        .where(Phase.placement_id.in_(placements))
        .order_by(Phase.placement_id, Phase.position)
    )
    found: defaultdict[int, list[PhaseOnMap]] = defaultdict(list)
    for row in session.execute(chosen):
        found[row.placement_id].append(PhaseOnMap(row.name, row.offset_days, row.days, row.keep_out_m))
    return found


def entries_on_map(session: Session, round_id: str | None = None) -> tuple[EntryOnMap, ...]:
    """Every entry by id that no other one supersedes; those of one round, if named."""
    columns = (
        Entry.id, Entry.claim_id, Claim.round_id, Entry.state, Entry.valid_from, Entry.valid_until, Placement.public_id,
        func.coalesce(Entry.footprint, Placement.footprint, type_=CanonicalJson).label("footprint"), Revision.name,
    )  # fmt: skip
    chosen = select(*columns).join(Placement, Placement.id == Entry.placement_id)
    # The revision that was decided on: a later one does not change what was recorded.
    chosen = chosen.join(Revision, Revision.id == Placement.revision_id).join(Claim, Claim.id == Entry.claim_id)
    if round_id is not None:
        chosen = chosen.where(Claim.round_id == round_id)
    chosen, zones = chosen.where(Entry.id.not_in(superseded())), _zones(session)
    return tuple(
        EntryOnMap(
            id=row.id,
            claim=row.claim_id,
            round=row.round_id,
            name=row.name,
            placement=row.public_id,
            state=row.state,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            footprint=row.footprint,
            zones=tuple(zones[row.id]),
        )
        for row in session.execute(chosen.order_by(Entry.id))
    )


def _zones(session: Session) -> defaultdict[str, list[ZoneOnMap]]:
    found: defaultdict[str, list[ZoneOnMap]] = defaultdict(list)
    chosen = select(Zone.entry_id, Zone.phase, Zone.valid_from, Zone.valid_until, Zone.keep_out_m)
    for row in session.execute(chosen.order_by(Zone.entry_id, Zone.position)):
        found[row.entry_id].append(ZoneOnMap(row.phase, row.valid_from, row.valid_until, row.keep_out_m))
    return found


def zones_on_ground(session: Session) -> tuple[Any, ...]:
    """The zones of every entry that no other one supersedes, with their outlines, by entry and position: rows of cells."""
    columns = (
        Zone.entry_id, Zone.position, Zone.phase, Zone.valid_from, Zone.valid_until, Zone.keep_out_m, Zone.method_id,
        Zone.method_version, Zone.outline, Entry.claim_id, Entry.illustrative,
    )  # fmt: skip
    chosen = select(*columns).join(Entry, Entry.id == Zone.entry_id).where(Entry.id.not_in(superseded()))
    return tuple(session.execute(chosen.order_by(Zone.entry_id, Zone.position)))
