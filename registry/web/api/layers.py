"""What stands on the ground, as features for programs with maps: each with its id, its days, its geometry and its fields.

Geometries are in metres of IAU_2015:30135, and made into degrees once for each state of the log. The first and the last day
of a feature are those on which it may be there; None where it always is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from registry.domain.missions import Mission
from registry.domain.site_bank import PairState, Which
from registry.exports.lonlat import to_lonlat
from registry.queries import landings, map_sites, places, rounds, site_bank
from registry.queries.map_sites import PlacementOnMap
from registry.queries.stated import rows
from registry.web.keeping import kept, state_of
from registry.web.sessions import session
from registry.web.viewing import viewer
from solver import geometry, zones

Geometry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """One feature; `last_day` is the last day on which it is there."""

    id: str
    metres: Geometry
    fields: Mapping[str, Any]
    first_day: date | None = None
    last_day: date | None = None

    def is_there(self, first: date | None, last: date | None) -> bool:
        """Whether its days and an interval have one in common; no end of either is no limit."""
        begins = last is None or self.first_day is None or self.first_day <= last
        return begins and (first is None or self.last_day is None or self.last_day >= first)


@dataclass(frozen=True)
class Sites:
    """The features of a collection in the order of their ids, with their geometries in metres and in degrees."""

    rows: Sequence[Site]

    @cached_property
    def by_id(self) -> Mapping[str, int]:
        """The place of each feature."""
        return {row.id: place for place, row in enumerate(self.rows)}

    @cached_property
    def degrees(self) -> Sequence[Geometry]:
        """The geometries in lunar longitude and latitude."""
        return [to_lonlat(row.metres) for row in self.rows]

    @cached_property
    def shapes_m(self) -> Sequence[BaseGeometry]:
        """The geometries in metres, for questions."""
        return [shape(row.metres) for row in self.rows]

    @cached_property
    def shapes_deg(self) -> Sequence[BaseGeometry]:
        """The geometries in degrees, for questions."""
        return [shape(geometry) for geometry in self.degrees]


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of features."""

    id: str
    title: str
    description: str
    read: Callable[[], Iterator[Site]]

    def sites(self) -> Sites:
        """Its features as the caller sees them, kept for this state of the log."""

        def read() -> Sites:
            return Sites(sorted(self.read(), key=lambda row: row.id))

        found: Sites = kept(state_of(session(), viewer(), "features", self.id), read)
        return found


def _placements() -> Iterator[Site]:
    for round_ in rounds.list_rounds(session(), viewer()):
        policy = rounds.policy(session(), round_.id)
        if policy is not None:
            epoch = date.fromisoformat(policy.content["epoch"])
            rows = map_sites.placements_on_map(session(), round_.id, viewer())
            yield from (_placement(row, round_.id, epoch, illustrative=round_.illustrative) for row in rows)


def _placement(row: PlacementOnMap, round_id: str, epoch: date, *, illustrative: bool) -> Site:
    first, last = (epoch + timedelta(days=day) for day in (row.first_day, row.last_day + row.days - 1))
    starts_on = None if row.start_day is None else str(epoch + timedelta(days=row.start_day))
    fields = {
        "placement": row.id,
        "claim": row.claim,
        "round": round_id,
        "name": row.name,
        "state": row.state,
        "rank": row.rank,
        "first_start": str(first),
        "last_start": str(epoch + timedelta(days=row.last_day)),
        "days": row.days,
        "allotted": row.allotted,
        "starts_on": starts_on,
        "keep_out_m": max(phase.keep_out_m for phase in row.phases),
        "illustrative": illustrative,
    }
    return Site(row.id.replace("/", "."), row.footprint, fields, first, last)


def _entries() -> Iterator[Site]:
    for row in map_sites.entries_on_map(session()):
        fields = {
            "claim": row.claim,
            "round": row.round,
            "name": row.name,
            "placement": row.placement,
            "state": row.state,
            "valid_from": str(row.valid_from),
            "valid_until": str(row.valid_until),
        }
        yield Site(row.id, row.footprint, fields, row.valid_from, row.valid_until - timedelta(days=1))


def _zones() -> Iterator[Site]:
    for row in map_sites.zones_on_ground(session()):
        fields = {
            "entry": row.entry_id,
            "claim": row.claim_id,
            "phase": row.phase,
            "valid_from": str(row.valid_from),
            "valid_until": str(row.valid_until),
            "keep_out_m": row.keep_out_m,
            "method": f"{row.method_id} {row.method_version}",
            "illustrative": row.illustrative,
        }
        name = f"{row.entry_id}.{row.position}"
        yield Site(name, row.outline, fields, row.valid_from, row.valid_until - timedelta(days=1))


def _protected() -> Iterator[Site]:
    names = (
        "name", "kind", "party", "lat_deg", "lon_deg", "coordinate_sigma_m", "buffer_m", "enforced", "remark", "source",
    )  # fmt: skip
    for row in places.protected_places(session()):
        point = {"type": "Point", "coordinates": [row.x_m, row.y_m]}
        yield Site(row.id, point, {name: getattr(row, name) for name in names})


