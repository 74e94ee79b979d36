"""Restoring a backup, and copying a register from one database into another: the log goes on unbroken."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from registry import db
from registry.backups import checking, loading
from registry.backups.errors import TargetError
from registry.backups.manifest import Manifest
from registry.backups.reading import opened_backup
from registry.backups.secret_files import refuse_others, write_secrets
from registry.backups.snapshot import Digest, Hashed, Log, snapshot
from registry.backups.tables import Cells, Table, rows_of


def restore(path: Path, url: str, data: Path) -> Manifest:
    """Load the backup at `path` into the empty database at `url`, and its secrets, if it has any, into the folder `data`.

    A backup of an older revision is loaded as it was and then brought to the present one. Nothing is kept unless all was
    loaded, the rows read back hash to what the manifest says, and so does the log.

    Raises
    ------
    BackupError
        For a backup that cannot be used.
    TargetError
        For a database that is not empty, or a folder with other secrets.
    """
    with opened_backup(path) as backup:
        wanted, secret_files = backup.manifest, backup.secrets()
        refuse_others(data, secret_files)
        with loading.empty_target(url) as connection:
            tables = loading.load(connection, wanted.revision, wanted.tables, backup.rows)
            _finish(connection, tables, wanted.tables, wanted.log)
            write_secrets(data, secret_files)
    return wanted


def copy(source_url: str, target_url: str) -> tuple[Log, dict[str, Digest]]:
    """Load one snapshot of the register at `source_url` into the empty database at `target_url`; tell what was copied."""
    _check_addresses(source_url, target_url)
    source = db.make_engine(source_url)
    try:
        with snapshot(source) as state, loading.empty_target(target_url) as connection:
            from_names = {table.name: table for table in state.tables}
            digests: dict[str, Digest] = {}

            def rows(table: Table) -> Iterator[Cells]:
                hashed = Hashed(from_names[table.name])
                for cells in rows_of(state.connection, from_names[table.name]):
                    hashed.take(cells)
                    yield cells
                digests[table.name] = hashed.digest()

            tables = loading.load(connection, state.revision, from_names, rows)
            _finish(connection, tables, digests, state.log)
            return state.log, digests
    finally:
        source.dispose()


def _check_addresses(source_url: str, target_url: str) -> None:
    addresses = []
    for option, text in (("--from", source_url), ("--to", target_url)):
        try:
            addresses.append(sa.make_url(text))
        except sa.exc.ArgumentError as error:
            raise TargetError(
                f"{option}: it is no address of a database; give sqlite:///PATH or postgresql://..."
            ) from error
    if addresses[0] == addresses[1]:
        raise TargetError("--from and --to name the same database; name another to copy into")
    if addresses[0].get_backend_name() == "sqlite" and not Path(addresses[0].database or "").is_file():
        raise TargetError("--from: there is no such file; name the database of a register")


def _finish(connection: sa.Connection, tables: tuple[Table, ...], expected: Mapping[str, Digest], log: Log) -> None:
    checking.check_rows(connection, tables, expected)
    checking.check_log(connection, log)
    db.migrate_within(connection)
    checking.check_leaves(connection)
