"""One snapshot of a register: its revision, its log's size and root, and its tables; and what they hash to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.backups.errors import TargetError
from registry.backups.tables import Cells, Table, line_of, rows_of, tables_of
from registry.log import records


@dataclass(frozen=True, slots=True)
class Log:
    """The size of a log and its root hash in hex."""

    size: int
    root_sha256: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A table's lines: how many rows, how many bytes, and their SHA-256 in hex."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database as one transaction sees it, while others write."""

    connection: sa.Connection
    revision: str
    log: Log
    tables: tuple[Table, ...]


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[Snapshot]:
    """Open a register for reading, as it is at this moment."""
    with db.read_only(engine).connect() as connection:
        revision = db.revision_within(connection)
        if revision is None:
            raise TargetError("there is no register in this database; make one with migrate, or name another")
        # Rows are only passed on: a session that would fill itself with entities has no place here.
        yield Snapshot(connection, revision, log_of(connection), tables_of(connection))


def log_of(connection: sa.Connection) -> Log:
    """Size and root of the log, by the tree that is stored."""
    with Session(connection, autoflush=False) as session:
        size = records.size(session)
        return Log(size, records.root(session, size).hex())


def digest(connection: sa.Connection, table: Table, write: Callable[[bytes], object] | None = None) -> Digest:
    """Read a table whole, hand each line to `write`, and tell what the lines hash to."""
    hashed = Hashed(table, write)
    for cells in rows_of(connection, table):
        hashed.take(cells)
    return hashed.digest()


class Hashed:
    """Hashes the rows of a table as they pass."""

    def __init__(self, table: Table, write: Callable[[bytes], object] | None = None):
        self._table, self._write = table, write
        self._hash, self._rows, self._bytes = sha256(), 0, 0

    def take(self, cells: Cells) -> None:
        """One more row."""
        line = line_of(self._table, cells)
        self._hash.update(line)
        self._rows += 1
        self._bytes += len(line)
        if self._write:
            self._write(line)

    def digest(self) -> Digest:
        """What passed so far."""
        return Digest(self._rows, self._bytes, self._hash.hexdigest())
