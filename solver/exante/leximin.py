"""Leximin over lotteries by column generation: the largest least mean, then the next, each with its proof.

A *column* is an allocation as whole numbers, one for each row: a party's points in hundredths, or 1 for a claim that is
served. Level after level, over the rows still free: the exact program (`simplex`) finds the best mix of the columns known and
multipliers y; the pricing asks for the column with the largest sum of y times value. Where that is no more than
what the program says, the level is proved: the least mean of the free rows cannot be larger, and rows with y > 0 have
exactly that mean in every best lottery. They are settled; this is exact because means of lotteries are a convex set.

Every best lottery consists of columns at which the sum meets the bound, so from then on only such columns are looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Protocol

from solver.exante.simplex import Optimum, Program

Row = tuple[str, str]
"""("party", id) or ("claim", id)."""
Weights = Mapping[Row, int]


Column = Mapping[Row, int]


@dataclass(frozen=True, slots=True)
class Priced:
    """What pricing found: the best value known, its proved bound, and a column with that value, unless one was known."""

    value: int
    bound: int
    column: Column | None = None


class Pricing(Protocol):
    """Finds columns."""

    def first(self) -> Column:
        """Any column."""

    def best(self, weights: Weights, most: int) -> Priced:
        """A column with the largest sum of weight times value; `most` is the largest among the columns known."""

    def keep(self, weights: Weights, most: int) -> None:
        """From here on only columns with this sum, proved to be the largest, are asked for."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A level that is proved: the rows that have this mean in every best lottery, and the weights that prove it.

    No allocation on which the levels before are met has a sum of weight times value above `most`.
    """

    rows: tuple[Row, ...]
    mean: Fraction
    weights: Weights
    most: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a run was cut short: the least mean reached for the free rows, and what it cannot exceed."""

    mean: Fraction
    at_most: Fraction


@dataclass(frozen=True, slots=True)
class Mix:
    """The lottery reached: probabilities of columns by their number in the order in which they were found."""

    probabilities: Mapping[int, Fraction]
    levels: tuple[Settled, ...]
    cut: Cut | None = None


def leximin(pricing: Pricing, groups: Sequence[Sequence[Row]]) -> Mix:
    """The best lottery: leximin over the rows of the first group, then, with these kept, over those of the next."""
    search = _Leximin(pricing)
    for group in groups:
        cut = search.settle(group)
        if cut is not None:
            return Mix(search.probabilities, tuple(search.levels), cut)
    return Mix(search.probabilities, tuple(search.levels))


class _Leximin:
    """The columns known, those still allowed, and what is settled so far."""

    def __init__(self, pricing: Pricing):
        self._pricing = pricing
        self._columns = [pricing.first()]
        self._allowed = [0]
        self._settled: dict[Row, Fraction] = {}
        self.levels: list[Settled] = []
        self.probabilities: dict[int, Fraction] = {0: Fraction(1)}

    def settle(self, group: Sequence[Row]) -> Cut | None:
        """Level after level until no row of the group is free; the cut if a level could not be proved."""
        while free := [row for row in group if row not in self._settled]:
            optimum, weights, most = self._solved(free)
            priced = self._pricing.best(weights, most)
            if priced.value > most and priced.column is not None:
                self._allowed.append(len(self._columns))
                self._columns.append(priced.column)
            if priced.value != priced.bound:
                return self._cut(free, optimum.t, weights, priced.bound)
            if priced.value == most:
                self._finish(free, optimum.t, weights, most)
        return None

    def _finish(self, free: Sequence[Row], mean: Fraction, weights: Weights, most: int) -> None:
        rows = tuple(row for row in free if weights.get(row))
        self._pricing.keep(weights, most)
        self.levels.append(Settled(rows, mean, weights, most))
        self._settled.update(dict.fromkeys(rows, mean))
        self._allowed = [i for i in self._allowed if total(weights, self._columns[i]) == most]

    def _cut(self, free: Sequence[Row], mean: Fraction, weights: Weights, bound: int) -> Cut:
        elsewhere = sum((weights.get(row, 0) * value for row, value in self._settled.items()), Fraction(0))
        return Cut(mean, (bound - elsewhere) / sum(weights.get(row, 0) for row in free))

    def _solved(self, free: Sequence[Row]) -> tuple[Optimum, Weights, int]:
        """The best mix of the allowed columns; multipliers in whole numbers, and their largest sum over these columns."""
        columns = [self._columns[i] for i in self._allowed]
        rows = self._rows_that_matter(columns, free)
        program = Program(
            [self._settled.get(row) for row in rows], [[column[row] for row in rows] for column in columns]
        )
        optimum = program.solve()
        self.probabilities = {self._allowed[i]: share for i, share in enumerate(optimum.probabilities) if share}
        return optimum, *self._weights(columns, free, rows, optimum)

    def _rows_that_matter(self, columns: Sequence[Column], free: Sequence[Row]) -> list[Row]:
        """Rows whose value depends on the column, and of the others the free one with the least."""
        varying = [row for row in (*self._settled, *free) if len({column[row] for column in columns}) > 1]
        constant = [row for row in free if row not in varying]
        return varying + sorted(constant, key=lambda row: (columns[0][row], row))[:1]

    def _weights(
        self, columns: Sequence[Column], free: Sequence[Row], rows: Sequence[Row], optimum: Optimum
    ) -> tuple[Weights, int]:
        """Equal weights for all rows at the least mean where that is as good a proof: it settles them all at once."""
        shares = [(share, column) for share, column in zip(optimum.probabilities, columns, strict=True) if share]
        least = [row for row in free if sum(share * column[row] for share, column in shares) == optimum.t]
        weights: Weights = dict.fromkeys(least, 1)
        most = max(total(weights, column) for column in columns)
        if most != len(least) * optimum.t:
            scale = lcm(*(y.denominator for y in optimum.multipliers))
            whole = [int(y * scale) for y in optimum.multipliers]
            common = gcd(*whole)
            weights = {row: y // common for row, y in zip(rows, whole, strict=True) if y}
            most = max(total(weights, column) for column in columns)
        return weights, most


def total(weights: Weights, column: Column) -> int:
    """The sum of weight times value."""
    return sum(weight * column[row] for row, weight in weights.items())
