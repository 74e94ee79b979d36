"""`registry service`: power, relay, rescue and pads shared between entries."""

from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.domain.shared_services import Loss


@click.group("service")
def group() -> None:
    """Services that one entry offers to all others, and what breaks if one ends."""


@group.command("offer")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--kind", required=True, type=click.Choice(["power", "relay", "rescue", "pad"]))
@click.option("--what", required=True, help="What is offered, in public words.")
@click.option("--serves", type=int, default=1, help="How many entries it can serve at a time (default: 1).")
@acts("sharing.offer")
def offer(deed: Deed, claim_id: str, kind: str, what: str, serves: int) -> Answer:
    """Offer a service of your entry of CLAIM to every other entry."""
    from registry.services import sharing

    made = sharing.offer(deed.session, claim_id, kind, what, serves, deed.actor, deed.at)
    return Answer(f"service {made.id} ({kind}) is offered by claim {claim_id}", made)


@group.command("rely")
@click.argument("service_id", metavar="SERVICE")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--need", required=True, help="What for, in public words.")
@click.option("--vital", is_flag=True, help="The operation has to stop without any service of the kind.")
@acts("sharing.rely")
def rely(deed: Deed, service_id: str, claim_id: str, need: str, *, vital: bool) -> Answer:
    """State that your entry of CLAIM relies on SERVICE."""
    from registry.services import sharing

    made = sharing.rely(deed.session, service_id, claim_id, need, deed.actor, deed.at, vital=vital)
    return Answer(f"claim {claim_id} relies on service {service_id}", made)


@group.command("leave")
@click.argument("service_id", metavar="SERVICE")
@click.argument("claim_id", metavar="CLAIM")
@click.option("--reason", required=True, help="Why, in public words.")
@acts("sharing.leave")
def leave(deed: Deed, service_id: str, claim_id: str, reason: str) -> Answer:
    """State that your entry of CLAIM relies on SERVICE no more."""
    from registry.services import sharing

    made = sharing.leave(deed.session, service_id, claim_id, reason, deed.actor, deed.at)
    return Answer(f"claim {claim_id} relies on service {service_id} no more", made)


@group.command("end")
@click.argument("service_id", metavar="SERVICE")
@click.option("--reason", required=True, help="Why, in public words.")
@acts("sharing.end")
def end(deed: Deed, service_id: str, reason: str) -> Answer:
    """End SERVICE, which your entry offers."""
    from registry.services import sharing

    made = sharing.end(deed.session, service_id, reason, deed.actor, deed.at)
    return Answer(f"service {service_id} has ended", made)


@group.command("list")
@reads()
def list_(reading: Reading) -> Answer:
    """List services with those who rely on them, and what breaks if one ends."""
    from registry.queries.shared_services import list_services

    rows = list_services(reading.session)
    lines: list[str] = []
    for row in rows:
        over = ", over" if row.is_over else ""
        lines.append(f"{row.id}  {row.kind} of claim {row.claim} ({row.party}){over}: {row.what}")
        lines += [f"  relied on by {held.claim} ({held.party}): {held.need}" for held in row.relied_on_by]
        lines += [f"  if it ends: {_words(loss)}" for loss in row.breaks]
    return Answer([*lines, f"{len(rows)} services"], rows)


@group.command("breaks")
@click.argument("claim_id", metavar="CLAIM")
@reads()
def breaks(reading: Reading, claim_id: str) -> Answer:
    """Tell what breaks if the entry of CLAIM ends."""
    from registry.queries.shared_services import breaks_with

    losses = breaks_with(reading.session, claim_id)
    return Answer([_words(loss) for loss in losses] or f"nothing relies on the entry of claim {claim_id}", losses)


def _words(loss: "Loss") -> str:
    what = "has to stop" if loss.stops else "goes on with less"
    return f"claim {loss.claim} {what}: it loses {loss.kind} of {', '.join(loss.services)} (wave {loss.step})"
