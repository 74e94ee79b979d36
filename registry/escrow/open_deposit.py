#!/usr/bin/env python3
"""Open escrow deposits that were encrypted to your key; make such a key. Uses none of the register's code.

    python3 open_deposit.py FOLDER --agent-key FILE     writes each X.enc of the deposits in FOLDER in clear beside it, as X
    python3 open_deposit.py --new-key FILE              makes the two halves of a key: FILE, for you alone, and FILE.pub

Needs Python 3.9 or newer and the package `cryptography`. A file is: the line `lunar-site-registry-escrow/1`, 32 bytes of the
sender's X25519 key for this file, then pieces of 1 MiB and 16 bytes, the last one shorter or equal. Their key is HKDF-SHA256 of
the shared secret (salt: sender's key, then yours; info: the line). Each piece is ChaCha20-Poly1305 with 11 bytes of number and a
byte that is 1 for the last as nonce, and the path of X in its deposit as associated data. What comes out is checked by
rebuild.py, against the state that the register signed. Exit codes: 0 good, 1 refused, 2 it cannot be used like this.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    sys.stderr.write("open_deposit: the Python package `cryptography` is missing; install it\n")
    sys.exit(2)

MAGIC, PIECE, TAG = b"lunar-site-registry-escrow/1\n", 2**20, 16
PUBLIC, PRIVATE = "escrow-agent-public-key ", "escrow-agent-private-key "


def key_in(text: str, kind: str) -> bytes:
    """The 32 bytes of a key's text; ValueError for another text."""
    key = base64.b64decode(text.strip()[len(kind) :], validate=True) if text.startswith(kind) else b""
    if len(key) != 32:
        raise ValueError(f"this is no {kind.strip()}; make one with open_deposit.py --new-key FILE")
    return key


def cipher_of(own: bytes, other: bytes, sender: bytes, agent: bytes) -> ChaCha20Poly1305:
    """What both sides compute, each from its own private and the other's public key."""
    shared = X25519PrivateKey.from_private_bytes(own).exchange(X25519PublicKey.from_public_bytes(other))
    return ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, sender + agent, MAGIC).derive(shared))


def nonce(number: int, *, is_last: bool) -> bytes:
    """The nonce of one piece."""
    return number.to_bytes(11, "big") + bytes([is_last])


def opened(data: bytes, path: str, private: bytes) -> bytes:
    """The file in clear; ValueError if it is none, InvalidTag if it is for another key, or was changed."""
    if not data.startswith(MAGIC) or len(data) < len(MAGIC) + 32 + TAG:
        raise ValueError("it is not encrypted in this format")
    agent = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    sender, rest = data[len(MAGIC) : len(MAGIC) + 32], data[len(MAGIC) + 32 :]
    cipher, whole = cipher_of(private, sender, sender, agent), PIECE + TAG
    starts = range(0, len(rest), whole)
    pieces = (
        cipher.decrypt(nonce(n, is_last=start + whole >= len(rest)), rest[start : start + whole], path.encode())
        for n, start in enumerate(starts)
    )
    return b"".join(pieces)


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def open_all(folder: Path, private: bytes) -> int:
    """Write every encrypted file of the deposits in clear beside it; how many."""
    count = 0
    for path in sorted(folder.glob("[0-9]*/**/*.enc")):
        clear = path.with_suffix("")
        deposit = folder / path.relative_to(folder).parts[0]
        try:
            data = opened(path.read_bytes(), clear.relative_to(deposit).as_posix(), private)
        except (InvalidTag, ValueError) as error:
            said = str(error) or "it was changed, or is encrypted to another key"
            raise ValueError(f"{path.relative_to(folder).as_posix()}: {said}") from error
        clear.unlink(missing_ok=True)
        write_private(clear, data)
        count += 1
    return count


def new_key(path: Path) -> None:
    """The two halves of a new key."""
    own = X25519PrivateKey.generate()
    write_private(path, PRIVATE.encode() + base64.b64encode(own.private_bytes_raw()) + b"\n")
    public = PUBLIC.encode() + base64.b64encode(own.public_key().public_bytes_raw()) + b"\n"
    path.with_name(f"{path.name}.pub").write_bytes(public)


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description="Open escrow deposits that were encrypted to your key.")
    for name in ("--agent-key", "--new-key"):
        parser.add_argument(name, type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    given = parser.parse_args(arguments)
    try:
        if given.new_key:
            new_key(given.new_key)
            return 0
        if not (given.folder and given.folder.is_dir() and given.agent_key):
            raise ValueError("name the folder of the deposits and the file of your private key: --agent-key FILE")
        private = key_in(given.agent_key.read_text("utf-8"), PRIVATE)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"open_deposit: {error}\n")
        return 2
    try:
        sys.stdout.write(f"{open_all(given.folder, private)} files opened\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
