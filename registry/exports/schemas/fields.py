"""Columns and tables described in lines of text, one a column, so that a page of them can be read as a page.

A line is `name kind words | sentence`. The kind is one of `Kind`; with `!` after it there is a value in every row.
Words: `table.column` for the row that it refers to, `person` for a column that names persons and is in a full package
only, `from:N` and `to:N` for the smallest and largest number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of cells, by the names that the lines use."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes-no"
    DAY = "day"
    INSTANT = "instant"
    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Reference:
    """The column of another table in which a value of this one stands."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, whether every row has a value, and what values there are."""

    name: str
    kind: Kind
    says: str
    is_required: bool = False
    of_persons: bool = False
    refers_to: Reference | None = None
    smallest: int | None = None
    largest: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """One table; `key` names the columns that tell its rows apart (empty: rows may repeat)."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    of_persons: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(column.name for column in self.columns)


def schema(
    name: str,
    says: str,
    key: str,
    lines: str,
    choices: Mapping[str, Iterable[str]] | None = None,
    *,
    of_persons: bool = False,
) -> Schema:
    """The table that the lines describe; `choices` has the closed lists of its columns."""
    of_column = {column: tuple(map(str, values)) for column, values in (choices or {}).items()}
    columns = tuple(_column(line, of_column) for line in lines.strip().splitlines())
    return Schema(name, says, tuple(key.split()), columns, of_persons)


def _column(line: str, choices: Mapping[str, tuple[str, ...]]) -> Column:
    heading, _, says = line.partition("|")
    name, kind, *words = heading.split()
    limits = dict(word.split(":") for word in words if ":" in word)
    refers_to = next((Reference(*word.split(".")) for word in words if "." in word), None)
    return Column(
        name=name,
        kind=Kind(kind.rstrip("!")),
        says=says.strip(),
        is_required=kind.endswith("!"),
        of_persons="person" in words,
        refers_to=refers_to,
        smallest=int(limits["from"]) if "from" in limits else None,
        largest=int(limits["to"]) if "to" in limits else None,
        choices=choices.get(name, ()),
    )
