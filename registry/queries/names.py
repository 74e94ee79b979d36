"""Names by id, for pages that show many of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.parties import Party
from registry.domain.places import Feature, Region


def party_names(session: Session) -> dict[str, str]:
    """The name of every party."""
    return dict(session.execute(select(Party.id, Party.name)).tuples().all())


def places_by_id(session: Session) -> dict[str, str]:
    """The name of every region and named feature."""
    return dict(session.execute(select(Feature.id, Feature.name)).tuples().all()) | dict(
        session.execute(select(Region.id, Region.name)).tuples().all()
    )
