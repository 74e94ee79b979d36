"""`registry entry`: the life of an entry, from its milestones to its end, and what others ask of it."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Reading, acts, reads
from registry.commands.inputs import DAY, HANDED

if TYPE_CHECKING:
    from registry.services.evidence import Report
    from registry.services.scanned import ScannedFile


@click.group("entry")
def group() -> None:
    """Entries: milestones, use, confirmation, suspension, shrinking, end; zones, and what others ask."""


def _evidence(command: Any) -> Any:
    """The options of a report."""
    for option in (
        click.option("--file", type=HANDED, help="The document itself."),
        click.option("--sha256", help="SHA-256, in hex, of a document that the party keeps."),
        click.option("--text", required=True, help="What happened, in words fit to publish."),
        click.option("--on", "happened_on", type=DAY, required=True, help="The day on which it happened."),
    ):
        command = option(command)
    return command


def _report(happened_on: date, text: str, sha256: str | None, file: "ScannedFile | None") -> "Report":
    from registry.services.evidence import Report

    return Report(happened_on, text, sha256, file)


@group.command("list")
@click.option("--round", "round_id", help="Of this round only.")
@click.option("--party", help="Credited to this party only.")
@click.option("--state", type=click.Choice(["RECORDED", "IN_USE", "SUSPENDED", "ENDED", "LAPSED"]), help="Only these.")
@reads()
def list_(reading: Reading, round_id: str | None, party: str | None, state: str | None) -> Answer:
    """List the entries that stand, and those that are over."""
    from registry.queries.entries import list_entries

    found = list_entries(reading.session, round_id=round_id, party=party)
    rows = [row for row in found if state in (None, row.state)]
    lines = [
        f"{row.id}  {row.claim}  {row.state:<9} {row.valid_from} until {row.valid_until}  {row.name}" for row in rows
    ]
    return Answer([*lines, f"{len(rows)} entries"], rows)


@group.command("show")
@click.argument("claim_id", metavar="CLAIM")
@reads()
def show(reading: Reading, claim_id: str) -> Answer:
    """Show the life of the entry of CLAIM: what was recorded, what is due, what was shown, its zones, and requests."""
    from registry.queries.entries import list_entries
    from registry.queries.lives import life_page
    from registry.services.errors import NotFoundError

    rows = list_entries(reading.session, claim=claim_id)
    if not rows:
        raise NotFoundError(f"claim {claim_id} has no entry; check the id")
    life = life_page(reading.session, claim_id)
    lines = [
        f"{row.id}  {row.state:<9} {row.valid_from} until {row.valid_until}  {row.cause or 'recorded'}" for row in rows
    ]
    lines += [f"  {row.kind:<16} until {row.due_at:%Y-%m-%d}  {row.state}" for row in life.duties]
    lines += [f"  {row.on_day}  zone {row.position} ({row.phase}) {row.kind}: {row.reason}" for row in life.zone_events]
    lines += [f"  request {row.id} of {row.party_id}: {row.purpose}" for row in life.requests]
    return Answer(lines, {"entries": rows, "life": life})


@group.command("milestone")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("kind", type=click.Choice(["contract", "launch-contract", "licence"]))
@_evidence
@acts("milestones.show")
def milestone(deed: Deed, claim_id: str, kind: str, **said: Any) -> Answer:
    """Show that a milestone of the entry of CLAIM is met."""
    from registry.services import milestones

    row = milestones.show(deed.session, claim_id, kind, _report(**said), deed.actor, deed.at)
    return Answer(f"{kind} of claim {claim_id} is shown, evidence {row.id}", row)


@group.command("use")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--x", type=float, required=True, help="Where it landed, metres of the map (IAU_2015:30135).")
@click.option("--y", type=float, required=True, help="The other coordinate.")
@_evidence
@acts("using.bring_into_use")
def use(deed: Deed, claim_id: str, x: float, y: float, **said: Any) -> Answer:
    """Bring the entry of CLAIM into use, with evidence of the landing."""
    from registry.services import using

    entry = using.bring_into_use(deed.session, claim_id, (x, y), _report(**said), deed.actor, deed.at)
    return Answer(f"entry {entry.id} is {entry.state} from {entry.in_use_from}", entry)


@group.command("confirm")
@click.argument("claim_id", metavar="CLAIM")
@_evidence
@acts("confirming.confirm")
def confirm(deed: Deed, claim_id: str, **said: Any) -> Answer:
    """Confirm that the entry of CLAIM is in use; a suspended one is in use again."""
    from registry.services import confirming

    entry = confirming.confirm(deed.session, claim_id, _report(**said), deed.actor, deed.at)
    return Answer(f"entry {entry.id} is {entry.state}, confirmed", entry)


@group.command("suspend")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--reason", required=True, help="Why, in words fit to publish.")
@acts("suspending.suspend")
def suspend(deed: Deed, claim_id: str, reason: str) -> Answer:
    """Suspend the use of the entry of CLAIM, which can be done once."""
    from registry.services import suspending

    entry = suspending.suspend(deed.session, claim_id, reason, deed.actor, deed.at)
    return Answer(f"entry {entry.id} is {entry.state}", entry)


@group.command("shrink")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("footprint", type=DOCUMENT)
@_evidence
@acts("relinquishing.demonstrate")
def shrink(deed: Deed, claim_id: str, footprint: Any, **said: Any) -> Answer:
    """Shrink the entry of CLAIM to the FOOTPRINT (a file with GeoJSON in map metres) that is demonstrably used."""
    from registry.services import relinquishing

    entry = relinquishing.demonstrate(deed.session, claim_id, footprint, _report(**said), deed.actor, deed.at)
    return Answer(f"entry {entry.id} has the smaller footprint", entry)


@group.command("end")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--remains", default="", help="What stays on the ground; nothing if left out.")
@_evidence
@acts("relinquishing.end")
def end(deed: Deed, claim_id: str, remains: str, **said: Any) -> Answer:
    """Give up the entry of CLAIM; its zones end today."""
    from registry.services import relinquishing

    entry = relinquishing.end(deed.session, claim_id, remains, _report(**said), deed.actor, deed.at)
    return Answer(f"entry {entry.id} is {entry.state} since {entry.ended_on}", entry)


@group.command("extend")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("duty", metavar="DUTY")
@click.option("--ground", required=True, help="A ground of the closed list: see `registry entry grounds`.")
@click.option("--months", type=int, required=True, help="How many months more.")
@_evidence
@acts("extending.extend")
def extend(deed: Deed, claim_id: str, duty: str, ground: str, months: int, **said: Any) -> Answer:
    """Extend the deadline of an open DUTY (such as landing) of the entry of CLAIM."""
    from registry.domain.instants import utc_text
    from registry.services import extending

    row = extending.extend(deed.session, claim_id, duty, ground, months, _report(**said), deed.actor, deed.at)
    return Answer(f"{duty} of claim {claim_id} is due {utc_text(row.due_at)}", row)


@group.command("grounds")
@reads()
def grounds(reading: Reading) -> Answer:
    """List the grounds on which deadlines are extended, each with its limits and its source."""
    from registry.queries.lives import list_grounds

    rows = list_grounds(reading.session)
    lines = [
        f"{row.id}: {row.says}; {', '.join(row.duties)}; {row.most_months} months, {row.times} times at most ({row.source})"
        for row in rows
    ]
    return Answer(lines or "no grounds: load extension_grounds.json with the reference data", rows)


@group.command("visit")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--party", required=True, help="The party that will work within the zones.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--until", "last", type=DAY, required=True, help="Last day, included.")
@click.option("--purpose", required=True, help="What it will do there.")
@acts("zone_requests.announce")
def visit(deed: Deed, claim_id: str, party: str, first: date, last: date, purpose: str) -> Answer:
    """Give notice of work within the zones of the entry of CLAIM. Nobody can refuse it."""
    from registry.services import zone_requests

    row = zone_requests.announce(deed.session, claim_id, party, purpose, (first, last), deed.actor, deed.at)
    return Answer(f"request {row.id}: notice is given; terms may come until {row.answer_by_at:%Y-%m-%d}", row)


@group.command("answer")
@click.argument("request_id", metavar="REQUEST", type=int)
@click.option("--terms", required=True, help="Terms of coordination.")
@acts("zone_requests.answer")
def answer(deed: Deed, request_id: int, terms: str) -> Answer:
    """Answer REQUEST with terms of coordination."""
    from registry.services import zone_requests

    row = zone_requests.answer(deed.session, request_id, terms, deed.actor, deed.at)
    return Answer(f"request {row.id} of {row.party_id} is answered", row)


@group.command("basis")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("position", metavar="PHASE", type=int)
@click.option("--party", required=True, help="The party that asks.")
@click.option("--purpose", required=True, help="Why it asks.")
@acts("zone_requests.ask_basis")
def basis(deed: Deed, claim_id: str, position: int, party: str, purpose: str) -> Answer:
    """Ask for the basis of the zone of a PHASE (1 is the first) of the entry of CLAIM; it is given at once."""
    from registry.services import zone_requests

    row = zone_requests.ask_basis(deed.session, claim_id, party, position, purpose, deed.actor, deed.at)
    given = row.basis or {}
    lines = [f"{name}: {value}" for name, value in given.items()]
    return Answer([f"request {row.id}", *lines], row)
