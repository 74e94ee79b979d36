"""What a public package leaves out of rows that it has: columns of persons, and cells that name an unpublished claim."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from registry.domain.visibility import names_hidden
from registry.exports.schemas import Column, Kind, Schema

Row = Sequence[Any]
WITHHELD = "withheld: it names a claim that is not published"
_WITHHELD: Mapping[Kind, Any] = {Kind.TEXT: WITHHELD, Kind.OBJECT: {"withheld": WITHHELD}, Kind.LIST: [WITHHELD]}


def without_persons(schema: Schema, rows: Sequence[Row]) -> tuple[Schema, Sequence[Row]]:
    """The table without the columns that name persons."""
    if not any(column.of_persons for column in schema.columns):
        return schema, rows
    kept = [number for number, column in enumerate(schema.columns) if not column.of_persons]
    columns = tuple(schema.columns[number] for number in kept)
    return replace(schema, columns=columns), [[row[number] for number in kept] for row in rows]


def without_hidden(schema: Schema, rows: Sequence[Row], hidden: frozenset[str]) -> Sequence[Row]:
    """The rows; in one that names a hidden claim all words are withheld, for a reason can tell of a claim whose number
    stands in the evidence beside it.
    """
    words = [number for number, column in enumerate(schema.columns) if _is_words(schema, column)]
    return [_without(schema, row, words) if _names(row, words, hidden) else row for row in rows] if hidden else rows


def _is_words(schema: Schema, column: Column) -> bool:
    is_free = column.refers_to is None and not column.choices and column.name not in schema.key
    return is_free and column.kind in _WITHHELD


def _names(row: Row, words: Sequence[int], hidden: frozenset[str]) -> bool:
    return names_hidden([str(row[number]) for number in words], hidden)


def _without(schema: Schema, row: Row, words: Sequence[int]) -> Row:
    cells = list(row)
    for number in words:
        if cells[number] is not None:
            cells[number] = _WITHHELD[schema.columns[number].kind]
    return cells