def _regions() -> Iterator[Site]:
    for row in places.regions(session()):
        names = ("name", "kind", "accuracy", "source")
        yield Site(row.id, row.footprint, {name: getattr(row, name) for name in names})


def _features() -> Iterator[Site]:
    for row in places.features(session()):
        point = {"type": "Point", "coordinates": [row.x_m, row.y_m]}
        names = ("name", "kind", "radius_m", "source")
        yield Site(row.id, point, {name: getattr(row, name) for name in names})


def _holds() -> Iterator[Site]:
    """Room that the newest policy of each round keeps free."""
    for round_ in rounds.list_rounds(session(), viewer()):
        policy = rounds.policy(session(), round_.id)
        if policy is not None:
            epoch = date.fromisoformat(policy.content["epoch"])
            yield from (
                _hold(row, round_.id, epoch, illustrative=round_.illustrative)
                for row in policy.content.get("holds") or ()
            )


def _hold(row: Mapping[str, Any], round_id: str, epoch: date, *, illustrative: bool) -> Site:
    begins = epoch + timedelta(days=row["start"])
    days = max(phase["offset"] + phase["days"] for phase in row["phases"])
    fields = {
        "hold": row["id"],
        "round": round_id,
        "name": row["name"],
        "bank": row.get("bank"),
        "released_to": row.get("released_to"),
        "keep_out_m": max(zones.size(phase["method"], phase["inputs"]).keep_out_m for phase in row["phases"]),
        "valid_from": str(begins),
        "valid_until": str(begins + timedelta(days=days)),
        "illustrative": illustrative,
    }
    last = begins + timedelta(days=days - 1)
    return Site(f"{round_id}.{row['id']}".replace("/", "."), row["footprint"], fields, begins, last)


def _banked() -> Iterator[Site]:
    """Both sites of each pair that waits for the choice, or of which one is kept, and what came of the others."""
    for row in site_bank.bank(session()).pairs:
        sites = (
            (Which.FIRST, row.first_name, row.first_footprint),
            (Which.SECOND, row.second_name, row.second_footprint),
        )
        for which, name, footprint in sites:
            fields = {
                "pair": row.id,
                "which": str(which),
                "name": name,
                "party": row.party_id,
                "entry": row.entry_id,
                "state": row.state,
                "is_kept": row.state == PairState.BANKED and row.chosen == which,
                "score": row.first_score if which == Which.FIRST else row.second_score,
                "held_until": None if row.held_until is None else str(row.held_until),
                "illustrative": row.illustrative,
            }
            ends = row.closed_at.date() if row.closed_at else row.held_until
            last = None if ends is None else ends - timedelta(days=1)
            yield Site(f"{row.id}.{which}", footprint, fields, row.offered_at.date(), last)


def _landings() -> Iterator[Site]:
    """Landings and ascents of the entries in force."""
    for row in landings.movements(session()):
        fields = {
            "movement": row.id,
            "kind": row.kind,
            "entry": row.entry,
            "claim": row.claim,
            "name": row.name,
            "round": row.round,
            "first_day": str(row.first_day),
            "last_day": str(row.last_day),
            "keep_out_m": row.keep_out_m,
            "illustrative": row.illustrative,
        }
        point = {"type": "Point", "coordinates": list(row.site)}
        yield Site(row.id.replace("/", "."), point, fields, row.first_day, row.last_day)


def _missions() -> Iterator[Site]:
    """Missions whose site is known, and lies where the register does."""
    names = ("name", "operator", "party_id", "partner", "year", "landed_mass_kg", "remark", "source")
    for row in rows(session(), Mission):
        if row.lat_deg is not None and row.lon_deg is not None and row.lat_deg <= -80:
            point = {"type": "Point", "coordinates": list(geometry.to_map(row.lat_deg, row.lon_deg))}
            yield Site(row.id, point, {name: getattr(row, name) for name in names})


COLLECTIONS = {
    row.id: row
    for row in (
        Collection("placements", "Placements", "Footprints that claims ask for, newest revisions", _placements),
        Collection("entries", "Entries", "Footprints of entries that no other one supersedes", _entries),
        Collection("zones", "Safety zones", "Temporary zones of entries: notice and coordination, no veto", _zones),
        Collection("protected-places", "Protected places", "Heritage sites and preserves, as points", _protected),
        Collection("regions", "Regions", "Regions that claims name", _regions),
        Collection(
            "features", "Named features", "Craters and other features, as the centres of their circles", _features
        ),
        Collection("holds", "Holds", "Room that the newest policy of a round keeps free", _holds),
        Collection("bank", "Site bank", "Both sites of each pair; is_kept says which is kept for others now", _banked),
        Collection(
            "landings", "Landings", "Landings and ascents of entries, on the days on which they may be", _landings
        ),
        Collection(
            "missions", "Missions", "Planned and flown missions, approximate; nothing is filed by them", _missions
        ),
    )
}
