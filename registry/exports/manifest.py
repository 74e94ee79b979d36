"""What says that a package is whole: manifest.json, the signed note over it, and blocks.txt, which helps to find a change."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from registry.log import signed_note
from registry.log.signed_note import Signer
from solver.io import canonical

FORMAT = "lunar-site-registry-export/2"
MANIFEST, NOTE, BLOCKS = "manifest.json", "manifest.note", "blocks.txt"
BLOCK_BYTES, BLOCK_DIGITS = 128, 8
_AT_ONCE = BLOCK_BYTES * 8192

Fingerprint = tuple[int, str]  # size in bytes, SHA-256 in hex


def paths(folder: Path) -> list[str]:
    """Every file below the folder, as the manifest names it, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def fingerprint(path: Path) -> Fingerprint:
    """Size and SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return path.stat().st_size, digest.hexdigest()


def write_blocks(folder: Path) -> None:
    """Write blocks.txt over every file that is there: beginnings of hashes, for locating changes and not for trust."""
    named = paths(folder)
    with (folder / BLOCKS).open("w", encoding="utf-8", newline="\n") as stream:
        for path in named:
            stream.write(f"{path}\t{(folder / path).stat().st_size}\n")
            stream.writelines(_blocks(folder / path))
            stream.write("\n")


def _blocks(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        while data := stream.read(_AT_ONCE):
            for start in range(0, len(data), BLOCK_BYTES):
                yield hashlib.sha256(data[start : start + BLOCK_BYTES]).hexdigest()[:BLOCK_DIGITS]


def write_manifest(folder: Path, heading: Mapping[str, Any], signer: Signer, size: int) -> None:
    """Write manifest.json over every file that is there, and the note by which the register's key answers for it."""
    files = [{"path": path, **_entry(folder / path)} for path in paths(folder)]
    content = canonical({"format": FORMAT, **heading, "files": files}) + b"\n"
    (folder / MANIFEST).write_bytes(content)
    (folder / NOTE).write_text(manifest_note(content, signer, size), "utf-8", newline="\n")


def manifest_note(content: bytes, signer: Signer, size: int) -> str:
    """The signed note over the bytes of a manifest of `size` records."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return signed_note.sign(f"{signer.verifier.name}/export\n{size}\n{digest}\n", signer)


def _entry(path: Path) -> dict[str, Any]:
    size, digest = fingerprint(path)
    return {"bytes": size, "sha256": digest}
