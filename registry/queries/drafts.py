"""A party's own drafts and the files beside them and beside its claims. Of another party's drafts nothing is told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry.domain.attachments import AttachedFile, Attachment, DraftAttachment
from registry.domain.claims import Claim
from registry.domain.drafts import Draft
from registry.domain.rounds import Round, RoundState
from registry.domain.visibility import Viewer, sees_claim

TAKING = (RoundState.OPEN, RoundState.ANNOUNCED)


def own_drafts(session: Session, viewer: Viewer) -> Sequence[Draft]:
    """The drafts of the viewer's party, the newest first."""
    wanted = select(Draft).where(Draft.filed_by_id == viewer.filing_party)
    return session.scalars(wanted.order_by(Draft.saved_at.desc(), Draft.id.desc())).all()


def own_draft(session: Session, draft_id: int, viewer: Viewer) -> Draft | None:
    """A draft of the viewer's party; None for any other."""
    wanted = select(Draft).where(Draft.id == draft_id, Draft.filed_by_id == viewer.filing_party)
    return session.scalars(wanted).one_or_none()


def own_claims(session: Session, viewer: Viewer) -> Sequence[Claim]:
    """The claims that the viewer's party filed, the newest first."""
    wanted = select(Claim).where(Claim.filed_by_id == viewer.filing_party)
    return session.scalars(wanted.order_by(Claim.id.desc())).all()


def round_taking_drafts(session: Session) -> Round | None:
    """The round that takes claims now, or else the newest that is announced."""
    rows = session.scalars(select(Round).where(Round.state.in_(TAKING)).order_by(Round.opens_at.desc())).all()
    return min(rows, key=lambda row: row.state != RoundState.OPEN, default=None)


def files_of_draft(session: Session, draft: Draft) -> Sequence[DraftAttachment]:
    """The files beside a draft."""
    wanted = select(DraftAttachment).where(DraftAttachment.draft_id == draft.id)
    return session.scalars(wanted.order_by(DraftAttachment.id)).all()


def files_of_claim(session: Session, claim_id: str, viewer: Viewer) -> Sequence[Attachment]:
    """The files filed with a claim, as far as the claim is there for the viewer."""
    wanted = select(Attachment).join(Claim, Claim.id == Attachment.claim_id)
    return session.scalars(wanted.where(Claim.id == claim_id, sees_claim(viewer)).order_by(Attachment.id)).all()


def content(session: Session, row: DraftAttachment | Attachment) -> bytes:
    """The bytes of a file."""
    return session.get_one(AttachedFile, row.sha256, options=[undefer(AttachedFile.content)]).content
