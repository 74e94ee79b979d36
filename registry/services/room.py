"""Room for a new entry: rounds that run at the same time do not know of one another's offers until one is recorded."""

from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.entries import Entry, superseded
from registry.domain.overlaps import Site, Stay, overlaps
from registry.queries.agreements import is_agreed
from registry.queries.instances import IN_FORCE
from registry.services.errors import ConflictError


def require_room(session: Session, entry: Entry, considered: set[str]) -> None:
    """Refuse an entry that comes too near to one in force that its round did not know of when it was frozen.

    Read under the lock of the log. What makes it safe without that too is the entry's own number: it counts the entries
    that this transaction sees, so of two that do not see one another the database keeps only one.

    Parameters
    ----------
    considered
        The claims of the frozen instance: the solution was verified against these.

    Raises
    ------
    ConflictError
        With the nearest of them: the offer can be declined, and the round solved again with the entry in force.
    """
    standing = select(Entry).where(
        Entry.state.in_(IN_FORCE),
        Entry.id.not_in(superseded()),
        Entry.claim_id.not_in(considered),
        Entry.id != entry.id,
        Entry.valid_until > entry.valid_from,
    )
    others = {row.id: row for row in session.scalars(standing)}
    found = overlaps([site_of(entry)], map(site_of, others.values()))
    for overlap in sorted(found, key=lambda row: row.distance_m - row.keep_out_m):
        [other] = [others[name] for name in overlap.placements if name in others]
        if not is_agreed(session, entry.claim.id, other.claim_id):
            raise ConflictError(
                f"the site of claim {entry.claim.id} is {overlap.distance_m} m from entry {other.id} of claim "
                f"{other.claim_id}, recorded since its round was frozen, and {overlap.keep_out_m} m are asked for; decline "
                "the offer, and have the round resolved with that entry in force"
            )


def site_of(entry: Entry) -> Site:
    """An entry on the ground and on the calendar, with the days of its zones counted from year 1."""
    stays = tuple(
        Stay(zone.valid_from.toordinal(), (zone.valid_until - zone.valid_from).days, zone.keep_out_m)
        for zone in entry.zones
    )
    return Site(entry.id, shape(entry.ground), 0, 0, stays)
