"""`registry coordination`: the time for coordination begins for claims, and ends in readiness."""

from collections.abc import Sequence

import click

from registry.commands.acting import Answer, Deed, acts

CLAIMS = click.argument("claim_ids", metavar="[CLAIM]...", nargs=-1)


@click.group("coordination")
def group() -> None:
    """From publication to readiness; see also: registry consultation."""


@group.command("start")
@CLAIMS
@click.option("--round", "round_id", help="Every published claim of this round.")
@acts("coordination.start_coordination")
def start(deed: Deed, claim_ids: Sequence[str], round_id: str | None) -> Answer:
    """Begin coordination for published claims; each overlap with another claim opens a consultation."""
    from registry.queries.consultations import list_cases
    from registry.services import coordination

    before = {row.id for row in list_cases(deed.session)}
    claims = [
        coordination.start_coordination(deed.session, claim_id, deed.actor, deed.at)
        for claim_id in _chosen(deed, claim_ids, round_id, "PUBLISHED")
    ]
    opened = [row for row in list_cases(deed.session) if row.id not in before]
    lines = [f"{row.id}  {' and '.join(side.claim for side in row.sides)}" for row in opened]
    return Answer(
        [f"{len(claims)} claims in coordination, {len(opened)} consultations opened", *lines],
        {"claims": claims, "consultations": opened},
    )


@group.command("ready")
@CLAIMS
@click.option("--round", "round_id", help="Every claim of this round whose time for coordination is over.")
@acts("coordination.make_ready")
def ready(deed: Deed, claim_ids: Sequence[str], round_id: str | None) -> Answer:
    """Make claims ready once their time is over, whatever their consultations have come to."""
    from registry.services import coordination

    chosen = _chosen(deed, claim_ids, round_id, "COORDINATION")
    if round_id:
        ends = {
            row: coordination.ends_at(deed.session, coordination.get_claim(deed.session, row, deed.actor))
            for row in chosen
        }
        chosen = [claim_id for claim_id, ends_at in ends.items() if ends_at is not None and ends_at <= deed.at]
    claims = [coordination.make_ready(deed.session, claim_id, deed.actor, deed.at) for claim_id in chosen]
    return Answer(f"{len(claims)} claims ready", claims)


def _chosen(deed: Deed, claim_ids: Sequence[str], round_id: str | None, state: str) -> Sequence[str]:
    from registry.domain.visibility import Viewer
    from registry.queries.claims import list_claims
    from registry.services.acting import get_round

    if bool(claim_ids) == bool(round_id):
        raise click.UsageError("give the claims, or --round for all of a round")
    if claim_ids:
        return claim_ids
    get_round(deed.session, str(round_id))
    return [row.id for row in list_claims(deed.session, str(round_id), state=state, viewer=Viewer.of(deed.actor))]
