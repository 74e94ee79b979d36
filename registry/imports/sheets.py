"""What a file was read into, whatever its format: rows with their places, and everything that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.fields import Fault, InputError

Geometry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where it stands ("line 7", "feature 3"), its cells by column, and its footprint in map metres.

    `shape_column` is the name under which the file has the footprint; `broken` are columns already told of.
    """

    place: str
    cells: Mapping[str, Any]
    shape_column: str = ""
    footprint: Geometry | None = None
    broken: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sheet:
    """Placements a row each; claims a row or a document each, where the file keeps them apart; notes for the reader."""

    placements: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    documents: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a sentence for whoever imports, once."""
        if text not in self.notes:
            self.notes.append(text)


class FileFault(InputError):
    """A file that cannot be read at all: one fault."""

    def __init__(self, path: str, what: str, mend: str):
        super().__init__([Fault(path, what, mend)])


def at(place: str, column: str) -> str:
    """A row and column as faults name them."""
    return f"{place}, {column}" if column else place
