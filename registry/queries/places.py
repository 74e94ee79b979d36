"""What the map shows: regions, named features, protected places, placements of claims, entries with zones. Map metres."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.missions import Mission
from registry.domain.places import Feature, ProtectedPlace, Region
from registry.domain.visibility import PUBLIC, Viewer
from registry.queries.map_sites import EntryOnMap, PlacementOnMap, entries_on_map, placements_on_map
from solver import geometry, zones


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region with its polygon in map metres."""

    id: str
    name: str
    kind: str
    footprint: Mapping[str, Any]
    accuracy: str
    source: str


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A named feature: centre in map metres, map radius in metres (None where the source gives no diameter)."""

    id: str
    name: str
    kind: str
    lat_deg: float
    lon_deg: float
    x_m: float
    y_m: float
    radius_m: float | None
    source: str


@dataclass(frozen=True, slots=True)
class ProtectedView:
    """A protected place with its buffer; one whose coordinates are uncertain is shown and not enforced."""

    id: str
    name: str
    kind: str
    party: str | None
    lat_deg: float
    lon_deg: float
    x_m: float
    y_m: float
    coordinate_sigma_m: float
    buffer_m: int
    enforced: bool
    remark: str
    source: str
    candidate_of: str | None = None


@dataclass(frozen=True, slots=True)
class MissionView:
    """A planned mission; its position, if any, is approximate."""

    id: str
    name: str
    operator: str
    party: str | None
    year: str
    x_m: float | None
    y_m: float | None
    remark: str
    source: str


@dataclass(frozen=True, slots=True)
class MapFeatures:
    """All layers of the map of one round."""

    regions: tuple[RegionView, ...]
    features: tuple[FeatureView, ...]
    protected_places: tuple[ProtectedView, ...]
    missions: tuple[MissionView, ...]
    placements: tuple[PlacementOnMap, ...]
    entries: tuple[EntryOnMap, ...]


def map_features(session: Session, round_id: str | None, viewer: Viewer = PUBLIC) -> MapFeatures:
    """The layers of the map as a viewer may see them; without a round, only what is not of one."""
    return MapFeatures(
        regions=regions(session),
        features=features(session),
        protected_places=protected_places(session),
        missions=missions(session),
        placements=() if round_id is None else placements_on_map(session, round_id, viewer),
        entries=() if round_id is None else entries_on_map(session, round_id),
    )


def regions(session: Session) -> tuple[RegionView, ...]:
    """Every region by id."""
    return tuple(
        RegionView(row.id, row.name, row.kind, row.footprint, row.accuracy, row.source)
        for row in session.scalars(select(Region).order_by(Region.id))
    )


def features(session: Session) -> tuple[FeatureView, ...]:
    """Every named feature by id, with the circle that the map draws."""
    return tuple(_feature(row) for row in session.scalars(select(Feature).order_by(Feature.id)))


def _feature(row: Feature) -> FeatureView:
    x_m, y_m = geometry.to_map(row.lat_deg, row.lon_deg)
    radius_m = None
    if row.diameter_km is not None:
        (x_m, y_m), radius_m = geometry.circle_on_map((x_m, y_m), row.diameter_km * 500)
    return FeatureView(row.id, row.name, row.kind, row.lat_deg, row.lon_deg, x_m, y_m, radius_m, row.source)


def protected_places(session: Session) -> tuple[ProtectedView, ...]:
    """Every protected place by id."""
    return tuple(
        ProtectedView(
            row.id,
            row.name,
            row.kind,
            row.party_id,
            row.lat_deg,
            row.lon_deg,
            *geometry.to_map(row.lat_deg, row.lon_deg),
            row.coordinate_sigma_m,
            zones.size(f"heritage-{row.kind}", {"coordinate_sigma_m": row.coordinate_sigma_m}).keep_out_m,
            row.enforced,
            row.remark,
            row.source,
            row.candidate_of_id,
        )
        for row in session.scalars(select(ProtectedPlace).order_by(ProtectedPlace.id))
    )


def missions(session: Session) -> tuple[MissionView, ...]:
    """Every planned mission by id."""
    return tuple(_mission(row) for row in session.scalars(select(Mission).order_by(Mission.id)))


def _mission(row: Mission) -> MissionView:
    place: tuple[float | None, float | None] = (None, None)
    if row.lat_deg is not None and row.lon_deg is not None:
        place = geometry.to_map(row.lat_deg, row.lon_deg)
    return MissionView(row.id, row.name, row.operator, row.party_id, row.year, *place, row.remark, row.source)
