"""The same problem as an integer program for HiGHS: every pair on its own.

Fixed days: one row a pair. Open days: big-M rows, with the least M that the two windows give and one binary for each
stretch of permitted differences; a time-indexed program would need thousands of columns a placement over ten years, so
big-M is the fairer choice. Levels: a binary a party with u_p >= level y. HiGHS has its defaults and both processors.
"""

from dataclasses import dataclass, field

import highspy
import numpy as np

from solver.allocation import Allotment, hundredths_by_party
from solver.conflicts import Separation, separations, without
from solver.instance import Instance
from tests.benchmarks.stages import Allocation, Terms

Row = tuple[dict[str, int], float, float]
INFINITE = highspy.kHighsInf


@dataclass
class _Side:
    """A binary that says on which stretch of permitted differences a pair stands."""

    column: str
    a: str
    b: str
    stretch: tuple[int, int]


@dataclass
class Milp:
    """The program of one instance with fixed or flexible windows; caps, reserves, holds and entries have no rows here."""

    instance: Instance
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sides: list[_Side] = []
        self._levels: dict[int, dict[str, int]] = {}
        for name, placement in sorted(self.instance.placement_by_id.items()):
            last = min(placement.last_start, self.instance.horizon_days - placement.end)
            self.bounds[f"x {name}"] = (0, 1)
            if last > placement.first_start:
                self.bounds[f"s {name}"] = (placement.first_start, last)
        for claim in self.instance.claims:
            self.rows.append(({f"x {p.id}": 1 for p in claim.placements}, -INFINITE, 1))
        for pair in separations(self.instance):
            self._keep_apart(pair)

    def _keep_apart(self, pair: Separation) -> None:
        least, most = self._days(pair.b)[0] - self._days(pair.a)[1], self._days(pair.b)[1] - self._days(pair.a)[0]
        stretches = without([(least, most)], pair.forbidden)
        if stretches == ((least, most),):
            return
        sides = [_Side(f"d {pair.a} {pair.b} {i}", pair.a, pair.b, s) for i, s in enumerate(stretches)]
        both = {f"x {pair.a}": 1, f"x {pair.b}": 1}
        self.rows.append((both | {side.column: -1 for side in sides}, -INFINITE, 1))
        for side in sides:
            self.bounds[side.column] = (0, 1)
            difference, constant = self._difference(pair)
            low, high = side.stretch
            self.rows.append((difference | {side.column: least - low}, least - constant, INFINITE))
            self.rows.append((difference | {side.column: most - high}, -INFINITE, most - constant))
        self._sides += sides

    def _days(self, placement: str) -> tuple[int, int]:
        day = self.instance.placement_by_id[placement].first_start
        return self.bounds.get(f"s {placement}", (day, day))

    def _difference(self, pair: Separation) -> tuple[dict[str, int], int]:
        """start(b) - start(a): its columns, and what fixed days give."""
        terms, constant = {}, 0
        for name, sign in ((pair.b, 1), (pair.a, -1)):
            if f"s {name}" in self.bounds:
                terms[f"s {name}"] = sign
            else:
                constant += sign * self._days(name)[0]
        return terms, constant

    def level(self, level: int) -> Terms:
        """Binaries of a level, made once."""
        if level not in self._levels:
            self._levels[level] = {f"y {level} {party}": 1 for party in self.instance.credited_parties}
            for party in self.instance.credited_parties:
                self.bounds[f"y {level} {party}"] = (0, 1)
                self.rows.append((self._points(party) | {f"y {level} {party}": -level}, 0, INFINITE))
        return self._levels[level]

    def _points(self, party: str) -> dict[str, int]:
        claims = [claim for claim in self.instance.claims if party in claim.credit]
        return {f"x {p.id}": p.points * claim.credit[party] for claim in claims for p in claim.placements}

    def keep(self, terms: Terms, least: int) -> None:
        """From here on the row is at least this."""
        columns = {name: c for name, c in terms.items() if name in self.bounds}
        self.rows.append((columns, least - self._constant(terms), INFINITE))

    def _constant(self, terms: Terms) -> int:
        """What columns of fixed days add to a row."""
        return sum(c * self._days(name[2:])[0] for name, c in terms.items() if name not in self.bounds)

    def program(self, terms: Terms) -> highspy.HighsLp:
        """Arrays for HiGHS."""
        index = {name: i for i, name in enumerate(self.bounds)}
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.sense_ = len(index), len(self.rows), highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array([terms.get(name, 0) for name in index], dtype=np.double)
        lp.col_lower_, lp.col_upper_ = np.array(list(self.bounds.values()), dtype=np.double).T
        kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        lp.integrality_ = [kinds[name[0] == "s"] for name in index]
        lp.row_lower_ = np.array([low for _, low, _ in self.rows], dtype=np.double)
        lp.row_upper_ = np.array([high for _, _, high in self.rows], dtype=np.double)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row, _, _ in self.rows)])
        lp.a_matrix_.index_ = np.array([index[n] for row, _, _ in self.rows for n in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([c for row, _, _ in self.rows for c in row.values()], dtype=np.double)
        return lp

    def maximise(self, terms: Terms, start: Allocation, seconds: float) -> tuple[Allocation | None, float]:
        """The best allocation found, or None, and the engine's own bound."""
        engine = highspy.Highs()
        engine.setOptionValue("output_flag", False)
        engine.setOptionValue("time_limit", seconds)
        engine.setOptionValue("mip_rel_gap", 0.0)
        engine.passModel(self.program(terms))
        if start:
            engine.setSolution(self._start(start))
        engine.run()
        info = engine.getInfo()
        if info.primal_solution_status != 2:  # no feasible point
            return None, float("inf")
        values = dict(zip(self.bounds, engine.getSolution().col_value, strict=True))
        return self._read(values), info.mip_dual_bound + self._constant(terms)

    def _read(self, values: dict[str, float]) -> Allocation:
        """Placements of x = 1 on the earliest days that keep the sides chosen: those are whole, those of HiGHS may not be."""
        chosen = [p for p in self.instance.placement_by_id.values() if values[f"x {p.id}"] > 0.5]
        days = {p.id: self._days(p.id)[0] for p in chosen}
        held = [s for s in self._sides if s.a in days and s.b in days and values[s.column] > 0.5]
        moved = True
        while moved:
            moved = False
            for side in held:
                low, high = side.stretch
                for name, earliest in ((side.b, days[side.a] + low), (side.a, days[side.b] - high)):
                    if days[name] < earliest <= self._days(name)[1]:
                        days[name], moved = earliest, True
        return {p.claim: Allotment(p.claim, p.id, days[p.id]) for p in chosen}

    def _start(self, allocation: Allocation) -> highspy.HighsSolution:
        """All columns as an allocation has them."""
        values = {name: low if name[0] == "s" else 0 for name, (low, _) in self.bounds.items()}
        for row in allocation.values():
            values[f"x {row.placement}"] = 1
            if f"s {row.placement}" in values:
                values[f"s {row.placement}"] = row.start
        day = {p: values.get(f"s {p}", self._days(p)[0]) for p in self.instance.placement_by_id}
        for side in self._sides:
            values[side.column] = int(side.stretch[0] <= day[side.b] - day[side.a] <= side.stretch[1])
        totals = hundredths_by_party(self.instance, allocation)
        for level, columns in self._levels.items():
            for column, party in zip(columns, self.instance.credited_parties, strict=True):
                values[column] = int(totals[party] >= level)
        found = highspy.HighsSolution()
        found.col_value = [float(values[name]) for name in self.bounds]
        return found
