"""Products of the parties' points for `solver.rules.nash`: exact as whole numbers, as logarithms for the engine."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from functools import cache
from itertools import pairwise

from ortools.sat.python import cp_model

from solver.allocation import Allocation, attainable_by_party, hundredths_by_party, most_hundredths
from solver.instance import Instance
from solver.model.variables import Variables

SCALE = 10**5
"""Logarithms are summed by the engine in units of 1 / SCALE, rounded down."""


def product_of(instance: Instance, allocation: Allocation) -> int:
    """The product of all u_p above 0, in hundredths: exact, however large."""
    totals = hundredths_by_party(instance, allocation)
    return math.prod(totals[party] for party in instance.credited_parties if totals[party])


@cache
def scaled_log(value: int, scale: int) -> int:
    """floor(scale ln value) of a positive whole number.

    The logarithm of a whole number above 1 is irrational, so 40 digits past the point leave no doubt about the floor.
    """
    context = Context(prec=60 + len(str(value)))
    return int(context.multiply(context.ln(Decimal(value)), Decimal(scale)).to_integral_value(ROUND_FLOOR))


@cache
def factorised(value: int) -> Mapping[int, int]:
    """The exponents of the primes of a positive whole number, by trial division."""
    exponents: Counter[int] = Counter()
    prime = 2
    while prime * prime <= value:
        while value % prime == 0:
            exponents[prime] += 1
            value //= prime
        prime += 1
    if value > 1:
        exponents[value] += 1
    return exponents


def factors_of(instance: Instance, allocation: Allocation) -> Counter[int]:
    """The exponents of the primes of the product of all u_p above 0."""
    totals = hundredths_by_party(instance, allocation)
    exponents: Counter[int] = Counter()
    for party in instance.credited_parties:
        exponents.update(factorised(totals[party]) if totals[party] else {})
    return exponents


class ValueLiterals:
    """b[p, v] = 1 if and only if u_p = v, for every v that the claims of p alone could give."""

    def __init__(self, instance: Instance):
        self._values = attainable_by_party(instance)
        self._literals: dict[tuple[str, int], cp_model.IntVar] = {}

    def add_to(self, model: cp_model.CpModel, variables: Variables) -> None:
        """Add the literals and their rows: exactly one for each party, and sum of v b[p, v] = u_p."""
        for party, values in self._values.items():
            literals = [model.new_bool_var(f"b[{party},{value}]") for value in values]
            model.add_exactly_one(literals)
            model.add(cp_model.LinearExpr.weighted_sum(literals, values) == variables.points_of(party))
            self._literals |= {(party, value): literal for value, literal in zip(values, literals, strict=True)}

    def exponents(self) -> dict[int, cp_model.LinearExprT]:
        """The exponent of each prime in the product, for every prime that some u_p could have."""
        terms: dict[int, list[cp_model.LinearExprT]] = {}
        for (_, value), literal in self._literals.items():
            for prime, exponent in factorised(value).items() if value else ():
                terms.setdefault(prime, []).append(exponent * literal)
        return {prime: cp_model.LinearExpr.sum(rows) for prime, rows in sorted(terms.items())}


@dataclass(frozen=True, slots=True)
class SumOfLogs:
    """L of the module: the sum of l(u_p) of all parties above 0, of which there are `above`."""

    instance: Instance
    above: int

    @property
    def ceiling(self) -> int:
        """No party can have more than all its claims at their best."""
        logs = sorted(scaled_log(most, SCALE) for most in most_hundredths(self.instance).values())
        return sum(logs[len(logs) - self.above :])

    def value(self, allocation: Allocation) -> int:
        """L of an allocation."""
        totals = hundredths_by_party(self.instance, allocation)
        return sum(scaled_log(totals[party], SCALE) for party in self.instance.credited_parties if totals[party])

    def pulls(self, hundredths: Mapping[str, int], before: Mapping[str, float]) -> dict[str, float]:
        """The slope of the logarithm, halfway from the pulls before: a point is worth more to who has little."""
        usual = sum(hundredths.values()) / max(1, len(hundredths))
        return {p: (pull + usual / max(1, hundredths[p])) / 2 for p, pull in before.items()}

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """One variable a party under the hull of its logarithms: (v, l(v)) to (w, l(w)) gives
        (w - v) L[p] <= (w - v) l(v) + (l(w) - l(v)) (u_p - v).
        """
        logs = []
        for party, values in attainable_by_party(self.instance).items():
            points = [(0, 0), *((value, scaled_log(value, SCALE)) for value in values if value)]
            log = model.new_int_var(0, points[-1][1], f"L[{party}]")
            for (v, low), (w, high) in pairwise(upper_hull(points)):
                above_v = variables.points_of(party) - v
                model.add((w - v) * log <= (w - v) * low + (high - low) * above_v)
            logs.append(log)
        return cp_model.LinearExpr.sum(logs)


def upper_hull(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners of the least concave function on or above points of ascending first coordinate (Andrew 1979)."""
    hull: list[tuple[int, int]] = []
    for x, y in points:
        while len(hull) > 1 and _is_on_or_below(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    return hull


def _is_on_or_below(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """True if b does not rise above the line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])


@dataclass(frozen=True, slots=True)
class OtherPoints:
    """1 if the points of the credited parties, in their order, are none of the known ones, else 0."""

    instance: Instance
    known: tuple[tuple[int, ...], ...]

    @property
    def ceiling(self) -> int:
        """There may be others."""
        return 1

    def value(self, allocation: Allocation) -> int:
        """Compared in hundredths."""
        totals = hundredths_by_party(self.instance, allocation)
        return int(tuple(totals[party] for party in self.instance.credited_parties) not in self.known)

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """A literal that implies, for all known points, that some party has fewer or more."""
        is_other = model.new_bool_var("other points")
        parties = [variables.points_of(party) for party in self.instance.credited_parties]
        for points in self.known:
            differ(model, list(zip(parties, points, strict=True)), is_other)
        return is_other


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """1 if the product is none of the known ones, else 0."""

    instance: Instance
    values: ValueLiterals
    known: tuple[int, ...]

    @property
    def ceiling(self) -> int:
        """There may be another one."""
        return 1

    def value(self, allocation: Allocation) -> int:
        """Compared as whole numbers."""
        return int(product_of(self.instance, allocation) not in self.known)

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """A literal that implies another exponent than each known product has, at some prime."""
        is_other = model.new_bool_var("other product")
        exponents = self.values.exponents()
        for product in self.known:
            differ(model, [(sum_of, _exponent(product, prime)) for prime, sum_of in exponents.items()], is_other)
        return is_other


def _exponent(value: int, prime: int) -> int:
    exponent = 0
    while value % prime == 0:
        value //= prime
        exponent += 1
    return exponent


def differ(model: cp_model.CpModel, rows: Sequence[tuple[cp_model.LinearExprT, int]], literal: cp_model.IntVar) -> None:
    """The literal implies that some expression is less or more than its value."""
    sides = []
    for expression, value in rows:
        less, more = model.new_bool_var(""), model.new_bool_var("")
        model.add(expression <= value - 1).only_enforce_if(less)
        model.add(expression >= value + 1).only_enforce_if(more)
        sides += [less, more]
    model.add_bool_or(sides).only_enforce_if(literal)
