"""Comments on published claims: any party's, in public, until the deadline; the filing party replies."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.comments import Comment
from registry.domain.instants import utc_text
from registry.domain.parties import Party
from registry.services.acting import get, get_claim, get_round, require_own_party, require_role
from registry.services.coordination import ends_at
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.filing import FREEZING_OVER
from registry.services.instants import check_at
from registry.services.recording import record
from registry.services.wording import worded

COMMENTED = (ClaimState.PUBLISHED, ClaimState.COORDINATION)


def add(session: Session, claim_id: str, text: str, actor: Actor, at: datetime, *, party: str | None = None) -> Comment:
    """Say something in public on a published claim, in time.

    Parameters
    ----------
    party
        The party whose paper the registrar enters; a delegate speaks for the own party.
    """
    require_role(actor, "delegate", "registrar")
    claim = get_claim(session, claim_id, actor)
    speaker = _speaker(session, actor, party)
    kept = worded("text", text)
    check_at(session, f"claims/{claim_id}", at)
    _check_time(session, claim, at)
    return _said(session, claim, speaker, kept, actor, at)


def reply(session: Session, comment_id: str, text: str, actor: Actor, at: datetime) -> Comment:
    """Answer a comment in public, as the party that filed the claim, until the round is frozen."""
    require_role(actor, "delegate", "registrar")
    comment = get(session, Comment, comment_id, "comment")
    claim = get_claim(session, comment.claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    kept = worded("text", text)
    check_at(session, f"claims/{claim.id}", at)
    if comment.reply_to_id is not None:
        raise ConflictError(f"comment {comment_id} is a reply itself; reply to {comment.reply_to_id}")
    round_ = get_round(session, claim.round_id)
    if round_.state in FREEZING_OVER:
        raise ConflictError(f"round {round_.id} is {round_.state}; replies are heard until it is frozen")
    return _said(session, claim, claim.filed_by_id, kept, actor, at, comment_id)


def _said(
    session: Session,
    claim: Claim,
    party_id: str,
    text: str,
    actor: Actor,
    at: datetime,
    reply_to: str | None = None,
) -> Comment:
    comment = Comment(
        id=f"M-{(session.scalar(select(func.count()).select_from(Comment)) or 0) + 1:04d}",
        claim_id=claim.id,
        party_id=party_id,
        author=actor.name,
        text=text,
        made_at=at,
        reply_to_id=reply_to,
        illustrative=claim.illustrative,
    )
    session.add(comment)
    act = "comment-made" if reply_to is None else "comment-answered"
    record(session, at, actor, act, f"claims/{claim.id}", [comment])
    return comment


def _speaker(session: Session, actor: Actor, party: str | None) -> str:
    speaker = actor.party if actor.role == "delegate" else party
    if speaker is None:
        raise ValidationError(["party: missing; name the party whose comment this is"])
    if party not in (None, speaker):
        raise NotAllowedError(f"a delegate acts for the own party only: {speaker}, not {party}")
    if session.get(Party, speaker) is None:
        raise ValidationError([f"party: {speaker!r} is unknown; use the id of a registered party"])
    return speaker


def _check_time(session: Session, claim: Claim, at: datetime) -> None:
    """Refuse a comment on a claim that is not published yet, and one that comes too late."""
    if claim.state in (ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED):
        raise ConflictError(f"claim {claim.id} is {claim.state}; comments begin with its publication")
    closes_at = ends_at(session, claim)
    if claim.state not in COMMENTED or (closes_at is not None and at > closes_at):
        when = f" on {utc_text(closes_at)}" if closes_at else ""
        raise ConflictError(
            f"the time for comments on claim {claim.id} is over{when}; write to {claim.filed_by_id}, with which terms can "
            "be agreed on until the round is frozen"
        )
