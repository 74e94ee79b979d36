"""`registry witness`: what a delegation does with its own key, on its own machine, without a register."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Refused, json_option
from registry.commands.answers import finished, show
from registry.commands.inputs import INSTANT
from registry.commands.trust import read_checkpoint, read_note, refuse, trusts

if TYPE_CHECKING:
    from registry.log.checkpoints import LogKey
    from registry.log.signed_note import Signer


@click.group("witness")
def group() -> None:
    """For a delegation: a key of its own, and co-signatures of the checkpoints that it has seen."""


@group.command("new")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def new(name: str, file: Path, *, as_json: bool) -> None:
    """Make a key in the new FILE. NAME tells it from all others, for example delegation.example.org/witness."""
    from registry import signing
    from registry.log.keys import write_new
    from registry.log.signed_note import COSIGNATURE
    from registry.services.errors import ValidationError

    try:
        key = signing.new_signer(name, COSIGNATURE)
        write_new(file, key)
    except ValidationError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{file}: cannot be made ({error.strerror}); name a new file") from error
    vkey = key.verifier.vkey
    told = [f"the private key is in {file}: keep it, show it to nobody", "the verifier key, for the register:", vkey]
    show(finished(Answer(told, {"vkey": vkey})), as_json=as_json)


@group.command("cosign")
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--with", "key_file", required=True, type=click.Path(path_type=Path), help="The witness's private key.")
@click.option("--proof", type=DOCUMENT, help="That this checkpoint continues the last one that was co-signed.")
@click.option("--time", type=INSTANT, help="The instant that is signed (default: now).")
@trusts
@json_option
def cosign(
    trusted: "tuple[LogKey, ...]",
    /,
    checkpoint: Path,
    key_file: Path,
    proof: Any,
    time: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Co-sign CHECKPOINT if it continues the last one co-signed, and print it with the co-signature.

    The last one is kept beside the key, in FILE.last; without it, any checkpoint of the log is the first.
    """
    from registry import ambient
    from registry.log.signed_note import cosign as cosigned

    key = _key(key_file)
    last = key_file.with_name(f"{key_file.name}.last")
    _check(checkpoint, last, proof, trusted)
    note = cosigned(read_note(checkpoint).decode(), key, int((time or ambient.now()).timestamp()))
    last.write_bytes(read_note(checkpoint))
    show(finished(Answer(note.split("\n")[:-1], {"note": note})), as_json=as_json)


def _key(file: Path) -> "Signer":
    from registry.log.keys import KeyFileError, read_file
    from registry.log.signed_note import COSIGNATURE

    try:
        key = read_file(file)
    except KeyFileError as error:
        raise click.UsageError(f"--with: {error}") from error
    if key.verifier.kind != COSIGNATURE:
        raise click.UsageError(f"--with: {file} is a key that signs a log; make a witness's with: registry witness new")
    return key


def _check(checkpoint: Path, last: Path, proof: Any, trusted: "tuple[LogKey, ...]") -> None:
    """Refuse a checkpoint that does not continue the last one."""
    from registry.log import consistency

    new = read_checkpoint(checkpoint, trusted)
    refuse([f"{checkpoint}: {new.fault}"] if new.fault else [])
    if not last.exists():
        return
    old = read_checkpoint(last, trusted)
    if old.fault is None and old.size > new.size:
        raise Refused("unproven", f"{checkpoint}: it is older than the last one co-signed, of {old.size} records")
    fault = consistency.fault(old, new, proof)
    refuse([f"{checkpoint}: not co-signed; {fault}"] if fault else [])
