"""What an export of one round is made of, read once, in a fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, Placement, Revision
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal
from registry.domain.entries import Entry
from registry.domain.examinations import Examination, NormProfile, Provision
from registry.domain.instruments import Instrument, Membership
from registry.domain.notices import Notice
from registry.domain.offers import Offer
from registry.domain.parties import Controller, Operator, Party
from registry.domain.places import ProtectedPlace, Region
from registry.domain.rounds import Policy, Round
from registry.exports.coordination import Coordination
from registry.exports.coordination import gather as gather_coordination
from registry.exports.errors import ExportError
from registry.log import records


@dataclass(frozen=True, slots=True)
class Contents:
    """One round with everything it refers to. Rows are in the order of their ids; what is not there yet is None.

    `instance`, `draw`, `proposal` and `decision` belong together: the newest instance with an official proposal, or the
    newest one while no instance has any. `instances`, `draws` and `proposals` are all of the round.
    """

    round: Round
    policy: Policy | None
    claims: Sequence[Claim]
    examinations: dict[int, Examination]
    instance: FrozenInstance | None
    draw: Draw | None
    proposal: Proposal | None
    decision: Decision | None
    instances: Sequence[FrozenInstance]
    draws: dict[int, Draw]
    proposals: Sequence[Proposal]
    decisions: dict[int, Decision]
    offers: Sequence[Offer]
    notices: Sequence[Notice]
    coordination: Coordination
    entries: Sequence[Entry]
    parties: Sequence[Party]
    controllers: Sequence[Controller]
    operators: Sequence[Operator]
    instruments: Sequence[Instrument]
    memberships: Sequence[Membership]
    provisions: Sequence[Provision]
    norm_profiles: Sequence[NormProfile]
    regions: Sequence[Region]
    protected_places: Sequence[ProtectedPlace]
    log_size: int
    log_root: bytes

    @property
    def solution(self) -> dict[str, Any]:
        """The official solution; empty before there is a proposal."""
        return self.proposal.solution if self.proposal else {}

    @property
    def newest_at(self) -> datetime:
        """The last instant of the round that is recorded: the date that goes into files which must have one."""
        moments = [self.round.announced_at, *(claim.state_since_at for claim in self.claims)]
        moments += [entry.recorded_at for entry in self.entries]
        return max(moments)

    def day(self, number: int) -> date | None:
        """The date of a day counted from the policy's epoch."""
        return date.fromisoformat(self.policy.content["epoch"]) + timedelta(days=number) if self.policy else None

    def examination(self, claim: Claim) -> Examination | None:
        """The newest examination of the claim's newest revision."""
        return self.examinations.get(claim.current.id)

    def placements(self) -> list[tuple[Claim, Placement]]:
        """Every placement of the newest revisions, with its claim."""
        return [(claim, placement) for claim in self.claims for placement in claim.current.placements]


def gather(session: Session, round_id: str) -> Contents:
    """Read what is recorded of a round.

    Raises
    ------
    ExportError
        If there is no such round.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        known = ", ".join(session.scalars(select(Round.id).order_by(Round.id))) or "none yet"
        raise ExportError(f"round {round_id!r} is not in the register; rounds there: {known}")
    instances, proposals = _instances(session, round_id), _proposals(session, round_id)
    draws = {row.instance_id: row for row in _of(session, Draw, Draw.instance_id, instances)}
    decisions = {row.proposal_id: row for row in _of(session, Decision, Decision.proposal_id, proposals)}
    proposal = max((row for row in proposals if row.official), key=lambda row: row.instance.number, default=None)
    instance = proposal.instance if proposal else (instances[-1] if instances else None)
    coordination = gather_coordination(session, round_id)
    return Contents(
        round=round_,
        policy=round_.policy,
        claims=_claims(session, round_id),
        examinations=_examinations(session, round_id),
        instance=instance,
        draw=draws.get(instance.id) if instance else None,
        proposal=proposal,
        decision=decisions.get(proposal.id) if proposal else None,
        instances=instances,
        draws=draws,
        proposals=proposals,
        decisions=decisions,
        offers=_offers(session, round_id),
        notices=_notices(session, round_id, coordination),
        coordination=coordination,
        entries=_entries(session, round_id),
        parties=_all(session, Party),
        controllers=_all(session, Controller),
        operators=_all(session, Operator),
        instruments=_all(session, Instrument),
        memberships=sorted(_all(session, Membership), key=_membership_order),
        provisions=_all(session, Provision),
        norm_profiles=_all(session, NormProfile),
        regions=_all(session, Region),
        protected_places=_all(session, ProtectedPlace),
        log_size=records.size(session),
        log_root=records.root(session),
    )


def _all(session: Session, entity: Any) -> Sequence[Any]:
    # Sorted here and not by the database, whose order of texts depends on its locale.
    return sorted(session.scalars(select(entity)), key=lambda row: row.id)


def _of(session: Session, entity: Any, column: Any, parents: Sequence[FrozenInstance | Proposal]) -> Sequence[Any]:
    return session.scalars(select(entity).where(column.in_([parent.id for parent in parents]))).all()


def _instances(session: Session, round_id: str) -> Sequence[FrozenInstance]:
    chosen = select(FrozenInstance).where(FrozenInstance.round_id == round_id)
    return session.scalars(chosen.order_by(FrozenInstance.number)).all()


def _proposals(session: Session, round_id: str) -> Sequence[Proposal]:
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == round_id)
    return session.scalars(chosen.options(selectinload(Proposal.votes)).order_by(Proposal.id)).all()


def _offers(session: Session, round_id: str) -> Sequence[Offer]:
    wanted = select(Offer).join(Claim).where(Claim.round_id == round_id).options(selectinload(Offer.placement))
    return sorted(session.scalars(wanted), key=lambda row: (row.decision_id, row.claim_id))


def _notices(session: Session, round_id: str, coordination: Coordination) -> Sequence[Notice]:
    """The notices about the round, its claims and its consultations."""
    claims = select(Claim.id).where(Claim.round_id == round_id)
    subjects = {f"rounds/{round_id}", *(f"claims/{claim_id}" for claim_id in session.scalars(claims))}
    subjects |= {f"consultations/{page.row.id}" for page in coordination.cases}
    return [row for row in session.scalars(select(Notice).order_by(Notice.id)) if row.subject in subjects]


def _claims(session: Session, round_id: str) -> Sequence[Claim]:
    revisions = selectinload(Claim.revisions)
    wanted = select(Claim).where(Claim.round_id == round_id)
    options = (
        revisions.selectinload(Revision.credits),
        revisions.selectinload(Revision.placements).selectinload(Placement.phases),
    )
    return sorted(session.scalars(wanted.options(*options)), key=lambda claim: claim.id)


def _examinations(session: Session, round_id: str) -> dict[int, Examination]:
    """The newest examination of each revision, by the revision's key."""
    wanted = select(Examination).join(Revision).join(Claim).where(Claim.round_id == round_id)
    rows = session.scalars(wanted.options(selectinload(Examination.findings)).order_by(Examination.id))
    return {row.revision_id: row for row in rows}


def _entries(session: Session, round_id: str) -> Sequence[Entry]:
    wanted = select(Entry).join(Claim).where(Claim.round_id == round_id)
    options = (selectinload(Entry.zones), selectinload(Entry.placement))
    return sorted(session.scalars(wanted.options(*options)), key=lambda entry: entry.id)


def _membership_order(row: Membership) -> tuple[str, str, str, str]:
    return row.instrument_id, row.party_id, row.status, row.since
