"""Offers: made when a proposal is adopted, accepted (in `entering`), declined by the party, or lapsed by the clock."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.claims import Claim, ClaimState, Placement
from registry.domain.decisions import Decision
from registry.domain.instants import utc_text
from registry.domain.offers import Offer, OfferState
from registry.domain.terms import entry_term
from registry.domain.timers import deadline
from registry.services import outbox
from registry.services.acting import get_claim, move_claim, require_own_party, require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record


def make(session: Session, decision: Decision, decider: Actor, at: datetime) -> list[Base]:
    """Offer every allotted claim that is still waiting its placement; what was made or changed, for the record."""
    proposal = decision.proposal
    by_claim = {row["claim"]: row for row in proposal.solution["allotments"]}
    expires_at = deadline(at, proposal.instance.policy.content["timers"]["offer"])
    wanted = select(Claim).where(Claim.id.in_(by_claim), Claim.state == ClaimState.READY).order_by(Claim.id)
    rows: list[Base] = []
    for claim in session.scalars(wanted).all():
        move_claim(claim, "offer", decider, at, {"allotted"})
        offer = _offer(claim, by_claim[claim.id], decision, at, expires_at)
        session.add(offer)
        fields = {**site(offer), "accept_by": utc_text(expires_at)}
        rows += [claim, offer, *outbox.post(session, "offer-made", f"claims/{claim.id}", fields, at, credited(offer))]
    return rows


def _offer(claim: Claim, allotment: Mapping[str, Any], decision: Decision, at: datetime, expires_at: datetime) -> Offer:
    placement = next(row for row in claim.current.placements if row.public_id == allotment["placement"])
    return Offer(
        claim=claim,
        decision=decision,
        placement=placement,
        start_day=allotment["start"],
        offered_at=at,
        expires_at=expires_at,
        state=OfferState.OPEN,
        reason="",
    )


def open_offer(session: Session, claim: Claim) -> Offer:
    """The open offer to a claim."""
    found = session.scalars(select(Offer).where(Offer.claim_id == claim.id, Offer.state == OfferState.OPEN)).first()
    if claim.state != ClaimState.OFFERED or found is None:
        raise ConflictError(f"claim {claim.id} is {claim.state}; there is no offer to answer")
    return found


def decline(session: Session, claim_id: str, actor: Actor, at: datetime, reason: str) -> Offer:
    """Decline the offer to a claim in time; the claim leaves the round, and its room is free for a re-solve."""
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    offer = answerable(session, claim, at)
    if not reason.strip():
        raise ValidationError(["reason: it is empty; say why the offer is declined"])
    move_claim(claim, "decline", actor, at, open_guard(offer, at))
    offer.close(OfferState.DECLINED, actor.name, at, reason)
    told = outbox.post(
        session, "offer-declined", f"claims/{claim_id}", {**site(offer), "reason": reason}, at, credited(offer)
    )
    record(session, at, actor, "offer-declined", f"claims/{claim_id}", [claim, offer, *told], reason=reason)
    return offer


def expire(session: Session, round_id: str, actor: Actor, at: datetime) -> list[Offer]:
    """Let every open offer of a round whose time is over at `at` lapse; those that did, by claim."""
    require_role(actor, "registrar", SYSTEM_ROLE)
    refuse_naive("at", at)
    wanted = select(Offer).join(Claim).where(Claim.round_id == round_id, Offer.state == OfferState.OPEN)
    over = [offer for offer in session.scalars(wanted.order_by(Offer.claim_id)) if offer.is_over_at(at)]
    for offer in over:
        _lapse(session, get_claim(session, offer.claim_id, actor), offer, actor, at)
    return over


def _lapse(session: Session, claim: Claim, offer: Offer, actor: Actor, at: datetime) -> None:
    move_claim(claim, "lapse", actor, at, {"offer-over"})
    offer.close(OfferState.LAPSED, actor.name, at)
    fields = {**site(offer), "accept_by": utc_text(offer.expires_at)}
    told = outbox.post(session, "offer-lapsed", f"claims/{claim.id}", fields, at, credited(offer))
    record(session, at, actor, "offer-lapsed", f"claims/{claim.id}", [claim, offer, *told])


def answerable(session: Session, claim: Claim, at: datetime) -> Offer:
    """The open offer to a claim, at an instant after it was made."""
    check_at(session, f"claims/{claim.id}", at)
    offer = open_offer(session, claim)
    if at < offer.offered_at:
        raise ConflictError(f"at: the offer was made at {utc_text(offer.offered_at)}; give a later instant")
    return offer


def open_guard(offer: Offer, at: datetime) -> set[str]:
    """The guard of an answer in time."""
    return set() if offer.is_over_at(at) else {"offer-open"}


def credited(offer: Offer) -> Iterable[str]:
    """The parties credited in the claim of an offer."""
    return [credit.party_id for credit in offer.claim.current.credits]


def site(offer: Offer) -> dict[str, object]:
    """Claim and place of an offer, for a notice."""
    claim, placement = offer.claim, offer.placement
    epoch = date.fromisoformat(offer.decision.proposal.instance.content["epoch"])
    term = entry_term(epoch, offer.start_day, phases_of(placement))
    return {
        "claim": claim.id,
        "claim_name": claim.current.name,
        "round": claim.round_id,
        "placement": placement.public_id,
        "place": placement.place_id,
        "starts_on": term.valid_from,
        "ends_on": term.valid_until,
    }


def phases_of(placement: Placement) -> list[tuple[int, int]]:
    """The phases of a placement as (offset, days)."""
    return [(phase.offset_days, phase.days) for phase in placement.phases]
