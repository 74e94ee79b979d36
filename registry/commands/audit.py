"""`registry audit`: whether what is stored, signed and kept elsewhere agrees."""

import click

from registry.commands.consistency import consistency, consistency_file


@click.group("audit")
def group() -> None:
    """Checks for auditors; none of them changes anything."""


group.add_command(consistency)
group.add_command(consistency_file)
