"""`registry decide`: what one decider says of the official proposal of a round."""

import click

from registry.commands.acting import Answer, Deed, acts


@click.command("decide")
@click.argument("round_id", metavar="ROUND")
@click.option(
    "--choice", required=True, type=click.Choice(["adopt", "reject", "recuse", "dissent"]), help="What you say."
)
@click.option("--ground", help="Of a rejection: verification-failed, procedural-fault or withdrawn-basis.")
@click.option("--reason", default="", help="Why; needed for all but adopt.")
@acts("deciding.decide")
def group(deed: Deed, round_id: str, choice: str, ground: str | None, reason: str) -> Answer:
    """Say what you think of the official proposal of ROUND; the second equal voice of another party decides."""
    from registry.services import deciding

    decided = deciding.decide(deed.session, round_id, choice, deed.actor, deed.at, ground=ground, reason=reason)
    told = f"{choice} noted for round {round_id}" + (
        "; your party is credited in it" if decided.vote.interested else ""
    )
    if decided.decision is not None:
        told += f"; the proposal is {decided.decision.outcome}"
    return Answer(told, {"vote": decided.vote, "decision": decided.decision})
