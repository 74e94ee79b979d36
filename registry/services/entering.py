"""Entering accepted offers: an entry with a finite term, and one safety zone for each phase."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState, Phase, Placement
from registry.domain.decisions import Decision, FrozenInstance, Proposal
from registry.domain.entries import Entry, EntryState, Zone
from registry.domain.terms import days_term, entry_term
from registry.domain.timers import deadline
from registry.services.acting import get_claim, get_round, move_claim, require_own_party
from registry.services.deciding import official_proposal
from registry.services.errors import ConflictError
from registry.services.recording import record
from solver import geometry

# Outlines are stored in whole millimetres; this much more keep-out lets them still circumscribe their zone.
OUTLINE_SLACK_M = 0.001


def accept_all(session: Session, round_id: str, actor: Actor, at: datetime) -> list[Entry]:
    """Accept and enter every open offer of a round, in the order of the claims' ids."""
    get_round(session, round_id)
    offered = session.scalars(
        select(Claim.id).where(Claim.round_id == round_id, Claim.state == ClaimState.OFFERED).order_by(Claim.id)
    )
    return [accept(session, claim_id, actor, at) for claim_id in offered.all()]


def accept(session: Session, claim_id: str, actor: Actor, at: datetime) -> Entry:
    """Accept the offer to a claim in time, and record its entry and zones."""
    claim = get_claim(session, claim_id)
    require_own_party(actor, claim.filed_by_id)
    if claim.state != ClaimState.OFFERED:
        raise ConflictError(f"claim {claim_id} is {claim.state}; there is no offer to accept")
    decision, proposal, instance = _basis(session, claim)
    offer_ends_at = deadline(claim.state_since_at, instance.policy.content["timers"]["offer"])
    move_claim(claim, "record", actor, at, {"offer-open"} if at <= offer_ends_at else ())
    entry = _entry(session, claim, decision, _allotment(proposal, claim_id), instance.content["epoch"], at)
    session.add(entry)
    session.flush()
    record(session, at, actor, "entry-recorded", f"claims/{claim_id}", [claim, entry, *entry.zones])
    return entry


def _basis(session: Session, claim: Claim) -> tuple[Decision, Proposal, FrozenInstance]:
    proposal = official_proposal(session, claim.round_id)
    decision = session.scalars(select(Decision).where(Decision.proposal_id == proposal.id)).one()
    return decision, proposal, proposal.instance


def _allotment(proposal: Proposal, claim_id: str) -> dict[str, Any]:
    return next(row for row in proposal.solution["allotments"] if row["claim"] == claim_id)


def _entry(
    session: Session, claim: Claim, decision: Decision, allotment: dict[str, Any], epoch_text: str, at: datetime
) -> Entry:
    epoch, start = date.fromisoformat(epoch_text), allotment["start"]
    placement = next(row for row in claim.current.placements if row.public_id == allotment["placement"])
    term = entry_term(epoch, start, [(phase.offset_days, phase.days) for phase in placement.phases])
    return Entry(
        id=f"E-{(session.scalar(select(func.count()).select_from(Entry)) or 0) + 1:04d}",
        claim=claim,
        placement=placement,
        decision_id=decision.id,
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
        outline=_rounded(geometry.zone_outline(placement.footprint, phase.keep_out_m + OUTLINE_SLACK_M)),
    )


def _rounded(outline: dict[str, Any]) -> dict[str, Any]:
    def whole_millimetres(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [whole_millimetres(item) for item in value]
        return round(float(value), 3)

    return {"type": outline["type"], "coordinates": whole_millimetres(outline["coordinates"])}
