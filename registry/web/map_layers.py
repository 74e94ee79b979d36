"""The layers of the map as GeoJSON in map metres, for the map with scripts.

Circles are a point with a distance on the ground, `keep_out_m` or `uncertainty_m`: the map draws them by the formula of
`solver.geometry.circle_on_map`. Days count from the epoch of the round's policy; `until` is the first day after. Texts
are those of the register, in no language of the pages, so that one answer serves all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import shape
from sqlalchemy.orm import Session

from registry.domain.entries import OVER
from registry.domain.visibility import Viewer
from registry.exports.map_svg.content import ALLOTTED, ENTRY, OPEN, OTHER, UNSERVED
from registry.exports.map_svg.layers import PLACE_KINDS
from registry.exports.map_svg.reading import SIGMAS, placements_standing
from registry.queries import map_sites, places, rounds
from registry.queries.map_sites import EntryOnMap, PhaseOnMap, PlacementOnMap
from solver import geometry, zones

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a layer is asked for: of which round, with the content of its policy if it has one, and the sites of all layers."""

    session: Session
    round_id: str | None
    policy: Mapping[str, Any] | None
    sites: "Sites"

    @classmethod
    def of(cls, session: Session, round_id: str | None, sites: "Sites") -> "Asked":
        """The question about a round, with its newest policy."""
        policy = rounds.policy(session, round_id) if round_id else None
        return cls(session, round_id, policy.content if policy else None, sites)

    def day(self, value: date) -> int | None:
        """The day counted from the epoch; None where no policy gives one."""
        return (value - date.fromisoformat(self.policy["epoch"])).days if self.policy else None


@dataclass(frozen=True, slots=True)
class Sites:
    """What several layers show: the placements of a round's claims that a viewer sees, and every entry."""

    placements: tuple[PlacementOnMap, ...]
    entries: tuple[EntryOnMap, ...]

    @classmethod
    def of(cls, session: Session, round_id: str | None, viewer: Viewer) -> "Sites":
        """The sites of a round's map."""
        placements = map_sites.placements_on_map(session, round_id, viewer) if round_id else ()
        return cls(placements, map_sites.entries_on_map(session))

    def entries_there(self) -> Iterator[EntryOnMap]:
        """The entries, of whichever round, that nothing has ended."""
        return (row for row in self.entries if row.state not in OVER)

    def standing(self, *kinds: str) -> Iterator[tuple[PlacementOnMap, str]]:
        """The placements that stand in one of these ways."""
        return ((row, kind) for row, kind in placements_standing(self.placements, self.entries) if kind in kinds)


def collection(layer: str, asked: Asked) -> dict[str, Any]:
    """One layer as a feature collection."""
    return {"type": "FeatureCollection", "crs_note": _NOTE, "features": list(LAYERS[layer](asked))}


def placement_zones(placement: PlacementOnMap) -> dict[str, Any]:
    """The zones that one placement asks for, whether allotted or not; days are counted from its start."""
    rows = (_zone(placement.id, placement.footprint, phase, phase.offset_days, "asked") for phase in placement.phases)
    return {"type": "FeatureCollection", "crs_note": _NOTE, "features": list(rows)}


_NOTE = "Metres of IAU_2015:30135 (Moon, south polar stereographic, sphere of radius 1737400 m), not longitude and latitude."


def _regions(asked: Asked) -> Iterator[Feature]:
    for row in places.regions(asked.session):
        kind = PLACE_KINDS.get(row.kind, "region-nominal")
        yield _feature(row.footprint, id=row.id, name=row.name, kind=kind)


def _craters(asked: Asked) -> Iterator[Feature]:
    for row in places.features(asked.session):
        if row.radius_m is not None:
            middle = _point(row.x_m, row.y_m)
            yield _feature(middle, id=row.id, name=row.name, kind="crater", map_radius_m=round(row.radius_m, 1))


def _protected(asked: Asked) -> Iterator[Feature]:
    for row in places.protected_places(asked.session):
        yield _feature(
            _point(row.x_m, row.y_m),
            id=row.id,
            name=row.name,
            kind="protected",
            enforced=row.enforced,
            keep_out_m=row.buffer_m,
            uncertainty_m=SIGMAS * row.coordinate_sigma_m,
        )


def _holds(asked: Asked) -> Iterator[Feature]:
    for hold in (asked.policy or {}).get("holds") or ():
        for phase in hold["phases"]:
            keep_out_m = zones.size(phase["method"], phase["inputs"]).keep_out_m
            start = hold["start"] + phase["offset"]
            row = PhaseOnMap(phase["name"], phase["offset"], phase["days"], keep_out_m)
            yield _zone(hold["id"], hold["footprint"], row, start, "hold", name=hold["name"])


