"""Whether this process can answer now: a look at the database, its form, and the room beside the data."""

import shutil
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from registry import db
from registry.config import Settings

MB = 1_000_000


class Reason(StrEnum):
    """Why a process is not ready; what is told says no more than this to anybody who asks."""

    DATABASE = "the database does not answer"
    FORM = "the tables are not those of this program"
    ROOM = "there is too little room beside the data"


def reasons(settings: Settings, engine: sa.Engine) -> list[Reason]:
    """Every reason why this process cannot work now; none if it can."""
    found = _of_database(engine)
    if free_mb(settings.data) < settings.least_free_mb:
        found.append(Reason.ROOM)
    return found


def free_mb(folder: Path) -> float:
    """Free megabytes where a folder is, or would be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free / MB
    except OSError:
        return 0.0


def _of_database(engine: sa.Engine) -> list[Reason]:
    try:
        current = db.current_revision(engine)
    except sa.exc.SQLAlchemyError:  # refused, gone, or every connection in use
        return [Reason.DATABASE]
    return [] if current == db.head_revision() else [Reason.FORM]
