"""A database opened so that nothing can be changed in it, not even by opening it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db

WAIT_S = 10


@contextmanager
def looking(url: str) -> Iterator[Session]:
    """A session of one snapshot on the database at `url`.

    Raises
    ------
    sa.exc.SQLAlchemyError
        If there is none, or it does not answer.
    """
    engine = _sqlite_engine(url) if is_sqlite(url) else db.make_engine(url, connections=2)
    try:
        with Session(db.read_only(engine), autoflush=False) as session:
            session.connection()
            yield session
    finally:
        engine.dispose()


def is_sqlite(url: str) -> bool:
    """Whether the address is of a SQLite database."""
    return sa.make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for others."""
    database = sa.make_url(url).database
    return Path(database).absolute() if is_sqlite(url) and database else None


def has_write_ahead_log(file: Path) -> bool:
    """Whether a SQLite file says so in its header (file format, 1.3: the read and write versions are 2)."""
    with file.open("rb") as opened:
        return opened.read(20)[18:] == b"\x02\x02"


def _sqlite_engine(url: str) -> sa.Engine:
    file = file_of(url)

    def connect() -> sqlite3.Connection:
        if file is None or not file.is_file():
            raise sqlite3.OperationalError("there is no such file")
        # Opening a file with a write-ahead log makes two files beside it. Where nobody has it open they are not there, and
        # nothing changes it but a process that starts just now, which would write beside it, too, and not into it.
        is_alone = not file.with_name(f"{file.name}-wal").exists()
        how = "mode=ro&immutable=1" if is_alone else "mode=ro"
        return sqlite3.connect(f"{file.as_uri()}?{how}", uri=True, timeout=WAIT_S, isolation_level=None)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine
