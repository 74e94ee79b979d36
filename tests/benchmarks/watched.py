"""Run a command, watch how much memory it and its children hold together, and end it where it does not end itself."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LOOKING_S = 0.05
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


class FailedError(Exception):
    """A contender gave no answer; the text says why."""


def answer(command: Sequence[str], seconds: float) -> dict[str, Any]:
    """The JSON that a command prints, with `peak_mb` of the whole family of processes.

    A peak between two looks is seen only in the process that reports `peak_mb` of its own.

    Raises
    ------
    FailedError
        If it fails, prints no JSON or takes longer than `seconds`.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdout=output, stderr=complaints, start_new_session=True)
        together_mb = _watch(process, time.monotonic() + seconds)
        output.seek(0)
        complaints.seek(0)
        if process.returncode:
            last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            ended = "ended after its time" if process.returncode < 0 else f"ended with {process.returncode}"
            raise FailedError(": ".join([ended, *last]))
        found = json.loads(output.read().splitlines()[-1])
    return found | {"peak_mb": max(found["peak_mb"], together_mb)}


def _watch(process: subprocess.Popen[bytes], ends: float) -> float:
    """The most megabytes seen; ends the process and its children at the instant given."""
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(_held_mb, _family(process.pid))))
        if time.monotonic() > ends:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(LOOKING_S)
    return most


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has just ended
        return
    for child in children:
        yield from _family(int(child))


def _held_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    except (OSError, IndexError):
        return 0.0
