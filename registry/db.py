"""Engine, sessions, column types, migrations, and the one place that commits.

SQLite and PostgreSQL behave alike: a unit of work that writes is alone (SQLite: `BEGIN IMMEDIATE`; PostgreSQL: the
lock of the log, taken by every service), one that reads sees one snapshot and cannot write.
"""

import functools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

ROOT = Path(__file__).resolve().parent.parent
READ_ONLY = "registry_read_only"
BUSY_TIMEOUT_S = 30
CONNECT_TIMEOUT_S = 10
CONNECTIONS = 20
APPLICATION = "lunar-site-registry"
# What is raised when a database, its disk or the way to it fails (PostgreSQL calls a server that can only be read internal).
UNUSABLE = (sa.exc.OperationalError, sa.exc.InternalError)
NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}


class Base(DeclarativeBase):
    """Root of all entities; every constraint gets a name."""

    metadata = sa.MetaData(naming_convention=NAMES)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out. A naive datetime is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value.isoformat()}; give an instant with its offset from UTC")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(sa.types.TypeDecorator[Any]):
    """A JSON value, stored as its RFC 8785 text, so that equal values are equal bytes in every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else rfc8785.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


class SchemaError(RuntimeError):
    """The database's tables are not those that this program works with."""


def make_engine(url: str, *, foreign_keys: bool = True, connections: int = CONNECTIONS) -> sa.Engine:
    """The engine for `url`: one per process, with the same settings for pages, commands and worker, and at most so many
    connections; none is open before it is needed.
    """
    address = sa.make_url(url)
    pool = {"pool_size": connections, "max_overflow": 0}
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        ours = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": APPLICATION, "client_encoding": "utf8"}
        told = {name: value for name, value in ours.items() if name not in address.query}
        engine = sa.create_engine(address, pool_pre_ping=True, connect_args=told, **pool)
        sa.event.listen(engine, "begin", _begin_postgresql)
        return engine
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    is_file = bool(address.database) and address.database != ":memory:"
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, **(pool if is_file else {}))
    sa.event.listen(engine, "connect", _sqlite_settings(foreign_keys))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _sqlite_settings(foreign_keys: bool) -> Any:
    def settings(connection: Any, _record: Any) -> None:
        # None: sqlite3 itself begins nothing, so that _begin_sqlite decides how (SQLAlchemy, "Transactions
        # with SQLite").
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")

    return settings


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that starts as a reader and writes later can lose its snapshot; a writer therefore waits
    # at the door.
    reads = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def unit_of_work(engine: sa.Engine) -> Iterator[Session]:
    """A session that commits once, at the end, and keeps nothing at all if anything was raised."""
    with Session(engine) as session:
        yield session
        commit(session)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """A session of one snapshot that cannot write."""
    with Session(read_only(engine), autoflush=False) as session:
        yield session


def read_only(engine: sa.Engine) -> sa.Engine:
    """The same engine and pool, in transactions that only read."""
    return engine.execution_options(**{READ_ONLY: True})


def scoped_sessions(engine: sa.Engine) -> scoped_session[Session]:
    """One session per thread, for a web application and the user store that commits by itself through it.

    Open a request that only reads with ``sessions(bind=read_only(engine))``; end each with ``sessions.remove()``.
    """
    return scoped_session(sessionmaker(bind=engine))


def commit(session: Session | scoped_session[Session]) -> None:
    """Make what was flushed permanent: the only commit of the program."""
    session.commit()


def sweep(engine: sa.Engine) -> bool:
    """Write the database's files anew, so that what was erased is not in them either; False if others are in the way.

    Copies that a server or a file system keeps of its own (logs for replication, snapshots) are not reached.
    """
    try:
        if engine.dialect.name == "sqlite":
            return _sweep_sqlite(engine)
        # VACUUM is for no transaction; what the connection was comes back when it goes back to its pool.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")
    except (sa.exc.DBAPIError, sqlite3.Error):
        return False
    return True


def _sweep_sqlite(engine: sa.Engine) -> bool:
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA query_only=OFF")
        connection.execute("VACUUM")
        [(busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy
    finally:
        connection.close()


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings from pyproject.toml, bound to `connection` if one is given."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def migrate(url: str, revision: str = "head") -> str | None:
    """Bring the tables at `url` up (or down) to `revision` in one transaction and return the revision now in
    force.
    """
    # Batch changes rebuild a SQLite table; foreign keys are switched off meanwhile and checked before the
    # commit.
    engine = make_engine(url, foreign_keys=False)
    try:
        with engine.begin() as connection:
            migrate_within(connection, revision)
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def migrate_within(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the tables up or down to `revision` in a transaction that is under way, on an engine without foreign keys."""
    _refuse_unknown(connection)
    _migrate(connection, revision)
    _check_references(connection)


def revision_within(connection: sa.Connection) -> str | None:
    """The revision of the tables in this transaction, None where there are none; SchemaError for an unknown one."""
    return _refuse_unknown(connection)


def _migrate(connection: sa.Connection, revision: str) -> None:
    config = alembic_config(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1280527184)")  # two programs starting at once
    current = MigrationContext.configure(connection).get_current_revision()
    order = [None, *revisions()]
    wanted = order[-1] if revision == "head" else None if revision == "base" else revision
    if order.index(wanted) < order.index(current):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise SchemaError(
                f"the migration would leave {len(broken)} rows without what they refer to; nothing changed"
            )


@functools.cache
def revisions() -> tuple[str, ...]:
    """All revisions that this program knows, oldest first; their files are read once."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def head_revision() -> str:
    """The revision that this program's entities describe."""
    return revisions()[-1]


def current_revision(engine: sa.Engine) -> str | None:
    """The revision of the database's tables, or None where there are none."""
    with read_only(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_current(engine: sa.Engine) -> None:
    """Raise SchemaError, with the mend, unless the tables are those of this program."""
    with read_only(engine).connect() as connection:
        current = _refuse_unknown(connection)
    if current != head_revision():
        raise SchemaError(f"the database is at revision {current or 'none'}, not {head_revision()}; run the migrations")


def _refuse_unknown(connection: sa.Connection) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        raise SchemaError(
            f"the database is at revision {current}, which this program does not know; use the newer program"
        )
    return current
