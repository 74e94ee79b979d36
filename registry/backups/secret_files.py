"""What a register keeps in files of its data folder and in no table: `secrets.json` and the private keys in `keys`."""

import os
from collections.abc import Mapping
from pathlib import Path

from registry.backups.errors import TargetError
from registry.config import SECRETS_FILE

KEYS_FOLDER = "keys"


def read_secrets(data: Path) -> dict[str, bytes]:
    """The secret files of a data folder by their names in a backup (`secrets.json`, `keys/...`)."""
    folder = data / KEYS_FOLDER
    keys = sorted(path for path in folder.iterdir() if _is_key(path)) if folder.is_dir() else []
    paths = [path for path in (data / SECRETS_FILE,) if path.is_file()]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in (*paths, *keys)}


def refuse_others(data: Path, files: Mapping[str, bytes]) -> None:
    """Raise TargetError if a file that is there would have to be replaced by another."""
    for name, content in files.items():
        path = data / name
        if path.exists() and path.read_bytes() != content:
            raise TargetError(f"--data: {path} is there and is another; restore into a folder without it")


def write_secrets(data: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, readable to their owner only; those that are there already are the same."""
    for name, content in files.items():
        path = data / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)


def _is_key(path: Path) -> bool:
    """A file, no link out of the folder, nothing half-written."""
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
