"""`registry agreement`: technical terms under which a smaller distance will do."""

from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.domain.agreements import Agreement
    from registry.queries.agreements import AgreementView


@click.group("agreement")
def group() -> None:
    """Agreements between parties, open to every claim that meets the terms."""


@group.command("propose")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("other_claim_id", metavar="OTHER")
@click.argument("terms", metavar="FILE", type=DOCUMENT)
@acts("agreements.propose")
def propose(deed: Deed, claim_id: str, other_claim_id: str, terms: Any) -> Answer:
    """Propose the terms in FILE for your claim CLAIM to the party of the claim OTHER.

    FILE has keep_out_m in metres, a text, and conditions, each with its kind: landing-notice (days), built-pad,
    landing-dates (from, until), other (text).
    """
    from registry.services import agreements

    made = agreements.propose(deed.session, claim_id, other_claim_id, terms, deed.actor, deed.at)
    return _answer(f"agreement {made.id} is proposed to the party of {other_claim_id}", made)


@group.command("accept")
@click.argument("agreement_id", metavar="AGREEMENT")
@acts("agreements.accept")
def accept(deed: Deed, agreement_id: str) -> Answer:
    """Accept AGREEMENT, which was proposed for a claim of your party."""
    from registry.services import agreements

    made = agreements.accept(deed.session, agreement_id, deed.actor, deed.at)
    return _answer(f"agreement {agreement_id} is in force", made)


@group.command("join")
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("claim_id", metavar="CLAIM")
@acts("agreements.join")
def join(deed: Deed, agreement_id: str, claim_id: str) -> Answer:
    """Put your claim CLAIM under AGREEMENT, on the terms that hold for the others."""
    from registry.services import agreements

    made = agreements.join(deed.session, agreement_id, claim_id, deed.actor, deed.at)
    return _answer(f"claim {claim_id} is under agreement {agreement_id}", made)


@group.command("end")
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--reason", required=True, help="Why, in words fit to publish.")
@acts("agreements.end")
def end(deed: Deed, agreement_id: str, claim_id: str, reason: str) -> Answer:
    """Take your claim CLAIM out of AGREEMENT, or decline or take back the proposal."""
    from registry.services import agreements

    made = agreements.end(deed.session, agreement_id, claim_id, deed.actor, deed.at, reason)
    return _answer(f"claim {claim_id} is out of agreement {agreement_id}", made)


@group.command("list")
@click.argument("round_id", metavar="ROUND")
@click.option("--claim", help="Only those that this claim is under, for example C-0001.")
@reads()
def list_(reading: Reading, round_id: str, claim: str | None) -> Answer:
    """List the agreements of ROUND with their terms."""
    from registry.queries.agreements import list_agreements
    from registry.services.acting import get_round

    get_round(reading.session, round_id)
    rows = list_agreements(reading.session, round_id, claim=claim)
    return Answer([*map(_line, rows), f"{len(rows)} agreements"], rows)


def _answer(line: str, made: "Agreement") -> Answer:
    from registry.queries.agreements import agreement_view

    return Answer(line, agreement_view(made))


def _line(row: "AgreementView") -> str:
    state = "ended" if row.ended_at else "in force" if row.in_force else "proposed"
    claims = " ".join(member.claim for member in row.members if member.ended_at is None)
    return f"{row.id}  {row.keep_out_m:>6} m  {state:<8}  {claims}  {' '.join(row.text.split())}"
