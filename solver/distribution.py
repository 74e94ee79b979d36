"""The lottery in a solution (`distribution`) as plain data, and its JSON form; every probability an exact fraction.

`levels` are the proof: each names the parties or claims whose mean it settles, that mean, and whole-number weights such that
no allocation on which the levels before are met has more than `most`, where a party's weight counts hundredths of its points
and a claim's weight its being served. Means of parties are in points, those of claims are chances.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from solver.allocation import Allocation, Allotment, hundredths_by_party
from solver.instance import Instance

if TYPE_CHECKING:
    from solver.solution import Allotted, Solution

LOTTERY_LEVEL = "lottery level"
"""What stages of a second proof and certificates are named after, with the number of the level."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One allocation of the lottery: what the solution says should it be drawn; nothing but that is filled in."""

    probability: Fraction
    answer: "Solution"

    @property
    def allotments(self) -> "tuple[Allotted, ...]":
        """Its allotments by claim id, entries in force included."""
        return self.answer.allotments

    @property
    def allocation(self) -> Allocation:
        """The same as an allocation."""
        return {row.claim: Allotment(row.claim, row.placement, row.start) for row in self.allotments}


@dataclass(frozen=True, slots=True)
class Level:
    """Parties or claims whose mean (hundredths of points, or a chance) is settled, and the weights that prove it."""

    parties: tuple[str, ...]
    claims: tuple[str, ...]
    mean: Fraction
    party_weights: Mapping[str, int]
    claim_weights: Mapping[str, int]
    most: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a run was cut short: the least mean of what is not settled (hundredths, or a chance), and its bound."""

    mean: Fraction
    at_most: Fraction


@dataclass(frozen=True, slots=True)
class Drawn:
    """The public value of the draw as bytes, and which outcome it picked, counted from 1."""

    value: bytes
    outcome: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """A lottery over allocations: expected points of parties (hundredths) and chances of claims to be served by id."""

    outcomes: tuple[Outcome, ...]
    expected: Mapping[str, Fraction]
    chances: Mapping[str, Fraction]
    levels: tuple[Level, ...]
    open: Gap | None
    exchangeable: tuple[tuple[str, ...], ...]
    draw: Drawn | None = None

    @property
    def denominator(self) -> int:
        """The least common denominator of the probabilities."""
        return lcm(*(outcome.probability.denominator for outcome in self.outcomes))


def means_of(instance: Instance, outcomes: Sequence[Outcome]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Expected hundredths of every credited party and the chance of every claim to be served, by id."""
    expected = dict.fromkeys(instance.credited_parties, Fraction(0))
    chances = dict.fromkeys(sorted(instance.claim_by_id), Fraction(0))
    for outcome in outcomes:
        allocation = outcome.allocation
        totals = hundredths_by_party(instance, allocation)
        for party in expected:
            expected[party] += outcome.probability * totals[party]
        for claim in allocation:
            chances[claim] += outcome.probability
    return expected, chances


def to_document(distribution: Distribution, answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The JSON object; fractions as text in lowest terms, "1/3" or "2"; `answers` are those of the outcomes."""
    draw = distribution.draw
    return {
        "outcomes": [
            {"probability": str(row.probability), **answer}
            for row, answer in zip(distribution.outcomes, answers, strict=True)
        ],
        "expected": {party: str(mean / 100) for party, mean in distribution.expected.items()},
        "chances": {claim: str(chance) for claim, chance in distribution.chances.items()},
        "levels": [_level(level) for level in distribution.levels],
        "open": None if distribution.open is None else _gap(distribution),
        "exchangeable": [list(group) for group in distribution.exchangeable],
        "draw": None if draw is None else {"value": draw.value.hex(), "outcome": draw.outcome},
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "parties": list(level.parties),
        "claims": list(level.claims),
        "mean": str(level.mean / 100 if level.parties else level.mean),
        "weights": {"parties": dict(level.party_weights), "claims": dict(level.claim_weights)},
        "most": level.most,
    }


def _gap(distribution: Distribution) -> dict[str, Any]:
    assert distribution.open is not None
    of = open_kind(distribution)
    scale = 100 if of == "parties" else 1
    return {"of": of, "mean": str(distribution.open.mean / scale), "at_most": str(distribution.open.at_most / scale)}


def worth_by_placement(instance: Instance, level: Level) -> dict[str, int]:
    """What each placement adds to the weighted sum of a level, where it adds something."""
    found = {}
    for claim in instance.claims:
        a_point = sum(level.party_weights.get(party, 0) * share for party, share in claim.credit.items())
        for placement in claim.placements:
            worth = placement.points * a_point + level.claim_weights.get(claim.id, 0)
            if worth:
                found[placement.id] = worth
    return found


def open_kind(distribution: Distribution) -> str:
    """What is not settled in a run cut short: parties, or claims once every party is."""
    settled = sum(len(level.parties) for level in distribution.levels)
    return "parties" if settled < len(distribution.expected) else "claims"
