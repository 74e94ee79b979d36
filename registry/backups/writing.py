"""Making a backup: one snapshot, streamed, while others go on writing."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from registry.backups.container import MANIFEST, packed
from registry.backups.errors import TargetError
from registry.backups.manifest import Manifest
from registry.backups.snapshot import digest, snapshot


def write_backup(
    engine: sa.Engine, path: Path, at: datetime, secret_files: Mapping[str, bytes] | None = None
) -> Manifest:
    """Write everything in the database, as it is at this moment, into a new file, and `secret_files` if they are given.

    Raises
    ------
    TargetError
        If the file is there already, or its folder is not.
    """
    if path.exists():
        raise TargetError(f"{path} is there already; name a new file")
    if not path.parent.is_dir():
        raise TargetError(f"{path.parent} is no folder; name a file in one that is there")
    kept = secret_files or {}
    with snapshot(engine) as state, packed(path) as packer:
        tables = {}
        for table in state.tables:
            with packer.part(part_of(table.name)) as write:
                tables[table.name] = digest(state.connection, table, write)
        for name, content in kept.items():
            with packer.part(f"secrets/{name}") as write:
                write(content)
        hashes = {name: sha256(content).hexdigest() for name, content in kept.items()}
        manifest = Manifest(at, state.revision, state.log, tables, hashes)
        with packer.part(MANIFEST) as write:
            write(manifest.data())
    return manifest


def part_of(table: str) -> str:
    """The name of a table's part."""
    return f"tables/{table}.jsonl"
