"""Private keys of the register, each in a file of its own that only its user may read."""

import os
from pathlib import Path

from registry.log.signed_note import KeyTextError, Signer, Verifier, parse_signer

FOLDER = "keys"
CREDENTIAL = "registry_"  # stands before the name of a key's file among credentials
_MODE, _FOLDER_MODE, _OTHERS = 0o600, 0o700, 0o077


class KeyFileError(RuntimeError):
    """A private key that cannot be kept or read; the text names the file and the mend, and never the key."""


def path_of(folder: Path, verifier: Verifier) -> Path:
    """The file of the private half of a key."""
    return folder / f"{verifier.key_id.hex()}.key"


def write(folder: Path, key: Signer) -> Path:
    """Keep a private key; a file that is there already stays as it is and is refused."""
    path = path_of(folder, key.verifier)
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        write_new(path, key)
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key cannot be kept ({error.strerror}); check the folder and its rights"
        ) from error
    return path


def write_new(path: Path, key: Signer) -> None:
    """Write a private key into a new file that only its user may read; OSError if that cannot be done."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w") as file:
        file.write(f"{key.private_text}\n")
        file.flush()
        os.fsync(file.fileno())  # a checkpoint signed by a key that is lost could never be followed by another


def read(folder: Path, verifier: Verifier, laid: Path | None = None) -> Signer:
    """The private half of a key of the register: among the credentials in `laid`, if it is there, or in `folder`."""
    path = path_of(folder, verifier)
    credential = path if laid is None else laid / f"{CREDENTIAL}{path.name}"
    path = credential if credential.is_file() else path
    key = read_file(path, is_guarded=path.parent == laid)
    if key.verifier != verifier:
        raise KeyFileError(f"{path}: it holds another key than {verifier.vkey}; bring the right file back")
    return key


def read_file(path: Path, *, is_guarded: bool = False) -> Signer:
    """The private key in a file that nobody else may read, by its rights or because its folder is guarded by others."""
    try:
        if not is_guarded and path.stat().st_mode & _OTHERS:
            raise KeyFileError(f"{path}: others may read this private key; take their rights away (chmod 600)")
        return parse_signer(path.read_text("ascii").strip())
    except FileNotFoundError as error:
        raise KeyFileError(
            f"{path}: the private key is not there; restore the file, or put another key in force: registry keys rotate"
        ) from error
    except OSError as error:
        raise KeyFileError(f"{path}: the private key cannot be read ({error.strerror}); check its rights") from error
    except (UnicodeDecodeError, KeyTextError) as error:
        raise KeyFileError(f"{path}: this file holds no private key; restore it") from error
