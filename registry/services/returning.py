"""Giving a claim back to its party for amendment, and refusing one that was not amended; both say why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.examinations import Examination
from registry.services.acting import get_claim, move_claim, require_role
from registry.services.errors import ValidationError
from registry.services.instants import check_at
from registry.services.recording import record


def return_claim(session: Session, claim_id: str, actor: Actor, at: datetime, reason: str) -> Claim:
    """Return a submitted claim whose newest revision was examined unfavourably."""
    require_role(actor, "registrar")
    claim = get_claim(session, claim_id, actor)
    check_at(session, f"claims/{claim_id}", at)
    _check(reason)
    newest = session.scalars(
        select(Examination.favourable)
        .where(Examination.revision_id == claim.current.id)
        .order_by(Examination.id.desc())
    ).first()
    move_claim(claim, "return", actor, at, {"examined-unfavourably"} if newest is False else ())
    record(session, at, actor, "claim-returned", f"claims/{claim_id}", [claim], reason=reason)
    return claim


def refuse(session: Session, claim_id: str, actor: Actor, at: datetime, reason: str) -> Claim:
    """Refuse a returned claim. It is out of its round then; its party may file another."""
    require_role(actor, "registrar")
    claim = get_claim(session, claim_id, actor)
    check_at(session, f"claims/{claim_id}", at)
    _check(reason)
    move_claim(claim, "refuse", actor, at)
    record(session, at, actor, "claim-refused", f"claims/{claim_id}", [claim], reason=reason)
    return claim


def _check(reason: str) -> None:
    if not reason.strip():
        raise ValidationError(["reason: it is empty; say why, in words fit to send to the party"])
