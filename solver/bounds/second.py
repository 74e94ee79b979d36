"""A second formulation, for another engine: could any stage have been better?

For each stage the claim "no allocation that does as well in the stages before does better in this one" becomes an integer
program for HiGHS that must have no solution. Its model is written anew and differs from that of `solver.model`: every
pair on its own instead of cliques, starts as continuous columns (rows on starts are differences with whole bounds, so
whole starts exist wherever any do), pairs kept apart by big-M rows, allowed days by one binary a stretch.

Columns: x placement (binary), s placement (start), z placement stretch (binary), d pair side (binary), y level party
(binary), m reserve (missing), b number side (binary); of an entry that may be moved k claim (it stays), d claim (days).

Free access (C5) has rows only for the blockades that HiGHS itself ran into (`Formulation.learn`): of each some member
is not allotted, or some two lie apart on the side that b says.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from solver.access import Blockade, passage_of
from solver.allocation import Allotment, cap_rows, entries_in_force, is_eligible, recorded_entries
from solver.conflicts import Interval, Separation
from solver.distribution import LOTTERY_LEVEL, Distribution, Level
from solver.instance import Claim, Instance, Placement
from solver.lottery import in_ticket_order
from solver.moves import DAYS, MOVE_STAGES, MOVES, moved_metres
from solver.options import Options, differences, open_options, permitted
from solver.solution import Allotted, Solution, level_of

Terms = dict[str, int]


@dataclass
class Program:
    """Rows low <= sum of coefficient times column <= high; columns have bounds, those in `whole` are integers."""

    columns: dict[str, tuple[int, int]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    rows: list[tuple[Terms, int | None, int | None]] = field(default_factory=list)

    def add(self, name: str, low: int, high: int, *, whole: bool = True) -> str:
        """A column."""
        self.columns[name] = (low, high)
        if whole:
            self.whole.add(name)
        return name

    def row(self, terms: Terms, low: int | None = None, high: int | None = None) -> None:
        """A row; columns that do not exist count as 0."""
        self.rows.append(({name: c for name, c in terms.items() if name in self.columns}, low, high))

    def copy(self) -> "Program":
        """The same program, to be added to."""
        return Program(dict(self.columns), set(self.whole), list(self.rows))

    def document(self) -> dict[str, Any]:
        """Plain arrays for the child process."""
        index = {name: i for i, name in enumerate(self.columns)}
        return {
            "bounds": list(self.columns.values()),
            "whole": [name in self.whole for name in self.columns],
            "rows": [
                {"low": low, "high": high, "columns": [index[n] for n in terms], "values": list(terms.values())}
                for terms, low, high in self.rows
            ],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A stage, and the program that has a solution only if the stage could have been better."""

    stage: str
    program: Program


