"""Examinations: which claims wait for one."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, ClaimState
from registry.domain.examinations import Examination


def waiting(session: Session, round_id: str) -> list[str]:
    """The submitted claims of a round whose newest revision has no examination yet, by id."""
    submitted = select(Claim).where(Claim.round_id == round_id, Claim.state == ClaimState.SUBMITTED).order_by(Claim.id)
    return [
        claim.id
        for claim in session.scalars(submitted)
        if not session.scalar(select(exists().where(Examination.revision_id == claim.current.id)))
    ]
