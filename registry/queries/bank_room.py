"""Whether a site that is offered to the bank is free: of entries, offers, holds, other pairs, and protected places.

The site is looked at twice over: as the entry that could be moved there (its zones, on its days) and as the hold that
could be there (the bank's room, for as long as sites are banked).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.entries import Entry, superseded
from registry.domain.offers import Offer, OfferState
from registry.domain.overlaps import Site, Stay, overlaps
from registry.domain.places import ProtectedPlace
from registry.domain.rounds import Round, RoundState
from registry.domain.site_bank import BankedSite, PairState
from registry.queries.instances import IN_FORCE
from solver import geometry, zones

Footprint = Mapping[str, Any]
# An entry stays where it is while a round is between its freezing and its conclusion.
UNDER_WAY = (RoundState.FROZEN, RoundState.DRAWN, RoundState.PROPOSED, RoundState.ADOPTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A site that is offered: for which entry, and how the bank would keep it free from and until which days."""

    entry: Entry
    footprint: Footprint
    room: Mapping[str, Any]
    days: tuple[date, date]
    pair: str = ""  # the id of its own pair, where there is one


def in_the_way(session: Session, wanted: Wanted) -> list[str]:
    """What the site is too near to, one phrase each with the distance and what is asked for; empty: it is free."""
    site, others = _wanted(wanted), dict(_others(session, wanted))
    found = [
        f"{others[row.placements[1]][0]} ({row.distance_m} m, asked for are {row.keep_out_m} m)"
        for row in overlaps([site], [other for _, other in others.values()])
    ]
    return found + list(_protected(session, site.footprint))


def rounds_under_way(session: Session) -> list[str]:
    """The rounds that are frozen and not concluded, by id."""
    chosen = select(Round.id).where(Round.state.in_(UNDER_WAY), Round.concluded_at.is_(None))
    return sorted(session.scalars(chosen))


def _wanted(wanted: Wanted) -> Site:
    first, last = wanted.days
    begins = wanted.entry.valid_from
    kept = Stay((first - begins).days, (last - first).days, keep_out_m(wanted.room))
    shape = geometry.footprint(wanted.footprint)
    return Site("second", shape, begins.toordinal(), begins.toordinal(), (*_stays(wanted.entry), kept))


def keep_out_m(room: Mapping[str, Any]) -> int:
    """The keep-out of the room in which a banked site is kept free."""
    return zones.size(room["method"], room["inputs"]).keep_out_m


def _others(session: Session, wanted: Wanted) -> Iterator[tuple[str, tuple[str, Site]]]:
    """Each that stands or is promised, as (name, site), by a key of its own."""
    standing = select(Entry).where(Entry.state.in_(IN_FORCE), Entry.id.not_in(superseded()))
    for entry in session.scalars(standing.order_by(Entry.id)):
        name = "the site of the entry itself" if entry.id == wanted.entry.id else f"entry {entry.id}"
        day = entry.valid_from.toordinal()
        yield entry.id, (name, Site(entry.id, geometry.footprint(entry.ground), day, day, _stays(entry)))
    for offer in session.scalars(select(Offer).where(Offer.state == OfferState.OPEN).order_by(Offer.claim_id)):
        yield offer.claim_id, (f"the open offer to claim {offer.claim_id}", _of_offer(offer))
    for row in session.scalars(select(Round).order_by(Round.id)):
        content = row.policy.content if row.policy and row.concluded_at is None else {}
        for hold in content.get("holds", ()):
            key = f"{row.id}/{hold['id']}"
            yield key, (f"hold {hold['id']} of round {row.id}", _of_hold(key, hold, content["epoch"]))
    chosen = select(BankedSite).where(BankedSite.state.in_((PairState.OFFERED, PairState.BANKED)))
    for pair in session.scalars(chosen.where(BankedSite.id != wanted.pair).order_by(BankedSite.id)):
        yield pair.id, (f"pair {pair.id} of the site bank", _of_pair(pair, wanted))


def _stays(entry: Entry) -> tuple[Stay, ...]:
    return tuple(
        Stay((zone.valid_from - entry.valid_from).days, (zone.valid_until - zone.valid_from).days, zone.keep_out_m)
        for zone in entry.zones
    )


def _of_offer(offer: Offer) -> Site:
    epoch = date.fromisoformat(offer.decision.proposal.instance.content["epoch"])
    stays = tuple(Stay(row.offset_days, row.days, row.keep_out_m) for row in offer.placement.phases)
    day = epoch.toordinal() + offer.start_day
    return Site(offer.claim_id, geometry.footprint(offer.placement.footprint), day, day, stays)


def _of_hold(key: str, hold: Mapping[str, Any], epoch: str) -> Site:
    stays = tuple(Stay(row["offset"], row["days"], keep_out_m(row)) for row in hold["phases"])
    day = date.fromisoformat(epoch).toordinal() + hold["start"]
    return Site(key, geometry.footprint(hold["footprint"]), day, day, stays)


def _of_pair(pair: BankedSite, wanted: Wanted) -> Site:
    """The site that a pair keeps or may keep, for the days that are asked about."""
    first, last = wanted.days
    stay = Stay(0, (last - first).days, keep_out_m(pair.room))
    return Site(pair.id, geometry.footprint(pair.footprint), first.toordinal(), first.toordinal(), (stay,))


def _protected(session: Session, site: BaseGeometry) -> Iterator[str]:
    """Protected places whose buffer the site is in."""
    for place in session.scalars(select(ProtectedPlace).where(ProtectedPlace.enforced).order_by(ProtectedPlace.id)):
        centre = geometry.footprint({"type": "Point", "coordinates": [*geometry.to_map(place.lat_deg, place.lon_deg)]})
        away_m = geometry.distance_m(centre, site)
        if geometry.is_too_near(away_m, place.radius_m):
            yield f"the protected place {place.id} ({int(away_m)} m, its buffer is {place.radius_m:.0f} m)"
