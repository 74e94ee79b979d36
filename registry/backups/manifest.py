"""The manifest of a backup: what it is of, and what each part has to hash to."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import rfc8785

from registry import db
from registry.backups.errors import BackupError
from registry.backups.snapshot import Digest, Log
from registry.domain.instants import parse_utc, utc_text

FORMAT = "lunar-site-registry-backup/1"
_FIELDS = {"format", "made_at", "revision", "log", "tables", "secrets"}
_HASH = re.compile(r"[0-9a-f]{64}")
_MEND = "use another backup"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's snapshot: when, in which form, how far the log had come; tables by name, secrets by file name."""

    made_at: datetime
    revision: str
    log: Log
    tables: Mapping[str, Digest]
    secret_files: Mapping[str, str]

    def data(self) -> bytes:
        """The manifest as canonical JSON."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "made_at": utc_text(self.made_at),
            "revision": self.revision,
            "log": asdict(self.log),
            "tables": {name: asdict(digest) for name, digest in self.tables.items()},
            "secrets": dict(self.secret_files),
        }
        return rfc8785.dumps(document) + b"\n"


def read_manifest(data: bytes) -> Manifest:
    """The manifest in canonical JSON, of a revision that this program knows.

    Raises
    ------
    BackupError
        For anything else.
    """
    document = _document(data)
    try:
        found = _manifest(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupError(f"manifest.json: it is not that of a backup ({error}); {_MEND}") from error
    if found.revision not in db.revisions():
        raise BackupError(
            f"the backup is at revision {found.revision[:40]}, which this program does not know; restore it with the newer "
            "program"
        )
    return found


def _document(data: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BackupError(f"manifest.json: it is not JSON; {_MEND}") from error
    said = document.get("format") if isinstance(document, dict) else None
    if said != FORMAT:
        raise BackupError(f"manifest.json: the format is {str(said)[:60]!r}, not {FORMAT}; {_MEND} or a newer program")
    assert isinstance(document, dict)
    return document


def _manifest(document: Mapping[str, Any]) -> Manifest:
    if document.keys() != _FIELDS:
        raise ValueError(f"fields {', '.join(sorted(set(document) ^ _FIELDS))}")
    return Manifest(
        made_at=parse_utc(document["made_at"]),
        revision=_text(document["revision"]),
        log=Log(_count(document["log"]["size"]), _hash(document["log"]["root_sha256"])),
        tables={
            _text(name): Digest(_count(row["rows"]), _count(row["bytes"]), _hash(row["sha256"]))
            for name, row in document["tables"].items()
        },
        secret_files={_text(name): _hash(value) for name, value in document["secrets"].items()},
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError(f"{value!r} is no SHA-256")
    return value
