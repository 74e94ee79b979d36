"""`registry copy --from URL --to URL`: a register from one database into another."""

import click

from registry.commands.acting import json_option
from registry.commands.answers import Answer, finished, show
from registry.opening import told


@click.command("copy")
@click.option(
    "--from", "source", required=True, metavar="URL", help="The register, for example sqlite:////data/registry.sqlite"
)
@click.option(
    "--to", "target", required=True, metavar="URL", help="An empty database, for example postgresql://host/name"
)
@json_option
def group(source: str, target: str, *, as_json: bool) -> None:
    """Copy the register in one database into another, empty one of either kind; its log goes on unbroken."""
    from registry.backups import restoring

    with told():
        log, digests = restoring.copy(source, target)
    rows = sum(digest.rows for digest in digests.values())
    lines = [
        f"{rows} rows of {len(digests)} tables copied; each table was read back and has the same hash",
        f"log of {log.size} records, root {log.root_sha256}",
    ]
    show(finished(Answer(lines, {"log": log, "tables": digests})), as_json=as_json)
