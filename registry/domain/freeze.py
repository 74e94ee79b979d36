"""Freezing: policy, ready claims, memberships and places become an instance (format in solver/README.md).

Pure and deterministic, so that anyone can repeat it from the log: rows are ordered by id; caps and reserves that the
policy states by place become lists of placements, gates and access points positions. A placement belongs to a region
if its footprint meets it, and to a named feature if its footprint lies wholly inside the feature's circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import get_coordinates
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from registry.domain import passage, released
from registry.domain.overlaps import Site, Stay
from solver import geometry, zones

FORMAT = "lunar-allocation-instance/1"


@dataclass(frozen=True, slots=True)
class ReadyPlacement:
    """A placement as the instance needs it; days from the epoch; phases as (name, offset, days, keep_out_m)."""

    rank: int
    footprint: Mapping[str, Any]
    first_day: int
    last_day: int
    phases: tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ReadyClaim:
    """A claim in state READY, or one with an entry: then `in_force` is the entry's start day and its placement the only
    one. `received_at` is its RFC 3339 text.
    """

    id: str
    credit: Mapping[str, int]
    operator: str
    controller: str
    received_at: str
    placements: tuple[ReadyPlacement, ...]
    in_force: int | None = None


@dataclass(frozen=True, slots=True)
class RegionPlace:
    """A region by its GeoJSON polygon in map metres."""

    id: str
    footprint: Mapping[str, Any]

    def holds(self, footprint: BaseGeometry) -> bool:
        """Whether the footprint meets the region."""
        return bool(shape(self.footprint).intersects(footprint))

    def middle(self) -> tuple[int, int]:
        """Whole map metres of the centroid."""
        centroid = shape(self.footprint).centroid
        return round(centroid.x), round(centroid.y)


@dataclass(frozen=True, slots=True)
class FeaturePlace:
    """A named feature by its circle; the radius in ground metres, None where the source gives no diameter."""

    id: str
    lat_deg: float
    lon_deg: float
    radius_m: float | None

    def holds(self, footprint: BaseGeometry) -> bool:
        """Whether the footprint lies wholly inside the circle, which is convex: its corners decide."""
        centre = geometry.to_map(self.lat_deg, self.lon_deg)
        if self.radius_m is None:
            return False
        corners = get_coordinates(footprint)
        return all(geometry.point_distance_m(centre, (x, y)) <= self.radius_m for x, y in corners)

    def middle(self) -> tuple[int, int]:
        """Whole map metres of the centre."""
        x, y = geometry.to_map(self.lat_deg, self.lon_deg)
        return round(x), round(y)


class FreezeError(ValueError):
    """The instance cannot be made; `reasons` has one plain sentence for each cause."""

    def __init__(self, reasons: Sequence[str]):
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reasons))


def freeze(
    instance_id: str,
    policy: Mapping[str, Any],
    claims: Iterable[ReadyClaim],
    groups: Mapping[str, Sequence[str]],
    places: Iterable[RegionPlace | FeaturePlace],
    agreements: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The instance document; `groups` are each party's on the policy's date, `agreements` those in force as the
    instance lists them: of these, the ones of two claims that are in it.

    Raises
    ------
    FreezeError
        Where the policy names a place or a rank's points that do not exist.
    """
    rows = sorted(claims, key=lambda claim: claim.id)
    inside = _Expansion(rows, {place.id: place for place in places})
    _check(policy, rows, inside)
    kept = [hold for hold in _by_id(policy["holds"]) if not hold.get("released_to")]
    free = [hold for hold in _by_id(policy["holds"]) if hold.get("released_to")]
    asked = [_asked(claim, groups) for claim in rows] if free else []
    return {
        "format": FORMAT,
        "id": instance_id,
        "crs": geometry.MAP_CRS,
        "epoch": policy["epoch"],
        "horizon_days": policy["horizon_days"],
        "parties": _parties(rows, groups),
        "claims": [_claim(claim, policy["points_by_rank"]) for claim in rows],
        "holds": [_hold(hold) for hold in kept],
        "agreements": _agreements(agreements, rows),
        "conflicts": None,
        "caps": _by_id([*(_cap(cap, inside) for cap in policy["caps"]), *_caps_of_others(free, asked)]),
        "reserves": _by_id(
            [
                *(_reserve(reserve, inside) for reserve in policy["reserves"]),
                *(released.reserve(hold, asked) for hold in free),
            ]
        ),
        "access": passage.expanded(policy, inside.places),
        "policy": {name: policy[name] for name in ("rule", "tie_break", "levels")},
    }


