"""The register as it stood, for a page: rebuilt in memory, up to a size that a request can bear."""

from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.visibility import Viewer
from registry.exports import as_of
from registry.log import records
from registry.queries import standing

# More records take longer than anybody waits for a page; `registry export --as-of` has no limit.
MOST_RECORDS = 20_000


def standing_at(session: Session, at: datetime, viewer: Viewer) -> standing.Standing | None:
    """What stood at an instant; None where the log was too long for a page.

    Raises
    ------
    ExportError
        If there was no record yet.
    """
    size = as_of.size_at(session, at)
    if size > MOST_RECORDS:
        return None
    with as_of.register_of(session, size) as past:
        return standing.standing(past, viewer, size, records.root(past).hex())
