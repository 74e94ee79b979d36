"""The stages of an instance for a rival engine: the same questions in the same order as ours, none of our tricks.

A rival (`Rival`) is asked to maximise a row of its columns with all that was kept so far. It is spared what any sensible
user would spare it: a stage at which the allocation in hand meets the trivial ceiling is not asked, and every question
comes with that allocation as a start. The first stage that is not proved ends the run.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from solver.allocation import (
    Allotment,
    attainable_hundredths,
    hundredths_by_party,
    most_hundredths,
    reached,
    total_points,
)
from solver.instance import Claim, Instance
from solver.lottery import Draw

Terms = Mapping[str, int]
"""Coefficients by column: `x placement`, `s placement` (its start), `y level party`."""
Allocation = dict[str, Allotment]


class Rival(Protocol):
    """An engine with the hard constraints of one instance in it."""

    def level(self, level: int) -> Terms:
        """Columns, one a party, that may be 1 only where the party has `level` hundredths; their sum."""

    def keep(self, terms: Terms, least: int) -> None:
        """From here on the row is at least this."""

    def maximise(self, terms: Terms, start: Allocation, seconds: float) -> tuple[Allocation | None, float]:
        """The best allocation found, or None, and the engine's own bound."""


@dataclass
class Outcome:
    """How far a run came: stages as (name, value, bound), the allocation, and whether all was proved."""

    stages: list[tuple[str, float, float]] = field(default_factory=list)
    best: Allocation = field(default_factory=dict)
    complete: bool = False

    def document(self) -> dict[str, Any]:
        """Plain data."""
        rows = {row.claim: [row.placement, row.start] for row in self.best.values()}
        return {"stages": self.stages, "complete": self.complete, "allotments": dict(sorted(rows.items()))}


@dataclass(frozen=True)
class Question:
    """A stage: how an allocation is valued, the trivial ceiling, the row to maximise, and whether it counts as a stage."""

    name: str
    value: Callable[[Allocation], int]
    ceiling: int
    terms: Callable[[], Terms]


class Run:
    """One run of a rival over the stages of an instance."""

    def __init__(self, instance: Instance, rival: Rival, seconds: float):
        self.outcome = Outcome()
        self._instance, self._rival = instance, rival
        self._ends = time.monotonic() + seconds

    def points(self) -> Outcome:
        """The sum of points alone."""
        self.outcome.complete = self._ask(self._points(), listed=True)
        return self.outcome

    def equal_footing(self) -> Outcome:
        """Levels, points where levels are given, parties and claims by ticket."""
        given = self._instance.policy.levels is not None
        self.outcome.complete = (
            (self._given_levels() if given else self._exact_levels())
            and (not given or self._ask(self._points(), listed=True))
            and all(self._ask(question) for question in self._tie_break())
        )
        return self.outcome

    def _ask(self, question: Question, *, listed: bool = False) -> bool:
        """Put a question; True if the answer is proved, which is then kept."""
        value, bound = question.value(self.outcome.best), float(question.ceiling)
        left = self._ends - time.monotonic()
        terms = question.terms() if value < bound or not listed else None
        if value < bound and left > 0:
            found, stated = self._rival.maximise(terms or {}, self.outcome.best, left)
            # Every value is whole; engines state bounds a hair beside whole numbers.
            bound = min(bound, float(math.floor(min(stated, bound) + 1e-6)))
            if found is not None and question.value(found) >= value:
                self.outcome.best, value = found, question.value(found)
        if listed or value < bound - 0.5:
            self.outcome.stages.append((question.name, value, bound))
        if terms is not None:
            self._rival.keep(terms, value)
        return bound - value < 0.5

    def _count(self, level: int) -> int:
        return reached((hundredths_by_party(self._instance, self.outcome.best)[p] for p in self._parties), level)

    @property
    def _parties(self) -> tuple[str, ...]:
        return self._instance.credited_parties

    def _points(self) -> Question:
        placements = self._instance.placement_by_id.values()
        best = sum(max(p.points for p in claim.placements) for claim in self._instance.claims)
        terms = {f"x {p.id}": p.points for p in placements}
        return Question("points", lambda a: total_points(self._instance, a), best, lambda: terms)

    def _level(self, level: int, below: int) -> Question:
        able = sum(most >= level for most in most_hundredths(self._instance).values())

        def value(allocation: Allocation) -> int:
            return reached((hundredths_by_party(self._instance, allocation)[p] for p in self._parties), level)

        return Question(f"level {level / 100:g}", value, min(below, able), lambda: self._rival.level(level))

    def _given_levels(self) -> bool:
        count = len(self._parties)
        for points in self._instance.policy.levels or ():
            question = self._level(points * 100, count)
            if not self._ask(question, listed=True):
                return False
            count = question.value(self.outcome.best)
            self._rival.keep(self._rival.level(points * 100), count)
        return True

    def _exact_levels(self) -> bool:
        """Every level at which the count falls; the count of a finished level is kept at the highest level that has it."""
        count, below = len(self._parties), 0
        for level in attainable_hundredths(self._instance):
            question = self._level(level, count)
            if question.value(self.outcome.best) < count:
                if below and count:
                    self._rival.keep(self._rival.level(below), count)
                if not self._ask(question, listed=True):
                    return False
                count = question.value(self.outcome.best)
            below = level
            if not count:
                break
        if below and count:
            self._rival.keep(self._rival.level(below), count)
        return True

    def _tie_break(self) -> Iterator[Question]:
        draw = Draw()
        for party in draw.order(self._parties):
            yield self._party(party)
        for name in draw.order(claim.id for claim in self._instance.claims):
            yield self._rank(self._instance.claim_by_id[name])
            if name in self.outcome.best:
                yield self._start(name)

    def _party(self, party: str) -> Question:
        worth = {
            f"x {p.id}": p.points * claim.credit[party]
            for claim in self._instance.claims
            if party in claim.credit
            for p in claim.placements
        }
        most = most_hundredths(self._instance)[party]
        return Question(
            f"tie-break {party}", lambda a: hundredths_by_party(self._instance, a)[party], most, lambda: worth
        )

    def _rank(self, claim: Claim) -> Question:
        """Minus the rank from the bottom: the best placement counts most, no placement 0."""
        ranked = [p.id for p in sorted(claim.placements, key=lambda p: (p.points, _downwards(p.id)))]
        worth = {name: i + 1 for i, name in enumerate(ranked)}

        def value(allocation: Allocation) -> int:
            return worth[allocation[claim.id].placement] if claim.id in allocation else 0

        return Question(f"tie-break {claim.id}", value, len(ranked), lambda: {f"x {p}": w for p, w in worth.items()})

    def _start(self, claim: str) -> Question:
        placement = self._instance.placement_by_id[self.outcome.best[claim].placement]
        return Question(
            f"tie-break {claim} start",
            lambda a: -a[claim].start,
            -placement.first_start,
            lambda: {f"s {placement.id}": -1},
        )


def _downwards(name: str) -> list[int]:
    """A key by which the smaller id by bytes comes later."""
    return [255 - byte for byte in name.encode()] + [256]
