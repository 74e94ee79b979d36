"""Rounds: their state, dates, policy and counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Credit, Revision
from registry.domain.entries import Entry, superseded
from registry.domain.rounds import Policy, Round
from registry.domain.visibility import PUBLIC, Viewer, sees_claim

CONCLUDED = "CONCLUDED"


@dataclass(frozen=True, slots=True)
class RoundOverview:
    """One round: `steps` are the steps taken, (name, instant), in order; counts are of the claims that the viewer sees."""

    id: str
    name: str
    state: str
    illustrative: bool
    note: str
    opens_at: datetime
    closes_at: datetime
    steps: tuple[tuple[str, datetime], ...]
    policy_version: int | None
    claims_by_state: Mapping[str, int]
    claims: int
    parties: int
    entries: int

    @property
    def phase(self) -> str:
        """The state; CONCLUDED for an adopted round about which nothing is left to be done."""
        return CONCLUDED if "concluded" in dict(self.steps) else self.state


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One version of a round's policy, whole."""

    round: str
    version: int
    sha256: str
    published_at: datetime
    content: Mapping[str, Any]


def list_rounds(session: Session, viewer: Viewer = PUBLIC) -> tuple[RoundOverview, ...]:
    """Every round, the newest first."""
    ids = session.scalars(select(Round.id).order_by(Round.announced_at.desc(), Round.id.desc())).all()
    return tuple(_overview(session, session.get_one(Round, round_id), viewer) for round_id in ids)


def newest_round(session: Session, viewer: Viewer = PUBLIC) -> RoundOverview | None:
    """The round announced last, or None."""
    round_ = session.scalars(select(Round).order_by(Round.announced_at.desc(), Round.id.desc())).first()
    return None if round_ is None else _overview(session, round_, viewer)


def round_overview(session: Session, round_id: str, viewer: Viewer = PUBLIC) -> RoundOverview | None:
    """The round with this id, or None."""
    round_ = session.get(Round, round_id)
    return None if round_ is None else _overview(session, round_, viewer)


def policy(session: Session, round_id: str, version: int | None = None) -> PolicyView | None:
    """A version of a round's policy, the newest if none is named, or None."""
    chosen = select(Policy).where(Policy.round_id == round_id).order_by(Policy.version.desc())
    found = session.scalars(chosen if version is None else chosen.where(Policy.version == version)).first()
    if found is None:
        return None
    return PolicyView(found.round_id, found.version, found.sha256, found.published_at, found.content)


def _overview(session: Session, round_: Round, viewer: Viewer) -> RoundOverview:
    seen = (Claim.round_id == round_.id, sees_claim(viewer))
    by_state = select(Claim.state, func.count()).where(*seen).group_by(Claim.state)
    counts = {row[0]: row[1] for row in session.execute(by_state.order_by(Claim.state))}
    credited = (
        select(func.count(func.distinct(Credit.party_id)))
        .join(Revision, Revision.id == Credit.revision_id)
        .join(Claim, Claim.id == Revision.claim_id)
        .where(*seen)
    )
    recorded = select(func.count()).select_from(Entry).join(Claim)
    entries = recorded.where(Claim.round_id == round_.id, Entry.id.not_in(superseded()))
    return RoundOverview(
        id=round_.id,
        name=round_.name,
        state=round_.state,
        illustrative=round_.illustrative,
        note=round_.note,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        steps=_steps(round_),
        policy_version=None if round_.policy is None else round_.policy.version,
        claims_by_state=counts,
        claims=sum(counts.values()),
        parties=session.scalar(credited) or 0,
        entries=session.scalar(entries) or 0,
    )


def _steps(round_: Round) -> tuple[tuple[str, datetime], ...]:
    policy_at = round_.policy.published_at if round_.policy else None
    taken = (
        ("announced", round_.announced_at),
        ("policy published", policy_at),
        ("opened", round_.opened_at),
        ("closed", round_.closed_at),
        ("frozen", round_.frozen_at),
        ("drawn", round_.drawn_at),
        ("proposed", round_.proposed_at),
        ("decided", round_.decided_at),
        ("concluded", round_.concluded_at),
    )
    return tuple((name, at) for name, at in taken if at is not None)
