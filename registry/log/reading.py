"""The log, page by page, and the records about one subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.log import records


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record with its leaf hash in hex."""

    index: int
    at: datetime
    actor: Mapping[str, Any]
    act: str
    subject: str
    content: Mapping[str, Any]
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """Some records in order, the size of the log and its root hash in hex."""

    records: tuple[RecordView, ...]
    size: int
    root: str


def records_page(session: Session, first: int = 0, count: int = 50) -> RecordsPage:
    """`count` records from index `first` on."""
    chosen = select(records.Record).where(records.Record.index >= first).order_by(records.Record.index).limit(count)
    rows = tuple(_view(row) for row in session.scalars(chosen))
    return RecordsPage(rows, records.size(session), records.root(session).hex())


def records_about(session: Session, subject: str) -> tuple[RecordView, ...]:
    """The records about one subject (for example `claims/C-0001`), oldest first."""
    chosen = select(records.Record).where(records.Record.subject == subject).order_by(records.Record.index)
    return tuple(_view(row) for row in session.scalars(chosen))


def _view(row: records.Record) -> RecordView:
    return RecordView(row.index, row.at, row.actor, row.act, row.subject, row.content, row.leaf_hash.hex())
