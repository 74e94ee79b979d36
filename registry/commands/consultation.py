"""`registry consultation`: the cases between parties whose claims may affect one another."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Deed, Reading, acts, instant, reads

if TYPE_CHECKING:
    from registry.queries.consultations import CasePage, CaseRow, OpenCase, Side

ROUND = click.option("--round", "round_id", help="Only of this round, for example 2027-1.")


@click.group("consultation")
def group() -> None:
    """Consultations between the parties of two claims that could conflict."""


@group.command("list")
@ROUND
@click.option("--claim", help="Only of this claim, for example C-0001.")
@click.option("--party", help="Only of this party, for example IND.")
@reads()
def list_(reading: Reading, round_id: str | None, claim: str | None, party: str | None) -> Answer:
    """List consultations with their deadlines and outcomes."""
    from registry.queries.consultations import list_cases

    rows = list_cases(reading.session, round_id=round_id, claim=claim, party=party, viewer=reading.viewer)
    return Answer([*map(_line, rows), f"{len(rows)} consultations"], rows)


@group.command("waiting")
@ROUND
@click.option("--at", "when", metavar="INSTANT", help="Instead of now. Only in rehearsal.")
@reads()
def waiting(reading: Reading, round_id: str | None, when: str | None) -> Answer:
    """List open consultations, those that sleep longest first, with the points of contact."""
    from registry.queries.consultations import open_by_age

    rows = open_by_age(reading.session, instant(reading.settings, when), round_id, reading.viewer)
    return Answer([*map(_waiting, rows), f"{len(rows)} open consultations"], rows)


@group.command("show")
@click.argument("consultation_id", metavar="CONSULTATION")
@reads()
def show(reading: Reading, consultation_id: str) -> Answer:
    """Show CONSULTATION: both sides, the overlaps behind it, and of its notes the hashes."""
    from registry.queries.consultations import case_page
    from registry.services.errors import NotFoundError

    page = case_page(reading.session, consultation_id, reading.viewer)
    if page is None:
        raise NotFoundError(f"there is no consultation {consultation_id}; check the id")
    return Answer(list(_page(page)), page)


@group.command("contact")
@click.argument("consultation_id", metavar="CONSULTATION")
@click.option("--party", help="For the registrar: the party that was heard from.")
@click.option("--point", help="The party's point of contact from now on.")
@acts("consultations.contact")
def contact(deed: Deed, consultation_id: str, party: str | None, point: str | None) -> Answer:
    """Note that there was contact in CONSULTATION."""
    from registry.queries.consultations import case_row
    from registry.services import consultations

    case = consultations.contact(deed.session, consultation_id, deed.actor, deed.at, party=party, point=point)
    return Answer(f"contact noted in consultation {case.id}", case_row(case))


@group.command("invite")
@click.argument("consultation_id", metavar="CONSULTATION")
@click.argument("email")
@acts("consultations.invite")
def invite(deed: Deed, consultation_id: str, email: str) -> Answer:
    """Invite the observer EMAIL to CONSULTATION, until it ends."""
    from registry.services import consultations

    invited = consultations.invite(deed.session, consultation_id, email, deed.actor, deed.at)
    return Answer(f"{invited.observer} may follow consultation {consultation_id} until it ends", invited)


@group.command("close")
@click.argument("consultation_id", metavar="CONSULTATION")
@click.option("--outcome", help="agreed or not-agreed, as both parties told; without it, as the deadline left it.")
@click.option("--summary", default="", help="A public sentence on what it came to.")
@acts("consultations.close")
def close(deed: Deed, consultation_id: str, outcome: str | None, summary: str) -> Answer:
    """End CONSULTATION; neither claim moves by it."""
    from registry.queries.consultations import case_row
    from registry.services import consultations

    case = consultations.close(deed.session, consultation_id, deed.actor, deed.at, outcome=outcome, summary=summary)
    return Answer(f"consultation {case.id} has ended: {case.outcome}", case_row(case))


@group.command("remind")
@click.argument("round_id", metavar="ROUND")
@acts("consultations.remind")
def remind(deed: Deed, round_id: str) -> Answer:
    """Remind both parties of every open consultation of ROUND in which nobody was in touch for the policy's time."""
    from registry.queries.consultations import case_row
    from registry.services import consultations

    rows = [case_row(case) for case in consultations.remind(deed.session, round_id, deed.actor, deed.at)]
    return Answer([*map(_line, rows), f"{len(rows)} consultations reminded"], rows)


def _line(row: "CaseRow") -> str:
    a, b = row.sides
    sides = f"{a.claim} ({a.party}) and {b.claim} ({b.party})"
    return f"{row.id}  {sides:<33} until {row.deadline_at.date()}  {row.outcome or 'open'}"


def _waiting(row: "OpenCase") -> str:
    due = "  reminder due" if row.is_reminder_due else ""
    return f"{row.id}  {row.age_days:>4} days  {'; '.join(map(_side, row.sides))}{due}"


def _side(side: "Side") -> str:
    return f"{side.party} for {side.claim}: {side.point or 'no point of contact shown'}"


def _page(page: "CasePage") -> Iterator[str]:
    row = page.row
    yield _line(row)
    yield from (_side(side) + ("" if side.spoke_at else ", silent so far") for side in row.sides)
    for found in page.overlaps:
        a, b = found["placements"]
        yield f"{a} and {b}: {found['distance_m']} m apart, keep-out {found['keep_out_m']} m"
    for note in page.notes:
        yield f"{note.id}  written by {note.party or 'the registrar'} on {note.written_at.date()}, sha256 {note.sha256}"
    yield from (f"observed by {observer or 'an invited expert'}" for observer in page.observers)
    if row.summary:
        yield row.summary
