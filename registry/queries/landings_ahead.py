"""Landings and ascents that are not of an entry yet: of allotments on offer, and of public claims still in procedure.

Of a claim that nobody has decided on the first choice is shown, on every day on which it may be: it is a wish, and says so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, ClaimState, Phase, Placement, Revision, is_newest
from registry.domain.offers import Offer, OfferState
from registry.domain.rounds import Policy
from registry.queries.landings import PLUME, Movement, Standing, credits_of, in_order
from solver.geometry import footprint
from solver.traffic.methods import ASCENT, LANDING

UNDECIDED = (ClaimState.PUBLISHED, ClaimState.COORDINATION, ClaimState.READY)
Row = tuple[Claim, Revision, Placement, date, date, datetime]


def offered(session: Session, claim_id: str | None = None) -> tuple[Movement, ...]:
    """The movements of allotments that are on offer and not answered, of all claims or of one."""
    chosen = (
        select(Offer, Claim, Revision, Placement)
        .join(Claim, Offer.claim_id == Claim.id)
        .join(Placement, Offer.placement_id == Placement.id)
        .join(Revision, Placement.revision_id == Revision.id)
        .where(Offer.state == OfferState.OPEN, Claim.state == ClaimState.OFFERED)
        .order_by(Claim.id)
    )
    if claim_id is not None:
        chosen = chosen.where(Claim.id == claim_id)
    rows: list[Row] = []
    for offer, claim, revision, placement in session.execute(chosen):
        begin = date.fromisoformat(offer.decision.proposal.instance.content["epoch"]) + timedelta(offer.start_day)
        rows.append((claim, revision, placement, begin, begin, offer.offered_at))
    return in_order(_movements(session, rows, Standing.OFFERED))


def in_procedure(session: Session) -> tuple[Movement, ...]:
    """The movements of the first choice of each public claim that is not decided on."""
    chosen = (
        select(Claim, Revision, Placement)
        .join(Revision, Revision.claim_id == Claim.id)
        .join(Placement, Placement.revision_id == Revision.id)
        .where(Claim.state.in_(UNDECIDED), Claim.published_at.is_not(None), is_newest(), Placement.rank == 1)
        .order_by(Claim.id)
    )
    epochs = _epochs(session)
    rows: list[Row] = []
    for claim, revision, placement in session.execute(chosen):
        epoch = epochs.get(claim.round_id)
        if epoch is not None and claim.published_at is not None:
            first, last = (epoch + timedelta(day) for day in (placement.first_day, placement.last_day))
            rows.append((claim, revision, placement, first, last, claim.published_at))
    return in_order(_movements(session, rows, Standing.IN_PROCEDURE))


def _epochs(session: Session) -> dict[str, date]:
    """The first day of each round, by the policy in force."""
    found = session.scalars(select(Policy).order_by(Policy.round_id, Policy.version))
    return {policy.round_id: date.fromisoformat(policy.content["epoch"]) for policy in found}


def _movements(session: Session, rows: Iterable[Row], standing: Standing) -> Iterator[Movement]:
    rows = list(rows)
    credit = credits_of(session, [row[1].id for row in rows])
    for claim, revision, placement, first, last, known_at in rows:
        middle = footprint(placement.footprint).representative_point()
        length = max(phase.offset_days + phase.days for phase in placement.phases)
        for phase in (phase for phase in placement.phases if phase.method_id == PLUME):
            begin, end = _days(phase, first, last)
            yield Movement(
                entry="",
                claim=claim.id,
                name=revision.name,
                round=claim.round_id,
                parties=credit.get(revision.id, ()),
                operator=revision.operator_id,
                kind=ASCENT if phase.name == ASCENT else LANDING,
                phase=phase.name,
                place=placement.place_id,
                site=(middle.x, middle.y),
                first_day=begin,
                until=end,
                keep_out_m=phase.keep_out_m,
                inputs=phase.inputs,
                recorded_at=known_at,
                illustrative=claim.illustrative,
                standing=standing,
                term=(first, last + timedelta(days=length)),
            )


def _days(phase: Phase, first: date, last: date) -> tuple[date, date]:
    """The first day of a phase, and the first after it, of a placement that starts from `first` to `last`."""
    return first + timedelta(phase.offset_days), last + timedelta(phase.offset_days + phase.days)
