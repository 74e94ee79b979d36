"""Landings and ascents: of the entries in force, of allotments on offer, of claims still in procedure; who else is about.

A landing or an ascent is a phase whose zone was sized by the plume of a craft. Days are those of the entry's zone; the hour is
proposed later, by slots.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Credit, Phase, Placement, Revision
from registry.domain.entries import OVER, Entry, Zone, superseded
from solver.geometry import XY, footprint, point_distance_m
from solver.traffic.methods import ASCENT, LANDING, in_flight_reach_m

PLUME = "landing-plume"


class Standing(StrEnum):
    """On what a landing or ascent stands."""

    IN_FORCE = "in force"
    OFFERED = "offered"
    IN_PROCEDURE = "in procedure"


@dataclass(frozen=True, slots=True)
class Movement:
    """One landing or ascent: some time from `first_day` until before `until`, at `site` in map metres. `beside`: the entries
    with a movement on a shared day so near that ejecta of one reach the other on its way. `term`: the first day of the
    whole operation and the first after it. `key` tells phases of one name apart.
    """

    entry: str
    claim: str
    name: str
    round: str
    parties: tuple[str, ...]
    operator: str
    kind: str
    phase: str
    place: str
    site: XY
    first_day: date
    until: date
    keep_out_m: int
    inputs: Mapping[str, Any]
    recorded_at: datetime
    illustrative: bool
    beside: tuple[str, ...] = ()
    standing: Standing = Standing.IN_FORCE
    term: tuple[date, date] | None = None
    key: str = ""

    @property
    def id(self) -> str:
        """Its own name for ever, also where another entry takes the place of this one: that of claim and phase."""
        return f"{self.claim}/{self.name_of_phase}"

    @property
    def name_of_phase(self) -> str:
        """The name of its phase, of which no other phase of the claim is called."""
        return self.key or self.phase

    @property
    def last_day(self) -> date:
        """The last day on which it may be."""
        return self.until - timedelta(days=1)


def movements(session: Session) -> tuple[Movement, ...]:
    """All movements of the entries in force, by day, then by claim and phase."""
    found = in_order(_read(session))
    return tuple(replace(row, beside=beside) for row, beside in zip(found, beside(found), strict=True))


def movements_of(session: Session, claim_id: str) -> tuple[Movement, ...]:
    """The movements of the entry in force of one claim, without who else is about."""
    return in_order(_read(session, claim_id))


def in_order(rows: Iterable[Movement]) -> tuple[Movement, ...]:
    """Movements by day, claim and phase; of several phases of one name in a claim each gets its number."""
    found = list(rows)
    often = Counter(row.id for row in found)
    seen: Counter[str] = Counter()
    for i, row in enumerate(found):
        seen[row.id] += 1
        if often[row.id] > 1:
            found[i] = replace(row, key=f"{row.phase} {seen[row.id]}")
    return tuple(sorted(found, key=lambda row: (row.first_day, row.until, row.id)))


def _read(session: Session, claim_id: str | None = None) -> Iterator[Movement]:
    chosen = (
        select(Entry, Zone, Phase, Placement, Revision, Claim)
        .join(Zone, Zone.entry_id == Entry.id)
        .join(Placement, Entry.placement_id == Placement.id)
        .join(Phase, (Phase.placement_id == Placement.id) & (Phase.position == Zone.position))
        .join(Revision, Placement.revision_id == Revision.id)
        .join(Claim, Entry.claim_id == Claim.id)
        .where(Zone.method_id == PLUME, Entry.state.not_in(OVER), Entry.id.not_in(superseded()))
        .order_by(Claim.id, Zone.position)
    )
    if claim_id is not None:
        chosen = chosen.where(Claim.id == claim_id)
    rows = session.execute(chosen).all()
    credit = credits_of(session, [revision.id for _, _, _, _, revision, _ in rows])
    for entry, zone, phase, _, revision, claim in rows:
        middle = footprint(entry.ground).representative_point()
        yield Movement(
            entry=entry.id,
            claim=claim.id,
            name=revision.name,
            round=claim.round_id,
            parties=credit.get(revision.id, ()),
            operator=revision.operator_id,
            kind=ASCENT if phase.name == ASCENT else LANDING,
            phase=phase.name,
            place=entry.place,
            site=(middle.x, middle.y),
            first_day=zone.valid_from,
            until=zone.valid_until,
            keep_out_m=zone.keep_out_m,
            inputs=phase.inputs,
            recorded_at=entry.recorded_at,
            illustrative=entry.illustrative,
            term=(entry.valid_from, entry.valid_until),
        )


def credits_of(session: Session, revisions: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The parties credited in each revision, by id."""
    found: dict[int, tuple[str, ...]] = {}
    wanted = select(Credit.revision_id, Credit.party_id).where(Credit.revision_id.in_(set(revisions)))
    for revision, party in session.execute(wanted.order_by(Credit.revision_id, Credit.party_id)):
        found[revision] = (*found.get(revision, ()), party)
    return found


def beside(rows: Sequence[Movement]) -> Iterator[tuple[str, ...]]:
    """For each movement the other entries about; rows are in the order of their days."""
    near: list[set[str]] = [set() for _ in rows]
    for i, row in enumerate(rows):
        for j in range(i + 1, len(rows)):
            other = rows[j]
            if other.first_day >= row.until:
                break
            if other.claim != row.claim and point_distance_m(row.site, other.site) < in_flight_reach_m():
                near[i].add(other.entry)
                near[j].add(row.entry)
    return (tuple(sorted(names)) for names in near)
