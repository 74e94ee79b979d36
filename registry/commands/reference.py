"""`registry reference`: parties, instruments, places and provisions, loaded from files that give their sources."""

from pathlib import Path

import click

from registry.commands.acting import Answer, Desk, works


@click.group("reference")
def group() -> None:
    """Parties, instruments, operators, places, provisions."""


@group.command("load")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@works("reference.load", by_program=True)
def load(desk: Desk, folder: Path) -> Answer:
    """Bring the reference tables up to date with the files in FOLDER; loading again changes nothing."""
    from registry.services import reference

    with desk.unit() as deed:
        loaded = reference.load(deed.session, folder, deed.actor, deed.at)
    return Answer([f"{name}: {count} rows new or changed" for name, count in loaded.items()], loaded)
