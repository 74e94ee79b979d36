"""Files in and out: bytes to plain data and back. Everything that touches the disk is here."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from solver.canonical import canonical, instance_sha256
from solver.fields import Fault, InputError
from solver.instance_file import parse_instance, read_access
from solver.solution_file import parse_solution

__all__ = [
    "Fault",
    "InputError",
    "canonical",
    "dump",
    "instance_sha256",
    "parse_instance",
    "parse_solution",
    "read_access",
    "read_bytes",
    "write_atomically",
]


def read_bytes(path: Path) -> bytes:
    """The content of a file; a file that cannot be read is an InputError that says why."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError([Fault(str(path), f"cannot be read ({error.strerror})", "check the path")]) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; an existing file is replaced only by a complete new one."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)  # nothing half-written stays behind
    except OSError as error:
        fault = Fault(str(path), f"cannot be written ({error.strerror})", "choose a folder that exists and has room")
        raise InputError([fault]) from error


def dump(document: Any) -> bytes:
    """JSON for people and programs: indented, in the order given, UTF-8, one line feed at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
