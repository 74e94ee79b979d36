"""Loading rows into an empty database, table by table, in one transaction: all of it is there at the end, or nothing.

Foreign keys and the triggers that protect frozen rows are for steps of the procedure. While what was decided long ago is
loaded they are put aside; then they are put back as they were, and every reference is checked.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.backups.errors import BackupError, TargetError
from registry.backups.tables import REVISION_TABLE, Cells, Table, count_of, tables_of
from registry.log import records

BATCH = 1000

Rows = Callable[[Table], Iterable[Cells]]


@contextmanager
def empty_target(url: str) -> Iterator[sa.Connection]:
    """A transaction on an empty database, kept at the end; if anything is raised, the database is as it was.

    Raises
    ------
    TargetError
        If there is anything in the database.
    """
    file = _sqlite_file(url)
    is_new = file is not None and not file.exists()
    engine = db.make_engine(url, foreign_keys=False)
    try:
        with engine.begin() as connection:
            with Session(connection) as session:
                records.lock(session)  # no writer of a register that runs on this database comes in between
            _require_empty(connection)
            yield connection
    except BaseException:
        engine.dispose()
        if file is not None and is_new:
            for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                path.unlink(missing_ok=True)
        raise
    finally:
        engine.dispose()


def _sqlite_file(url: str) -> Path | None:
    address = sa.make_url(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def _require_empty(connection: sa.Connection) -> None:
    """Refuse a database with rows or with tables of something else; the empty tables of a register are room enough."""
    names = sa.inspect(connection).get_table_names()
    if not names:
        return
    if REVISION_TABLE not in names:
        raise TargetError(f"the database has tables of something else, such as {min(names)}; name an empty database")
    rows = count_of(connection, [name for name in names if name != REVISION_TABLE])
    if rows:
        raise TargetError(f"the database is not empty: it has a register with {rows} rows; name an empty one")


def load(connection: sa.Connection, revision: str, names: Iterable[str], rows: Rows) -> tuple[Table, ...]:
    """Make the tables of `revision` and fill each with its rows.

    Raises
    ------
    BackupError
        If the revision has other tables than are named, or a row does not fit its table.
    """
    db.migrate_within(connection, revision)
    tables = tables_of(connection)
    if odd := sorted({table.name for table in tables} ^ set(names)):
        raise BackupError(
            f"revision {revision} and what is to be loaded differ in the table {odd[0][:80]}; nothing was loaded"
        )
    with _unguarded(connection):
        for table in tables:
            try:
                _fill(connection, table, rows(table))
            except (sa.exc.DBAPIError, _driver_error(connection)) as error:
                raise BackupError(f"{table.name}: a row does not fit ({_said(error)}); nothing was loaded") from error
    return tables


def _fill(connection: sa.Connection, table: Table, rows: Iterable[Cells]) -> None:
    if connection.dialect.name == "postgresql":
        _copy_in(connection, table, rows)
        return
    insert, names = sa.insert(table.sql()), [column.name for column in table.columns]
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        connection.execute(insert, [dict(zip(names, cells, strict=True)) for cells in batch])


def _copy_in(connection: sa.Connection, table: Table, rows: Iterable[Cells]) -> None:
    from psycopg import sql

    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    # The cursor is psycopg's own, of which SQLAlchemy promises only what every driver has.
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]  # as said
        for cells in rows:
            copy.write_row(cells)


def _unguarded(connection: sa.Connection) -> AbstractContextManager[None]:
    return (
        _unguarded_postgresql(connection) if connection.dialect.name == "postgresql" else _unguarded_sqlite(connection)
    )


@contextmanager
def _unguarded_sqlite(connection: sa.Connection) -> Iterator[None]:
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, made in found:
        connection.exec_driver_sql(made)
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BackupError(f"{broken[0][0]}: {len(broken)} rows refer to what is not there; nothing was loaded")


_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"""
_COUNTERS = """
    SELECT c.table_name, c.column_name, pg_get_serial_sequence(quote_ident(c.table_name), c.column_name)
    FROM information_schema.columns AS c WHERE c.table_schema = current_schema()
    AND pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) IS NOT NULL ORDER BY 1, 2"""


@contextmanager
def _unguarded_postgresql(connection: sa.Connection) -> Iterator[None]:
    keys = connection.execute(sa.text(_FOREIGN_KEYS)).all()
    tables = [f'"{table.name}"' for table in tables_of(connection)]
    for table, name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    try:
        for table, name, made in keys:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
    except sa.exc.IntegrityError as error:
        raise BackupError(f"rows refer to what is not there ({_said(error)}); nothing was loaded") from error
    _set_counters(connection)


def _set_counters(connection: sa.Connection) -> None:
    """Let the next number of each table follow the largest that was loaded."""
    for table, column, counter in connection.execute(sa.text(_COUNTERS)).all():
        largest = connection.scalar(sa.select(sa.func.max(sa.column(column))).select_from(sa.table(table)))
        following = sa.text("SELECT setval(CAST(:counter AS regclass), :value, :was_used)")
        values = {"counter": counter, "value": largest or 1, "was_used": largest is not None}
        connection.execute(following, values)


def _driver_error(connection: sa.Connection) -> type[Exception]:
    error: type[Exception] = connection.dialect.loaded_dbapi.Error
    return error


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0][:200]
