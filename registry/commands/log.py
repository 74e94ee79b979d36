"""`registry log`: what was recorded, line by line."""

from collections.abc import Mapping
from typing import Any

import click

from registry.commands.acting import Answer, Reading, reads
from registry.commands.log_proofs import checkpoint, cosign, proof


@click.group("log")
def group() -> None:
    """Records of everything that happened, in order."""


group.add_command(checkpoint)
group.add_command(cosign)
group.add_command(proof)


@group.command("list")
@click.option("--from", "first", type=click.IntRange(0), default=0, help="Index of the first record shown.")
@click.option("--count", type=click.IntRange(1), default=50, help="How many to show.")
@reads()
def list_(reading: Reading, first: int, count: int) -> Answer:
    """List records: index, instant, who, act, subject."""
    from registry.domain.instants import utc_text
    from registry.log.reading import records_page

    page = records_page(reading.session, first, count, reading.viewer)
    rows = (f"{row.index}  {utc_text(row.at)}  {_who(row.actor)}  {row.act}  {row.subject}" for row in page.records)
    return Answer([*rows, f"{len(page.records)} of {page.size} records; root {page.root}"], page)


@group.command("show")
@click.argument("index", type=click.IntRange(0))
@reads()
def show(reading: Reading, index: int) -> Answer:
    """Show record INDEX whole; what is confidential for you stands sealed, as in the leaf."""
    import json

    from registry.commands.answers import plain
    from registry.log.reading import records_page
    from registry.services.errors import NotFoundError

    page = records_page(reading.session, index, 1, reading.viewer)
    if not page.records:
        raise NotFoundError(f"there is no record {index}; the log has {page.size}, counted from 0")
    row = page.records[0]
    return Answer(json.dumps(plain(row), indent=1, ensure_ascii=False), row)


def _who(actor: Mapping[str, Any]) -> str:
    """The person where names are shown, else the role and the party."""
    return actor["name"] or " of ".join(filter(None, (actor["role"], actor["party"])))
