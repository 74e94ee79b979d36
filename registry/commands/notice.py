"""`registry notice`: the outbox of notices to the UN Secretary-General and the parties."""

from collections.abc import Sequence

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads


@click.group("notice")
def group() -> None:
    """Notices that are to be delivered, and what came of it."""


@group.command("list")
@click.option("--state", type=click.Choice(["queued", "sent", "failed"]), help="Only these.")
@click.option("--to", "addressee", help="Only to un-secretary-general, all-parties or, for example, party/IND.")
@click.option("--about", "subject", help="Only about, for example, claims/C-0001.")
@reads()
def list_(reading: Reading, state: str | None, addressee: str | None, subject: str | None) -> Answer:
    """List notices in the order in which they were written."""
    from registry.queries.offers import list_notices

    rows = list_notices(reading.session, state=state, addressee=addressee, subject=subject, viewer=reading.viewer)
    lines = [f"{row.id:>5}  {row.state:<7} {row.addressee:<22} {row.heading}" for row in rows]
    return Answer([*lines, f"{len(rows)} notices"], rows)


@group.command("sent")
@click.argument("notice_ids", metavar="NOTICE...", nargs=-1, required=True, type=int)
@acts("outbox.mark_sent")
def sent(deed: Deed, notice_ids: Sequence[int]) -> Answer:
    """Note that notices were delivered."""
    from registry.services import outbox

    rows = [outbox.mark_sent(deed.session, notice_id, deed.actor, deed.at) for notice_id in notice_ids]
    return Answer(f"{len(rows)} notices sent", rows)


@group.command("failed")
@click.argument("notice_id", metavar="NOTICE", type=int)
@click.option("--reason", required=True, help="Why it could not be delivered.")
@acts("outbox.mark_failed")
def failed(deed: Deed, notice_id: int, reason: str) -> Answer:
    """Note that an attempt to deliver a notice failed."""
    from registry.services import outbox

    row = outbox.mark_failed(deed.session, notice_id, reason, deed.actor, deed.at)
    return Answer(f"notice {notice_id} is {row.state} after {row.attempts} attempts", row)
