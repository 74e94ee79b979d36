"""Programs that stand in for Python where the solver would be started."""

import sys
from pathlib import Path


def stand_in(path: Path, script: str) -> str:
    """Put a shell script at `path` that is started as Python is, bound to its parent (registry/bound.py); its address."""
    path.write_text(f'#!/bin/sh\n[ "$1" = -I ] && exec {sys.executable} "$@"\n{script}\n')
    path.chmod(0o755)
    return str(path)
