"""What an allocation of a changed instance is worth to each party, by the values of the true instance.

A true claim is met at most once, whatever stands for it in the changed instance:

- each *copy* of it (itself; a twin; each of the claims that it was split into by credit) is worth the points of the true
  placement that it got, and the claim the most that one of its copies is worth;
- a copy in parts (split by days) is worth the points of a placement if all its parts are allotted at that same placement,
  each no earlier than the one before has ended, and nothing otherwise;
- the points go to the parties by their credit in the true instance, whoever is credited in the changed one: a claim that
  was lent still serves who lent it, and a partner taken in adds its name and has nothing of it.

v_p is the sum over the true claims, in hundredths of a point; of the true instance's own solution it is u_p.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from solver.instance import Instance
from solver.solution import Allotted, Solution

Copies = tuple[tuple[str, ...], ...]
"""Copies of a claim, each as the ids of its parts in their order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for what: the copies of a true claim where they are not just itself, and true placements by new ids.

    `days`: how long parts stay, by placement, wherever another part follows.
    """

    copies: Mapping[str, Copies] = field(default_factory=dict)
    placements: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)


ITSELF = Standing()


def worth(truth: Instance, solution: Solution, standing: Standing = ITSELF) -> dict[str, Fraction]:
    """v_p in hundredths of a point for every party; under a lottery its expectation."""
    totals = {party.id: Fraction(0) for party in truth.parties}
    for chance, rows in outcomes(solution):
        for party, value in _of_one(truth, rows, standing).items():
            totals[party] += chance * value
    return totals


def outcomes(solution: Solution) -> Iterator[tuple[Fraction, Sequence[Allotted]]]:
    """The allocations that a solution gives, each with its probability; without a lottery the one there is."""
    if solution.distribution is None:
        yield Fraction(1), solution.allotments
    else:
        yield from ((outcome.probability, outcome.answer.allotments) for outcome in solution.distribution.outcomes)


def _of_one(truth: Instance, rows: Sequence[Allotted], standing: Standing) -> dict[str, int]:
    by_claim = {row.claim: row for row in rows}
    totals = {party.id: 0 for party in truth.parties}
    for claim in truth.claims:
        copies = standing.copies.get(claim.id, ((claim.id,),))
        points = max((_points(truth, [by_claim.get(part) for part in copy], standing) for copy in copies), default=0)
        for party, share in claim.credit.items():
            totals[party] += points * share
    return totals


def _points(truth: Instance, parts: Sequence[Allotted | None], standing: Standing) -> int:
    """The points of one copy: those of the placement at which all its parts are, one after the other."""
    got = [part for part in parts if part is not None]
    where = {standing.placements.get(part.placement, part.placement) for part in got}
    if len(got) < len(parts) or len(where) != 1:
        return 0
    if any(after.start < part.start + standing.days[part.placement] for part, after in pairwise(got)):
        return 0
    return truth.placement_by_id[where.pop()].points
