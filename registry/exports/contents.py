"""What is recorded of one round, read once, in a fixed order.

In the public scope a claim that is not published does not exist: neither it nor anything about it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, Placement, Revision
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal
from registry.domain.entries import Entry
from registry.domain.examinations import Examination
from registry.domain.notices import Notice
from registry.domain.offers import Offer
from registry.domain.rounds import Policy, Round
from registry.domain.visibility import sees_claim
from registry.exports import attachments
from registry.exports.coordination import Coordination
from registry.exports.coordination import gather as gather_coordination
from registry.exports.errors import ExportError
from registry.exports.lives import Lives
from registry.exports.lives import gather as gather_lives
from registry.exports.scope import VIEWERS, Scope

_AT_ONCE = 500  # values in one question to the database


@dataclass(frozen=True, slots=True)
class Contents:
    """One round with what happened in it. Rows are in the order of their ids; what is not there yet is None.

    `instance`, `draw`, `proposal` and `decision` belong together: the newest instance with an official proposal, or the
    newest one while no instance has any. `instances`, `draws` and `proposals` are all of the round. `examinations` has
    those of each revision by its key, the newest last.
    """

    scope: Scope
    round: Round
    policy: Policy | None
    claims: Sequence[Claim]
    examinations: Mapping[int, Sequence[Examination]]
    instance: FrozenInstance | None
    draw: Draw | None
    proposal: Proposal | None
    decision: Decision | None
    instances: Sequence[FrozenInstance]
    draws: Mapping[int, Draw]
    proposals: Sequence[Proposal]
    decisions: Mapping[int, Decision]
    offers: Sequence[Offer]
    notices: Sequence[Notice]
    coordination: Coordination
    lives: Lives
    entries: Sequence[Entry]
    attached: Sequence[attachments.Attached]

    @property
    def solution(self) -> dict[str, Any]:
        """The official solution; empty before there is a proposal."""
        return self.proposal.solution if self.proposal else {}

    @property
    def standing(self) -> Sequence[Entry]:
        """The entries that no other one supersedes."""
        gone = {entry.supersedes_id for entry in self.entries}
        return [entry for entry in self.entries if entry.id not in gone]

    @property
    def allotted(self) -> frozenset[str]:
        """The placements that the official solution gives to their claims."""
        return frozenset(row["placement"] for row in self.solution.get("allotments", ()))

    def day(self, number: int) -> date | None:
        """The date of a day counted from the policy's epoch."""
        return date.fromisoformat(self.policy.content["epoch"]) + timedelta(days=number) if self.policy else None

    def examination(self, claim: Claim) -> Examination | None:
        """The newest examination of the claim's newest revision."""
        found = self.examinations.get(claim.current.id)
        return found[-1] if found else None

    def placements(self) -> list[tuple[Claim, Placement]]:
        """Every placement of the newest revisions, with its claim."""
        return [(claim, placement) for claim in self.claims for placement in claim.current.placements]


def gather(session: Session, round_id: str, scope: Scope = Scope.FULL) -> Contents:
    """Read what is recorded of a round and may be told in the scope.

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
    claims = _claims(session, round_id, scope)
    coordination = gather_coordination(session, round_id, {claim.id for claim in claims})
    return Contents(
        scope=scope,
        round=round_,
        policy=round_.policy,
        claims=claims,
        examinations=_examinations(session, round_id, claims),
        instance=instance,
        draw=draws.get(instance.id) if instance else None,
        proposal=proposal,
        decision=decisions.get(proposal.id) if proposal else None,
        instances=instances,
        draws=draws,
        proposals=proposals,
        decisions=decisions,
        offers=_offers(session, round_id),
        notices=_notices(session, round_id, claims, coordination),
        coordination=coordination,
        lives=gather_lives(session, round_id),
        entries=_entries(session, round_id),
        attached=attachments.of_claims(session, claims),
    )


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


def _notices(session: Session, round_id: str, claims: Sequence[Claim], coordination: Coordination) -> Sequence[Notice]:
    """The notices about the round, its claims, and what went on between them."""
    subjects = {f"rounds/{round_id}", *(f"claims/{claim.id}" for claim in claims)}
    subjects |= {f"consultations/{case.id}" for case in coordination.cases}
    found: list[Notice] = []
    wanted = sorted(subjects)
    for first in range(0, len(wanted), _AT_ONCE):
        found += session.scalars(select(Notice).where(Notice.subject.in_(wanted[first : first + _AT_ONCE])))
    return sorted(found, key=lambda row: row.id)


def _claims(session: Session, round_id: str, scope: Scope) -> Sequence[Claim]:
    revisions = selectinload(Claim.revisions)
    wanted = select(Claim).where(Claim.round_id == round_id, sees_claim(VIEWERS[scope]))
    options = (
        revisions.selectinload(Revision.credits),
        revisions.selectinload(Revision.placements).selectinload(Placement.phases),
    )
    return sorted(session.scalars(wanted.options(*options)), key=lambda claim: claim.id)


def _examinations(session: Session, round_id: str, claims: Sequence[Claim]) -> Mapping[int, Sequence[Examination]]:
    """All examinations of each revision, by the revision's key."""
    found: dict[int, list[Examination]] = {revision.id: [] for claim in claims for revision in claim.revisions}
    wanted = select(Examination).join(Revision).join(Claim).where(Claim.round_id == round_id)
    for row in session.scalars(wanted.options(selectinload(Examination.findings)).order_by(Examination.id)):
        if row.revision_id in found:
            found[row.revision_id].append(row)
    return found


def _entries(session: Session, round_id: str) -> Sequence[Entry]:
    wanted = select(Entry).join(Claim).where(Claim.round_id == round_id)
    options = (selectinload(Entry.zones), selectinload(Entry.placement))
    return sorted(session.scalars(wanted.options(*options)), key=lambda entry: entry.id)
