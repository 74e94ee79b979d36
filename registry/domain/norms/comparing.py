"""The same round under several sets of norms: what each claim gets, and the one provision behind each cell that changes.

A cell's provision is found by switching: it is the one without which the claim would get what it gets under the reference.
Where no single one does that, provisions are added to the reference one after the other, in the order of the profile, and
the one counts with which the cell came to be what it is. Pure but for `solve`, which is given.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import rfc8785

from registry.domain.norms.changes import Document
from registry.domain.norms.problem import Norms, Problem

ALLOTTED, UNSERVED, RETURNED = "allotted", "unserved", "returned"
ALONE, IN_ORDER = "alone", "in-order"

Allotments = Mapping[str, tuple[str, int]]
"""Placement and start day of each claim that gets one."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of norms."""

    id: str
    name: str
    norms: Norms


@dataclass(frozen=True, slots=True)
class Cell:
    """What a claim gets: a placement and its start day; none; or it is returned by its examination."""

    outcome: str
    placement: str = ""
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """The provision behind a cell that differs from the reference.

    `how` is "alone" (without it, or with it where the reference has it, the cell is as under the reference), or "in-order".
    `others` are further provisions of which the same is true; `touches` says whether it changes what this claim is
    examined or solved with, and does not only reach it through other claims.
    """

    provision: str
    how: str
    others: tuple[str, ...] = ()
    touches: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A round under one profile: cells and their causes by claim, and what the examination says of each claim.

    `effective` are the provisions that would, switched by themselves, change the instance; `examined` the provisions that
    each claim fails, by effect.
    """

    profile: Profile
    instance_sha256: str
    cells: Mapping[str, Cell]
    causes: Mapping[str, Cause] = field(default_factory=dict)
    effective: tuple[str, ...] = ()
    examined: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


Solve = Callable[[Document], Allotments]


def compare(problem: Problem, profiles: Sequence[Profile], solve: Solve) -> tuple[Column, ...]:
    """A column for each profile; the first is the reference of all others."""
    answers = _Answers(problem, solve)
    reference = profiles[0]
    return tuple(_column(answers, reference.norms, profile) for profile in profiles)


def fingerprint(document: Mapping[str, Any]) -> str:
    """SHA-256 of an instance in RFC 8785 form, lower-case hex."""
    return sha256(rfc8785.dumps(dict(document))).hexdigest()


class _Answers:
    """Cells under any norms; each instance is solved once."""

    def __init__(self, problem: Problem, solve: Solve):
        self.problem, self._solve = problem, solve
        self._solved: dict[str, Allotments] = {}
        self._instances: dict[Norms, tuple[str, Document]] = {}

    def instance(self, norms: Norms) -> tuple[str, Document]:
        """Hash and document of the instance under some norms."""
        if norms not in self._instances:
            document = self.problem.instance(norms)
            self._instances[norms] = fingerprint(document), document
        return self._instances[norms]

    def cells(self, norms: Norms) -> dict[str, Cell]:
        """What every claim that takes part gets."""
        digest, document = self.instance(norms)
        if digest not in self._solved:
            self._solved[digest] = self._solve(document)
        got, out = self._solved[digest], self.problem.returned(norms)
        return {claim: _cell(claim, got, out) for claim in self.problem.cases}


def _cell(claim: str, got: Allotments, out: Mapping[str, Any]) -> Cell:
    if claim in out:
        return Cell(RETURNED)
    return Cell(ALLOTTED, *got[claim]) if claim in got else Cell(UNSERVED)


@dataclass(frozen=True)
class _Step:
    """From the norms of the reference to those of a profile: the order of all provisions, and those that have an effect."""

    answers: _Answers
    reference: Norms
    norms: Norms
    order: tuple[str, ...]

    def without(self, provision: str) -> Norms:
        """The profile with one provision as the reference has it."""
        return self.norms.as_in(self.reference, provision, self.order)

    @cached_property
    def effective(self) -> tuple[str, ...]:
        """The provisions in which the two differ that change the instance when one is switched by itself, from either."""
        here, there = (self.answers.instance(row)[0] for row in (self.norms, self.reference))
        return tuple(
            name
            for name in self.order
            if self.norms.differs(self.reference, name)
            and (
                self.answers.instance(self.without(name))[0] != here
                or self.answers.instance(self.reference.as_in(self.norms, name, self.order))[0] != there
            )
        )

    def path(self) -> Iterator[tuple[str, Mapping[str, Cell], Mapping[str, Cell]]]:
        """Each such provision with the cells before and after it is switched; the last ones are those of the profile."""
        here = self.reference
        for name in self.effective:
            following = self.norms if name == self.effective[-1] else here.as_in(self.norms, name, self.order)
            yield name, self.answers.cells(here), self.answers.cells(following)
            here = following


def _column(answers: _Answers, reference: Norms, profile: Profile) -> Column:
    problem, norms = answers.problem, profile.norms
    order = tuple(dict.fromkeys((*norms.provisions, *reference.provisions)))
    step = _Step(answers, reference, norms, order)
    cells, before = answers.cells(norms), answers.cells(reference)
    changed = [claim for claim, cell in cells.items() if cell != before[claim]]
    causes = _causes(step, changed) if changed else {}
    examined = {claim: _failed(problem, norms, claim) for claim in problem.cases}
    return Column(profile, answers.instance(norms)[0], cells, causes, step.effective, examined)


def _causes(step: _Step, changed: Sequence[str]) -> dict[str, Cause]:
    before = step.answers.cells(step.reference)
    without = {name: step.answers.cells(step.without(name)) for name in step.effective}
    alone = {
        claim: tuple(name for name in step.effective if without[name][claim] == before[claim]) for claim in changed
    }
    pivots = _pivots(step) if any(len(names) != 1 for names in alone.values()) else {}
    return {claim: _cause(step, claim, names, pivots.get(claim, "")) for claim, names in alone.items()}


def _pivots(step: _Step) -> dict[str, str]:
    """For each claim the provision with which its cell, from the reference on, came to be what it is to the end."""
    found: dict[str, str] = {}
    for name, cells, following in step.path():
        found |= {claim: name for claim, cell in following.items() if cell != cells[claim]}
    return found


def _cause(step: _Step, claim: str, alone: tuple[str, ...], pivot: str) -> Cause:
    named = pivot if pivot in alone or not alone else alone[0]
    parts = (_own_part(step.answers.instance(row)[1], claim) for row in (step.norms, step.without(named)))
    one, other = parts
    failed = (
        row.finding.provision for row in step.answers.problem.judged(step.norms, claim) if row.effect == "returns"
    )
    others = tuple(name for name in alone if name != named)
    return Cause(named, ALONE if alone else IN_ORDER, others, one != other or named in failed)


def _own_part(document: Mapping[str, Any], claim: str) -> Any:
    """What of an instance is about a claim: its row, its agreements, and the limits that list its placements."""
    rows = [row for row in document["claims"] if row["id"] == claim]
    placements = {one["id"] for row in rows for one in row["placements"]}
    limits = [(row["id"], row.get("max"), row.get("min")) for name in ("caps", "reserves") for row in document[name]
              if placements & set(row["placements"])]  # fmt: skip
    return rows, [row for row in document["agreements"] if claim in row["claims"]], limits


def _failed(problem: Problem, norms: Norms, claim: str) -> dict[str, tuple[str, ...]]:
    rows = problem.judged(norms, claim)
    effects = dict.fromkeys(row.effect for row in rows if row.effect != "none")
    return {effect: tuple(row.finding.provision for row in rows if row.effect == effect) for effect in effects}
