"""Offers of a round, and the notices in the outbox."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.notices import Notice
from registry.domain.offers import Offer, OfferState


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer with its answer; `instance` is the number of the instance whose proposal it comes from."""

    claim: str
    name: str
    filed_by: str
    round: str
    instance: int
    placement: str
    place: str
    start_day: int
    starts_on: date
    offered_at: datetime
    expires_at: datetime
    state: str
    answered_at: datetime | None
    answered_by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice and what came of its delivery."""

    id: int
    kind: str
    addressee: str
    subject: str
    heading: str
    text: str
    created_at: datetime
    state: str
    attempts: int
    last_attempt_at: datetime | None
    sent_at: datetime | None
    failure: str


def list_offers(
    session: Session, *, round_id: str | None = None, claim: str | None = None, state: str | None = None
) -> tuple[OfferView, ...]:
    """Offers by instance and claim: all, or those of one round, to one claim, in one state."""
    chosen = select(Offer).join(Claim)
    if round_id is not None:
        chosen = chosen.where(Claim.round_id == round_id)
    if claim is not None:
        chosen = chosen.where(Offer.claim_id == claim)
    if state is not None:
        chosen = chosen.where(Offer.state == OfferState(state))
    return tuple(sorted(map(_view, session.scalars(chosen)), key=lambda row: (row.round, row.instance, row.claim)))


def _view(offer: Offer) -> OfferView:
    instance = offer.decision.proposal.instance
    return OfferView(
        claim=offer.claim_id,
        name=offer.claim.current.name,
        filed_by=offer.claim.filed_by_id,
        round=offer.claim.round_id,
        instance=instance.number,
        placement=offer.placement.public_id,
        place=offer.placement.place_id,
        start_day=offer.start_day,
        starts_on=date.fromisoformat(instance.content["epoch"]) + timedelta(days=offer.start_day),
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        state=offer.state,
        answered_at=offer.answered_at,
        answered_by=offer.answered_by,
        reason=offer.reason,
    )


def list_notices(
    session: Session, *, state: str | None = None, addressee: str | None = None, subject: str | None = None
) -> tuple[NoticeView, ...]:
    """Notices in the order in which they were written: all, or those in a state, to an addressee, about a subject."""
    chosen = select(Notice).order_by(Notice.id)
    for column, value in ((Notice.state, state), (Notice.addressee, addressee), (Notice.subject, subject)):
        if value is not None:
            chosen = chosen.where(column == value)
    return tuple(notice_view(row) for row in session.scalars(chosen))


def notice_view(row: Notice) -> NoticeView:
    """A notice for reading."""
    names = NoticeView.__slots__
    return NoticeView(**{name: getattr(row, name) for name in names})
