"""What the register holds about one person: every cell and record with the address or the name, and whose it is to change.

A mention is a text with the address, whatever its case, or the name as a word of its own. Contents of attached files are
bytes and are not looked into.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.db import Base, CanonicalJson
from registry.domain.claims import Revision
from registry.domain.confidential import PERSON_COLUMNS, is_person, person_columns
from registry.domain.users import User
from registry.log import sealing
from registry.log.records import Record

# Tables that are looked at in a way of their own, and those that hold hashes alone.
APART = frozenset({"records", "tree_nodes", "users", "notices", "requests", "attached_files", "browser_sessions"})
_LEAST_NAME = 3  # characters; shorter ones are in too many words


@dataclass(frozen=True, slots=True)
class Names:
    """By what a person is found: the address and the name."""

    email: str
    name: str

    @classmethod
    def of(cls, user: User) -> "Names":
        """Those of an account."""
        return cls(user.email, user.name)

    def are_in(self, value: Any) -> bool:
        """Whether a JSON value, or a text in it, mentions the person."""
        if isinstance(value, str):
            return self._address.search(value) is not None or self._is_named_in(value)
        if isinstance(value, Mapping):
            return any(self.are_in(item) for item in value.values())
        return isinstance(value, list) and any(self.are_in(item) for item in value)

    def replaced(self, text: str, email: str, name: str) -> str:
        """The text with other words in place of address and name."""
        text = self._address.sub(email, text)
        return self._word.sub(name, text) if len(self.name) >= _LEAST_NAME else text

    def _is_named_in(self, text: str) -> bool:
        return len(self.name) >= _LEAST_NAME and self._word.search(text) is not None

    @property
    def _address(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.+-]){re.escape(self.email)}(?![\w-])", re.IGNORECASE)

    @property
    def _word(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){re.escape(self.name)}(?!\w)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with a mention: table, key, column, what it says, and whether the column is for naming people."""

    table: str
    key: tuple[Any, ...]
    column: str
    value: Any
    is_of_persons: bool

    def __str__(self) -> str:
        return f"{self.table} {', '.join(map(str, self.key))}, {self.column}"


@dataclass(frozen=True, slots=True)
class Mention:
    """One record with a mention: the paths that are sealed and hold a person, and whether it is in the leaf for ever."""

    index: int
    sealed: tuple[str, ...]
    is_clear: bool
    rows: frozenset[tuple[str, tuple[Any, ...]]]  # table and key of the rows that name the person in clear


def cells(session: Session, names: Names) -> Iterator[Cell]:
    """Every cell with a mention, but for those of records, accounts, notices and kept requests."""
    for table in Base.metadata.sorted_tables:
        if table.name in APART:
            continue
        for column in _texts(table):
            yield from _of_column(session, table, column, names)


def _of_column(session: Session, table: sa.Table, column: sa.Column[Any], names: Names) -> Iterator[Cell]:
    keys = list(table.primary_key.columns)
    chosen = sa.select(*keys, column).where(_has(_text(column), names)).order_by(*keys)
    of_persons = column.name in PERSON_COLUMNS.get(table.name, ())
    for *key, value in session.execute(chosen).all():
        if names.are_in(value):
            yield Cell(table.name, tuple(key), column.name, value, of_persons)


def _has(text: sa.ColumnElement[Any], names: Names) -> sa.ColumnElement[bool]:
    """The condition that finds all mentions, and may find more."""
    found = sa.func.lower(text).contains(names.email, autoescape=True)
    if len(names.name) < _LEAST_NAME:
        return found
    # Within JSON a name may be written with escapes; quotes and backslashes are the only ones of RFC 8785.
    written = names.name.replace("\\", "\\\\").replace('"', '\\"')
    return sa.or_(found, text.contains(names.name, autoescape=True), text.contains(written, autoescape=True))


def rows_with(session: Session, entity: type[Base], names: Names) -> Sequence[Any]:
    """The rows of one table with a mention in any of their texts, by key."""
    table = entity.__table__
    found = sa.or_(*(_has(_text(column), names) for column in _texts(table)))
    chosen = sa.select(entity).where(found).order_by(*sa.inspect(entity).primary_key)
    return [row for row in session.scalars(chosen) if any(names.are_in(getattr(row, c.key)) for c in _texts(table))]


def _texts(table: Any) -> list[sa.Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, sa.String | CanonicalJson)]


def _text(column: Any) -> sa.ColumnElement[Any]:
    """A column as the text that is stored."""
    return sa.cast(sa.type_coerce(column, sa.Text()), sa.Text())


def mentions(session: Session, names: Names, subjects: frozenset[str] = frozenset()) -> Iterator[Mention]:
    """Every record with a mention; of records about `subjects` also the reasons, which are about the person."""
    chosen = sa.or_(
        *(_has(_text(column), names) for column in (Record.actor, Record.content)), Record.subject.in_(subjects)
    )
    for record in session.scalars(sa.select(Record).where(chosen).order_by(Record.index)):
        found = tuple(_sealed_in(record, names, about=record.subject in subjects))
        rest = sealing.withheld(record.clear(), record.sealed or ())
        if found or names.are_in(rest):
            yield Mention(record.index, found, names.are_in(rest), frozenset(_rows_in(rest, names)))


def _rows_in(leaf: Mapping[str, Any], names: Names) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The rows of a leaf that name the person where people are named."""
    for name, rows in leaf["content"].get("rows", {}).items():
        table = Base.metadata.tables.get(name)
        for row in rows if table is not None else ():
            if any(names.are_in(row.get(column)) for column in person_columns(name, row)):
                yield name, tuple(row[column.name] for column in table.primary_key.columns)  # type: ignore[union-attr]  # not None


def _sealed_in(record: Record, names: Names, *, about: bool) -> Iterator[str]:
    clear = record.clear()
    for path in record.sealed or ():
        value = sealing.value_at(clear, path)
        is_reason = about and path.endswith("/reason")
        if not sealing.is_sealed(value) and is_person(path, record.content) and (is_reason or names.are_in(value)):
            yield path


def contacts(session: Session, names: Names) -> Iterator[tuple[str, int, str]]:
    """Where filings name the person: claim, number of the revision, path of the field."""
    found = rows_with(session, Revision, names)
    for revision in sorted(found, key=lambda row: (row.claim_id, row.number)):
        for column in _texts(Revision.__table__):
            for path in _paths(getattr(revision, column.key), names, column.key):
                yield revision.claim_id, revision.number, path


def _paths(value: Any, names: Names, path: str) -> Iterator[str]:
    if isinstance(value, str) and names.are_in(value):
        yield path
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, names, f"{path}.{key}")


def own_row(table: str, row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A row as its person may have it: columns that name somebody else are left out."""
    others = {name for name in person_columns(table, row) if name != "reason" and not names.are_in(row.get(name))}
    return {name: value for name, value in row.items() if name not in others}