class Formulation:
    """The hard constraints of an instance as rows."""

    def __init__(self, instance: Instance):
        self.instance = instance
        self.options: Options = open_options(instance)
        self.in_force = {entry.placement for entry in entries_in_force(instance).values()}
        self._passage = passage_of(instance)
        self._blockades: list[Blockade] = []

    def program(self) -> Program:
        """A new program with C1 to C4 and what was learnt of C5; `m` columns hold what the reserves miss."""
        program = self._base.copy()
        for number, blockade in enumerate(self._blockades):
            self._forbid(program, number, blockade)
        return program

    def learn(self, program: Program, columns: Sequence[float]) -> bool:
        """True if a solution of a program blocks a way (C5): it is forbidden from here on, in this program too.

        Starts are whole after rounding down: rows on starts are differences with whole bounds.
        """
        values = dict(zip(program.columns, columns, strict=True))
        stays = {
            name: math.floor(values[f"s {name}"] + 1e-6) for name in self.options.starts if values[f"x {name}"] > 0.5
        }
        blockades = self._passage.blockades({**self._passage.fixed, **stays}) if self._passage else []
        for blockade in blockades:
            self._forbid(program, len(self._blockades), blockade)
            self._blockades.append(blockade)
        return bool(blockades)

    def _forbid(self, program: Program, number: int, blockade: Blockade) -> None:
        assert self._passage is not None
        free = [m for m in blockade.members if m.id in self.options.starts]
        stands = [(self._passage.fixed[m.id], m) for m in blockade.members if m.id in self._passage.fixed]
        sides: list[str] = []
        for member in free if stands else []:
            days = max(s + m.first for s, m in stands), min(s + m.end for s, m in stands)
            sides += self._apart(program, f"b {number} {len(sides)}", {f"s {member.id}": 1}, days[1] - member.first)
            sides += self._apart(program, f"b {number} {len(sides)}", {f"s {member.id}": -1}, member.end - days[0])
        for one, other in itertools.permutations(free, 2):
            gap = {f"s {other.id}": 1, f"s {one.id}": -1}
            sides += self._apart(program, f"b {number} {len(sides)}", gap, one.end - other.first)
        program.row({**{f"x {m.id}": 1 for m in free}, **dict.fromkeys(sides, -1)}, high=len(free) - 1)

    def _apart(self, program: Program, name: str, terms: Terms, low: int) -> list[str]:
        """A column that may be 1 only if the terms are at least `low`; none if they never can be."""
        reach = [(c * program.columns[s][0], c * program.columns[s][1]) for s, c in terms.items()]
        least, most = sum(map(min, reach)), sum(map(max, reach))
        if most < low:
            return []
        side = program.add(name, 0, 1)
        program.row({**terms, side: min(least - low, 0)}, low=min(least, low))
        return [side]

    @cached_property
    def _base(self) -> Program:
        program = Program()
        for placement, stretches in sorted(self.options.starts.items()):
            self._add_placement(program, placement, stretches)
        for claim in self.instance.claims:
            program.row({f"x {p.id}": 1 for p in claim.placements}, high=1)
        for a, b in self.options.exclusive:
            program.row({f"x {a}": 1, f"x {b}": 1}, high=1)
        for pair in self.options.timed:
            self._keep_apart(program, pair)
        self._add_caps(program)
        self._add_reserves(program)
        for entry in recorded_entries(self.instance).values():
            self._add_entry(program, entry)
        return program

    def _add_entry(self, program: Program, entry: Allotment) -> None:
        """An entry that may be moved is served; k may be 1 only if it stays, d is at least the days that it is moved."""
        own = [p.id for p in self.instance.claim_by_id[entry.claim].placements if p.id in self.options.starts]
        program.row({f"x {name}": 1 for name in own}, low=1, high=1)
        stays, days = program.add(f"k {entry.claim}", 0, 1), f"d {entry.claim}"
        program.row({f"x {entry.placement}": 1, stays: -1}, low=0)
        reach = {name: (starts[0][0], starts[-1][1]) for name, starts in self.options.starts.items() if name in own}
        first, last = reach[entry.placement]
        program.row({f"s {entry.placement}": 1, stays: first - entry.start}, low=first)
        program.row({f"s {entry.placement}": 1, stays: last - entry.start}, high=last)
        program.add(days, 0, max(abs(day - entry.start) for ends in reach.values() for day in ends), whole=False)
        for name, (first, last) in reach.items():
            later, earlier = max(0, last - entry.start), max(0, entry.start - first)
            program.row({days: 1, f"s {name}": -1, f"x {name}": -later}, low=-entry.start - later)
            program.row({days: 1, f"s {name}": 1, f"x {name}": -earlier}, low=entry.start - earlier)

    def _add_placement(self, program: Program, name: str, stretches: Sequence[Interval]) -> None:
        first, last = stretches[0][0], stretches[-1][1]
        program.add(f"x {name}", 0, 1)
        program.add(f"s {name}", first, last, whole=False)
        if len(stretches) == 1:
            return
        sides = [program.add(f"z {name} {i}", 0, 1) for i in range(len(stretches))]
        program.row(dict.fromkeys(sides, 1), low=1, high=1)
        for side, (low, high) in zip(sides, stretches, strict=True):
            program.row({f"s {name}": 1, side: first - low}, low=first)
            program.row({f"s {name}": 1, side: last - high}, high=last)

    def _keep_apart(self, program: Program, pair: Separation) -> None:
        least, most = differences(pair, self.options.starts)
        stretches = permitted(pair, self.options.starts)
        sides = [program.add(f"d {pair.a} {pair.b} {i}", 0, 1) for i in range(len(stretches))]
        both = {f"x {pair.a}": 1, f"x {pair.b}": 1}
        # Both allotted: one side at least; otherwise none is needed.
        program.row({**both, **dict.fromkeys(sides, -1)}, high=1)
        difference = {f"s {pair.b}": 1, f"s {pair.a}": -1}
        for side, (low, high) in zip(sides, stretches, strict=True):
            program.row({**difference, side: least - low}, low=least)
            program.row({**difference, side: most - high}, high=most)

    def _add_caps(self, program: Program) -> None:
        for cap in self.instance.caps:
            for measures in cap_rows(self.instance, cap).values():
                used = sum(measure for name, measure in measures.items() if name in self.in_force)
                room = cap.most - used
                # A measure beyond the room closes its placement; cut down to room + 1 it does so in small numbers.
                program.row({f"x {name}": min(m, room + 1) for name, m in measures.items()}, high=room)

    def _add_reserves(self, program: Program) -> None:
        for reserve in self.instance.reserves:
            eligible = [
                name
                for name in reserve.placements
                if is_eligible(
                    self.instance, reserve, self.instance.claim_by_id[self.instance.placement_by_id[name].claim]
                )
            ]
            given = sum(name in self.in_force for name in eligible)
            missing = program.add(f"m {reserve.id}", 0, reserve.least)
            program.row({missing: 1, **{f"x {name}": 1 for name in eligible}}, low=reserve.least - given)

    def points_of(self, party: str) -> tuple[Terms, int]:
        """u_p in hundredths: its terms, and what entries in force give."""
        return self._points[party]

    @cached_property
    def _points(self) -> dict[str, tuple[Terms, int]]:
        return {party: self._points_of(party) for party in self.instance.credited_parties}

    def _points_of(self, party: str) -> tuple[Terms, int]:
        placements = [p for claim in self.instance.claims if party in claim.credit for p in claim.placements]
        worth = {p.id: p.points * self.instance.claim_by_id[p.claim].credit[party] for p in placements}
        constant = sum(points for name, points in worth.items() if name in self.in_force)
        return {f"x {name}": points for name, points in worth.items() if points}, constant

    def add_level(self, program: Program, level: int) -> Terms:
        """Columns y that may be 1 only for parties with at least `level` hundredths; their sum."""
        for party in self.instance.credited_parties:
            terms, constant = self.points_of(party)
            program.add(f"y {level} {party}", 0, 1)
            program.row({**terms, f"y {level} {party}": -level}, low=-constant)
        return {f"y {level} {party}": 1 for party in self.instance.credited_parties}


