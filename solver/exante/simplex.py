"""One stage of leximin over lotteries as an exact linear program: whole-number pivots, no rounding anywhere.

Maximise t over probabilities l[a] >= 0 of the columns a, with sum of l = 1 and

    sum of l[a] f[p](a) >= t     for the rows p that are free,
    sum of l[a] f[p](a) >= v[p]  for the rows p whose value is settled.

The tableau holds whole numbers over one common denominator (Edmonds 1967; Bareiss 1968), and Bland's rule
chooses, so the answer is a function of the columns and rows in their order, and there is always an end. New columns go in
where the last optimum stands. The multipliers of the optimum: y >= 0 with sum over rows of y[p] f[p](a) <= most for
every column, and most - sum over settled rows of y[p] v[p] = t.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Optimum:
    """The largest t, the probability of each column, and the multipliers: of each row, and the bound `most`."""

    t: Fraction
    probabilities: tuple[Fraction, ...]
    multipliers: tuple[Fraction, ...]
    most: Fraction


class Program:
    """The linear program of one stage; `settled[p]` is the value of row p, None where the row is free.

    Values of columns are whole numbers of at least 0. Some mix of the first columns MUST reach every settled value.
    """

    def __init__(self, settled: Sequence[Fraction | None], columns: Sequence[Sequence[int]]):
        self._settled = tuple(settled)
        self._scale = [1 if value is None else value.denominator for value in settled]
        rows = len(settled) + 1
        # Columns: the unit matrix (slacks of free rows, artificials), t, surpluses of settled rows, then the allocations.
        self._fixed = [p for p, value in enumerate(settled) if value is not None]
        self._artificial = {*self._fixed, rows - 1}
        self._t, self._first = rows, rows + 1 + len(self._fixed)
        self._tableau = self._start(rows)
        self._basis = list(range(rows))
        self._denominator = 1
        self._columns = 0
        for column in columns:
            self.add(column)
        self._is_feasible = False

    def _start(self, rows: int) -> Whole:
        """The rows, then the objective (to be at least 0 everywhere), then the sum of the artificials likewise; the last
        column is the right-hand side.
        """
        tableau: Whole = np.zeros((rows + 2, self._first + 1), dtype=object)
        for i in range(rows):
            tableau[i, i] = 1
        for p, value in enumerate(self._settled):
            if value is None:
                tableau[p, self._t] = 1
            else:
                tableau[p, -1] = value.numerator
        for number, p in enumerate(self._fixed):
            tableau[p, self._t + 1 + number] = -1
        tableau[rows - 1, -1] = 1
        tableau[rows, self._t] = -1
        for p in self._artificial:
            tableau[rows + 1] -= tableau[p]
            tableau[rows + 1, p] = 0
        return tableau

    def add(self, column: Sequence[int]) -> None:
        """A further column, expressed in the present basis."""
        rows = len(self._basis)
        signed = [-v if s is None else v * k for v, s, k in zip(column, self._settled, self._scale, strict=True)]
        entries = np.array([*signed, 1], dtype=object)
        new = self._tableau[:, :rows].dot(entries)
        # In the row of artificials a unit column of an artificial reads multiplier + 1, so its own cost is taken off.
        new[rows + 1] -= self._denominator * sum(entries[p] for p in self._artificial)
        self._tableau = np.insert(self._tableau, self._tableau.shape[1] - 1, new, axis=1)
        self._columns += 1

    def solve(self) -> Optimum:
        """The optimum over the columns so far."""
        rows = len(self._basis)
        if not self._is_feasible:
            self._descend(rows + 1)
            if self._tableau[rows + 1, -1] != 0:
                raise ArithmeticError("the columns do not reach the settled values")
            self._is_feasible = True
        self._descend(rows)
        return self._optimum()

    def _descend(self, objective: int) -> None:
        while True:
            row = self._tableau[objective]
            entering = next((j for j in self._may_enter() if row[j] < 0), None)
            if entering is None:
                return
            self._pivot(self._leaving(entering), entering)

    def _may_enter(self) -> Sequence[int]:
        last = self._tableau.shape[1] - 1
        return [j for j in range(last) if j not in self._artificial]

    def _leaving(self, entering: int) -> int:
        """The row whose variable reaches 0 first; an artificial at 0 leaves before it could move."""
        best: tuple[Fraction, int, int] | None = None
        for i, variable in enumerate(self._basis):
            entry, right = self._tableau[i, entering], self._tableau[i, -1]
            if variable in self._artificial and right == 0 and entry != 0:
                return i
            if entry > 0:
                found = (Fraction(right, entry), variable, i)
                best = found if best is None or found < best else best
        if best is None:
            raise ArithmeticError("the program has no largest value")
        return best[2]

    def _pivot(self, row: int, column: int) -> None:
        tableau = self._tableau
        if tableau[row, column] < 0:  # only where the right-hand side is 0
            tableau[row] = -tableau[row]
        pivot = tableau[row, column]
        kept = tableau[row].copy()
        tableau = (tableau * pivot - np.outer(tableau[:, column], kept)) // self._denominator
        tableau[row] = kept
        self._tableau, self._denominator = tableau, pivot
        self._basis[row] = column

    def _optimum(self) -> Optimum:
        rows, d = len(self._basis), self._denominator
        values = dict(zip(self._basis, self._tableau[:rows, -1], strict=True))
        objective = self._tableau[rows]
        signs = [1 if value is None else -k for value, k in zip(self._settled, self._scale, strict=True)]
        return Optimum(
            t=Fraction(objective[-1], d),
            probabilities=tuple(Fraction(values.get(self._first + i, 0), d) for i in range(self._columns)),
            multipliers=tuple(Fraction(sign * objective[p], d) for p, sign in enumerate(signs)),
            most=Fraction(objective[rows - 1], d),
        )
