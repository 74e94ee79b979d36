"""What commands without a register are told to trust: verifier keys, and checkpoints in files."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from registry.commands.acting import DOCUMENT, Refused

if TYPE_CHECKING:
    from registry.log.checkpoints import Checkpoint, LogKey

P = ParamSpec("P")
T = TypeVar("T")


def trusts(body: Callable[Concatenate["tuple[LogKey, ...]", P], T]) -> Callable[..., T]:
    """Make options --key and --keys of a command; the body gets the keys of the log, one at least."""

    @functools.wraps(body)
    def command(*, vkeys: Sequence[str], key_files: Sequence[Any], **options: Any) -> T:
        return body(_keys(vkeys, key_files), **options)  # type: ignore[call-arg]  # click hands in what the body declares

    key = click.option(
        "--key", "vkeys", multiple=True, metavar="VKEY", help="A verifier key of the log. May be given again."
    )
    keys = click.option(
        "--keys",
        "key_files",
        multiple=True,
        metavar="FILE",
        type=DOCUMENT,
        help="A file of keys: keys.json of an export.",
    )
    return key(keys(command))


def refuse(faults: Sequence[str]) -> None:
    """End the command if there is a fault: something is not to be believed."""
    if faults:
        raise Refused("unproven", "\n".join(faults), faults)


def read_note(path: Path) -> bytes:
    """A note in a file, as it stands; one sentence if it cannot be read."""
    from solver.fields import InputError
    from solver.io import read_bytes

    try:
        return read_bytes(path)
    except InputError as error:
        raise click.UsageError(str(error.faults[0])) from error


def read_checkpoint(path: Path, trusted: Sequence["LogKey"]) -> "Checkpoint":
    """A checkpoint in a file, opened with the keys that are trusted; its fault is that of the answer."""
    from registry.log.checkpoints import open_checkpoint

    return open_checkpoint(read_note(path), trusted)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise click.UsageError(f"{path} is there already; choose another name") from error
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def _keys(vkeys: Sequence[str], files: Sequence[Any]) -> "tuple[LogKey, ...]":
    from registry.log.checkpoints import LogKey
    from registry.log.signed_note import ED25519, KeyTextError, parse_verifier

    rows = [(text, None) for text in vkeys] + [row for document in files for row in _rows(document)]
    if not rows:
        raise click.UsageError("--key: name at least one verifier key of the log, from another source than the file")
    try:
        found = [LogKey(parse_verifier(text), until_size) for text, until_size in rows]
    except KeyTextError as error:
        raise click.UsageError(f"--key: {error}") from error
    if any(key.verifier.kind != ED25519 for key in found):
        raise click.UsageError("--key: a witness's key (0x04) does not sign for the log; give the log's key (0x01)")
    return tuple(found)


def _rows(document: Any) -> list[tuple[str, int | None]]:
    """The keys in a file of keys, each with the size up to which it counts."""
    try:
        rows = [(row["vkey"], row["until_size"]) for row in document]
    except (TypeError, KeyError) as error:
        raise click.UsageError('--keys: one reads [{"vkey": "...", "until_size": null}, ...]') from error
    for vkey, until_size in rows:
        if not isinstance(vkey, str) or not (until_size is None or type(until_size) is int):
            raise click.UsageError('--keys: "vkey" is a text, "until_size" a whole number or null')
    return rows
