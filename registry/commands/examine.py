"""`registry examine`: run, shown as a letter to the party, and the provisions that it rests on."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.domain.examinations import Examination
    from registry.queries.examinations import ExaminationView, FindingView

EFFECTS = {"returns": "this returns the claim", "noted": "noted and published", "duty": "a duty"}


@click.group("examine")
def group() -> None:
    """Claims checked against every provision of the round's norm profile."""


@group.command("run")
@click.argument("claim_ids", metavar="[CLAIM]...", nargs=-1)
@click.option("--round", "round_id", help="Examine every claim of this round that waits for it.")
@acts("examination.examine")
def run(deed: Deed, claim_ids: Sequence[str], round_id: str | None) -> Answer:
    """Examine submitted claims; one that fails a hard rule or lacks data goes back to its party. All are examined, or none."""
    from registry.domain.visibility import Viewer
    from registry.queries.examinations import examination_view, waiting
    from registry.services import examination
    from registry.services.acting import get_round

    if bool(claim_ids) == bool(round_id):
        raise click.UsageError("give the claims, or --round for all of a round")
    chosen = claim_ids or waiting(deed.session, get_round(deed.session, str(round_id)).id)
    rows = [(claim_id, examination.examine(deed.session, claim_id, deed.actor, deed.at)) for claim_id in chosen]
    viewer = Viewer.of(deed.actor)
    data = [{"claim": claim_id, **_counts(row), "examination": examination_view(row, viewer)} for claim_id, row in rows]
    return Answer([f"{len(rows)} examined", *(_line(claim_id, row) for claim_id, row in rows)], data)


@group.command("show")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--all", "everything", is_flag=True, help="Show favourable findings too, and those that do not apply.")
@reads()
def show(reading: Reading, claim_id: str, everything: bool) -> Answer:
    """Show the newest examination of CLAIM: what was found, the rule, and what would mend it."""
    from registry.queries.claims import claim_page
    from registry.services.errors import NotFoundError

    page = claim_page(reading.session, claim_id, reading.viewer)
    if page is None:
        raise NotFoundError(f"there is no claim {claim_id}; check the id")
    if not page.examinations:
        raise NotFoundError(
            f"claim {claim_id} is {page.row.state} and not examined yet; run: registry examine run {claim_id}"
        )
    newest = page.examinations[-1]
    return Answer(list(_letter(claim_id, page.row.name, newest, everything)), newest)


@group.command("provisions")
@click.option("--profile", metavar="ID", help="Only those of a norm profile, for example moon-agreement.")
@reads()
def provisions(reading: Reading, profile: str | None) -> Answer:
    """List the provisions: id, severity, standing, name."""
    from registry.queries.provisions import list_profiles, list_provisions
    from registry.services.errors import NotFoundError

    rows = list_provisions(reading.session)
    if profile is not None:
        known = {row.id: row.provisions for row in list_profiles(reading.session)}
        if profile not in known:
            raise NotFoundError(f"there is no norm profile {profile}; those there are: {', '.join(known) or 'none'}")
        rows = tuple(row for row in rows if row.id in known[profile])
    lines = [f"{row.id:<10} {row.severity:<11} {row.standing:<12} {row.name}" for row in rows]
    return Answer([*lines, f"{len(rows)} provisions"], rows)


@group.command("profiles")
@reads()
def profiles(reading: Reading) -> Answer:
    """List the norm profiles: named groups of provisions that a policy can be compared with."""
    from registry.queries.provisions import list_profiles

    rows = list_profiles(reading.session)
    lines = [f"{row.id:<22} {row.standing:<12} {len(row.provisions):>2} provisions  {row.name}" for row in rows]
    return Answer(lines or "no norm profiles", rows)


def _counts(row: "Examination") -> dict[str, int]:
    return {effect: sum(found.effect == effect for found in row.findings) for effect in EFFECTS}


def _line(claim_id: str, row: "Examination") -> str:
    count = _counts(row)
    verdict = "favourable" if row.favourable else f"returned for {count['returns']} reasons"
    return f"{claim_id}  {verdict}; {len(row.findings)} provisions, {count['noted']} noted, {count['duty']} duties"


def _letter(claim_id: str, name: str, examination: "ExaminationView", everything: bool) -> Iterator[str]:
    verdict = "favourable" if examination.favourable else "unfavourable: the claim is returned"
    yield f"Claim {claim_id} {name}, revision {examination.revision}, examined {examination.examined_at.date()}: {verdict}."
    for found in examination.findings:
        if everything or found.outcome == "unfavourable":
            yield from ("", *_paragraphs(found))


def _paragraphs(found: "FindingView") -> Iterator[str]:
    due = f" until {found.due_at.isoformat()}" if found.due_at else ""
    effect = f" ({EFFECTS[found.effect]}{due})" if found.effect in EFFECTS else ""
    yield f"{found.provision} {found.name}: {found.outcome}{effect}"
    yield f"  Found: {found.reason}"
    if found.mend:
        yield f"  Rule: {found.rule} ({found.source})"
        yield f"  Mend: {found.mend}"
