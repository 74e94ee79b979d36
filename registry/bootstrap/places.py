"""Where the set-up puts things, all inside the clone."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class Places:
    """The folders and files of one clone; `root` is the folder that holds pyproject.toml."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        return self.venv / ("Scripts" if WINDOWS else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if WINDOWS else "python")

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def uv_folder(self) -> Path:
        return self.cache / "uv"

    @property
    def node_folder(self) -> Path:
        return self.cache / "node"

    @property
    def logs(self) -> Path:
        return self.cache / "logs"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def frontend(self) -> Path:
        return self.root / "registry" / "web" / "frontend"

    @property
    def built(self) -> Path:
        return self.root / "registry" / "web" / "static" / "build"

    def command(self, name: str) -> Path:
        """Path of an installed command such as `solver`."""
        return self.scripts / (name + ".exe" if WINDOWS else name)


def of_this_clone() -> Places:
    """The places of the clone that this file belongs to."""
    return Places(Path(__file__).resolve().parents[2])


def inside_venv(places: Places) -> bool:
    """Whether the running Python is already the one of .venv."""
    return places.venv.exists() and Path(sys.prefix).resolve() == places.venv.resolve()
