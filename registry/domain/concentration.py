"""Concentration: how much of what was recorded lies with each party, coalition and controller, round after round.

Counted as caps count (C3 in solver/README.md): a claim in full for each credited party and for its controller, once for a
coalition if any credited party is in it. So the parts of parties and coalitions may add up to more than the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class By(StrEnum):
    """Of whom a share is; `all` is the whole."""

    ALL = "all"
    PARTY = "party"
    COALITION = "coalition"
    CONTROLLER = "controller"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A published claim with what its entry takes: `km2_days` of its safety zones, 0 while it has no entry.

    `coalitions` are those in which a credited party was on the date that the round's policy names.
    """

    round: str
    credit: Mapping[str, int]
    coalitions: frozenset[str]
    controller: str
    has_entry: bool
    km2_days: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Published claims, entries recorded for them, and their km2 days of safety zone."""

    claims: int = 0
    entries: int = 0
    km2_days: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.claims + other.claims, self.entries + other.entries, self.km2_days + other.km2_days)


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder has by the end of a round: `own` of that round alone, `so_far` of it and all before.

    The percentages are of the whole so far, to two decimals; None where there is no whole.
    """

    round: str
    by: By
    holder: str
    own: Amount
    so_far: Amount
    percent_of_entries: float | None
    percent_of_km2_days: float | None


def shares(rounds: Sequence[str], claims: Iterable[Weighed]) -> tuple[Share, ...]:
    """The shares by round (in the order given), kind and holder; a holder is there from the first round with a claim."""
    own: dict[str, dict[tuple[By, str], Amount]] = {round_: {} for round_ in rounds}
    for claim in claims:
        amounts = own[claim.round]
        for key in _holders(claim):
            amounts[key] = amounts.get(key, Amount()) + _amount(claim)
    so_far: dict[tuple[By, str], Amount] = {}
    found: list[Share] = []
    for round_ in rounds:
        for key, amount in own[round_].items():
            so_far[key] = so_far.get(key, Amount()) + amount
        whole = so_far.get((By.ALL, str(By.ALL)), Amount())
        order = sorted(so_far, key=lambda key: (list(By).index(key[0]), key[1]))
        found += (_share(round_, key, own[round_].get(key, Amount()), so_far[key], whole) for key in order)
    return tuple(found)


def equal_holders(rounds: Sequence[str], claims: Iterable[Weighed], by: By) -> dict[str, float | None]:
    """For each round, how many holders of equal size would be as concentrated as those so far, to two decimals.

    It is one over the sum of squared shares of km2 days (the inverse of Herfindahl's index): 1 where one has all. A joint
    claim is divided among its parties by credit here, so that the shares add up; coalitions overlap and have none.
    """
    weights: dict[str, dict[str, Fraction]] = {round_: {} for round_ in rounds}
    for claim in claims:
        parts = claim.credit if by is By.PARTY else {claim.controller: 100}
        for holder, percent in parts.items():
            part = Fraction(claim.km2_days * percent, 100)
            weights[claim.round][holder] = weights[claim.round].get(holder, Fraction()) + part
    so_far: dict[str, Fraction] = {}
    found: dict[str, float | None] = {}
    for round_ in rounds:
        for holder, weight in weights[round_].items():
            so_far[holder] = so_far.get(holder, Fraction()) + weight
        squares = sum(weight * weight for weight in so_far.values())
        found[round_] = round(float(sum(so_far.values()) ** 2 / squares), 2) if squares else None
    return found


def _holders(claim: Weighed) -> list[tuple[By, str]]:
    parties = [(By.PARTY, party) for party in claim.credit]
    coalitions = [(By.COALITION, name) for name in claim.coalitions]
    return [(By.ALL, str(By.ALL)), *parties, *coalitions, (By.CONTROLLER, claim.controller)]


def _amount(claim: Weighed) -> Amount:
    return Amount(1, int(claim.has_entry), claim.km2_days)


def _share(round_: str, key: tuple[By, str], own: Amount, so_far: Amount, whole: Amount) -> Share:
    entries = _percent(so_far.entries, whole.entries)
    return Share(round_, *key, own, so_far, entries, _percent(so_far.km2_days, whole.km2_days))


def _percent(part: int, whole: int) -> float | None:
    return round(float(Fraction(100 * part, whole)), 2) if whole else None
