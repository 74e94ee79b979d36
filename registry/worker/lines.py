"""Lines of a file that somebody else is still writing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Lines:
    """The lines of a file that were not read before."""

    path: Path
    _read: int = 0

    def new(self) -> bytes:
        """What was added, whole lines only; nothing where there is no file yet."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return b""
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole
