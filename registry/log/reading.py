"""The log, page by page, the records about one subject, and what opens the sealed values of its leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.confidential import claims_concerned, is_person, sealed_paths
from registry.domain.visibility import PUBLIC, Viewer, hidden_claims, names_hidden, person
from registry.log import records, sealing
from registry.log.sealing import Opening

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record with its leaf hash in hex. What the viewer may not see is sealed in `content`, and None in `actor`;
    `is_hidden` says that its subject is a claim that is not there for the viewer.
    """

    index: int
    at: datetime
    actor: Mapping[str, Any]
    act: str
    subject: str
    content: Mapping[str, Any]
    leaf_hash: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """Some records in order, the size of the log and its root hash in hex."""

    records: tuple[RecordView, ...]
    size: int
    root: str


def records_page(session: Session, first: int = 0, count: int = 50, viewer: Viewer = PUBLIC) -> RecordsPage:
    """`count` records from index `first` on, as a viewer may see them."""
    chosen = select(records.Record).where(records.Record.index >= first).order_by(records.Record.index).limit(count)
    hidden = _hidden(session, viewer)
    rows = tuple(_view(row, viewer, hidden) for row in session.scalars(chosen))
    return RecordsPage(rows, records.size(session), records.root(session).hex())


def records_about(session: Session, subject: str, viewer: Viewer = PUBLIC) -> tuple[RecordView, ...]:
    """The records about one subject (for example `claims/C-0001`), oldest first, as a viewer may see them."""
    chosen = select(records.Record).where(records.Record.subject == subject).order_by(records.Record.index)
    hidden = _hidden(session, viewer)
    return tuple(_view(row, viewer, hidden) for row in session.scalars(chosen))


def all_openings(session: Session) -> Iterator[Opening]:
    """What opens every sealed value of the log, by index and path."""
    for record in _sealed_records(session):
        yield from record.openings()


def public_openings(session: Session) -> Iterator[Opening]:
    """What opens the sealed values that everybody may know by now, by index and path: those of claims that are
    published, as far as they name no claim that is not; never a person.
    """
    hidden = _hidden(session, PUBLIC)
    for record in _sealed_records(session):
        yield from _openings(record, PUBLIC, hidden)


def openings_of(session: Session, record: records.Record, viewer: Viewer) -> list[Opening]:
    """What opens the values of one record that a viewer may know."""
    return list(_openings(record, viewer, _hidden(session, viewer)))


def _openings(record: records.Record, viewer: Viewer, hidden: frozenset[str]) -> Iterator[Opening]:
    about_hidden = not hidden.isdisjoint(claims_concerned(record.subject, record.content))
    for opening in record.openings():
        if is_person(opening.path, record.content):
            may = bool(person(viewer, opening.value))
        else:
            may = not about_hidden and not names_hidden(opening.value, hidden)
        if may:
            yield opening


def _sealed(row: records.Record, viewer: Viewer, hidden: frozenset[str], salt: bytes) -> dict[str, Any]:
    """The leaf with the values that the viewer may know left in clear."""
    known = {opening.path for opening in _openings(row, viewer, hidden)}
    return sealing.seal(row.clear(), [path for path in row.sealed or () if path not in known], salt)


def _before_sealing(row: records.Record, viewer: Viewer, hidden: frozenset[str]) -> dict[str, Any]:
    """A record from before values were sealed: its leaf has them in clear, and pages still keep them back."""
    clear = row.clear()
    paths = sealed_paths(row.subject, row.actor, row.content, hidden)
    return sealing.withheld(
        clear,
        [
            path
            for path in paths
            if not is_person(path, row.content) or not person(viewer, sealing.value_at(clear, path))
        ],
    )


def _hidden(session: Session, viewer: Viewer) -> frozenset[str]:
    return frozenset(session.scalars(hidden_claims(viewer)))


def _sealed_records(session: Session) -> Iterator[records.Record]:
    chosen = select(records.Record).where(records.Record.salt.is_not(None)).order_by(records.Record.index)
    yield from session.scalars(chosen.execution_options(yield_per=_AT_ONCE))


def _view(row: records.Record, viewer: Viewer, hidden: frozenset[str]) -> RecordView:
    leaf = _before_sealing(row, viewer, hidden) if row.salt is None else _sealed(row, viewer, hidden, row.salt)
    actor = {name: None if sealing.is_sealed(value) else value for name, value in leaf["actor"].items()}
    is_hidden = row.subject.removeprefix("claims/") in hidden
    return RecordView(row.index, row.at, actor, row.act, row.subject, leaf["content"], row.leaf_hash.hex(), is_hidden)
