"""Holds that a policy releases to a group: nobody else can be allotted there, and a claim of the group may have the place.

A row of `holds` with `released_to` becomes, in the instance, a cap of 0 for the placements of others that could come too
near to the place, and a reserve for those of the group that stand on it. So nothing but caps and reserves is needed, which
every program that reads an instance knows. A claim is of a group as in reserves: with at least 50 credit in it.

Besides the instruments that a policy lists, a group can be `late-comers`: the parties credited in no entry that was
recorded before the day `groups_as_of`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain.overlaps import Site, Stay, overlaps
from solver import geometry, zones
from solver.fields import Record

LATE_COMERS = "late-comers"
NEEDED_CREDIT = 50  # C4 in solver/README.md


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim whose placements could use a released place; `sites` by placement, days from the epoch."""

    sites: tuple[Site, ...]
    groups: frozenset[str]
    is_in_force: bool


def groups_of(credit: Mapping[str, int], groups: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The groups in which a claim's parties have at least 50 credit together."""
    names = {name for party in credit for name in groups.get(party, ())}
    return frozenset(
        name
        for name in names
        if sum(percent for party, percent in credit.items() if name in groups.get(party, ())) >= NEEDED_CREDIT
    )


def cap_id(hold_id: str) -> str:
    """The id of the cap that keeps others off a released place."""
    return f"{hold_id}-others"


def cap(hold: Mapping[str, Any], claims: Iterable[Asked]) -> dict[str, Any] | None:
    """At most 0 of the placements of others that could come too near to the place on its days; None if there is none.

    Entries in force stay as they are: a hold does not bind them either.
    """
    place = _site(hold)
    others = [row for row in claims if hold["released_to"] not in row.groups and not row.is_in_force]
    near = sorted(row.placements[1] for asked in others for row in overlaps([place], asked.sites))
    if not near:
        return None
    return {"id": cap_id(hold["id"]), "placements": near, "measure": "placements", "max": 0, "per": "all"}


def reserve(hold: Mapping[str, Any], claims: Iterable[Asked]) -> dict[str, Any]:
    """At least one of the placements of the group that stand on the place, within the reach of its hold."""
    place = geometry.footprint(hold["footprint"])
    reach_m = max(stay.keep_out_m for stay in _site(hold).stays)
    on_it = sorted(
        site.id
        for asked in claims
        if hold["released_to"] in asked.groups
        for site in asked.sites
        if geometry.is_too_near(geometry.distance_m(place, site.footprint), reach_m)
    )
    return {"id": hold["id"], "group": hold["released_to"], "placements": on_it, "min": 1}


def _site(hold: Mapping[str, Any]) -> Site:
    stays = tuple(
        Stay(row["offset"], row["days"], zones.size(row["method"], row["inputs"]).keep_out_m) for row in hold["phases"]
    )
    return Site(hold["id"], geometry.footprint(hold["footprint"]), hold["start"], hold["start"], stays)


def check(record: Record) -> None:
    """Note a fault where the cap of a released hold would have the id of another row, or its group is not listed."""
    listed = record.raw("groups")
    groups = listed if isinstance(listed, list) else []
    rows = [row for name in ("caps", "reserves", "holds") for row in record.rows(name) if isinstance(row, dict)]
    ids = {row.get("id") for row in rows}
    for i, row in enumerate(record.rows("holds")):
        if not isinstance(row, dict) or not isinstance(row.get("released_to"), str):
            continue
        if row["released_to"] not in groups:
            what = f"{row['released_to']!r} is no group of this policy"
            record.fault(f"holds[{i}].released_to", what, "list it in groups")
        if cap_id(str(row.get("id"))) in ids:
            record.fault(
                f"holds[{i}].id", f"{cap_id(str(row.get('id')))} is taken by another row", "rename one of them"
            )
