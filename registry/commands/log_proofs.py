"""`registry log checkpoint`, `cosign` and `proof`: what the log says of itself, signed and proven."""

from pathlib import Path

import click

from registry.commands.acting import Answer, Deed, Desk, Reading, acts, reads, works
from registry.commands.inputs import TEXT
from registry.commands.trust import write_new
from registry.opening import noted


@click.command("checkpoint")
@click.option("--size", type=click.IntRange(1), help="Of the first SIZE records (default: all).")
@click.option("--out", type=click.Path(path_type=Path), help="Also write it into a new file, word for word.")
@works("witnesses.keep_checkpoint", by_program=True)
def checkpoint(desk: Desk, size: int | None, out: Path | None) -> Answer:
    """Sign the size and root of the log and keep that; print the note with the co-signatures there are."""
    from registry import signing
    from registry.services import witnesses

    with desk.reading() as session:  # what is signed is committed
        note = signing.checkpoint(session, desk.settings, size)
    with desk.unit() as deed:
        kept = witnesses.keep_checkpoint(deed.session, note, deed.actor, deed.at)
        records, data = kept.size, {"size": kept.size, "root": kept.root_hex, "note": note}
    noted(desk.settings, "checkpoint-signed", records=records)
    if out is not None:
        write_new(out, note.encode())
    return Answer(note.split("\n")[:-1], data)


@click.command("cosign")
@click.argument("note", metavar="FILE", type=TEXT)
@acts("witnesses.cosign")
def cosign(deed: Deed, note: str) -> Answer:
    """Keep the co-signatures in FILE, a checkpoint of this log co-signed with: registry witness cosign."""
    from registry.services import witnesses

    kept = witnesses.cosign(deed.session, note, deed.actor, deed.at)
    lines = [f"{row.witness_id} co-signed the checkpoint of {row.size} records" for row in kept]
    return Answer(lines or ["nothing new: these co-signatures are kept already"], kept)


@click.command("proof")
@click.argument("index", type=click.IntRange(0))
@click.option("--size", type=click.IntRange(1), help="In the log of SIZE records (default: all).")
@reads()
def proof(reading: Reading, index: int, size: int | None) -> Answer:
    """Print the proof that record INDEX is in the log: the hashes from its leaf to the root (RFC 9162)."""
    from registry.log import proofs
    from registry.services.errors import NotFoundError

    try:
        found = proofs.inclusion(reading.session, index, size)
    except ValueError as error:
        raise NotFoundError(f"{error}; choose another index or size") from error
    hashes = [hash_.hex() for hash_ in found.proof]
    facts = {"index": index, "size": found.size, "leaf_hash": found.leaf_hash.hex(), "root": found.root.hex()}
    lines = [f"{name} {value}" for name, value in facts.items()]
    return Answer([*lines, *hashes], {**facts, "proof": hashes})
