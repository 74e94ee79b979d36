"""`registry docking`: arrangements on their way to a universal body."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.queries.docking import DockingView


@click.group("docking")
def group() -> None:
    """Arrangements agreed somewhere, with who adopts them, on their way to a universal body."""


@group.command("record")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@click.option("--party", help="The party whose paper the registrar enters.")
@acts("docking.record")
def record(deed: Deed, document: Any, party: str | None) -> Answer:
    """Record the arrangement in FILE; the party for which it is recorded adopts it with that.

    FILE has title, origin_forum, text, evidence (a list of references), target_body, agenda_item, illustrative, and may have
    agreed_on (a date) and agreement (of the register).
    """
    from registry.services import docking

    made = docking.record(deed.session, document, deed.actor, deed.at, party=party)
    return Answer(f"{made.id} is recorded for {made.target_body}, {made.agenda_item}", made)


@group.command("state")
@click.argument("docking_id", metavar="RECORD")
@click.option(
    "--position", type=click.Choice(["adopts", "dissents", "withdrawn"]), required=True, help="What the party says."
)
@click.option("--statement", default="", help="In its own words; who dissents says why.")
@click.option("--party", help="The party whose paper the registrar enters.")
@acts("docking.state")
def state(deed: Deed, docking_id: str, position: str, statement: str, party: str | None) -> Answer:
    """Say where a party stands on the arrangement RECORD; its last word counts."""
    from registry.services import docking

    said = docking.state(deed.session, docking_id, position, statement, deed.actor, deed.at, party=party)
    return Answer(f"{said.party_id} {position} {docking_id}", said)


@group.command("list")
@reads()
def list_(reading: Reading) -> Answer:
    """List the arrangements that are recorded."""
    from registry.queries.docking import list_records

    rows = list_records(reading.session)
    lines = [f"{row.id}  {row.title}: {len(row.adopters)} adopt, {len(row.dissenters)} dissent; {row.target_body}"
             for row in rows]  # fmt: skip
    return Answer(lines or "no docking records", rows)


@group.command("show")
@click.argument("docking_id", metavar="RECORD")
@reads()
def show(reading: Reading, docking_id: str) -> Answer:
    """Show RECORD whole."""
    from registry.queries.docking import find_record
    from registry.services.errors import NotFoundError

    found = find_record(reading.session, docking_id)
    if found is None:
        raise NotFoundError(f"there is no docking record {docking_id}; check the id")
    return Answer(list(_lines(found)), found)


@group.command("paper")
@click.argument("docking_id", metavar="RECORD")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@reads()
def paper(reading: Reading, docking_id: str, out: Path) -> Answer:
    """Write RECORD as a conference-room paper into OUT, a new HTML file that prints and opens in word processors."""
    from registry.commands.trust import write_new
    from registry.exports.docking_paper import paper
    from registry.services.errors import NotFoundError

    made = paper(reading.session, docking_id)
    if made is None:
        raise NotFoundError(f"there is no docking record {docking_id}; check the id")
    write_new(out, made)
    return Answer(f"{out}: {docking_id} as a paper", {"file": str(out), "bytes": len(made)})


def _lines(row: "DockingView") -> Iterator[str]:
    yield f"{row.id} {row.title}"
    yield f"agreed in: {row.origin_forum}{f', {row.agreed_on}' if row.agreed_on else ''}"
    yield f"for: {row.target_body}, {row.agenda_item}"
    yield f"text: {row.text}"
    yield from (f"evidence: {one}" for one in row.evidence)
    yield f"adopted by: {', '.join(row.adopters) or 'nobody'}"
    yield f"dissent: {', '.join(row.dissenters) or 'nobody'}"
    for said in row.statements:
        yield f"  {said.stated_at.date()} {said.party} {said.position}{f': {said.statement}' if said.statement else ''}"
