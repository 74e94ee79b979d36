"""Progress as the solver tells it, a JSON line a look, read while it is still being written."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from registry.services.leases import Look
from registry.worker.lines import Lines

MOST_AT_ONCE = 500


@dataclass
class Looks:
    """The looks in a file that were not read before."""

    path: Path
    _lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        """The file may be there later."""
        self._lines = Lines(self.path)

    def new(self) -> list[Look]:
        """What was added; nothing where there is no file yet."""
        return [_look(line) for line in self._lines.new().splitlines()[-MOST_AT_ONCE:]]


def _look(line: bytes) -> Look:
    row = json.loads(line)
    return Look(row["stage"], row["value"], row["bound"], row["seconds"])
