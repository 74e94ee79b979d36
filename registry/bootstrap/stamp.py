"""Stamps: a step that is whole leaves a small JSON file that says of what."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def digest(files: Iterable[Path], root: Path) -> str:
    """SHA-256 over the names (relative to `root`) and contents of `files`, in order of name."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(file.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def read(file: Path) -> dict[str, Any]:
    """Return what the stamp says, or nothing if it is missing or damaged."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write(file: Path, content: dict[str, Any]) -> None:
    """Write the stamp in one go, so that an interruption leaves the old one or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_text(json.dumps(content, indent=1, sort_keys=True), "utf-8")
    part.replace(file)
