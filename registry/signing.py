"""Signing with the keys in the data folder: making one, finding the one in force, and the newest checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from registry import ambient, config
from registry.config import Settings
from registry.log import checkpoints, keys, signed_note
from registry.log.signed_note import Signer, Verifier
from registry.services.errors import ConflictError, ServiceError, ValidationError
from registry.services.keys import in_force

SEED_BYTES = 32


class SigningError(ServiceError):
    """The register cannot sign; nothing was changed."""


def folder(settings: Settings) -> Path:
    """Where the private keys of the register lie."""
    return settings.data / keys.FOLDER


def new_signer(name: str, kind: int = signed_note.ED25519) -> Signer:
    """A fresh key of this name; ValidationError for a name that no key can have."""
    try:
        return signed_note.signer(name, ambient.random_bytes(SEED_BYTES), kind)
    except signed_note.KeyTextError as error:
        raise ValidationError([f"name: {error}"]) from error


@contextmanager
def new_key(settings: Settings, name: str) -> Iterator[Verifier]:
    """A fresh key whose private half is in the data folder before the public one is recorded.

    Open the unit of work that records it within: where that fails, the file goes again.
    """
    signer = new_signer(name)
    try:
        path = keys.write(folder(settings), signer)
    except keys.KeyFileError as error:
        raise SigningError(str(error)) from error
    try:
        yield signer.verifier
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def signer_in_force(session: Session, settings: Settings) -> Signer:
    """The key that signs now, with its private half."""
    verifier = signed_note.parse_verifier(in_force(session).vkey)
    try:
        return keys.read(folder(settings), verifier, config.credentials())
    except keys.KeyFileError as error:
        raise SigningError(str(error)) from error


def checkpoint(session: Session, settings: Settings, size: int | None = None) -> str:
    """The checkpoint of this snapshot (or of its first `size` records), signed by the key in force."""
    try:
        return checkpoints.signed_checkpoint(session, signer_in_force(session, settings), size)
    except checkpoints.CheckpointError as error:
        raise ConflictError(str(error)) from error


def last_checkpoint(session: Session, settings: Settings, vkey: str) -> str | None:
    """The last checkpoint that a retired key signs, which leads to the key after it; None if the key is lost."""
    verifier = signed_note.parse_verifier(vkey)
    until_size = {key.verifier: key.until_size for key in checkpoints.log_keys(session)}[verifier]
    try:
        return checkpoints.signed_checkpoint(
            session, keys.read(folder(settings), verifier, config.credentials()), until_size
        )
    except keys.KeyFileError:
        return None
    except checkpoints.CheckpointError as error:
        raise ConflictError(str(error)) from error
