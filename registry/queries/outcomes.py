"""What the official proposal of a round means for each claim: an allotment, or the reasons for none, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.decisions import FrozenInstance, Proposal

RULE_WORDS = {
    "C1": "the claim was allotted {by}",
    "C2": "too near {by} in every start that is left",
    "C3": "the cap {by} is used up",
    "C4": "{by}",
    "C5": "free access past {by} would be lost",
}


@dataclass(frozen=True, slots=True)
class Allotment:
    """One placement and start for a claim; `ends_on` is the first day after its last phase."""

    claim: str
    placement: str
    rank: int
    points: int
    start_day: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one placement of a claim could not be had: the rule, by which claims, caps or holds, and in words."""

    placement: str
    rule: str
    by: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The proposal of a round, claim by claim."""

    allotments: Mapping[str, Allotment]
    unserved: Mapping[str, tuple[Reason, ...]]


def outcomes(session: Session, round_id: str) -> Outcomes:
    """The outcome of every claim in the round's official proposal; empty while there is none."""
    proposal = official_proposal(session, round_id)
    if proposal is None:
        return Outcomes({}, {})
    points = {row["id"]: row["points"] for claim in proposal.instance.content["claims"] for row in claim["placements"]}
    epoch = date.fromisoformat(proposal.instance.content["epoch"])
    solution = proposal.solution
    return Outcomes(
        {row["claim"]: _allotment(row, points, epoch) for row in solution["allotments"]},
        {row["claim"]: tuple(_reason(reason) for reason in row["reasons"]) for row in solution["unserved"]},
    )


def official_proposal(session: Session, round_id: str, number: int | None = None) -> Proposal | None:
    """The official proposal for the newest instance of a round that has one, or for instance `number`."""
    chosen = select(Proposal).join(FrozenInstance).where(FrozenInstance.round_id == round_id, Proposal.official)
    if number is not None:
        chosen = chosen.where(FrozenInstance.number == number)
    return session.scalars(chosen.order_by(FrozenInstance.number.desc())).first()


def _allotment(row: Mapping[str, Any], points: Mapping[str, int], epoch: date) -> Allotment:
    end = max(zone["end"] for zone in row["zones"])
    return Allotment(
        claim=row["claim"],
        placement=row["placement"],
        rank=int(row["placement"].rpartition("/")[2]),
        points=points[row["placement"]],
        start_day=row["start"],
        starts_on=epoch + timedelta(days=row["start"]),
        ends_on=epoch + timedelta(days=end),
    )


def _reason(reason: Mapping[str, Any]) -> Reason:
    by = tuple(reason["by"])
    words = RULE_WORDS.get(reason["rule"], "excluded by {by}").format(by=" and ".join(by) or "others")
    return Reason(reason["placement"], reason["rule"], by, words)