def questions(
    formulation: Formulation, solution: Solution, tickets: Mapping[str, str] | None = None
) -> Iterator[Question]:
    """Could this proved solution have been better? One question a stage, then one a party and up to two a claim.

    Asked of equal footing and max-points; each relies on what the stages before reached.
    """
    if solution.distribution is not None:
        # Levels and points are the same in all outcomes.
        solution = replace(solution, leximin=solution.distribution.outcomes[0].answer.leximin)
    instance, asking = formulation.instance, _Asking(formulation, solution)
    yield from asking.stages()
    if solution.distribution is not None:
        yield from asking.lottery(solution.distribution)
        return
    order = {name: i for i, name in enumerate(_order(instance, solution, tickets))}
    parties = sorted(instance.credited_parties, key=order.__getitem__)
    yield from asking.parties(parties)
    yield from asking.claims(sorted(instance.claims, key=lambda claim: order[claim.id]))


def _order(instance: Instance, solution: Solution, tickets: Mapping[str, str] | None) -> list[str]:
    names = [*instance.credited_parties, *(claim.id for claim in instance.claims)]
    return in_ticket_order(names, bytes.fromhex(solution.seed), tickets)


class _Asking:
    """The questions in their order; `_kept` are the rows that the stages so far have settled."""

    def __init__(self, formulation: Formulation, solution: Solution):
        self._model = formulation
        self._instance = formulation.instance
        self._solution = solution
        self._rows: Mapping[str, Allotted] = {row.claim: row for row in solution.allotments}
        self._kept: list[tuple[Terms, int | None, int | None]] = []
        self._levels: list[tuple[int, int]] = []
        if self._instance.policy.rule == "equal-footing" and self._instance.policy.levels is None:
            # All parties have what the worst-off has, and nobody can pass the count of all.
            self._levels = [(value, len(solution.leximin)) for value in solution.leximin[:1] if value]

    def _ask(
        self, stage: str, terms: Terms, low: int | None = None, high: int | None = None, level: int = 0
    ) -> Question:
        program = self._model.program()
        for kept, count in self._levels:
            program.row(self._model.add_level(program, kept), low=count)
        if level:
            terms = self._model.add_level(program, level)
        for row in self._kept:
            program.row(*row)
        program.row(terms, low, high)
        return Question(stage, program)

    def stages(self) -> Iterator[Question]:
        """Shortfall, levels and the sum of points."""
        for stage in self._solution.stages:
            level = level_of(stage.name)
            if stage.name == "shortfall":
                missing = {f"m {reserve.id}": 1 for reserve in self._instance.reserves}
                if stage.value:
                    yield self._ask(stage.name, missing, high=stage.value - 1)
                self._kept.append((missing, None, stage.value))
            elif level is not None:
                yield self._ask(stage.name, {}, low=stage.value + 1, level=level)
                self._levels = self._kept_levels(level, stage.value)
            elif stage.name == "points":
                terms: Terms = {f"x {p.id}": p.points for p in self._instance.placement_by_id.values()}
                constant = sum(self._instance.placement_by_id[name].points for name in self._model.in_force)
                yield self._ask(stage.name, terms, low=stage.value - constant + 1)
                self._kept.append((terms, stage.value - constant, None))
            elif stage.name in MOVE_STAGES:
                terms, total = self._moves(stage.name)
                if stage.value:
                    yield self._ask(stage.name, terms, high=stage.value - 1 - total)
                self._kept.append((terms, None, stage.value - total))

    def _moves(self, stage: str) -> tuple[Terms, int]:
        """What a stage of moves counts: its terms, and a constant."""
        entries = recorded_entries(self._instance).values()
        if stage == MOVES:
            return {f"k {entry.claim}": -1 for entry in entries}, len(entries)
        if stage == DAYS:
            return {f"d {entry.claim}": 1 for entry in entries}, 0
        rows = [(entry.claim, p.id) for entry in entries for p in self._instance.claim_by_id[entry.claim].placements]
        return {f"x {name}": moved_metres(self._instance, claim, name) for claim, name in rows}, 0

    def _kept_levels(self, level: int, count: int) -> list[tuple[int, int]]:
        """What is settled after a level: itself under given levels, else up to the highest level with that count."""
        if not count:
            return self._levels
        if self._instance.policy.levels is None:
            level = min(value for value in self._solution.leximin if value >= level)
        return [*self._levels, (level, count)]

    def lottery(self, distribution: Distribution) -> Iterator[Question]:
        """Each level of the lottery: has any allocation on which those before are met a larger weighted sum?"""
        for number, level in enumerate(distribution.levels, start=1):
            terms, constant = self._weighed(level)
            yield self._ask(f"{LOTTERY_LEVEL} {number}", terms, low=level.most - constant + 1)
            self._kept.append((terms, level.most - constant, level.most - constant))

    def _weighed(self, level: Level) -> tuple[Terms, int]:
        """The weighted sum of a level, and what entries in force give."""
        terms: Terms = {}
        constant = 0
        for party, weight in level.party_weights.items():
            own, held = self._model.points_of(party)
            constant += weight * held
            for name, points in own.items():
                terms[name] = terms.get(name, 0) + weight * points
        for claim, weight in level.claim_weights.items():
            constant += weight * bool(self._instance.claim_by_id[claim].in_force)
            for placement in self._instance.claim_by_id[claim].placements:
                terms[f"x {placement.id}"] = terms.get(f"x {placement.id}", 0) + weight
        return terms, constant

    def parties(self, parties: Sequence[str]) -> Iterator[Question]:
        """Each party in ticket order: could it have had more, the parties before it as they are?"""
        for party in parties:
            terms, constant = self._model.points_of(party)
            own = self._solution.parties[party] - constant
            yield self._ask(f"tie-break {party}", terms, low=own + 1)
            self._kept.append((terms, own, own))
        self._levels = []

    def claims(self, claims: Sequence[Claim]) -> Iterator[Question]:
        """Each claim in ticket order: a better placement, then an earlier start, the claims before it as they are?"""
        for claim in claims:
            if not claim.in_force:
                yield from self._claim(claim)

    def _claim(self, claim: Claim) -> Iterator[Question]:
        row = self._rows.get(claim.id)
        better = {f"x {p.id}": 1 for p in claim.placements if row is None or _is_before(p, self._placement(row))}
        if better:
            yield self._ask(f"tie-break {claim.id}", better, low=1)
        if row is None:
            self._kept.append(({f"x {p.id}": 1 for p in claim.placements}, None, 0))
            return
        self._kept.append(({f"x {row.placement}": 1}, 1, None))
        yield self._ask(f"tie-break {claim.id} start", {f"s {row.placement}": 1}, high=row.start - 1)
        self._kept.append(({f"s {row.placement}": 1}, row.start, row.start))

    def _placement(self, row: Allotted) -> Placement:
        return self._instance.placement_by_id[row.placement]


def _is_before(placement: Placement, present: Placement) -> bool:
    """More points, or as many and a smaller id by bytes."""
    return (-placement.points, placement.id.encode()) < (-present.points, present.id.encode())
