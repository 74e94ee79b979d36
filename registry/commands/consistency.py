"""`registry audit consistency`: that the log of a later checkpoint begins with the records of an earlier one."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Reading, json_option, reads
from registry.commands.answers import finished, show
from registry.commands.trust import read_checkpoint, read_note, refuse, trusts, write_new

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.log.checkpoints import Checkpoint, LogKey


@click.command("consistency")
@click.argument("old")
@click.argument("new")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the proof into a new file, for who has no register."
)
@reads()
def consistency(reading: Reading, old: str, new: str, out: Path | None) -> Answer:
    """Show that the log at NEW begins with the log at OLD: each is a file with a checkpoint, or a number of records.

    Checkpoints have to be signed by a key of the register and to have its roots; whoever kept one finds a past that
    was rewritten.
    """
    from registry.log import consistency, proofs

    earlier, later = (_stated(reading.session, text) for text in (old, new))
    refuse([f"{text}: {said.fault}" for text, said in ((old, earlier), (new, later)) if said.fault])
    if earlier.size > later.size:
        raise click.UsageError(f"OLD is of {earlier.size} records, NEW of {later.size}; change their places")
    proof = proofs.consistency(reading.session, earlier.size, later.size)
    document = consistency.document(later.origin, proof)
    fault = consistency.fault(earlier, later, document)
    refuse([fault] if fault else [])
    if out is not None:
        write_new(out, f"{json.dumps(document, indent=1)}\n".encode())
    return Answer(_told(earlier.size, later.size), document)


@click.command("consistency-file")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--proof", type=DOCUMENT, help="The file made with: registry audit consistency OLD NEW --out FILE.")
@trusts
@json_option
def consistency_file(trusted: "tuple[LogKey, ...]", /, old: Path, new: Path, proof: Any, *, as_json: bool) -> None:
    """The same from files alone, with the log's public key: two checkpoints and the proof between them."""
    from registry.log import consistency

    earlier, later = read_checkpoint(old, trusted), read_checkpoint(new, trusted)
    fault = consistency.fault(earlier, later, proof)
    refuse([fault] if fault else [])
    show(finished(Answer(_told(earlier.size, later.size), {"old": earlier.size, "new": later.size})), as_json=as_json)


def _stated(session: "Session", text: str) -> "Checkpoint":
    """The checkpoint in a file, held to the register; or the register's own state at a number of records."""
    from registry.log import proofs, records
    from registry.log.checkpoints import Checkpoint, log_keys, open_checkpoint

    keys, total = log_keys(session), records.size(session)
    if not (text.isascii() and text.isdigit()):
        said = open_checkpoint(read_note(Path(text)), keys)
        if said.fault is not None or said.size > total:
            return said if said.fault else _cut(said.size, total)
        return said if proofs.root(session, said.size) == said.root else _rewritten(said.size)
    size = int(text) if len(text) < 10 else total + 1
    if not 0 < size <= total:
        return _cut(size, total)
    return Checkpoint(_origin(keys), size, proofs.root(session, size))


def _origin(keys: "Sequence[LogKey]") -> str:
    return keys[0].verifier.name if keys else ""


def _cut(size: int, total: int) -> "Checkpoint":
    from registry.log.checkpoints import Checkpoint

    return Checkpoint(
        fault=f"it is of {size} records, and the log has {total}; a checkpoint of more is evidence of a cut"
    )


def _rewritten(size: int) -> "Checkpoint":
    from registry.log.checkpoints import Checkpoint

    return Checkpoint(
        fault=f"the register has another root at {size} records: what was recorded was changed since; keep this "
        "checkpoint, it is evidence"
    )


def _told(old: int, new: int) -> str:
    return f"consistent: the log of {new} records begins with the {old} records of the earlier checkpoint"
