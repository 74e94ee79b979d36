"""The site bank as it stands: what is owed by whom until when, which pairs were offered, and what is kept for others.

The same for every viewer: all of it follows from entries, which are public.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, ClaimState, Credit, Placement, Revision
from registry.domain.duties import Duty, DutyKind, DutyState
from registry.domain.entries import Entry, superseded
from registry.domain.parties import Operator
from registry.domain.rounds import Policy
from registry.domain.site_bank import BankedSite, Counted, PairState, hold_of
from registry.queries.instances import IN_FORCE

LASTING = (ClaimState.RECORDED, ClaimState.IN_USE, ClaimState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Owed:
    """A second site that a party still has to offer; `is_overdue` once the finding was made that it did not in time."""

    duty: int
    claim: str
    round: str
    party: str
    since_at: datetime
    due_at: datetime
    is_overdue: bool
    consequence: str


@dataclass(frozen=True, slots=True)
class Bank:
    """All of it: what is owed in the order of the deadlines, and every pair by id."""

    owed: tuple[Owed, ...]
    pairs: tuple[BankedSite, ...]

    def kept_for(self, party: str) -> int:
        """How many sites are banked now that a party offered."""
        return sum(row.party_id == party and row.state == PairState.BANKED for row in self.pairs)

    def owed_by(self, party: str) -> int:
        """How many sites a party owes."""
        return sum(row.party == party for row in self.owed)

    @property
    def banked(self) -> int:
        """How many sites are kept now."""
        return sum(row.state == PairState.BANKED for row in self.pairs)


def bank(session: Session) -> Bank:
    """Read the bank."""
    pairs = session.scalars(select(BankedSite).order_by(BankedSite.id)).all()
    return Bank(owed(session), tuple(pairs))


def owed(session: Session, claim_id: str | None = None) -> tuple[Owed, ...]:
    """What is owed, of all or of one claim: duties that are open, and those that were missed and not made good since."""
    answered = select(BankedSite.duty_id)
    chosen = (
        select(Duty, Claim)
        .join(Claim, Claim.id == Duty.claim_id)
        .where(
            Duty.kind == DutyKind.SECOND_SITE,
            Duty.state.in_((DutyState.OPEN, DutyState.MISSED)),
            Duty.id.not_in(answered),
            Claim.state.in_(LASTING),
        )
    )
    if claim_id is not None:
        chosen = chosen.where(Duty.claim_id == claim_id)
    rows = session.execute(chosen.order_by(Duty.due_at, Duty.id)).all()
    sections = _sections(session) if rows else {}
    return tuple(
        Owed(
            duty=duty.id,
            claim=claim.id,
            round=claim.round_id,
            party=claim.filed_by_id,
            since_at=duty.opened_at,
            due_at=duty.due_at,
            is_overdue=duty.state == DutyState.MISSED,
            consequence=sections.get(claim.round_id, {}).get("overdue", ""),
        )
        for duty, claim in rows
    )


def _sections(session: Session) -> Mapping[str, Mapping[str, Any]]:
    """The section of the newest policy of each round that has one."""
    return {
        row.round_id: row.content.get("site_bank") or {}
        for row in session.scalars(select(Policy).order_by(Policy.round_id, Policy.version))
    }


def section_for(session: Session, claim_id: str) -> Mapping[str, Any] | None:
    """What the policy of a claim's round says about the bank, if anything."""
    claim = session.get(Claim, claim_id)
    return (_sections(session).get(claim.round_id) or None) if claim else None


def entries_of(session: Session, party: str) -> list[str]:
    """The claims that a party filed and whose entry can still be moved, by id."""
    chosen = select(Claim.id).where(Claim.filed_by_id == party, Claim.state == ClaimState.RECORDED)
    return list(session.scalars(chosen.order_by(Claim.id)))


def counted(session: Session) -> list[Counted]:
    """Every entry that is not over, with the parties credited as it was decided on."""
    credit: dict[int, set[str]] = defaultdict(set)
    chosen = (
        select(Entry.claim_id, Revision.id.label("revision"), Operator.controller_id)
        .join(Placement, Entry.placement_id == Placement.id)
        .join(Revision, Placement.revision_id == Revision.id)
        .join(Operator, Revision.operator_id == Operator.id)
        .where(Entry.state.in_(IN_FORCE), Entry.id.not_in(superseded()))
    )
    rows = session.execute(chosen.order_by(Entry.claim_id)).all()
    held = select(Credit.revision_id, Credit.party_id).where(Credit.revision_id.in_([row.revision for row in rows]))
    for revision, party in session.execute(held):
        credit[revision].add(party)
    return [Counted(row.claim_id, frozenset(credit[row.revision]), row.controller_id) for row in rows]


def with_holds(session: Session, policy: Any, released: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """A policy with a hold for every banked site in the place of those that it has for any; faults first, if there are.

    Parameters
    ----------
    released
        The group that may have the place, by banked site; it is listed in `groups`.
    """
    content = dict(policy) if isinstance(policy, dict) else {}
    horizon, epoch = content.get("horizon_days"), _day(content.get("epoch"))
    if epoch is None or isinstance(horizon, bool) or not isinstance(horizon, int) or horizon < 1:
        return ["policy: its epoch or horizon_days cannot be read; give YYYY-MM-DD and a whole number of days"], {}
    rows = holds(session, epoch, horizon)
    unknown = sorted(set(released) - {row["id"] for row in rows})
    if unknown:
        there = ", ".join(row["id"] for row in rows) or "none"
        return [f"release: {name} is not kept on a day of this policy; use one of {there}" for name in unknown], {}
    rows = [row | ({"released_to": released[row["id"]]} if row["id"] in released else {}) for row in rows]
    kept = [row for row in content.get("holds") or [] if not (isinstance(row, dict) and row.get("bank"))]
    listed = content.get("groups") or []
    groups = [*listed, *sorted(set(released.values()) - set(listed))]
    return [], {**content, "groups": groups, "holds": [*kept, *rows]}


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def holds(session: Session, epoch: date, horizon_days: int) -> list[dict[str, Any]]:
    """The rows of `holds` by which a policy with this epoch and horizon keeps every banked site, by id."""
    kept = session.scalars(select(BankedSite).where(BankedSite.state == PairState.BANKED).order_by(BankedSite.id))
    rows = (hold_of(row, epoch, horizon_days) for row in kept)
    return [row for row in rows if row is not None]
