"""`registry restore FILE`: a backup into an empty register."""

from pathlib import Path

import click

from registry.commands.acting import data_option, json_option
from registry.commands.answers import Answer, finished, show
from registry.opening import settled, shown, told


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@data_option
def group(file: Path, *, as_json: bool, data: Path | None) -> None:
    """Load the backup FILE into an empty or new register, check its rows and its log, and bring it to the present form."""
    from registry.backups.restoring import restore

    settings = settled(data)
    with told(settings):
        manifest = restore(file, settings.url, settings.data)
    rows = sum(digest.rows for digest in manifest.tables.values())
    lines = [
        f"{rows} rows of {len(manifest.tables)} tables restored: {shown(settings)}",
        f"log of {manifest.log.size} records, root {manifest.log.root_sha256}, as it was at {manifest.made_at.isoformat()}",
        f"{len(manifest.secret_files)} secret files restored"
        if manifest.secret_files
        else "the backup has no secret files: everybody needs a new password, and the register a new key",
    ]
    show(finished(Answer(lines, manifest)), as_json=as_json)
