"""A package that was made and is kept: what its manifest says, its files one by one, and the whole of it as one archive.

A file is given by the name that the manifest has for it and only with the content that the manifest has for it: nothing
else in the folder, and nothing that was changed since, leaves it here.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from registry.exports.errors import ExportError
from registry.exports.manifest import FORMAT, MANIFEST, NOTE, Fingerprint
from registry.exports.scope import Scope

_AT_ONCE = 64 * 1024
_LONGEST_MANIFEST = 16 * 1024 * 1024
# The oldest date that an archive can have: it says nothing, so that the same package is the same archive.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class KeptPackage:
    """A public package in its folder: what its manifest says and which files there are, the manifest among them."""

    folder: Path
    manifest_sha256: str
    says: Mapping[str, Any]
    files: Mapping[str, Fingerprint]

    @property
    def name(self) -> str:
        """The name of the archive, and of the folder in it."""
        return f"lunar-site-registry-{self.says['log']['size']}"

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(size for size, _ in self.files.values())

    def open(self, path: str) -> BinaryIO:
        """One file, opened, with the content that the manifest has for it; KeyError for a name that it does not have.

        Raises
        ------
        ExportError
            If the file is not there or has another content.
        """
        wanted = self.files[path]
        try:
            stream = (self.folder / path).open("rb")
        except OSError as error:
            raise ExportError(f"{path} of the package cannot be read; export it again") from error
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if (stream.tell(), digest) != wanted:
            stream.close()
            raise ExportError(f"{path} is not the file that the manifest names; export the package again")
        stream.seek(0)
        return stream

    def archive(self) -> Iterator[bytes]:
        """The package as a ZIP archive, piece by piece; the same bytes for the same package.

        Every file is open before the first piece leaves, so that a package put in its place meanwhile changes nothing.
        """
        with ExitStack() as opened:
            streams = {path: opened.enter_context(self.open(path)) for path in sorted(self.files)}
            yield from _zipped(self.name, streams)


def newest(folder: Path) -> KeptPackage | None:
    """The public package in this folder; None if there is none, or it is not public."""
    try:
        content = _limited(folder / MANIFEST)
        note = _limited(folder / NOTE)
        said = json.loads(content)
        files = {row["path"]: (row["bytes"], row["sha256"]) for row in said["files"]}
        fits = (said["format"], said["scope"]) == (FORMAT, Scope.PUBLIC) and type(said["log"]["size"]) is int
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not fits or not all(_is_inside(path) for path in files):
        return None
    digest = hashlib.sha256(content).hexdigest()
    files |= {MANIFEST: (len(content), digest), NOTE: (len(note), hashlib.sha256(note).hexdigest())}
    return KeptPackage(folder, digest, {name: value for name, value in said.items() if name != "files"}, files)


def _limited(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(_LONGEST_MANIFEST + 1)
    if len(content) > _LONGEST_MANIFEST:
        raise ValueError(f"{path} is too long for a manifest")
    return content


def _is_inside(path: str) -> bool:
    """Whether a path of a manifest stays in its folder."""
    parts = path.split("/")
    return bool(path) and "\\" not in path and all(part not in ("", ".", "..") for part in parts)


class _Pieces(RawIOBase):
    """What is written, to be taken away in between."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, data: Any) -> int:
        """Keep a copy until it is taken."""
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        data, self._written = b"".join(self._written), []
        return data


def _zipped(folder: str, streams: Mapping[str, BinaryIO]) -> Iterator[bytes]:
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, stream in streams.items():
            entry = zipfile.ZipInfo(f"{folder}/{path}", _NO_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            with archive.open(entry, "w") as written:
                while data := stream.read(_AT_ONCE):
                    written.write(data)
                    yield pieces.take()
    yield pieces.take()
