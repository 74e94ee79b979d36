"""Offers of a round, and the notices in the outbox."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.notices import Notice
from registry.domain.offers import Offer, OfferState
from registry.domain.visibility import PUBLIC, Viewer, hidden_claims, person, words_of_notice


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
    session: Session,
    *,
    round_id: str | None = None,
    claim: str | None = None,
    state: str | None = None,
    viewer: Viewer = PUBLIC,
) -> tuple[OfferView, ...]:
    """Offers by instance and claim: all, or those of one round, to one claim, in one state."""
    chosen = select(Offer).join(Claim)
    if round_id is not None:
        chosen = chosen.where(Claim.round_id == round_id)
    if claim is not None:
        chosen = chosen.where(Offer.claim_id == claim)
    if state is not None:
        chosen = chosen.where(Offer.state == OfferState(state))
    rows = (_view(offer, viewer) for offer in session.scalars(chosen))
    return tuple(sorted(rows, key=lambda row: (row.round, row.instance, row.claim)))


def _view(offer: Offer, viewer: Viewer) -> OfferView:
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
        answered_by=person(viewer, offer.answered_by) or None,
        reason=offer.reason,
    )


def list_notices(
    session: Session,
    *,
    state: str | None = None,
    addressee: str | None = None,
    subject: str | None = None,
    viewer: Viewer = PUBLIC,
) -> tuple[NoticeView, ...]:
    """Notices in the order in which they were written: all, or those in a state, to an addressee, about a subject.

    The words of notices that can name people are for their addressees and those who keep or audit the register.
    """
    hidden = [f"claims/{claim}" for claim in session.scalars(hidden_claims(viewer))]
    chosen = select(Notice).where(Notice.subject.not_in(hidden)).order_by(Notice.id)
    for column, value in ((Notice.state, state), (Notice.addressee, addressee), (Notice.subject, subject)):
        if value is not None:
            chosen = chosen.where(column == value)
    return tuple(notice_view(row, viewer) for row in session.scalars(chosen))


def notice_view(row: Notice, viewer: Viewer = PUBLIC) -> NoticeView:
    """A notice as a viewer may read it."""
    cells = {name: getattr(row, name) for name in NoticeView.__slots__}
    words = {name: words_of_notice(viewer, row.kind, row.addressee, cells[name]) for name in ("heading", "text")}
    return NoticeView(**{**cells, **words})


def find_notice(session: Session, notice_id: int, viewer: Viewer = PUBLIC) -> NoticeView | None:
    """The notice with this number as a viewer may read it, or None."""
    row = session.get(Notice, notice_id)
    return None if row is None else notice_view(row, viewer)
