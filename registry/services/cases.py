"""What an examination is given: the filing with all that it is compared with, as plain rows."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from registry.db import CanonicalJson
from registry.domain.claims import Claim, ClaimState, Credit, Phase, Placement, Revision
from registry.domain.entries import Entry, EntryState, Zone, superseded
from registry.domain.filing import Filing
from registry.domain.instruments import Membership
from registry.domain.memberships import groups_at
from registry.domain.overlaps import Site, Stay
from registry.domain.parties import Operator, Party
from registry.domain.places import Feature, ProtectedPlace, Region
from registry.domain.provisions.finding import XY, Case, Neighbour, Protected
from registry.domain.rounds import Round
from registry.services.acting import policy_of
from registry.services.filing import read_revision
from solver import geometry, zones

# Claims in these states ask for nothing any more.
GONE = (ClaimState.WITHDRAWN, ClaimState.REFUSED, ClaimState.LAPSED, ClaimState.ENDED)
RUNNING = (EntryState.RECORDED, EntryState.IN_USE, EntryState.SUSPENDED)
Box = tuple[float, float, float, float]
MOST_SCALE = 1.008  # map metres per ground metre: 1.0077 at latitude 80 S, the edge of the register's area
CIRCLE_CORNERS = 16  # as many points of a named feature's rim stand for the whole of it


def make_case(session: Session, round_: Round, claim: Claim) -> Case:
    """The claim's newest revision as a case: with the round's policy, other claims, groups and places of its day."""
    return case_of(session, round_, read_revision(session, round_, claim.current), claim.id)


def case_of(
    session: Session, round_: Round, filing: Filing, claim_id: str, hidden: Collection[str] = frozenset()
) -> Case:
    """A filing as a case, be it stored or not; `hidden` are claims that it is not compared with, because whoever asks may
    not know of them.
    """
    policy = policy_of(round_).content
    memberships = session.scalars(select(Membership)).all()
    instruments = {row.instrument_id for row in memberships}
    return Case(
        filing=filing,
        policy=policy,
        protected=enforced_places(session),
        claim=claim_id,
        others=tuple(row for row in neighbours(session, round_, filing, claim_id) if row.claim not in hidden),
        groups=groups_at(memberships, instruments, date.fromisoformat(policy["groups_as_of"])),
        kinds={row.id: row.kind for row in session.execute(select(Party.id, Party.kind))},
        places=_corners(session, {row.place for row in filing.placements}),
        operator_party=session.get_one(Operator, filing.operator).party_id,
    )


def neighbours(session: Session, round_: Round, filing: Filing, claim_id: str) -> Iterator[Neighbour]:
    """The other claims of the round that ask for something, and what entries of other rounds hold, as far as any
    placement is near enough to matter; in the order of claims.
    """
    mine = [_box(row.footprint) for row in filing.placements]
    own_reach = max(phase.keep_out_m for row in filing.placements for phase in row.phases)
    by_claim: dict[str, list[Site]] = {}
    for row in (*_asked(session, round_.id, claim_id), *_held(session, round_)):
        reach = max(own_reach, *(stay.keep_out_m for stay in row.stays)) * MOST_SCALE
        if any(_gap(box, _box(row.footprint)) <= reach for box in mine):
            by_claim.setdefault(row.claim, []).append(row.site())
    parties = _parties(session, list(by_claim))
    for other, sites in sorted(by_claim.items()):
        yield Neighbour(other, parties[other], tuple(sites))


@dataclass(frozen=True, slots=True)
class _Row:
    """A placement before its footprint is made a shape, which most need not be."""

    claim: str
    id: str
    footprint: Mapping[str, Any]
    window: tuple[int, int]
    stays: tuple[Stay, ...]

    def site(self) -> Site:
        """The placement as overlaps take it."""
        return Site(self.id, geometry.footprint(self.footprint), *self.window, self.stays)


def _newest() -> Select[int]:
    return select(func.max(Revision.id)).group_by(Revision.claim_id)


def _asked(session: Session, round_id: str, claim_id: str) -> list[_Row]:
    """The placements of the newest revisions of other claims of a round."""
    wanted = (
        select(
            Claim.id, Placement.id, Placement.public_id, Placement.footprint, Placement.first_day, Placement.last_day
        )
        .join(Revision, Revision.id == Placement.revision_id)
        .join(Claim, Claim.id == Revision.claim_id)
        .where(Claim.round_id == round_id, Claim.id != claim_id, Claim.state.not_in(GONE), Revision.id.in_(_newest()))
    )
    rows = session.execute(wanted.order_by(Placement.public_id)).all()
    stays = _stays(session, [row[1] for row in rows])
    return [_Row(claim, name, shape, (first, last), stays[key]) for claim, key, name, shape, first, last in rows]


def _held(session: Session, round_: Round) -> list[_Row]:
    """What is left to entries of other rounds of their placements, from their own first day, counted from this round's
    epoch.
    """
    epoch = date.fromisoformat(policy_of(round_).content["epoch"])
    ground = func.coalesce(Entry.footprint, Placement.footprint, type_=CanonicalJson)
    wanted = (
        select(Claim.id, Entry.id, Placement.public_id, ground, Entry.valid_from)
        .join(Entry, Entry.placement_id == Placement.id)
        .join(Claim, Claim.id == Entry.claim_id)
        .where(Claim.round_id != round_.id, Entry.state.in_(RUNNING), Entry.id.not_in(superseded()))
    )
    rows = session.execute(wanted.order_by(Placement.public_id)).all()
    stays = _zones(session, [row[1] for row in rows])
    return [
        _Row(claim, name, shape, ((begun - epoch).days, (begun - epoch).days), stays[key])
        for claim, key, name, shape, begun in rows
        if key in stays
    ]


def _zones(session: Session, entries: Sequence[str]) -> dict[str, tuple[Stay, ...]]:
    """The zones of entries as stays, from the first day of each entry."""
    wanted = select(Zone.entry_id, Zone.start_day - Entry.start_day, Zone.end_day - Zone.start_day, Zone.keep_out_m)
    found: dict[str, tuple[Stay, ...]] = {}
    chosen = wanted.join(Entry, Entry.id == Zone.entry_id).where(Zone.entry_id.in_(entries))
    for entry, *stay in session.execute(chosen.order_by(Zone.entry_id, Zone.position)):
        found[entry] = (*found.get(entry, ()), Stay(*stay))
    return found


def _stays(session: Session, placements: Sequence[int]) -> dict[int, tuple[Stay, ...]]:
    wanted = select(Phase.placement_id, Phase.offset_days, Phase.days, Phase.keep_out_m)
    found: dict[int, tuple[Stay, ...]] = {}
    for placement, *stay in session.execute(wanted.where(Phase.placement_id.in_(placements)).order_by(Phase.id)):
        found[placement] = (*found.get(placement, ()), Stay(*stay))
    return found


def _parties(session: Session, claims: Sequence[str]) -> dict[str, frozenset[str]]:
    wanted = select(Revision.claim_id, Credit.party_id).join(Credit, Credit.revision_id == Revision.id)
    found: dict[str, frozenset[str]] = {}
    rows = session.execute(wanted.where(Revision.claim_id.in_(claims), Revision.id.in_(_newest())))
    for claim, party in rows:
        found[claim] = found.get(claim, frozenset()) | {party}
    return found


def _box(footprint: Mapping[str, Any]) -> Box:
    corners = _outline(footprint["coordinates"])
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _gap(a: Box, b: Box) -> float:
    """Map metres that two boxes are apart at least, along one axis."""
    return max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])


def enforced_places(session: Session) -> tuple[Protected, ...]:
    """The protected places whose buffer is enforced, with the buffer of the registered heritage method."""
    rows = session.scalars(select(ProtectedPlace).where(ProtectedPlace.enforced).order_by(ProtectedPlace.id))
    return tuple(
        Protected(row.id, row.name, *geometry.to_map(row.lat_deg, row.lon_deg), buffer_m=heritage_buffer_m(row))
        for row in rows
    )


def heritage_buffer_m(place: ProtectedPlace) -> int:
    """The buffer around a protected place, whole metres: class radius plus three sigma of its coordinates."""
    return zones.size(f"heritage-{place.kind}", {"coordinate_sigma_m": place.coordinate_sigma_m}).keep_out_m


def _corners(session: Session, places: set[str]) -> dict[str, list[XY]]:
    """The corners of the places named: those of a region's outline, or points on the rim of a named feature."""
    regions = session.scalars(select(Region).where(Region.id.in_(places)))
    features = session.scalars(select(Feature).where(Feature.id.in_(places), Feature.diameter_km.is_not(None)))
    return {row.id: _outline(row.footprint["coordinates"]) for row in regions} | {
        row.id: list(_rim(row)) for row in features
    }


def _outline(coordinates: Sequence[Any]) -> list[XY]:
    if isinstance(coordinates[0], int | float):
        return [(coordinates[0], coordinates[1])]
    return [corner for part in coordinates for corner in _outline(part)]


def _rim(feature: Feature) -> Iterator[XY]:
    centre = geometry.to_map(feature.lat_deg, feature.lon_deg)
    (x, y), radius = geometry.circle_on_map(centre, (feature.diameter_km or 0) * 500)
    for corner in range(CIRCLE_CORNERS):
        angle = 2 * math.pi * corner / CIRCLE_CORNERS
        yield x + radius * math.cos(angle), y + radius * math.sin(angle)