def _entries(asked: Asked) -> Iterator[Feature]:
    for row in asked.sites.entries_there():
        yield _site(
            row.footprint,
            id=row.placement,
            entry=row.id,
            claim=row.claim,
            name=row.name,
            kind=ENTRY,
            start=asked.day(row.valid_from),
            until=asked.day(row.valid_until),
            keep_outs_m=[zone.keep_out_m for zone in row.zones],
        )


def _placements(asked: Asked) -> Iterator[Feature]:
    return (_placement(*row) for row in asked.sites.standing(ALLOTTED, OPEN, UNSERVED))


def _others(asked: Asked) -> Iterator[Feature]:
    """The lesser choices, which are many: a layer of their own, for who asks for it."""
    return (_placement(*row) for row in asked.sites.standing(OTHER))


def there_on(asked: Asked, day: int) -> frozenset[str]:
    """The placements of which something is planned or in force on a day; an entry counts with its own days."""
    days = {row.id: _days_of(row) for row in asked.sites.placements}
    days |= {row.placement: (asked.day(row.valid_from), asked.day(row.valid_until)) for row in asked.sites.entries}
    return frozenset(name for name, (start, until) in days.items() if start is None or start <= day < (until or start))


def _days_of(row: PlacementOnMap) -> tuple[int | None, int | None]:
    """From its first possible day to the first day after its last one; where it is allotted, those of its start."""
    first, last = (row.first_day, row.last_day) if row.start_day is None else (row.start_day, row.start_day)
    return first, last + row.days


def _placement(row: PlacementOnMap, standing: str) -> Feature:
    start, until = _days_of(row)
    return _site(
        row.footprint,
        id=row.id,
        claim=row.claim,
        name=row.name,
        kind=standing,
        rank=row.rank,
        start=start,
        until=until,
        keep_outs_m=[phase.keep_out_m for phase in row.phases],
    )


def _zones(asked: Asked) -> Iterator[Feature]:
    """The zones of entries, and those of the proposal's allotments that are no entries."""
    for entry in asked.sites.entries_there():
        for zone in entry.zones:
            start, until = asked.day(zone.valid_from), asked.day(zone.valid_until)
            more = {"kind": ENTRY, "phase": zone.phase, "start": start, "until": until, "keep_out_m": zone.keep_out_m}
            yield _feature(_around(entry.footprint, zone.keep_out_m), id=entry.placement, **more)
    for row, standing in asked.sites.standing(ALLOTTED):
        for phase in row.phases:
            yield _zone(row.id, row.footprint, phase, (row.start_day or 0) + phase.offset_days, standing)


def _zone(id_: str, footprint: Mapping[str, Any], phase: PhaseOnMap, start: int, kind: str, **more: Any) -> Feature:
    shown = {"kind": kind, "phase": phase.name, "start": start, "until": start + phase.days}
    return _feature(_around(footprint, phase.keep_out_m), id=id_, **shown, keep_out_m=phase.keep_out_m, **more)


def _around(footprint: Mapping[str, Any], keep_out_m: int) -> Mapping[str, Any]:
    """A point as it is, for its zone is a circle; of anything else the outline of its zone."""
    return footprint if footprint["type"] == "Point" else geometry.zone_outline(footprint, keep_out_m)


def _site(footprint: Mapping[str, Any], **properties: Any) -> Feature:
    """A footprint; where it is no point, with the point inside it at which it is marked."""
    if footprint["type"] != "Point":
        middle = shape(footprint).representative_point()
        properties["at"] = _decimetres((middle.x, middle.y))
    return _feature(footprint, **properties)


def _feature(footprint: Mapping[str, Any], **properties: Any) -> Feature:
    return {"type": "Feature", "geometry": _rounded(footprint), "properties": properties}


def _point(x_m: float, y_m: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": (x_m, y_m)}


def _rounded(footprint: Mapping[str, Any]) -> dict[str, Any]:
    """To a decimetre: finer than any screen shows."""
    return {"type": footprint["type"], "coordinates": _decimetres(footprint["coordinates"])}


def _decimetres(value: Any) -> Any:
    return [_decimetres(part) for part in value] if isinstance(value, list | tuple) else round(value, 1)


LAYERS: Mapping[str, Callable[[Asked], Iterator[Feature]]] = {
    "regions": _regions,
    "craters": _craters,
    "protected": _protected,
    "holds": _holds,
    "entries": _entries,
    "placements": _placements,
    "others": _others,
    "zones": _zones,
}
