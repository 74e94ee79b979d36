"""Backups as somebody with bad intentions would make them: any parts, and a checksum that fits them."""

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path


def parts_of(backup: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(path: Path, parts: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sealed(path, stream.getvalue())


def sealed(path: Path, archive: bytes) -> Path:
    """Any bytes of an archive without comment, with the comment that a backup has."""
    length = (71).to_bytes(2, "little")
    body = archive[:-2] + length
    path.write_bytes(body + f"sha256:{sha256(body).hexdigest()}".encode())
    return path
