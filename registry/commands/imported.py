"""What `registry claim import` and `registry claim template` say and write."""

from collections.abc import Iterator
from pathlib import Path

import click

from registry.commands.acting import Answer, Deed
from registry.imports import importing, templates
from registry.imports.files import read_file
from registry.opening import Refusal
from registry.services.errors import ValidationError
from registry.services.scanned import ScannedFile
from solver.fields import InputError


def answer(
    deed: Deed, file: ScannedFile, round_id: str, claims: ScannedFile | None, crs: str | None, *, dry_run: bool
) -> Answer:
    """Import a file, or try it."""
    try:
        sheet = read_file(file.name, file.data, crs, (claims.name, claims.data) if claims else None)
    except InputError as error:
        raise ValidationError(error.faults) from error
    take = importing.rehearse if dry_run else importing.import_claims
    done = take(deed.session, round_id, sheet, deed.actor, deed.at)
    lines = [*_lines(done, dry_run=dry_run), *(f"note: {note}" for note in done.notes)]
    return Answer(lines, {"stored": not dry_run, "claims": done.claims, "notes": done.notes})


def _lines(done: importing.Imported, *, dry_run: bool) -> Iterator[str]:
    for claim in done.claims:
        yield f"{claim.id}  {claim.key}  {claim.filed_by}  placements {claim.placements}  sha256 {claim.sha256}"
        for found in claim.would_return:
            yield f"  would be returned under {found.provision}: {found.reason}; {found.mend}"
    count, returned = len(done.claims), sum(bool(claim.would_return) for claim in done.claims)
    if dry_run:
        yield f"dry run: {count} claims would be stored, an examination today would return {returned}; nothing was stored"
    else:
        yield f"{count} claims filed"


def write_template(kind: str, out: Path) -> None:
    """Write a template into a new file."""
    data = templates.written(kind, [templates.example()])
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise Refusal(f"{out} is there already; name a new file") from error
    click.echo(
        f"{len(data)} bytes in {out}: one illustrative claim with {templates.MOST_PLACEMENTS} placements, to be replaced"
    )
