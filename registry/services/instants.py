"""Instants of steps: aware, and never before the step that came last."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.instants import utc_text
from registry.log.records import Record
from registry.services.errors import ConflictError, ValidationError


def check_at(session: Session, subject: str, at: datetime) -> None:
    """Refuse a naive instant, and one before the last record about `subject` (for example `rounds/2027-1`)."""
    refuse_naive("at", at)
    last = session.scalar(select(func.max(Record.at)).where(Record.subject == subject))
    if last is not None and at < last:
        raise ConflictError(
            f"at: {utc_text(at)} lies before the last step on {subject}, {utc_text(last)}; give a later instant"
        )


def refuse_naive(field: str, at: datetime) -> None:
    """Refuse an instant without its offset from UTC."""
    if at.tzinfo is None:
        raise ValidationError([f"{field}: {at.isoformat()} has no offset from UTC; give an aware instant"])
