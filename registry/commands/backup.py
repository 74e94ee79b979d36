"""`registry backup FILE`: everything of one snapshot in one file."""

from pathlib import Path

import click

from registry.commands.acting import data_option, json_option
from registry.commands.answers import Answer, finished, show
from registry.opening import noted, opened, told


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--with-secrets",
    is_flag=True,
    help="Also secrets.json and the private keys: whoever has the file can act as the register.",
)
@json_option
@data_option
def group(file: Path, *, with_secrets: bool, as_json: bool, data: Path | None) -> None:
    """Write everything in the register, as it is at this moment, into the new FILE; others may go on writing.

    In a folder the file is named after this moment.
    """
    from registry import ambient
    from registry.backups.secret_files import read_secrets
    from registry.backups.writing import write_backup

    settings, engine = opened(data, any_form=True)  # before the tables are brought to a newer form, too
    at = ambient.now()
    if file.is_dir():
        file /= f"registry-{at:%Y%m%dT%H%M%SZ}.backup"
    with told(settings):
        secret_files = read_secrets(settings.data) if with_secrets else None
        manifest = write_backup(engine, file, at, secret_files)
    noted(settings, "backup-made", records=manifest.log.size, bytes=file.stat().st_size)
    rows = sum(digest.rows for digest in manifest.tables.values())
    lines = [
        f"{rows} rows of {len(manifest.tables)} tables in {file}, {file.stat().st_size} bytes",
        f"log of {manifest.log.size} records, root {manifest.log.root_sha256}, revision {manifest.revision}",
        f"with {len(manifest.secret_files)} secret files: keep it like a key"
        if with_secrets
        else "without the secret files",
    ]
    show(finished(Answer(lines, manifest)), as_json=as_json)
