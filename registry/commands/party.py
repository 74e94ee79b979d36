"""`registry party`: who answers for activities, with the instruments that they are in on a day."""

from datetime import datetime

import click

from registry.commands.acting import Answer, Reading, reads

DAY_OPTION = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="The day on which memberships are looked at (default: today)."
)


@click.group("party")
def group() -> None:
    """States and intergovernmental organisations."""


@group.command("list")
@DAY_OPTION
@reads()
def list_(reading: Reading, day: datetime | None) -> Answer:
    """List the parties with their groups."""
    from registry import ambient
    from registry.queries.parties import list_parties

    rows = list_parties(reading.session, (day or ambient.now()).date())
    lines = [f"{row.id}  {row.name:<40} {' '.join(row.groups)}".rstrip() for row in rows]
    return Answer([*lines, f"{len(rows)} parties"], rows)


@group.command("show")
@click.argument("party_id", metavar="PARTY")
@DAY_OPTION
@reads()
def show(reading: Reading, party_id: str, day: datetime | None) -> Answer:
    """Show PARTY with its memberships, their dates and sources, and its operators."""
    from registry import ambient
    from registry.queries.parties import party_page
    from registry.services.errors import NotFoundError

    page = party_page(reading.session, party_id, (day or ambient.now()).date())
    if page is None:
        raise NotFoundError(f"there is no party {party_id}; list them with: registry party list")
    memberships = (
        f"  {row.instrument_name}: {row.status} since {row.since or 'a day that no source gives'}"
        + (f" until {row.until}" if row.until else "")
        for row in page.memberships
    )
    operators = (f"  operator {operator_id}: {name}" for operator_id, name, _ in page.operators)
    return Answer([f"{page.row.id}  {page.row.name} ({page.row.kind})", *memberships, *operators], page)