class _Expansion:
    """From places to placement ids."""

    def __init__(self, claims: Sequence[ReadyClaim], places: Mapping[str, RegionPlace | FeaturePlace]):
        self.places = places
        self._footprints = {
            placement_id(claim.id, placement.rank): geometry.footprint(placement.footprint)
            for claim in claims
            for placement in claim.placements
        }

    def __call__(self, place_ids: Iterable[str]) -> list[str]:
        """The placements in any of the places, by id."""
        chosen = [self.places[place_id] for place_id in place_ids]
        return sorted(name for name, shape_ in self._footprints.items() if any(place.holds(shape_) for place in chosen))


def placement_id(claim_id: str, rank: int) -> str:
    """The public id of a claim's placement: C-0001/1 for rank 1."""
    return f"{claim_id}/{rank}"


def _check(policy: Mapping[str, Any], claims: Sequence[ReadyClaim], inside: _Expansion) -> None:
    reasons = [
        f"{kind} {row['id']} names the place {place}, which is not in the register"
        for kind in ("caps", "reserves")
        for row in policy[kind]
        for place in row["places"]
        if place not in inside.places
    ]
    ranks = len(policy["points_by_rank"])
    reasons += [
        f"claim {claim.id} has a placement of rank {placement.rank}, for which the policy has no points"
        for claim in claims
        for placement in claim.placements
        if placement.rank > ranks and claim.in_force is None
    ]
    reasons += passage.reasons(policy, inside.places)
    if reasons:
        raise FreezeError(reasons)


def _by_id(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: str(row["id"]))


def _parties(claims: Iterable[ReadyClaim], groups: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    credited = sorted({party for claim in claims for party in claim.credit})
    return [{"id": party, "groups": sorted(groups.get(party, ()))} for party in credited]


def _claim(claim: ReadyClaim, points_by_rank: Sequence[int]) -> dict[str, Any]:
    return {
        "id": claim.id,
        "credit": dict(claim.credit),
        "operator": claim.operator,
        "controller": claim.controller,
        "received_at": claim.received_at,
        "placements": [
            {
                "id": placement_id(claim.id, placement.rank),
                # An entry of an earlier round may have a rank that this policy does not know.
                "points": points_by_rank[min(placement.rank, len(points_by_rank)) - 1],
                "start": [placement.first_day, placement.last_day],
                "footprint": dict(placement.footprint),
                "phases": [_phase(*phase) for phase in placement.phases],
            }
            for placement in sorted(claim.placements, key=lambda row: row.rank)
        ],
        "in_force": _in_force(claim),
    }


def _in_force(claim: ReadyClaim) -> dict[str, Any] | None:
    if claim.in_force is None:
        return None
    (placement,) = claim.placements
    return {"placement": placement_id(claim.id, placement.rank), "start": claim.in_force}


def _agreements(agreements: Iterable[Mapping[str, Any]], claims: Iterable[ReadyClaim]) -> list[dict[str, Any]]:
    there = {claim.id for claim in claims}
    rows = sorted((sorted(row["claims"]), row["keep_out_m"]) for row in agreements if there.issuperset(row["claims"]))
    return [{"claims": pair, "keep_out_m": keep_out_m} for pair, keep_out_m in rows]


def _phase(name: str, offset: int, days: int, keep_out_m: int) -> dict[str, Any]:
    return {"name": name, "offset": offset, "days": days, "keep_out_m": keep_out_m}


def _hold(hold: Mapping[str, Any]) -> dict[str, Any]:
    phases = [
        _phase(row["name"], row["offset"], row["days"], zones.size(row["method"], row["inputs"]).keep_out_m)
        for row in hold["phases"]
    ]
    return {"id": hold["id"], "footprint": hold["footprint"], "start": hold["start"], "phases": phases}


def _asked(claim: ReadyClaim, groups: Mapping[str, Sequence[str]]) -> released.Asked:
    """A claim as released holds look at it."""
    sites = tuple(
        Site(
            placement_id(claim.id, row.rank),
            geometry.footprint(row.footprint),
            row.first_day,
            row.last_day,
            tuple(Stay(offset, days, keep_out_m) for _, offset, days, keep_out_m in row.phases),
        )
        for row in claim.placements
    )
    return released.Asked(sites, released.groups_of(claim.credit, groups), claim.in_force is not None)


def _caps_of_others(holds: Iterable[Mapping[str, Any]], asked: Sequence[released.Asked]) -> list[dict[str, Any]]:
    return [cap for hold in holds if (cap := released.cap(hold, asked)) is not None]


def _cap(cap: Mapping[str, Any], inside: _Expansion) -> dict[str, Any]:
    return {
        "id": cap["id"],
        "placements": inside(cap["places"]),
        "measure": cap["measure"],
        "max": cap["max"],
        "per": cap["per"],
    }


def _reserve(reserve: Mapping[str, Any], inside: _Expansion) -> dict[str, Any]:
    return {
        "id": reserve["id"],
        "group": reserve["group"],
        "placements": inside(reserve["places"]),
        "min": reserve["min"],
    }
