"""The log, page by page, the records about one subject, and what opens the sealed values of its leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.confidential import claims_concerned, claims_in, is_person
from registry.log import records
from registry.log.sealing import Opening

_AT_ONCE = 500


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


def all_openings(session: Session) -> Iterator[Opening]:
    """What opens every sealed value of the log, by index and path."""
    for record in _sealed_records(session):
        yield from record.openings()


def public_openings(session: Session) -> Iterator[Opening]:
    """What opens the sealed values that everybody may know by now, by index and path: those of claims that are
    published, as far as they name no claim that is not; never a person.
    """
    hidden = frozenset(session.scalars(select(Claim.id).where(Claim.published_at.is_(None))))
    for record in _sealed_records(session):
        if not hidden.isdisjoint(claims_concerned(record.subject, record.content)):
            continue
        for opening in record.openings():
            if not is_person(opening.path, record.content) and hidden.isdisjoint(claims_in(opening.value)):
                yield opening


def _sealed_records(session: Session) -> Iterator[records.Record]:
    chosen = select(records.Record).where(records.Record.salt.is_not(None)).order_by(records.Record.index)
    yield from session.scalars(chosen.execution_options(yield_per=_AT_ONCE))


def _view(row: records.Record) -> RecordView:
    return RecordView(row.index, row.at, row.actor, row.act, row.subject, row.content, row.leaf_hash.hex())
