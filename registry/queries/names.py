"""Names by id, for pages that show many of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.parties import Party
from registry.domain.places import Feature, Region
from registry.domain.users import User
from registry.domain.visibility import PUBLIC, Viewer, person


def party_names(session: Session) -> dict[str, str]:
    """The name of every party."""
    return {row.id: row.name for row in session.execute(select(Party.id, Party.name))}


def person_names(session: Session, viewer: Viewer = PUBLIC) -> dict[str, str]:
    """The names of the people with an account whom a viewer may know, by the address that records know them by."""
    rows = session.execute(select(User.email, User.name))
    return {row.email: row.name for row in rows if person(viewer, row.email)}


def places_by_id(session: Session) -> dict[str, str]:
    """The name of every region and named feature."""
    rows = (select(Feature.id, Feature.name), select(Region.id, Region.name))
    return {row.id: row.name for chosen in rows for row in session.execute(chosen)}


def region_ids(session: Session) -> frozenset[str]:
    """The id of every region."""
    return frozenset(session.scalars(select(Region.id)))
