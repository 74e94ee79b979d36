"""From the register's reads to what a map shows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from registry.domain.entries import OVER
from registry.exports.map_svg.content import (
    ALLOTTED,
    ENTRY,
    OPEN,
    OTHER,
    UNSERVED,
    Crater,
    Hold,
    MapContent,
    Protected,
    Region,
    Site,
)
from registry.queries.map_sites import EntryOnMap, PlacementOnMap
from registry.queries.places import MapFeatures
from registry.queries.rounds import RoundOverview
from solver import zones

# (kind, id) to the address of its page; kinds are "claim" and "entry".
Link = Callable[[str, str], str | None]

SIGMAS = 3
NAME = "Map of the register's area near the lunar south pole"


def no_link(_kind: str, _id: str) -> None:
    """Leave everything without a link, as in a picture that stands alone."""


def map_content(
    features: MapFeatures,
    round_: RoundOverview | None = None,
    policy: Mapping[str, Any] | None = None,
    link: Link = no_link,
    only: Collection[str] | None = None,
) -> MapContent:
    """Everything that a round's map shows; `policy` is the content of its policy, for the holds; of sites `only` these."""
    every = (*_entries(features, link), *_placements(features, link))
    sites = tuple(site for site in every if only is None or site.id in only)
    return MapContent(
        name=NAME if round_ is None else f"{NAME}: {round_.name}",
        description=_description(features, sites),
        regions=tuple(Region(row.id, row.name, row.kind, row.footprint) for row in features.regions),
        craters=tuple(
            Crater(row.name, row.x_m, row.y_m, row.radius_m) for row in features.features if row.radius_m is not None
        ),
        protected=tuple(
            Protected(row.id, row.name, row.x_m, row.y_m, row.buffer_m, SIGMAS * row.coordinate_sigma_m, row.enforced)
            for row in features.protected_places
        ),
        holds=tuple(_holds(policy or {})),
        sites=sites,
        note="Illustrative data" if round_ is not None and round_.illustrative else "",
    )


def _entries(features: MapFeatures, link: Link) -> Iterator[Site]:
    for entry in features.entries:
        if entry.state in OVER:
            continue
        yield Site(
            id=entry.placement,
            label=entry.claim,
            name=_entry_name(entry),
            standing=ENTRY,
            footprint=entry.footprint,
            keep_outs_m=tuple(zone.keep_out_m for zone in entry.zones),
            href=link("entry", entry.id),
        )


def _entry_name(entry: EntryOnMap) -> str:
    return f"Entry {entry.id}, claim {entry.claim}: {entry.name}, {entry.valid_from} to {entry.valid_until}"


def _placements(features: MapFeatures, link: Link) -> Iterator[Site]:
    for row, standing in placements_standing(features.placements, features.entries):
        if standing != ENTRY:
            name = f"Claim {row.claim}: {row.name}, choice {row.rank}"
            yield Site(row.id, row.claim, name, standing, row.footprint, href=link("claim", row.claim))


def placements_standing(
    placements: Sequence[PlacementOnMap], entries: Sequence[EntryOnMap]
) -> Iterator[tuple[PlacementOnMap, str]]:
    """Every placement with how it stands; one that has an entry stands as that entry."""
    recorded = {entry.placement for entry in entries}
    served = {entry.claim for entry in entries} | {row.claim for row in placements if row.allotted}
    return ((row, ENTRY if row.id in recorded else _standing(row, served)) for row in placements)


def _standing(row: PlacementOnMap, served: set[str]) -> str:
    if row.allotted:
        return ALLOTTED
    if row.claim in served or row.rank > 1:
        return OTHER
    return UNSERVED if served else OPEN


def _holds(policy: Mapping[str, Any]) -> Iterator[Hold]:
    for hold in policy.get("holds") or ():
        keep_outs = [zones.size(phase["method"], phase["inputs"]).keep_out_m for phase in hold["phases"]]
        yield Hold(hold["id"], hold["name"], hold["footprint"], max(keep_outs))


def _description(features: MapFeatures, sites: tuple[Site, ...]) -> str:
    served = sum(site.standing in (ENTRY, ALLOTTED) for site in sites)
    others = sum(site.standing in (OPEN, UNSERVED) for site in sites)
    return (
        "South polar stereographic map of the Moon, latitude 80 degrees south and farther south, with longitude 0, the "
        f"side that faces the Earth, up. It shows {len(features.regions)} regions, {len(features.features)} named "
        f"craters, {len(features.protected_places)} protected places, {served} sites with an entry or an allotment and "
        f"{others} first choices without one. A table after the map says the same."
    )
