"""Entering accepted offers: an entry with a finite term, and one safety zone for each phase."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState, Phase, Placement
from registry.domain.entries import Entry, EntryState, Zone
from registry.domain.offers import Offer, OfferState
from registry.domain.operations import DELEGATE
from registry.domain.terms import days_term, entry_term
from registry.services import bank_duties, lives, offers, outbox, room
from registry.services.acting import get_claim, get_round, move_claim, require_own_party, require_role
from registry.services.errors import ConflictError
from registry.services.outlines import outline
from registry.services.recording import record


def accept_all(
    session: Session, round_id: str, actor: Actor, at: datetime, *, claims: Sequence[str] | None = None
) -> list[Entry]:
    """Accept and enter every open offer of a round, in the order of the claims' ids; for a delegate those of its party.

    Parameters
    ----------
    claims
        The claims that were shown to whoever accepts, in that order.

    Raises
    ------
    ConflictError
        If `claims` are no longer those with an open offer: nothing is accepted that was not looked at.
    """
    offered = offered_claims(session, round_id, actor)
    if claims is not None and (not claims or list(claims) != offered[: len(claims)]):
        raise ConflictError("the open offers are not those that were shown; look at them again before you accept")
    return [accept(session, claim_id, actor, at) for claim_id in (offered if claims is None else claims)]


def offered_claims(session: Session, round_id: str, actor: Actor) -> list[str]:
    """The claims of a round with an open offer that `actor` may accept, by id."""
    require_role(actor, "delegate", "registrar")
    get_round(session, round_id)
    offered = select(Claim.id).where(Claim.round_id == round_id, Claim.state == ClaimState.OFFERED)
    if actor.role in DELEGATE:
        offered = offered.where(Claim.filed_by_id == actor.party)
    return list(session.scalars(offered.order_by(Claim.id)))


def accept(session: Session, claim_id: str, actor: Actor, at: datetime) -> Entry:
    """Accept the offer to a claim in time, and record its entry, zones and duties; the Secretary-General and all are told."""
    claim = get_claim(session, claim_id, actor)
    require_own_party(actor, claim.filed_by_id)
    offer = offers.answerable(session, claim, at)
    bank_duties.require_settled(session, claim)
    move_claim(claim, "record", actor, at, offers.open_guard(offer, at))
    offer.close(OfferState.ACCEPTED, actor.name, at)
    entry = _entry(session, offer, at)
    room.require_room(session, entry, {row["id"] for row in offer.decision.proposal.instance.content["claims"]})
    session.add(entry)
    session.flush()
    told = outbox.post(session, "entry-recorded", f"claims/{claim_id}", _told(offer, entry), at, offers.credited(offer))
    duties = lives.begin(session, claim, entry, at)
    banked = [*bank_duties.take(session, entry, actor, at), *bank_duties.begin(session, claim, at)]
    rows = [claim, offer, entry, *entry.zones, *duties, *told, *banked]
    record(session, at, actor, "entry-recorded", f"claims/{claim_id}", rows)
    return entry


def _told(offer: Offer, entry: Entry) -> dict[str, object]:
    revision = offer.claim.current
    zones = "; ".join(
        f"{zone.phase} from {zone.valid_from} until {zone.valid_until}, {zone.keep_out_m} m "
        f"({zone.method_id} {zone.method_version})"
        for zone in entry.zones
    )
    return {
        **offers.site(offer),
        "entry": entry.id,
        "parties": " and ".join(offers.credited(offer)),
        "operator": revision.operator_id,
        "activity": revision.activity,
        "purpose": revision.purpose,
        "zones": zones,
    }


def _entry(session: Session, offer: Offer, at: datetime) -> Entry:
    epoch, start = date.fromisoformat(offer.decision.proposal.instance.content["epoch"]), offer.start_day
    claim, placement = offer.claim, offer.placement
    term = entry_term(epoch, start, offers.phases_of(placement))
    return Entry(
        id=lives.next_id(session),
        claim=claim,
        placement=placement,
        decision_id=offer.decision_id,
        start_day=start,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        state=EntryState.RECORDED,
        recorded_at=at,
        illustrative=claim.illustrative,
        zones=[_zone(placement, phase, epoch, start) for phase in placement.phases],
    )


def _zone(placement: Placement, phase: Phase, epoch: date, start: int) -> Zone:
    term = days_term(epoch, start + phase.offset_days, start + phase.offset_days + phase.days)
    return Zone(
        position=phase.position,
        phase=phase.name,
        start_day=term.start_day,
        end_day=term.end_day,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        keep_out_m=phase.keep_out_m,
        method_id=phase.method_id,
        method_version=phase.method_version,
        outline=outline(placement.footprint, phase.keep_out_m),
    )
