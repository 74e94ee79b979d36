"""Reading a backup: its manifest first, then each table, checked against what the manifest says of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from registry.backups.container import MANIFEST, Unpacker, unpacked
from registry.backups.errors import BackupError
from registry.backups.limits import LIMITS, Limits
from registry.backups.manifest import Manifest, read_manifest
from registry.backups.snapshot import Digest
from registry.backups.tables import Cells, Table, cells_of
from registry.backups.writing import part_of


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is whole, as far as its checksum and its list of parts can tell."""

    manifest: Manifest
    _parts: Unpacker

    def rows(self, table: Table) -> Iterator[Cells]:
        """The rows of a table; BackupError at the first that is none, and at the end if it was not the whole."""
        name = part_of(table.name)
        hashed, rows, size = sha256(), 0, 0
        for line in self._parts.lines(name):
            hashed.update(line)
            rows, size = rows + 1, size + len(line)
            try:
                yield cells_of(table, line)
            except (ValueError, RecursionError) as error:
                raise BackupError(f"{name}, line {rows}: {error}; use another backup") from error
        if Digest(rows, size, hashed.hexdigest()) != self.manifest.tables[table.name]:
            raise BackupError(f"{name}: it is not what the manifest says of it; use another backup")

    def secrets(self, limits: Limits = LIMITS) -> dict[str, bytes]:
        """The secret files, if the backup was made with them."""
        found = {name: self._parts.whole(f"secrets/{name}", limits.secret_bytes) for name in self.manifest.secret_files}
        for name, content in found.items():
            if sha256(content).hexdigest() != self.manifest.secret_files[name]:
                raise BackupError(f"secrets/{name}: it is not what the manifest says of it; use another backup")
        return found


@contextmanager
def opened_backup(path: Path, limits: Limits = LIMITS) -> Iterator[Backup]:
    """Open a backup to read.

    Raises
    ------
    BackupError
        For one that is damaged, truncated, forged in its form, or newer than this program.
    """
    with unpacked(path, limits) as parts:
        manifest = read_manifest(parts.whole(MANIFEST, limits.manifest_bytes))
        named = {MANIFEST, *map(part_of, manifest.tables), *(f"secrets/{name}" for name in manifest.secret_files)}
        if odd := sorted(named ^ set(parts.parts)):
            raise BackupError(
                f"{odd[0][:80]}: the manifest and the parts of the backup differ in it; use another backup"
            )
        yield Backup(manifest, parts)
