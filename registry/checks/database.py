"""The database: whether it is that of this program, and set so that what was acknowledged lasts."""

import os
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import Session

from registry import db
from registry.checks.looking import file_of, has_write_ahead_log, is_sqlite
from registry.checks.report import Line, fault, ok, warning
from registry.config import Settings

OLDEST_POSTGRESQL = 14
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "afs", "fuse.sshfs"})
_OTHERS = 0o077


def form(session: Session) -> Line:
    """Whether the tables are those that this program works with."""
    current = MigrationContext.configure(session.connection()).get_current_revision()
    if current == db.head_revision():
        return ok("tables", f"revision {current}")
    if current is None:
        return fault("tables", "there are none", "make them: registry migrate")
    if current in db.revisions():
        pending = len(db.revisions()) - 1 - db.revisions().index(current)
        steps = "1 migration is" if pending == 1 else f"{pending} migrations are"
        said = f"at revision {current}; {steps} to be made, up to {db.head_revision()}"
        return fault("tables", said, "back up, then: registry migrate")
    said = f"at revision {current}, which this program does not know: they are of a newer one"
    return fault("tables", said, "use the newer program, or restore the backup made before it")


def lines(settings: Settings, session: Session, *, thorough: bool) -> Iterator[Line]:
    """How the database itself is."""
    if is_sqlite(settings.url):
        yield from _sqlite(settings, session, thorough=thorough)
    else:
        yield from _postgresql(settings, session)


def _sqlite(settings: Settings, session: Session, *, thorough: bool) -> Iterator[Line]:
    file = file_of(settings.url)
    assert file is not None
    version = session.scalar(sa.text("SELECT sqlite_version()"))
    if has_write_ahead_log(file):
        yield ok("database", f"SQLite {version}, write-ahead log; this program opens it with {_as_opened()}")
    else:
        said = f"SQLite {version} without a write-ahead log: readers and writers stop one another"
        yield warning("database", said, "registry serve or registry worker sets it to WAL when it opens the file")
    yield from _file(file)
    if kind := network_of(file, Path("/proc/self/mountinfo")):
        said = f"{file.parent} is on a network file system ({kind}), on which SQLite's locks cannot be relied on"
        yield warning("database", said, "keep it on a disk of this machine, or use PostgreSQL")
    if thorough:
        yield from _intact(session)


def _as_opened() -> str:
    """What this program sets on each connection, asked of one."""
    engine = db.make_engine("sqlite://")
    with engine.connect() as connection:
        synced, keys = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys")
        )
    engine.dispose()
    return f"synchronous {_SYNCHRONOUS.get(synced or 0, synced)}, foreign keys {'on' if keys else 'off'}"


_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def _file(file: Path) -> Iterator[Line]:
    for path, what in ((file, "the database"), (file.parent, "its folder, in which SQLite keeps its log")):
        if not os.access(path, os.W_OK):
            yield fault(
                "database", f"{what} cannot be written: {path}", "give it to the user that the register runs as"
            )
    if file.stat().st_mode & _OTHERS and file.parent.stat().st_mode & _OTHERS:
        said = f"other users of this machine may read {file}, with all that is confidential in it"
        yield warning("database", said, f"chmod 700 {file.parent}")


def _intact(session: Session) -> Iterator[Line]:
    found = str(session.scalar(sa.text("PRAGMA quick_check(1)")))
    broken = session.execute(sa.text("PRAGMA foreign_key_check")).first()
    if found == "ok" and broken is None:
        yield ok("database", "its pages and references are whole")
        return
    said = found.splitlines()[0] if broken is None else f"a row of {broken[0]} refers to what is not there"
    yield fault("database", f"the file is damaged: {said}", "stop the register, keep the file, restore a backup")


def network_of(path: Path, mounts: Path) -> str:
    """The kind of the network file system that a path is on; empty for a disk, or where that cannot be read."""
    try:
        rows = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    resolved = path.resolve()
    found = [(row[4], row[row.index("-") + 1]) for row in rows if resolved.is_relative_to(row[4])]
    kind = max(found, key=lambda row: len(row[0]), default=("", ""))[1]
    return kind if kind in NETWORK else ""


_SERVER = """
    SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_encoding') AS encoding,
    current_setting('default_transaction_isolation') AS isolation, current_setting('TimeZone') AS zone,
    current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS lasts,
    current_setting('full_page_writes') = 'on' AS whole, pg_is_in_recovery() AS is_standby,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most"""


def _postgresql(settings: Settings, session: Session) -> Iterator[Line]:
    row = session.execute(sa.text(_SERVER)).one()
    if row.version < OLDEST_POSTGRESQL:
        said = f"PostgreSQL {row.version} is too old"
        yield fault("database", said, f"use PostgreSQL {OLDEST_POSTGRESQL} or newer")
    if row.encoding != "UTF8":
        yield fault(
            "database", f"its encoding is {row.encoding}", "make the database with ENCODING 'UTF8', and copy it"
        )
    if row.is_standby:
        yield fault("database", "this server is a standby, and cannot be written", "name the primary server")
    if not row.lasts:
        said = "it acknowledges before it has written to disk (fsync or synchronous_commit is off)"
        yield fault("database", said, "switch both on")
    if not row.whole:
        yield warning("database", "full_page_writes is off: a power failure can tear a page", "switch it on")
    if row.isolation != "read committed":
        said = f"its default isolation is {row.isolation}; units of work that meet may fail and have to be repeated"
        yield warning("database", said, "set default_transaction_isolation to 'read committed'")
    yield ok("database", f"PostgreSQL {row.version}, {row.encoding}, {row.isolation}, time zone {row.zone}")
    yield _room(row.most, settings.database_connections)


def _room(most: int, each: int) -> Line:
    said = f"the server takes {most} connections, and a process of the register up to {each}: room for {most // each}"
    if most >= 2 * each:
        return ok("connections", f"{said} processes")
    mend = "raise max_connections of the server, or lower REGISTRY_DATABASE_CONNECTIONS and REGISTRY_THREADS"
    return (warning if most >= each else fault)("connections", said, mend)
