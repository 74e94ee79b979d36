"""The file of a backup: a ZIP archive whose comment is the SHA-256 of all bytes before it.

Parts, each once: `tables/<name>.jsonl`, one canonical JSON line a row; `secrets/...` if they were asked for; last
`manifest.json`. The comment tells damage and truncation before anything is unpacked. It is no signature: whoever forges a
backup can compute it anew, so names, sizes and ratios are limited all the same, and the log's root is checked after loading.
"""

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from registry.backups.errors import BackupError
from registry.backups.limits import LIMITS, Limits

MANIFEST = "manifest.json"
_COMMENT = "sha256:{}"
_COMMENT_BYTES = len(_COMMENT.format("0" * 64))
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
# Names are compared with what may be, never used as paths: nothing is unpacked into a folder.
_NAME = re.compile(
    r"manifest\.json|tables/[a-z][a-z0-9_]{0,62}\.jsonl|secrets/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}|secrets/keys/[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}"
)
# What comes of an archive that is broken, or was made to look like one: names that are no text and places that no file
# has among them.
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error)
_CHUNK = 2**20
_LEVEL = 3


class Packer:
    """Writes the parts of a new backup one after the other."""

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive

    @contextmanager
    def part(self, name: str) -> Iterator[Callable[[bytes], int]]:
        """A part to write to while this lasts. It is dated 1980, as by name alone: the same snapshot gives the same bytes."""
        with self._archive.open(name, "w", force_zip64=True) as stream:
            yield stream.write


@contextmanager
def packed(path: Path) -> Iterator[Packer]:
    """A new backup at `path`, readable to its owner only; whole, or not there at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                yield Packer(archive)
                archive.comment = _COMMENT.format("0" * 64).encode()
            file.seek(-_COMMENT_BYTES, os.SEEK_END)
            end = file.tell()
            comment = _COMMENT.format(_hash(file, end)).encode()
            file.seek(end)
            file.write(comment)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class Unpacker:
    """Reads the parts of a backup within the limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits):
        self._archive, self._limits = archive, limits
        self.parts: Mapping[str, zipfile.ZipInfo] = {about.filename: about for about in archive.infolist()}

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a part, each with its line feed."""
        with self._unpacking(name) as stream:
            while line := stream.readline(self._limits.row_bytes + 1):
                if len(line) > self._limits.row_bytes or not line.endswith(b"\n"):
                    raise BackupError(
                        f"{name}: a line has no end within {self._limits.row_bytes} bytes; use another backup"
                    )
                yield line

    def whole(self, name: str, most: int) -> bytes:
        """A small part."""
        with self._unpacking(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise BackupError(f"{name}: it is larger than {most} bytes; use another backup")
        return data

    @contextmanager
    def _unpacking(self, name: str) -> Iterator[IO[bytes]]:
        if name not in self.parts:
            raise BackupError(f"{name}: the part is missing; use another backup")
        try:
            # A part never gives more bytes than its heading says, and that was checked.
            with self._archive.open(self.parts[name]) as stream:
                yield stream
        except _BROKEN as error:
            raise BackupError(f"{name}: it cannot be unpacked ({error}); use another backup") from error


@contextmanager
def unpacked(path: Path, limits: Limits = LIMITS) -> Iterator[Unpacker]:
    """A backup to read, after its checksum, names and sizes were found in order.

    Raises
    ------
    BackupError
        For a file that is no backup, is damaged or truncated, or holds what no backup holds.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}; name the file of a backup") from error
    with file:
        packed_bytes = _check_sum(file)
        try:
            archive = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise BackupError(f"the file is no backup ({error}); name one made with: registry backup") from error
        with archive:
            _check_parts(archive.infolist(), packed_bytes, limits)
            yield Unpacker(archive, limits)


def _check_sum(file: IO[bytes]) -> int:
    """The size of a file whose end tells the SHA-256 of what comes before."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _COMMENT_BYTES))
    comment = file.read()
    if not re.fullmatch(rb"sha256:[0-9a-f]{64}", comment):
        raise BackupError("the file is no backup, or its end is missing; name a whole one made with: registry backup")
    found = _hash(file, size - _COMMENT_BYTES)
    if _COMMENT.format(found).encode() != comment:
        raise BackupError("the backup is damaged: its bytes are not those that were written; use another copy")
    file.seek(0)
    return size


def _hash(file: IO[bytes], end: int) -> str:
    file.seek(0)
    hashed, left = sha256(), end
    while left and (data := file.read(min(_CHUNK, left))):
        hashed.update(data)
        left -= len(data)
    return hashed.hexdigest()


def _check_parts(parts: list[zipfile.ZipInfo], packed_bytes: int, limits: Limits) -> None:
    """Refuse, before anything is unpacked, what no backup holds."""
    if len(parts) > limits.parts:
        raise BackupError(f"the file holds {len(parts)} parts, more than {limits.parts}; it is no backup")
    names = [about.filename for about in parts]
    for about in parts:
        if not _NAME.fullmatch(about.filename) or names.count(about.filename) > 1 or about.is_dir():
            raise BackupError(f"the file holds {about.filename[:80]!r}, which is no part of a backup; do not use it")
        if about.compress_type not in _PACKED or about.flag_bits & _ENCRYPTED:
            raise BackupError(f"{about.filename}: it is packed in a way that backups are not; do not use it")
        if about.file_size > max(limits.free_of_ratio_bytes, limits.ratio * about.compress_size):
            raise BackupError(f"{about.filename}: it would unpack to {about.file_size} bytes; do not use it")
    total = sum(about.file_size for about in parts)
    if total > limits.unpacked_bytes or sum(about.compress_size for about in parts) > packed_bytes:
        raise BackupError(f"the file would unpack to {total} bytes, more than it can hold; do not use it")
