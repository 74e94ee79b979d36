"""The landing calendar: on which days craft land and leave by the entries in force, and who else is about on these days.

A landing or an ascent is a phase whose zone was sized by the plume of a craft. Days are those of the entry's zone; the hour is
proposed later, by slots.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Credit, Phase, Placement, Revision
from registry.domain.entries import OVER, Entry, Zone, superseded
from solver.geometry import MAP_CRS, XY, footprint, point_distance_m
from solver.traffic.methods import ASCENT, LANDING, in_flight_reach_m

PLUME = "landing-plume"
DAY_MIN = 1440


@dataclass(frozen=True, slots=True)
class Movement:
    """One landing or ascent: some time from `first_day` until before `until`, at `site` in map metres. `beside`: the entries
    with a movement on a shared day so near that ejecta of one reach the other on its way.
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

    @property
    def id(self) -> str:
        """Its own name for ever, also where another entry takes the place of this one: that of claim and phase."""
        return f"{self.claim}/{self.phase}"

    @property
    def last_day(self) -> date:
        """The last day on which it may be."""
        return self.until - timedelta(days=1)


def movements(session: Session) -> tuple[Movement, ...]:
    """All movements of the entries in force, by day, then by claim and phase."""
    found = sorted(_read(session), key=lambda row: (row.first_day, row.until, row.id))
    return tuple(replace(row, beside=beside) for row, beside in zip(found, beside(found), strict=True))


def _read(session: Session) -> Iterator[Movement]:
    chosen = (
        select(Entry, Zone, Phase, Placement, Revision, Claim)
        .join(Zone, Zone.entry_id == Entry.id)
        .join(Placement, Entry.placement_id == Placement.id)
        .join(Phase, (Phase.placement_id == Placement.id) & (Phase.position == Zone.position))
        .join(Revision, Placement.revision_id == Revision.id)
        .join(Claim, Entry.claim_id == Claim.id)
        .where(Zone.method_id == PLUME, Entry.state.not_in(OVER), Entry.id.not_in(superseded()))
    )
    rows = session.execute(chosen).all()
    credit = _credit(session, [revision.id for _, _, _, _, revision, _ in rows])
    for entry, zone, phase, placement, revision, claim in rows:
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
            place=placement.place_id,
            site=(middle.x, middle.y),
            first_day=zone.valid_from,
            until=zone.valid_until,
            keep_out_m=zone.keep_out_m,
            inputs=phase.inputs,
            recorded_at=entry.recorded_at,
            illustrative=entry.illustrative,
        )


def _credit(session: Session, revisions: Sequence[int]) -> dict[int, tuple[str, ...]]:
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


def slots_document(rows: Sequence[Movement], first_day: date, days: int) -> dict[str, Any]:
    """The input of `solver slots` for the movements that may be within so many days: any minute of their days in that time, the
    middle one preferred. From where they come is not filed, so all around counts as their corridor.
    """
    end = first_day + timedelta(days=days)
    chosen = [row for row in rows if row.first_day < end and row.until > first_day]
    known = {row.claim: row.id for row in chosen if row.kind == LANDING}
    return {
        "format": "lunar-slots-instance/1",
        "id": f"register-{first_day}",
        "crs": MAP_CRS,
        "epoch": first_day.isoformat(),
        "horizon_min": days * DAY_MIN,
        "movements": [_asked(row, first_day, days, known) for row in chosen],
    }


def _asked(row: Movement, first_day: date, days: int, known: Mapping[str, str]) -> dict[str, Any]:
    begin = max(0, (row.first_day - first_day).days * DAY_MIN)
    last = min(days * DAY_MIN, (row.until - first_day).days * DAY_MIN - 1)
    document = {
        "id": row.id,
        "kind": row.kind,
        "claim": row.claim,
        "party": " ".join(row.parties),
        "site": {"type": "Point", "coordinates": list(row.site)},
        "landed_mass_kg": row.inputs["landed_mass_kg"],
        "built_pad": row.inputs.get("built_pad", False),
        "windows": [[begin, last]],
        "preferred": (begin + last) // 2,
    }
    landing = known.get(row.claim) if row.kind == ASCENT else None
    return document | ({"follows": {"movement": landing, "least_min": 0}} if landing else {})
