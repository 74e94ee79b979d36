"""Nash: as few parties at 0 as can be, then the largest product of the u_p of the others, then the ticket tie-break.

The product is compared exactly, by whole numbers, though the engine only sums logarithms. With u_p in hundredths,
k parties above 0 and P the product of their u_p:

1. l(v) = floor(S ln v) with S = 10^5, so l(v) <= S ln v < l(v) + 1. The engine maximises L, the sum of l(u_p), to its
   proved largest value. It knows l by its upper hull: ln is concave, so the hull of the points (v, l(v)) with (0, 0) lies
   below S ln v, and the largest whole number under it at an attainable v is l(v) itself.
2. Let P' be the product of the best allocation known. One with P >= P' has L > S ln P - k >= S ln P' - k, hence
   L >= floor(S ln P') - k + 1: a row that no better allocation breaks.
3. Two products are equal if and only if every prime has the same exponent in both, and that exponent is a sum of
   whole numbers over the parties. Under the row of step 2 the engine looks for an allocation whose product differs from all
   known ones in some exponent. What it finds is compared exactly and becomes known; when it proves that there is none,
   the largest known product is the largest of all. Every look finds a new product, so there is an end.
4. The exponents are then kept, so the tie-break is among allocations with this very product.

A stage value must fit the number format, so `product` is floor(10^9 ln P); the factors are the values above 0 in
`leximin`. While step 3 is not done the bound lies above the value: P of any allocation has S ln P < L + k.

Source of the rule: Nash (1950); Caragiannis et al., The unreasonable fairness of maximum Nash welfare (2019), with
their rule for the case that somebody must get nothing.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from functools import cache
from itertools import pairwise

from ortools.sat.python import cp_model

from solver.allocation import Allocation, attainable_by_party, hundredths_by_party, most_hundredths
from solver.instance import Instance
from solver.model.objectives import PartiesAtLevel
from solver.model.search import Search
from solver.model.variables import Variables
from solver.rules.stages import Task, TicketTieBreak, untouched_tie_break
from solver.solution import Stage

ABOVE_ZERO, PRODUCT = "parties above 0", "product"
REPORTED, SCALE = 10**9, 10**5


def stages(task: Task) -> Iterator[Stage]:
    """Parties above 0, the product of their points, the tie-break; ends after the first unproved stage."""
    above = _above_zero(task)
    yield above
    if not above.proved:
        return
    # Nobody above 0: the empty product is 1, and there is no other.
    product = LargestProduct(task.search, task.instance, above.value).run() if above.value else Stage.of(PRODUCT, 0, 0)
    yield product
    if product.proved:
        yield TicketTieBreak(task).run()


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """The stages that a run cut short never came to, with the bounds that need no proof."""
    rest = []
    if ABOVE_ZERO not in done:
        objective = _reach(task.instance)
        rest.append(Stage.of(ABOVE_ZERO, objective.value(task.search.best), objective.ceiling))
    if PRODUCT not in done:
        most = most_hundredths(task.instance).values()
        value = scaled_log(product_of(task.instance, task.search.best), REPORTED)
        rest.append(Stage.of(PRODUCT, value, scaled_log(math.prod(most), REPORTED) + 1))
    return [*rest, *(stage for stage in [untouched_tie_break(task)] if stage.name not in done)]


def _reach(instance: Instance) -> PartiesAtLevel:
    """One hundredth of a point is above 0."""
    return PartiesAtLevel(instance, 1, below=len(instance.credited_parties))


def _above_zero(task: Task) -> Stage:
    objective = _reach(task.instance)
    reached = task.search.maximise(ABOVE_ZERO, objective)
    task.search.keep(objective, reached)
    return Stage.of(ABOVE_ZERO, reached.value, reached.bound)


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


class LargestProduct:
    """The stage `product`: steps 1 to 4 of the module."""

    def __init__(self, search: Search, instance: Instance, above: int):
        self._search = search
        self._instance = instance
        self._above = above
        self._values = ValueLiterals(instance)

    def run(self) -> Stage:
        """Maximise, settle what the rounding leaves open, keep the product."""
        reached = self._search.maximise(PRODUCT, SumOfLogs(self._instance, self._above))
        is_settled = reached.proved and self._settle()
        value = scaled_log(product_of(self._instance, self._search.best), REPORTED)
        if is_settled:
            self._search.require(self._keep)
            return Stage.of(PRODUCT, value, value)
        highest = (reached.bound + self._above) * REPORTED // SCALE
        return Stage.of(PRODUCT, value, max(value + 1, highest))

    def _settle(self) -> bool:
        """True if it is proved that no product is larger than the incumbent's; the incumbent is the best one found."""
        best, known = self._search.best, [product_of(self._instance, self._search.best)]
        self._search.require(self._values.add_to)
        self._search.require(self._may_be_larger)
        while True:
            other = OtherProduct(self._instance, self._values, tuple(known))
            reached = self._search.maximise(f"{PRODUCT} exact", other)
            if reached.value == 0:
                self._search.best = best
                return reached.proved
            known.append(product_of(self._instance, self._search.best))
            if known[-1] == max(known):
                best = self._search.best

    def _may_be_larger(self, model: cp_model.CpModel, variables: Variables) -> None:
        known = scaled_log(product_of(self._instance, self._search.best), SCALE)
        model.add(self._values.sum_of_logs() >= known - self._above + 1)

    def _keep(self, model: cp_model.CpModel, variables: Variables) -> None:
        exponents = factors_of(self._instance, self._search.best)
        for prime, sum_of_exponents in self._values.exponents().items():
            model.add(sum_of_exponents == exponents[prime])


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

    def sum_of_logs(self) -> cp_model.LinearExprT:
        """L of the module, in 10^-9; a party at 0 adds nothing."""
        terms = [(literal, scaled_log(value, SCALE)) for (_, value), literal in self._literals.items() if value > 1]
        return cp_model.LinearExpr.weighted_sum(*map(list, zip(*terms, strict=True))) if terms else 0

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
            sides = []
            for prime, exponent in exponents.items():
                less, more = model.new_bool_var(""), model.new_bool_var("")
                here = _exponent(product, prime)
                model.add(exponent <= here - 1).only_enforce_if(less)
                model.add(exponent >= here + 1).only_enforce_if(more)
                sides += [less, more]
            model.add_bool_or(sides).only_enforce_if(is_other)
        return is_other


def _exponent(value: int, prime: int) -> int:
    exponent = 0
    while value % prime == 0:
        value //= prime
        exponent += 1
    return exponent
