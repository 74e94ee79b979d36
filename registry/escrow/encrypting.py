"""Encrypting what is deposited to the key of the escrow agent, as open_deposit.py, which goes with it, opens it."""

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from registry import ambient
from registry.backups.errors import TargetError
from registry.escrow import open_deposit as script

Write = Callable[[bytes], object]


def agent_key(path: Path) -> bytes:
    """The public key of an escrow agent; TargetError for a file that has none."""
    try:
        return script.key_in(path.read_text("utf-8"), script.PUBLIC)
    except (OSError, ValueError) as error:
        raise TargetError(f"--to: {path}: {error}") from error


class Encrypter:
    """Encrypts one file as it is written, in pieces; `close` writes the last one."""

    def __init__(self, write: Write, path: str, agent: bytes) -> None:
        own = ambient.random_bytes(32)
        sender = X25519PrivateKey.from_private_bytes(own).public_key().public_bytes_raw()
        self._cipher = script.cipher_of(own, agent, sender, agent)
        self._write, self._path, self._held, self._number = write, path.encode(), b"", 0
        write(script.MAGIC + sender)

    def take(self, data: bytes) -> None:
        """More of the file."""
        self._held += data
        while len(self._held) > script.PIECE:
            self._piece(self._held[: script.PIECE], is_last=False)
            self._held = self._held[script.PIECE :]

    def close(self) -> None:
        """The end of the file."""
        self._piece(self._held, is_last=True)

    def _piece(self, data: bytes, *, is_last: bool) -> None:
        nonce = script.nonce(self._number, is_last=is_last)
        self._write(self._cipher.encrypt(nonce, data, self._path))
        self._number += 1
