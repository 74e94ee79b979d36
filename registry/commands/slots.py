"""`registry slots`: the landing calendar, and the file from which hours are proposed."""

import json
from datetime import datetime
from pathlib import Path

import click

from registry.commands.acting import Answer, Reading, reads

DAY = click.DateTime(["%Y-%m-%d"])
MOST_DAYS = 3650


@click.group("slots")
def group() -> None:
    """Landings and ascents of the entries in force: by day, and as input of `solver slots`."""


@group.command("list")
@click.option("--from", "first", type=DAY, help="Leave out what is over by this day.")
@reads()
def list_(reading: Reading, first: datetime | None) -> Answer:
    """List the days on which craft may land and leave, the earliest first, and who else is about."""
    from registry.queries.landings import movements

    rows = [row for row in movements(reading.session) if first is None or row.until > first.date()]
    lines = [
        f"{row.first_day} to {row.last_day}  {row.kind:<8} {row.entry}  {row.claim}  {' '.join(row.parties):<8} {row.name}"
        + (f"; within reach: {', '.join(row.beside)}" if row.beside else "")
        for row in rows
    ]
    return Answer([*lines, f"{len(rows)} landings and ascents"], rows)


@group.command("instance")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", type=DAY, required=True, help="The first day; minutes count from its midnight.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=365, show_default=True, help="How many.")
@click.option(
    "--with", "more", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON object with orbiters, operations or orbits_until_min to put in.",
)  # fmt: skip
@reads()
def instance(reading: Reading, out: Path, first: datetime, days: int, more: Path | None) -> Answer:
    """Write OUT for `solver slots solve`: every movement of the entries in force that may be within these days."""
    from registry.queries.landings import movements, slots_document
    from solver.fields import InputError, load_json
    from solver.io import dump, read_bytes, write_atomically
    from solver.traffic.instance_file import parse_slots_instance

    document = slots_document(movements(reading.session), first.date(), days)
    try:
        added = load_json(read_bytes(more)) if more else {}
        if not isinstance(added, dict) or added.keys() - {"orbiters", "operations", "orbits_until_min"}:
            said = f"{more}: give one JSON object with orbiters, operations or orbits_until_min, and nothing else"
            raise click.UsageError(said)
        data = dump(document | added)
        parse_slots_instance(json.dumps(document | added).encode())
        write_atomically(out, data)
    except InputError as error:
        raise click.UsageError("; ".join(str(error).splitlines())) from error
    count = len(document["movements"])
    return Answer([f"{out}: {count} movements; now: solver slots solve {out} -o slots.json"], {"movements": count})
