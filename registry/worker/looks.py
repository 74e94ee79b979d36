"""Progress as the solver tells it, a JSON line a look, read while it is still being written."""

import json
from dataclasses import dataclass
from pathlib import Path

from registry.services.leases import Look

MOST_AT_ONCE = 500


@dataclass
class Looks:
    """The lines of a file that were not read before."""

    path: Path
    _read: int = 0

    def new(self) -> list[Look]:
        """What was added, whole lines only; nothing where there is no file yet."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return [_look(line) for line in whole.splitlines()[-MOST_AT_ONCE:]]


def _look(line: bytes) -> Look:
    row = json.loads(line)
    return Look(row["stage"], row["value"], row["bound"], row["seconds"])
