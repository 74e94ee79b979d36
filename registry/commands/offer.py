"""`registry offer`: what an adopted proposal offers to claims; accepted, declined, or lapsed."""

from collections.abc import Sequence

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads


@click.group("offer")
def group() -> None:
    """Offers to claims, and their answers."""


@group.command("list")
@click.argument("round_id", metavar="ROUND")
@click.option("--state", type=click.Choice(["OPEN", "ACCEPTED", "DECLINED", "LAPSED"]), help="Only these.")
@reads()
def list_(reading: Reading, round_id: str, state: str | None) -> Answer:
    """List the offers of ROUND with their deadlines."""
    from registry.domain.instants import utc_text
    from registry.queries.offers import list_offers
    from registry.services.acting import get_round

    get_round(reading.session, round_id)
    rows = list_offers(reading.session, round_id=round_id, state=state, viewer=reading.viewer)
    lines = [
        f"{row.claim}  {row.placement:<9} from {row.starts_on}  {row.state:<8}  until {utc_text(row.expires_at)}  {row.name}"
        for row in rows
    ]
    return Answer([*lines, f"{len(rows)} offers"], rows)


@group.command("accept")
@click.argument("claim_ids", metavar="[CLAIM]...", nargs=-1)
@click.option("--round", "round_id", help="Accept every open offer of this round.")
@acts("entering.accept")
def accept(deed: Deed, claim_ids: Sequence[str], round_id: str | None) -> Answer:
    """Accept the offers to claims; each gets an entry with its safety zones. All are accepted, or none."""
    from registry.services import entering

    if bool(claim_ids) == bool(round_id):
        raise click.UsageError("give the claims, or --round for all of a round")
    if round_id:
        entries = entering.accept_all(deed.session, round_id, deed.actor, deed.at)
    else:
        entries = [entering.accept(deed.session, claim_id, deed.actor, deed.at) for claim_id in claim_ids]
    lines = [f"{row.id}  {row.claim_id}  valid from {row.valid_from} until {row.valid_until}" for row in entries]
    return Answer([*lines, f"{len(entries)} entries recorded"], entries)


@group.command("decline")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--reason", required=True, help="Why the offer is declined.")
@acts("offers.decline")
def decline(deed: Deed, claim_id: str, reason: str) -> Answer:
    """Decline the offer to CLAIM; the claim leaves the round."""
    from registry.services import offers

    offer = offers.decline(deed.session, claim_id, deed.actor, deed.at, reason)
    return Answer(f"the offer to claim {claim_id} is {offer.state}; its room is free for a re-solve", offer)


@group.command("expire")
@click.argument("round_id", metavar="ROUND")
@acts("offers.expire")
def expire(deed: Deed, round_id: str) -> Answer:
    """Let the offers of ROUND lapse whose time is over."""
    from registry.services import offers

    lapsed = offers.expire(deed.session, round_id, deed.actor, deed.at)
    return Answer([*(f"{row.claim_id}  {row.state}" for row in lapsed), f"{len(lapsed)} offers lapsed"], lapsed)
