"""`registry claim`: drafted, filed, imported, amended, withdrawn, published, returned, refused; listed, shown."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Reading, acts, reads
from registry.commands.inputs import HANDED

if TYPE_CHECKING:
    from registry.services.scanned import ScannedFile

ROUND_OPTION = click.option("--round", "round_id", required=True, help="Id of the round, for example 2027-1.")
REASON_OPTION = click.option("--reason", required=True, help="Why, in words fit to send to the party.")


@click.group("claim")
def group() -> None:
    """Requests for priority of use of a site."""


@group.command("draft")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@ROUND_OPTION
@acts("drafting.save")
def draft(deed: Deed, document: Any, round_id: str) -> Answer:
    """Keep FILE as a draft that only your party sees, and tell what it would be refused for."""
    from registry.services import drafting

    kept = drafting.save(deed.session, round_id, document, deed.actor, deed.at)
    faults = drafting.faults(deed.session, kept)
    lines = [f"draft {kept.key} kept for round {round_id}; {len(faults)} faults to mend before it is filed", *faults]
    return Answer(lines, {"key": kept.key, "round": round_id, "saved_at": kept.saved_at, "faults": faults})


@group.command("drafts")
@ROUND_OPTION
@reads("drafting.own")
def drafts(reading: Reading, round_id: str) -> Answer:
    """List the drafts of your party."""
    from registry.services import drafting

    assert reading.actor is not None, "this command asks who reads"
    rows = drafting.own(reading.session, round_id, reading.actor)
    lines = [f"{row.key}  saved {row.saved_at.date()} by {row.saved_by}" for row in rows]
    return Answer(lines or "no drafts", rows)


@group.command("discard")
@click.argument("key_of_draft", metavar="DRAFT")
@ROUND_OPTION
@acts("drafting.discard")
def discard(deed: Deed, key_of_draft: str, round_id: str) -> Answer:
    """Throw the draft with the key DRAFT away."""
    from registry.services import drafting

    drafting.discard(deed.session, round_id, key_of_draft, deed.actor)
    return Answer(f"draft {key_of_draft} is gone")


@group.command("file")
@click.argument("documents", metavar="[FILE]...", type=DOCUMENT, nargs=-1)
@click.option("--draft", "drafts", multiple=True, metavar="DRAFT", help="A draft to file; may be given again.")
@ROUND_OPTION
@acts("filing.file_claim")
def file(deed: Deed, documents: Sequence[Any], drafts: Sequence[str], round_id: str) -> Answer:
    """File claims: each FILE is one filing, or a list of filings. All are received, or none.

    In a register in rehearsal a filing that says when it was received is taken to be received then.
    """
    from registry.commands import filings
    from registry.services import drafting

    if not documents and not drafts:
        raise click.UsageError("give at least one FILE, or a --draft")
    claims = filings.receive(deed, round_id, documents)
    claims += [drafting.file_draft(deed.session, round_id, key, deed.actor, deed.at) for key in drafts]
    return Answer([filings.line(claim) for claim in claims], [filings.receipt(claim) for claim in claims])


@group.command("import")
@click.argument("file", type=HANDED)
@ROUND_OPTION
@click.option("--claims", type=HANDED, metavar="FILE", help="A second CSV with a row for each claim, by its key.")
@click.option("--crs", metavar="CODE", help="For a file that does not say: IAU_2015:30135 or IAU_2015:30100.")
@click.option(
    "--dry-run", is_flag=True, help="Tell what would be stored, and what an examination would find; store nothing."
)
@acts("filing.file_claim")
def import_(
    deed: Deed, file: "ScannedFile", round_id: str, claims: "ScannedFile | None", crs: str | None, *, dry_run: bool
) -> Answer:
    """File every claim in FILE, a GeoJSON, GeoPackage or CSV file with a row for each placement: all of them, or none."""
    from registry.commands import imported

    return imported.answer(deed, file, round_id, claims, crs, dry_run=dry_run)


@group.command("template")
@click.argument("kind", metavar="FORMAT", type=click.Choice(("geojson", "gpkg", "csv")))
@click.argument("out", type=click.Path(path_type=Path))
def template(kind: str, out: Path) -> None:
    """Write an illustrative filing as FORMAT (geojson, gpkg or csv) to the new file OUT, to be filled in and imported."""
    from registry.commands import imported

    imported.write_template(kind, out)


@group.command("amend")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@acts("filing.amend")
def amend(deed: Deed, claim_id: str, document: Any) -> Answer:
    """Replace the newest revision of CLAIM with FILE; a returned claim gets a new date of receipt with it."""
    from registry.commands import filings
    from registry.services import filing

    claim = filing.amend(deed.session, claim_id, document, deed.actor, deed.at).claim
    return Answer(filings.line(claim), filings.receipt(claim))


@group.command("withdraw")
@click.argument("claim_id", metavar="CLAIM")
@REASON_OPTION
@acts("filing.withdraw")
def withdraw(deed: Deed, claim_id: str, reason: str) -> Answer:
    """Take CLAIM out of the procedure at its party's wish."""
    from registry.services import filing

    return _moved(filing.withdraw(deed.session, claim_id, deed.actor, deed.at, reason))


