"""What an audit found: each difference by table, row and column, and what the log does not cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, row or signature that is not as the log has it; a whole row has the column "".

    `record` is the index of the record that has the recorded value, where there is one.
    """

    table: str
    row: str
    column: str
    recorded: Any
    found: Any
    what: str
    record: int | None = None
    confidential: bool = False

    def withheld(self) -> "Difference":
        """The same without confidential values, for those who may not see them."""
        if not self.confidential:
            return self
        return replace(self, recorded=None, found=None, what=f"{self.what}; its values are confidential")

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.table, self.row, self.column)))
        source = "" if self.record is None else f" (record {self.record})"
        if self.column == "" or (self.recorded is None and self.found is None):
            return f"{where}: {self.what}{source}"
        return f"{where}: {self.what}; recorded {_short(self.recorded)}{source}, found {_short(self.found)}"


@dataclass(slots=True)
class Report:
    """What was compared, and every difference in the order of tables and rows."""

    records: int = 0
    root: str = ""
    rows: int = 0
    cells: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    notes: int = 0
    files: int = 0
    differences: list[Difference] = field(default_factory=list)
    not_covered: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return not self.differences

    def summary(self) -> list[str]:
        """The lines below the differences."""
        uncovered = (f"{table} ({', '.join(names)})" if names else table for table, names in self.not_covered.items())
        proven = f"{self.checkpoints} checkpoints, {self.cosignatures} co-signatures"
        kept = f"{proven}, {self.notes} notes, {self.files} attached files"
        return [
            f"{self.records} records, root {self.root}",
            f"compared {self.cells} cells of {self.rows} rows, {kept}",
            f"not covered by the log: {', '.join(uncovered)}",
            f"{len(self.differences)} differences" if self.differences else "the database is as the log has it",
        ]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
