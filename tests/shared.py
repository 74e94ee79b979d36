"""What is made once in a run of the tests, whichever of its processes comes first, and read by all."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled; change nothing in it.

    Processes that come later wait until it is whole. If it cannot be made, the next one tries again, so that every test
    that needs it fails and says why.
    """
    folder = _of_the_run(tmp_path_factory) / f"shared-{name}"
    whole = folder.with_suffix(".whole")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            whole.touch()
    return folder


def _of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this run; that of a process of pytest-xdist lies in it."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base