@group.command("publish")
@click.argument("claim_ids", metavar="[CLAIM]...", nargs=-1)
@click.option("--round", "round_id", help="Publish every claim of this round that was examined favourably.")
@acts("coordination.publish")
def publish(deed: Deed, claim_ids: Sequence[str], round_id: str | None) -> Answer:
    """Publish claims as received, after a favourable examination. All are published, or none."""
    from registry.commands import filings
    from registry.services import coordination

    if bool(claim_ids) == bool(round_id):
        raise click.UsageError("give the claims, or --round for all of a round")
    chosen = claim_ids or filings.publishable(deed.session, str(round_id))
    claims = [coordination.publish(deed.session, claim_id, deed.actor, deed.at) for claim_id in chosen]
    return Answer([f"{len(claims)} published", *map(filings.line, claims)], claims)


@group.command("return")
@click.argument("claim_id", metavar="CLAIM")
@REASON_OPTION
@acts("returning.return_claim")
def return_(deed: Deed, claim_id: str, reason: str) -> Answer:
    """Give CLAIM back to its party after an unfavourable examination."""
    from registry.services import returning

    return _moved(returning.return_claim(deed.session, claim_id, deed.actor, deed.at, reason))


@group.command("refuse")
@click.argument("claim_id", metavar="CLAIM")
@REASON_OPTION
@acts("returning.refuse")
def refuse(deed: Deed, claim_id: str, reason: str) -> Answer:
    """Refuse CLAIM, which was returned and not amended."""
    from registry.services import returning

    return _moved(returning.refuse(deed.session, claim_id, deed.actor, deed.at, reason))


@group.command("list")
@ROUND_OPTION
@click.option("--state", help="Only claims in this state, for example SUBMITTED.")
@click.option("--party", help="Only claims credited to this party, for example IND.")
@reads()
def list_(reading: Reading, round_id: str, state: str | None, party: str | None) -> Answer:
    """List the claims of a round."""
    from registry.queries.claims import list_claims
    from registry.services.acting import get_round

    get_round(reading.session, round_id)
    rows = list_claims(reading.session, round_id, state=state, party=party, viewer=reading.viewer)
    lines = [f"{row.id}  {row.state:<12} {' '.join(row.credit):<15} {row.name}" for row in rows]
    return Answer([*lines, f"{len(rows)} claims"], rows)


@group.command("show")
@click.argument("claim_id", metavar="CLAIM")
@reads()
def show(reading: Reading, claim_id: str) -> Answer:
    """Show CLAIM whole: its newest revision, examinations and outcome."""
    import json

    from registry.commands.answers import plain
    from registry.queries.claims import claim_page
    from registry.services.errors import NotFoundError

    page = claim_page(reading.session, claim_id, reading.viewer)
    if page is None:
        raise NotFoundError(f"there is no claim {claim_id}; check the id")
    return Answer(json.dumps(plain(page), indent=1, ensure_ascii=False), page)


@group.command("diff")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--from", "before", type=click.IntRange(1), help="Number of a revision (default: the last but one).")
@click.option("--to", "after", type=click.IntRange(1), help="Number of a revision (default: the newest).")
@reads()
def diff(reading: Reading, claim_id: str, before: int | None, after: int | None) -> Answer:
    """Compare two revisions of CLAIM field by field, and each placement on the ground and in time."""
    from registry.commands import comparisons
    from registry.queries.revisions import NoRevisionError, compare_revisions
    from registry.services.errors import NotFoundError

    try:
        found = compare_revisions(reading.session, claim_id, before, after, reading.viewer)
    except NoRevisionError as error:
        raise NotFoundError(str(error)) from error
    return Answer(list(comparisons.lines(claim_id, found)), found)


def _moved(claim: Any) -> Answer:
    return Answer(f"claim {claim.id} is {claim.state}", claim)
