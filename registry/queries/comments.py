"""Comments on claims with their replies."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.comments import Comment
from registry.domain.visibility import PUBLIC, Viewer, person, sees_claim


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, or the reply to one; `author` is empty where people are not shown."""

    id: str
    claim: str
    party: str
    author: str
    text: str
    made_at: datetime
    reply_to: str | None
    illustrative: bool


def list_comments(
    session: Session, *, claim: str | None = None, round_id: str | None = None, viewer: Viewer = PUBLIC
) -> tuple[CommentView, ...]:
    """Comments by claim, each followed by its replies; those on one claim, or in one round, if named."""
    chosen = select(Comment).join(Claim).where(sees_claim(viewer))
    if claim is not None:
        chosen = chosen.where(Comment.claim_id == claim)
    if round_id is not None:
        chosen = chosen.where(Claim.round_id == round_id)
    rows = session.scalars(chosen)
    return tuple(_view(row, viewer) for row in sorted(rows, key=_order))


def _order(row: Comment) -> tuple[str, str, str]:
    return row.claim_id, row.reply_to_id or row.id, row.id


def _view(row: Comment, viewer: Viewer) -> CommentView:
    return CommentView(
        id=row.id,
        claim=row.claim_id,
        party=row.party_id,
        author=person(viewer, row.author),
        text=row.text,
        made_at=row.made_at,
        reply_to=row.reply_to_id,
        illustrative=row.illustrative,
    )


def find_comment(session: Session, comment_id: str, viewer: Viewer = PUBLIC) -> CommentView | None:
    """The comment with this id on a claim that is there for a viewer, or None."""
    row = session.scalar(select(Comment).join(Claim).where(Comment.id == comment_id, sees_claim(viewer)))
    return None if row is None else _view(row, viewer)
