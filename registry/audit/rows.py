"""Every row of the database against its newest state in the log, cell by cell.

A cell that the newest record of its row does not name (a column that is younger, or one that is never recorded) is not
covered; so are whole tables of private papers and of what proves itself.
"""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.leaves import StoredLeaf
from registry.audit.report import Difference, Report
from registry.audit.stored import Matcher, matcher, stored_rows
from registry.db import Base
from registry.log.sealing import is_sealed
from registry.services.recording import UNRECORDED

# Tables that no record covers, but the hashes, signatures and records of users do.
PROVEN = frozenset({
    "records", "tree_nodes", "checkpoints", "note_texts", "users_roles", "attached_files",
})  # fmt: skip
# Tables that nothing covers: private papers, and what the program keeps for its own working.
UNCOVERED = PROVEN | {
    *("roles", "drafts", "draft_attachments", "requests", "requests_in_flight", "runs", "run_looks"),
    *("account_states", "browser_sessions", "counted_requests", "sign_in_failures", "worker_beats"),
}
Key = tuple[Any, ...]
Check = tuple[int, str, Matcher | None]  # place in the row, name, how to compare
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The newest state of a row, the record that has it, and which of its cells that record seals."""

    cells: Mapping[str, Any]
    index: int
    sealed: Collection[str] = ()


class State:
    """The newest state of every row, and the roles of every user, as record after record is added."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Key, Recorded]] = {}
        self.roles: dict[str, tuple[Sequence[str], int]] = {}
        self._keys = {name: _key_columns(table) for name, table in Base.metadata.tables.items()}

    def add(self, leaf: StoredLeaf, *, trusted: bool) -> None:
        """Take in the rows of one record; of one that was changed itself only that it has them."""
        content, sealed = leaf.content, _sealed_cells(leaf.sealed)
        for name, rows in content.get("rows", {}).items():
            columns = self._keys.get(name)
            if columns is None:
                continue
            found = self.rows.setdefault(name, {})
            for number, row in enumerate(rows):
                if not is_sealed(row):
                    cells = row if trusted else {}
                    key = tuple(row[column] for column in columns)
                    found[key] = Recorded(cells, leaf.index, sealed.get((name, number), ()))
        if leaf.subject.startswith("users/") and "roles" in content and trusted:
            self.roles[leaf.subject.removeprefix("users/")] = content["roles"], leaf.index


def compare(session: Session, state: State, report: Report) -> None:
    """Add what differs, table by table, to the report."""
    for name, table in sorted(Base.metadata.tables.items()):
        if name not in UNCOVERED:
            report.differences.extend(_Table(session, table, state.rows.get(name, {}), report).differences())
    report.not_covered = _not_covered(state)


@dataclass(slots=True)
class _Table:
    session: Session
    table: sa.Table
    recorded: dict[Key, Recorded]
    report: Report

    def differences(self) -> Iterator[Difference]:
        """Rows that no record has, rows that are missing, and cells that are not as recorded, in the order of keys."""
        names = [column.name for column in self.table.columns]
        key_places = [names.index(name) for name in _key_columns(self.table)]
        checks = self._checks(names)
        missing = dict(self.recorded)
        for row in stored_rows(self.session, self.table, names, *_key_columns(self.table)):
            key = tuple(row[place] for place in key_places)
            self.report.rows += 1
            recorded = missing.pop(key, None)
            if recorded is None:
                yield self._row(key, None, "no record has this row")
            else:
                yield from self._cells(key, recorded, row, checks)
        for key, recorded in missing.items():
            yield self._row(key, recorded.index, "the row is missing")

    def _checks(self, names: Sequence[str]) -> list[Check]:
        left_out = UNRECORDED.get(self.table.name, frozenset())
        dialect = self.session.get_bind().dialect.name
        columns = enumerate(self.table.columns)
        return [(n, names[n], matcher(column, dialect)) for n, column in columns if column.name not in left_out]

    def _cells(self, key: Key, recorded: Recorded, row: Any, checks: Iterable[Check]) -> Iterator[Difference]:
        cells = recorded.cells
        for place, name, matches in checks:
            value, found = cells.get(name, _ABSENT), row[place]
            if value is not _ABSENT and not (type(value) is dict and is_sealed(value)):  # the erased is sealed for ever
                self.report.cells += 1
                if not (matches(value, found) if matches else value == found and type(value) is type(found)):
                    hidden = name in recorded.sealed or "" in recorded.sealed
                    where = self.table.name, _text(key), name
                    yield Difference(*where, value, found, "changed", recorded.index, hidden)

    def _row(self, key: Key, index: int | None, what: str) -> Difference:
        return Difference(self.table.name, _text(key), "", None, None, what, index)


@functools.lru_cache(maxsize=1024)
def _sealed_cells(paths: tuple[str, ...]) -> dict[tuple[str, int], set[str]]:
    """The columns that are sealed, by table and number of the row in its record; "" is the whole row."""
    found: dict[tuple[str, int], set[str]] = {}
    for path in paths:
        if path.startswith("/content/rows/"):
            words = path.split("/")
            found.setdefault((words[3], int(words[4])), set()).add(words[5] if len(words) > 5 else "")
    return found


def _key_columns(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _text(key: Key) -> str:
    return "/".join(str(part) for part in key)


def _not_covered(state: State) -> dict[str, list[str]]:
    """Tables and columns that the log says nothing of; whole tables have no columns here."""
    uncovered: dict[str, list[str]] = {name: [] for name in UNCOVERED - PROVEN}
    for name, table in Base.metadata.tables.items():
        left_out = UNRECORDED.get(name, frozenset()) if name not in UNCOVERED else frozenset()
        younger = _younger(table, state.rows.get(name, {}).values())
        if left_out or younger:
            uncovered[name] = sorted({*left_out, *younger})
    return dict(sorted(uncovered.items()))


def _younger(table: sa.Table, rows: Iterable[Recorded]) -> set[str]:
    """Columns that some recorded state does not have yet."""
    names = {column.name for column in table.columns} - UNRECORDED.get(table.name, frozenset())
    missing: set[str] = set()
    for row in rows:
        if row.cells:  # else its record was changed, and that is told
            missing |= names - row.cells.keys()
    return missing
