"""The register as it was at an instant, rebuilt from the log's records alone: its tables, and the log up to there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.db import CanonicalJson
from registry.domain.instants import utc_text
from registry.domain.notes import NoteText
from registry.exports.errors import ExportError
from registry.log import records
from registry.log.rebuilding import rebuilt
from registry.log.records import Record, TreeNode

_AT_ONCE = 1000


def size_at(session: Session, at: datetime) -> int:
    """How many records the log had at `at`: up to the first that is later, so that none in between is missing.

    Raises
    ------
    ExportError
        If there was none yet.
    """
    later = session.scalar(sa.select(sa.func.min(Record.index)).where(Record.at > at))
    size = records.size(session) if later is None else later
    if size == 0:
        first = session.scalar(sa.select(Record.at).where(Record.index == 0))
        since = f"the first record is of {utc_text(first)}" if first else "nothing is recorded yet"
        raise ExportError(f"--as-of: there is no record up to {utc_text(at)}; {since}")
    return size


@contextmanager
def register_of(session: Session, size: int) -> Iterator[Session]:
    """A session on the register that the first `size` records of `session` tell of, these records and their tree included.

    It lies in memory. The texts of notes are those that a record has disclosed; no secret of a user is in it.
    """
    with rebuilt(_contents(session, size)) as past:
        _copy(session, past, Record, Record.index < size)
        _copy(session, past, TreeNode, _of_size(size))
        yield past


def _contents(session: Session, size: int) -> Iterator[Mapping[str, Any]]:
    chosen = sa.select(Record.act, Record.subject, Record.content).where(Record.index < size).order_by(Record.index)
    for act, subject, content in session.execute(chosen.execution_options(yield_per=_AT_ONCE)):
        yield _with_text(subject, content) if act == "note-disclosed" else content


def _with_text(subject: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of a disclosure with its text and salt as the row that they make."""
    row = {"note_id": subject.removeprefix("notes/"), "text": content["text"], "salt_hex": content["salt_hex"]}
    return {**content, "rows": {**content["rows"], NoteText.__tablename__: [row]}}


def _of_size(size: int) -> sa.ColumnElement[bool]:
    """The nodes of a tree of this size: at each level those whose leaves are all there."""
    levels = range(size.bit_length())
    return sa.or_(*(sa.and_(TreeNode.level == level, TreeNode.position < size >> level) for level in levels))


def _copy(source: Session, target: Session, entity: Any, condition: sa.ColumnElement[bool]) -> None:
    """Copy rows in portions, JSON as the text that is stored."""
    table = entity.__table__
    types = {column.key: sa.Text() if isinstance(column.type, CanonicalJson) else column.type for column in table.c}
    chosen = sa.select(*(sa.type_coerce(column, types[column.key]).label(column.key) for column in table.c))
    plain = sa.table(table.name, *(sa.column(name, kind) for name, kind in types.items()))
    rows = source.execute(chosen.where(condition).execution_options(yield_per=_AT_ONCE)).mappings()
    for portion in rows.partitions(_AT_ONCE):
        target.execute(sa.insert(plain), [dict(row) for row in portion])
