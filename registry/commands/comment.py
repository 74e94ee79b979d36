"""`registry comment`: what parties say in public on published claims, and what the filing party replies."""

from typing import TYPE_CHECKING

import click

from registry.commands.acting import Answer, Deed, Reading, acts, reads
from registry.commands.inputs import TEXT

if TYPE_CHECKING:
    from registry.queries.comments import CommentView


@click.group("comment")
def group() -> None:
    """Public comments on claims."""


@group.command("add")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("text", metavar="FILE", type=TEXT)
@click.option("--party", help="For the registrar: the party that sent it on paper.")
@acts("comments.add")
def add(deed: Deed, claim_id: str, text: str, party: str | None) -> Answer:
    """Say what is in FILE on CLAIM, in public and before the deadline."""
    from registry.services import comments

    comment = comments.add(deed.session, claim_id, text, deed.actor, deed.at, party=party)
    return Answer(f"comment {comment.id} of {comment.party_id} on claim {claim_id}", comment)


@group.command("reply")
@click.argument("comment_id", metavar="COMMENT")
@click.argument("text", metavar="FILE", type=TEXT)
@acts("comments.reply")
def reply(deed: Deed, comment_id: str, text: str) -> Answer:
    """Reply to COMMENT with what is in FILE, as the party that filed the claim."""
    from registry.services import comments

    comment = comments.reply(deed.session, comment_id, text, deed.actor, deed.at)
    return Answer(f"reply {comment.id} to comment {comment_id}", comment)


@group.command("list")
@click.option("--claim", help="Only on this claim, for example C-0001.")
@click.option("--round", "round_id", help="Only of this round, for example 2027-1.")
@reads()
def list_(reading: Reading, claim: str | None, round_id: str | None) -> Answer:
    """List comments, each followed by its replies."""
    from registry.queries.comments import list_comments

    rows = list_comments(reading.session, claim=claim, round_id=round_id, viewer=reading.viewer)
    return Answer([*map(_line, rows), f"{len(rows)} comments and replies"], rows)


def _line(row: "CommentView") -> str:
    about = f"reply to {row.reply_to}" if row.reply_to else f"on {row.claim}"
    return f"{row.id}  {row.made_at.date()}  {row.party:<4} {about}: {' '.join(row.text.split())}"
