"""`registry export OUT`: everything recorded as a package that anybody can verify."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Reading, reads

if TYPE_CHECKING:
    from datetime import datetime

    from registry.exports.scope import Scope


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--as-of", "as_of", metavar="INSTANT", help="The register as its records up to then tell: 2027-02-01T10:00:00Z."
)
@click.option(
    "--public/--full",
    "is_public",
    default=True,
    help="Without claims that are not published and without persons (default); or with both, for an auditor or registrar.",
)
@click.option(
    "--attachments-up-to",
    "attached_up_to_bytes",
    type=click.IntRange(0),
    metavar="BYTES",
    help="Leave out attached files larger than this, by name in the manifest; 0 leaves out all (default: none).",
)
@reads()
def group(
    reading: Reading, out: Path, as_of: str | None, attached_up_to_bytes: int | None, *, is_public: bool
) -> Answer:
    """Write everything recorded into the folder OUT: a new or empty one, or in place of an earlier package."""
    from registry import signing
    from registry.exports.package import write_export

    scope, at = _scope(reading, is_public=is_public), _instant(as_of)
    signer = signing.signer_in_force(reading.session, reading.settings)
    made = write_export(reading.session, out, signer, scope, at, attached_up_to_bytes)
    size, digest = len(made.files), made.files["manifest.json"][1]
    line = f"{size} files, {made.log_size} records, {scope}, in {made.folder}; manifest sha256 {digest}"
    if made.attachments_left_out:
        line += f"; {made.attachments_left_out} attached files left out"
    about = {"folder": str(made.folder), "scope": str(scope), "log_size": made.log_size, "manifest_sha256": digest}
    return Answer(line, {**about, "files": size, "attachments_left_out": made.attachments_left_out})


def _scope(reading: Reading, *, is_public: bool) -> "Scope":
    """The scope that was asked for, if who asks may have it."""
    from registry.exports.scope import FULL_ROLES, Scope
    from registry.services.errors import NotAllowedError

    if is_public:
        return Scope.PUBLIC
    if reading.viewer.name is None:
        raise click.UsageError("--full: it names persons; say who reads it, an auditor or a registrar: --as EMAIL")
    if reading.viewer.roles.isdisjoint(FULL_ROLES):
        raise NotAllowedError(
            f"--full: {reading.viewer.name} is neither {' nor '.join(FULL_ROLES)}; take the public package"
        )
    return Scope.FULL


def _instant(as_of: str | None) -> "datetime | None":
    from registry.domain.instants import parse_utc

    try:
        return None if as_of is None else parse_utc(as_of)
    except ValueError as error:
        raise click.UsageError(f"--as-of: {error}; write for example 2027-02-01T10:00:00Z") from error
