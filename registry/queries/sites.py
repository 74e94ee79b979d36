"""Placements of claims as sites on one calendar: what is asked for in a round, and what is recorded."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, ClaimState, Placement, Revision
from registry.domain.entries import Entry
from registry.domain.overlaps import Site, Stay
from registry.domain.rounds import Round
from solver import geometry

ASKED = (ClaimState.COORDINATION, ClaimState.READY)
RECORDED = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)


def concerned(session: Session, claim: Claim) -> list[Claim]:
    """The claims of other parties that a claim entering coordination may affect, by id: those of its round that are in
    coordination or ready, and those of any round with an entry.
    """
    asked = (Claim.round_id == claim.round_id) & Claim.state.in_(ASKED)
    chosen = select(Claim).where(
        or_(asked, Claim.state.in_(RECORDED)), Claim.id != claim.id, Claim.filed_by_id != claim.filed_by_id
    )
    parts = selectinload(Claim.revisions).selectinload(Revision.placements).selectinload(Placement.phases)
    return sorted(session.scalars(chosen.options(parts)), key=lambda row: row.id)


def sites(session: Session, claim: Claim) -> list[Site]:
    """Where a claim may be and when: each placement that it asks for, or the one that its entry has.

    Starts count from the first day of the calendar, so that claims of rounds with different epochs can be compared.
    """
    if claim.state not in RECORDED:
        start = _epoch(session, claim.round_id).toordinal()
        return [_site(row, start + row.first_day, start + row.last_day) for row in claim.current.placements]
    newest = select(Entry).where(Entry.claim_id == claim.id).order_by(Entry.recorded_at.desc(), Entry.id.desc())
    entry = session.scalars(newest).first()
    return [] if entry is None else [_site(entry.placement, *[entry.valid_from.toordinal()] * 2)]


def _epoch(session: Session, round_id: str) -> date:
    policy = session.get_one(Round, round_id).policy
    assert policy is not None, "a round opens only with a policy"
    return date.fromisoformat(policy.content["epoch"])


def _site(placement: Placement, first_day: int, last_day: int) -> Site:
    stays = tuple(Stay(phase.offset_days, phase.days, phase.keep_out_m) for phase in placement.phases)
    return Site(placement.public_id, geometry.footprint(placement.footprint), first_day, last_day, stays)
