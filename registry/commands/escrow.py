"""`registry escrow`: deposits from which another agency rebuilds the register, and their check."""

from pathlib import Path

import click

from registry.commands.acting import data_option, json_option
from registry.commands.answers import Answer, finished, show
from registry.opening import opened, told


@click.group("escrow")
def group() -> None:
    """Deposits from which another agency rebuilds the register without this program."""


@group.command("deposit")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--full", "kind", flag_value="full", help="Everything (default for the first, and after an upgrade).")
@click.option("--difference", "kind", flag_value="difference", help="What changed since the deposit before (default).")
@click.option("--to", "agent", type=click.Path(path_type=Path), metavar="FILE", help="The escrow agent's public key.")
@click.option("--in-clear", is_flag=True, help="Readable to whoever has the folder: people and confidential notes too.")
@json_option
@data_option
def deposit(
    folder: Path, *, kind: str | None, agent: Path | None, in_clear: bool, as_json: bool, data: Path | None
) -> None:
    """Add the next deposit to FOLDER, signed by the register's key and encrypted to the agent's."""
    from registry import ambient, db, signing
    from registry.escrow import depositing
    from registry.escrow.encrypting import agent_key

    if (agent is None) != in_clear:
        raise click.UsageError(
            "say either --to FILE (the agent's public key: python3 open_deposit.py --new-key FILE makes one) or --in-clear"
        )
    settings, engine = opened(data)
    with told(settings):
        key = None if agent is None else agent_key(agent)
        with db.reading(engine) as session:
            signer = signing.signer_in_force(session, settings)
        made = depositing.deposit(engine, folder, settings.data, signer, ambient.now(), kind, key)
    how = f"encrypted to {agent}" if agent else "in clear: whoever has it reads what is confidential"
    line = f"{made.folder}: {made.rows} rows, {made.gone} gone, log of {made.log_size} records; {how}"
    show(finished(Answer(line, made)), as_json=as_json)


@group.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--key", "vkeys", multiple=True, metavar="VKEY", help="The register's key, known from elsewhere.")
@click.option("--checkpoint", "kept", multiple=True, type=click.Path(path_type=Path, exists=True), metavar="FILE")
@json_option
def check(folder: Path, vkeys: tuple[str, ...], kept: tuple[Path, ...], *, as_json: bool) -> None:
    """Check the deposits in FOLDER as rebuild.py does: chain, signatures, files, and where they are open rows and log."""
    from registry.commands.acting import Refused
    from registry.escrow import rebuild

    try:
        notes = [(str(path), path.read_text("utf-8")) for path in kept]
        deposits, register = rebuild.examined(folder, vkeys, notes)
    except (rebuild.RefusedError, OSError, ValueError) as error:
        raise Refused("escrow", str(error)) from error
    log, names = deposits[-1].head["log"], [deposit.name for deposit in deposits]
    opened_ = "rows and log are good" if register else "encrypted: rows and log were not looked at (open_deposit.py)"
    about = {"deposits": names, "signed_by": deposits[-1].signer, "log": log, "rows_checked": register is not None}
    trusted = "a key that you gave" if vkeys else "a key found inside: compare it with one from elsewhere"
    lines = [
        f"{len(names)} deposits of {deposits[-1].head['origin']}, {names[0]} to {names[-1]}; {opened_}",
        f"signed by {trusted}: {deposits[-1].signer}",
        f"log of {log['size']} records, root {log['root_sha256']}",
    ]
    show(finished(Answer(lines, about)), as_json=as_json)
