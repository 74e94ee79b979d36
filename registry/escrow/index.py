"""What the register remembers of its newest deposits, to tell what has changed since: hashes of rows, in the data folder.

A deposit may be encrypted to an agent whose key the register does not have, so it cannot read it again.
"""

import json
import os
from pathlib import Path

from registry.backups.errors import TargetError
from registry.escrow.state import Hashes

FOLDER = "escrow"


def path_of(data: Path, deposit_sha256: str) -> Path:
    """Where the hashes of one deposit lie."""
    return data / FOLDER / f"{deposit_sha256}.json"


def write(data: Path, deposit_sha256: str, state: bytes, hashes: Hashes) -> None:
    """Keep state and hashes of a deposit, for the register's own user only."""
    path = path_of(data, deposit_sha256)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"state": state.decode(), "rows": hashes}, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read(data: Path, deposit_sha256: str, name: str) -> tuple[bytes, Hashes]:
    """State and hashes of a deposit; TargetError if this register does not remember it."""
    path = path_of(data, deposit_sha256)
    try:
        found = json.loads(path.read_bytes())
        return found["state"].encode(), found["rows"]
    except (OSError, ValueError, LookupError, AttributeError) as error:
        raise TargetError(
            f"{name}: this register does not remember what was in it ({path.name} is not in {path.parent}); make a full "
            "deposit: --full"
        ) from error


def forget(data: Path, deposit_sha256: str) -> None:
    """A deposit that has a successor is not needed any more."""
    path_of(data, deposit_sha256).unlink(missing_ok=True)
