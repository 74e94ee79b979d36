"""The official proposal of a round: instance, draw, stages, points, verification, votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal
from registry.domain.visibility import PUBLIC, Viewer
from registry.queries.entries import VoteView, vote_view
from registry.queries.outcomes import official_proposal


@dataclass(frozen=True, slots=True)
class InstanceView:
    """A frozen instance; `content` in RFC 8785 form is the file whose SHA-256 is `sha256`."""

    round: str
    number: int
    policy_version: int
    sha256: str
    frozen_at: datetime
    content: Mapping[str, Any]
    kind: str = "frozen"
    fallback: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One line for a frozen instance: how it came about."""

    number: int
    kind: str
    fallback: str | None
    reason: str
    policy_version: int
    sha256: str
    frozen_at: datetime
    seed_hex: str | None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line for a proposal or a trial."""

    instance: int
    official: bool
    status: str
    solution_sha256: str
    verified: bool
    confirmed: bool | None
    proposed_at: datetime
    outcome: str | None

    @property
    def words(self) -> str:
        """What it is, with its outcome."""
        if not self.official:
            return "trial"
        return f"proposal, {self.outcome or 'undecided'},"


@dataclass(frozen=True, slots=True)
class DrawView:
    """The public value and the seed made from it."""

    source: str
    value_hex: str
    seed_hex: str
    drawn_at: datetime
    illustrative: bool
    reference: str = ""
    published_at: datetime | None = None
    seed_instance_sha256: str = ""


@dataclass(frozen=True, slots=True)
class StageView:
    """One objective: value, bound and whether they are proved to meet."""

    name: str
    value: float
    bound: float
    proved: bool


@dataclass(frozen=True, slots=True)
class ProposalSummary:
    """The official proposal; `outcome` is "adopted", "rejected" or None while undecided."""

    round: str
    instance_sha256: str
    seed_hex: str
    status: str
    rule: str
    solution_sha256: str
    solution: Mapping[str, Any]
    stages: tuple[StageView, ...]
    points: Mapping[str, float]
    served: int
    unserved: int
    shortfalls: tuple[Mapping[str, Any], ...]
    fairness: Mapping[str, Any]
    verified: bool
    verification: Mapping[str, Any]
    proposed_at: datetime
    outcome: str | None
    ground: str | None
    decided_at: datetime | None
    votes: tuple[VoteView, ...]


def frozen_instance(session: Session, round_id: str, number: int | None = None) -> InstanceView | None:
    """A frozen instance of a round, the newest if none is named, or None."""
    found = _instance(session, round_id, number)
    if found is None:
        return None
    version = found.policy.version
    made = (found.kind, found.fallback, found.reason)
    return InstanceView(round_id, found.number, version, found.sha256, found.frozen_at, found.content, *made)


def list_instances(session: Session, round_id: str) -> tuple[InstanceRow, ...]:
    """Every frozen instance of a round by number."""
    chosen = select(FrozenInstance).where(FrozenInstance.round_id == round_id).order_by(FrozenInstance.number)
    seeds = {row.instance_id: row.seed_hex for row in session.scalars(select(Draw))}
    return tuple(
        InstanceRow(
            number=row.number,
            kind=row.kind,
            fallback=row.fallback,
            reason=row.reason,
            policy_version=row.policy.version,
            sha256=row.sha256,
            frozen_at=row.frozen_at,
            seed_hex=seeds.get(row.id),
        )
        for row in session.scalars(chosen)
    )


def list_proposals(session: Session, round_id: str) -> tuple[ProposalRow, ...]:
    """Every proposal and trial of a round, in the order in which they were made."""
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == round_id).order_by(Proposal.id)
    return tuple(
        ProposalRow(
            instance=row.instance.number,
            official=row.official,
            status=row.status,
            solution_sha256=row.solution_sha256,
            verified=row.verified,
            confirmed=row.confirmed,
            proposed_at=row.proposed_at,
            outcome=row.outcome,
        )
        for row in session.scalars(chosen)
    )


def draw_of(session: Session, round_id: str, number: int | None = None) -> DrawView | None:
    """The draw for an instance of a round, the newest if none is named, or None."""
    instance = _instance(session, round_id, number)
    if instance is None:
        return None
    found = session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one_or_none()
    if found is None:
        return None
    more = (found.reference, found.published_at, found.seed_instance_sha256)
    return DrawView(found.source, found.value_hex, found.seed_hex, found.drawn_at, found.illustrative, *more)


def proposal_summary(
    session: Session, round_id: str, viewer: Viewer = PUBLIC, number: int | None = None
) -> ProposalSummary | None:
    """The official proposal of a round as a viewer may see it, or None; for instance `number`, if named."""
    proposal = official_proposal(session, round_id, number)
    if proposal is None:
        return None
    decision = session.scalars(select(Decision).where(Decision.proposal_id == proposal.id)).one_or_none()
    return _summary(round_id, proposal, decision, viewer)


def _instance(session: Session, round_id: str, number: int | None) -> FrozenInstance | None:
    chosen = select(FrozenInstance).where(FrozenInstance.round_id == round_id).order_by(FrozenInstance.number.desc())
    return session.scalars(chosen if number is None else chosen.where(FrozenInstance.number == number)).first()


def _summary(round_id: str, proposal: Proposal, decision: Decision | None, viewer: Viewer) -> ProposalSummary:
    solution = proposal.solution
    return ProposalSummary(
        round=round_id,
        instance_sha256=solution["instance_sha256"],
        seed_hex=solution["seed"],
        status=proposal.status,
        rule=solution["rule"],
        solution_sha256=proposal.solution_sha256,
        solution=solution,
        stages=tuple(StageView(row["name"], row["value"], row["bound"], row["proved"]) for row in solution["stages"]),
        points=dict(sorted(solution["parties"].items())),
        served=len(solution["allotments"]),
        unserved=len(solution["unserved"]),
        shortfalls=tuple(solution["shortfalls"]),
        fairness=solution["fairness"],
        verified=proposal.verified,
        verification=proposal.verification,
        proposed_at=proposal.proposed_at,
        outcome=proposal.outcome,
        ground=None if decision is None else decision.ground,
        decided_at=None if decision is None else decision.decided_at,
        votes=tuple(vote_view(vote, viewer) for vote in proposal.votes),
    )
