"""`registry keys`: the keys that sign the log, and those of the witnesses who co-sign it."""

from pathlib import Path
from typing import Any

import click

from registry.commands.acting import Answer, Deed, Desk, Reading, acts, reads, works
from registry.commands.trust import write_new


@click.group("keys")
def group() -> None:
    """Keys that sign the log. Private halves lie in the data folder and are never shown."""


@group.command("new")
@click.argument("name")
@click.option("--illustrative", is_flag=True, help="For a register that shows invented rounds.")
@works("keys.establish", by_program=True)
def new(desk: Desk, name: str, *, illustrative: bool) -> Answer:
    """Make the first key. NAME is the origin of the log for ever, for example registry.example.org/log."""
    from registry import signing
    from registry.services import keys

    with signing.new_key(desk.settings, name) as verifier, desk.unit() as deed:
        key = keys.establish(deed.session, verifier.vkey, deed.actor, deed.at, illustrative=illustrative)
        told = [f"{key.id} signs the log as {key.origin}; publish its verifier key:", key.vkey]
        return Answer(told, {"id": key.id, "origin": key.origin, "vkey": key.vkey})


@group.command("rotate")
@works("keys.rotate", by_program=True)
def rotate(desk: Desk) -> Answer:
    """Put a new key of the same name in force; the present one signs the record of it last of all."""
    from registry import signing
    from registry.services import keys, witnesses

    with desk.reading() as session:
        former = keys.in_force(session)
        name, former_id, former_vkey = former.origin, former.id, former.vkey
    with signing.new_key(desk.settings, name) as verifier, desk.unit() as deed:
        key = keys.rotate(deed.session, verifier.vkey, deed.actor, deed.at)
        told: list[str] = [f"{key.id} signs the log as {name}; publish its verifier key:", key.vkey]
        answer: dict[str, Any] = {"id": key.id, "vkey": key.vkey, "retired": former_id}
    with desk.reading() as session:
        note = signing.last_checkpoint(session, desk.settings, former_vkey)
    if note is None:
        told.append(f"the private half of {former_id} is not there: no checkpoint of it leads to {answer['id']}")
    else:
        with desk.unit() as deed:
            kept = witnesses.keep_checkpoint(deed.session, note, deed.actor, deed.at)
            told.append(f"{former_id} signed its last checkpoint, of {kept.size} records, and counts no further")
    return Answer(told, answer)


@group.command("list")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the log's keys as a file for --keys.")
@reads()
def list_(reading: Reading, out: Path | None) -> Answer:
    """List the keys of the log in the order in which they came into force, and the witnesses."""
    import json

    from registry.log.checkpoints import log_keys, witness_keys

    found = log_keys(reading.session)
    keys = [{"vkey": key.verifier.vkey, "until_size": key.until_size} for key in found]
    witnesses = list(witness_keys(reading.session).values())
    if out is not None:
        write_new(out, f"{json.dumps(keys, indent=1)}\n".encode())
    lines = [f"{key.verifier.vkey}  {_until(key.until_size)}" for key in found]
    lines += [
        f"{row.id}  {row.party_id}  {row.vkey}  {'retired' if row.retired_at else 'co-signs'}" for row in witnesses
    ]
    return Answer(
        [*lines, f"{len(keys)} keys of the log, {len(witnesses)} of witnesses"], {"keys": keys, "witnesses": witnesses}
    )


@group.command("witness")
@click.argument("party")
@click.argument("vkey")
@acts("witnesses.add")
def witness(deed: Deed, party: str, vkey: str) -> Answer:
    """Enter VKEY as the key with which the delegation of PARTY co-signs checkpoints (made with: registry witness new)."""
    from registry.services import witnesses

    added = witnesses.add(deed.session, party, vkey, deed.actor, deed.at)
    return Answer(f"{added.id}: {added.name} co-signs for {party}", added)


@group.command("witness-end")
@click.argument("witness_id", metavar="WITNESS")
@acts("witnesses.retire")
def witness_end(deed: Deed, witness_id: str) -> Answer:
    """Let the key of WITNESS co-sign nothing more."""
    from registry.services import witnesses

    ended = witnesses.retire(deed.session, witness_id, deed.actor, deed.at)
    return Answer(f"{ended.id}: {ended.name} co-signs no more", ended)


def _until(size: int | None) -> str:
    return "in force" if size is None else f"retired; counts for checkpoints of up to {size} records"
