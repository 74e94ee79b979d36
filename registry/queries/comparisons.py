"""Two proposals or trials of a round side by side: who changes, points of each party, measures of fairness."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.decisions import FrozenInstance, Proposal


@dataclass(frozen=True, slots=True)
class Side:
    """One solution to compare."""

    id: int
    official: bool
    outcome: str
    instance: int
    instance_kind: str
    rule: str
    status: str
    seed_hex: str
    is_drawn_seed: bool
    verified: bool
    confirmed: bool | None
    proposed_at: datetime
    solution_sha256: str
    served: int
    unserved: int
    shortfall: int
    fairness: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that does not get the same in both: (placement, start day), or None where it gets nothing."""

    claim: str
    name: str
    first: tuple[str, int] | None
    second: tuple[str, int] | None

    @property
    def what(self) -> str:
        """`gained`, `lost`, `moved` (another placement) or `shifted` (another start)."""
        if self.first is None:
            return "gained"
        if self.second is None:
            return "lost"
        return "moved" if self.first[0] != self.second[0] else "shifted"


@dataclass(frozen=True, slots=True)
class PartyPoints:
    """The points of a party in both."""

    party: str
    first: float
    second: float

    @property
    def difference(self) -> float:
        """Points more in the second."""
        return round(self.second - self.first, 2)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two solutions side by side; parties by what they gain, then by id."""

    first: Side
    second: Side
    changes: tuple[Change, ...]
    unchanged: int
    parties: tuple[PartyPoints, ...]


def sides(session: Session, round_id: str) -> tuple[Side, ...]:
    """Every proposal and trial of a round, the newest first."""
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == round_id)
    return tuple(_side(row) for row in session.scalars(chosen.order_by(Proposal.id.desc())))


def compare(session: Session, round_id: str, first: int, second: int) -> Comparison | None:
    """Two proposals or trials of a round side by side; None where one of them is none of this round."""
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == round_id)
    found = {row.id: row for row in session.scalars(chosen.where(Proposal.id.in_((first, second))))}
    if not {first, second} <= found.keys():
        return None
    one, other = found[first], found[second]
    changes, unchanged = _changes(session, one.solution, other.solution)
    return Comparison(_side(one), _side(other), changes, unchanged, _parties(one.solution, other.solution))


def _changes(session: Session, one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[tuple[Change, ...], int]:
    got, gets = _allotted(one), _allotted(other)
    claims = sorted(got.keys() | gets.keys())
    names = {claim.id: claim.current.name for claim in session.scalars(select(Claim).where(Claim.id.in_(claims)))}
    rows = [Change(claim, names.get(claim, claim), got.get(claim), gets.get(claim)) for claim in claims]
    changed = tuple(row for row in rows if row.first != row.second)
    return changed, len(rows) - len(changed)


def _allotted(solution: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    return {row["claim"]: (row["placement"], row["start"]) for row in solution["allotments"]}


def _parties(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[PartyPoints, ...]:
    first, second = one["parties"], other["parties"]
    rows = [PartyPoints(party, first.get(party, 0), second.get(party, 0)) for party in first.keys() | second.keys()]
    return tuple(sorted(rows, key=lambda row: (-row.difference, row.party)))


def _side(row: Proposal) -> Side:
    solution = row.solution
    return Side(
        id=row.id,
        official=row.official,
        outcome=row.outcome or "",
        instance=row.instance.number,
        instance_kind=row.instance.kind,
        rule=solution["rule"],
        status=row.status,
        seed_hex=solution["seed"],
        is_drawn_seed=solution["seed"] == row.draw.seed_hex,
        verified=row.verified,
        confirmed=row.confirmed,
        proposed_at=row.proposed_at,
        solution_sha256=row.solution_sha256,
        served=len(solution["allotments"]),
        unserved=len(solution["unserved"]),
        shortfall=sum(found["missing"] for found in solution["shortfalls"]),
        fairness=solution["fairness"],
    )
