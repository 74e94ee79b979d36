"""The machine: room on the disk, and a clock that can be believed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import ambient
from registry.checks.looking import file_of, is_sqlite
from registry.checks.ready import MB, free_mb
from registry.checks.report import Line, fault, ok, warning
from registry.config import Settings
from registry.domain.instants import utc_text
from registry.log.records import Record

LATE_S, WRONG_S = 2, 60


def room(settings: Settings, session: Session | None) -> Line:
    """Whether what is filed, and a backup of it, will fit."""
    free, least = free_mb(settings.data), settings.least_free_mb
    size = database_mb(settings, session)
    said = f"{free:.0f} MB free beside {settings.data}"
    if free < least:
        return fault("disk", f"{said}, less than {least}", "make room, or lower REGISTRY_LEAST_FREE_MB")
    if free < 2 * size:
        wanted = f"a backup and a migration of the database ({size:.0f} MB) may not fit"
        return warning("disk", f"{said}: {wanted}", "make room")
    return ok("disk", f"{said}, the database has {size:.1f} MB")


def database_mb(settings: Settings, session: Session | None) -> float:
    """How large the database is; 0 where that is not known."""
    file = file_of(settings.url)
    if file is not None:
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(path.stat().st_size for path in parts if path.is_file()) / MB
    if session is None:
        return 0.0
    return int(session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0) / MB


def synchronised() -> Line:
    """Whether something keeps this machine's clock right."""
    state = ambient.is_clock_kept()
    if state is None:
        return ok("clock", "whether it is synchronised cannot be read here")
    if state:
        return ok("clock", "synchronised")
    return warning("clock", "nothing keeps it right, says the kernel", "run a time service, such as chrony")


def clock(settings: Settings, session: Session, at: datetime, *, illustrative: bool) -> Iterator[Line]:
    """The clock beside that of the database server, and beside the newest record."""
    if not is_sqlite(settings.url):
        yield _beside(session, at)
    newest = session.scalar(sa.select(Record.at).order_by(Record.index.desc()).limit(1))
    if newest is None or (newest - at).total_seconds() <= WRONG_S:
        return
    said = f"the newest record is of {utc_text(newest)}, which is yet to come"
    if illustrative:
        yield ok("clock", f"{said}: rounds of this register are illustrative")
    else:
        yield fault(
            "clock", said, "set the clock right before anything is recorded; if it was wrong then, write that down"
        )


def _beside(session: Session, at: datetime) -> Line:
    there: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((there.astimezone(UTC) - at).total_seconds())
    said = f"it and that of the database server are {apart:.1f} s apart"
    if apart <= LATE_S:
        return ok("clock", said)
    return (fault if apart > WRONG_S else warning)("clock", said, "let one time service keep both")


def folder(path: Path) -> Iterator[Line]:
    """The data folder."""
    if path.exists() and not path.is_dir():
        yield fault("data", f"{path} is a file", "name a folder in REGISTRY_DATA or --data")
    elif not path.is_dir():
        yield fault("data", f"there is no folder {path}", "make the register: registry migrate, or registry demo")
