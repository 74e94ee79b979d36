"""Nash: as few parties at 0 as can be, then the largest product of the u_p of the others, then the ticket tie-break.

The product is compared exactly, by whole numbers, though the engine only sums logarithms. With u_p in hundredths,
k parties above 0 and P the product of their u_p:

1. l(v) = floor(S ln v) with S = 10^5, so l(v) <= S ln v < l(v) + 1. The engine maximises L, the sum of l(u_p), to its
   proved largest value. It knows l by its upper hull: ln is concave, so the hull of the points (v, l(v)) with (0, 0) lies
   below S ln v, and the largest whole number under it at an attainable v is l(v) itself.
2. Let P' be the product of the best allocation known. One with P >= P' has L > S ln P - k >= S ln P' - k, hence
   L >= floor(S ln P') - k + 1: a row that no better allocation breaks.
3. Under that row the engine looks for an allocation in which the parties' points are none of the known ones. What it finds is
   compared exactly and becomes known; when it proves that there is none, the largest known product is the largest of all.
4. Where many points give one product (parties that could change places), step 3 would name them one by one. After a few
   it looks for another product instead: two products are equal if and only if every prime has the same exponent in both,
   and that exponent is a sum of whole numbers over the parties. Every look finds a new product, so there is an end.
5. The points, or the exponents, of the largest product are then kept, so the tie-break is among allocations with it.

A stage value must fit the number format, so `product` is floor(10^9 ln P); the factors are the values above 0 in
`leximin`. While steps 3 and 4 are not done the bound lies above the value: P of any allocation has S ln P < L + k.

Source of the rule: Nash (1950); Caragiannis et al., The unreasonable fairness of maximum Nash welfare (2019), with
their rule for the case that somebody must get nothing.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from ortools.sat.python import cp_model

from solver.allocation import Allocation, hundredths_by_party, most_hundredths
from solver.instance import Instance
from solver.model.objectives import PartiesAtLevel
from solver.model.search import AddRows, Search
from solver.model.variables import Variables
from solver.rules import products
from solver.rules.products import OtherPoints, OtherProduct, SumOfLogs, ValueLiterals, product_of, scaled_log
from solver.rules.stages import Task, first_allocation, tie_break, untouched_end
from solver.solution import Stage

ABOVE_ZERO, PRODUCT = "parties above 0", "product"
REPORTED = 10**9
FEW = 12
"""Points named one by one before exponents are looked at."""


def stages(task: Task) -> Iterator[Stage]:
    """Parties above 0, the product of their points, the tie-break; ends after the first unproved stage."""
    first_allocation(task)
    above = _above_zero(task)
    yield above
    if not above.proved:
        return
    # Nobody above 0: the empty product is 1, and there is no other.
    product = LargestProduct(task.search, task.instance, above.value).run() if above.value else Stage.of(PRODUCT, 0, 0)
    yield product
    if product.proved:
        yield from tie_break(task)


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
    return [*rest, *(stage for stage in untouched_end(task) if stage.name not in done)]


def _reach(instance: Instance) -> PartiesAtLevel:
    """One hundredth of a point is above 0."""
    return PartiesAtLevel(instance, 1, below=len(instance.credited_parties))


def _above_zero(task: Task) -> Stage:
    objective = _reach(task.instance)
    reached = task.search.maximise(ABOVE_ZERO, objective)
    task.search.keep(objective, reached)
    return Stage.of(ABOVE_ZERO, reached.value, reached.bound)


class LargestProduct:
    """The stage `product`: steps 1 to 5 of the module."""

    def __init__(self, search: Search, instance: Instance, above: int):
        self._search = search
        self._instance = instance
        self._logs = SumOfLogs(instance, above)
        self._above = above
        self._known: list[Allocation] = []

    def run(self) -> Stage:
        """Maximise, settle what the rounding leaves open, keep the product."""
        reached = self._search.maximise(PRODUCT, self._logs)
        is_settled = reached.proved and self._settle()
        value = scaled_log(product_of(self._instance, self._search.best), REPORTED)
        if is_settled:
            return Stage.of(PRODUCT, value, value)
        highest = (reached.bound + self._above) * REPORTED // products.SCALE
        return Stage.of(PRODUCT, value, max(value + 1, highest))

    def _settle(self) -> bool:
        """True if it is proved that no product is larger than the incumbent's; the incumbent is the best one found."""
        self._search.require(self._may_be_larger)
        self._known = [self._search.best]
        is_last = self._look(self._other_points, FEW)
        if is_last is None:
            values = ValueLiterals(self._instance)
            self._search.require(values.add_to)
            is_last = self._look(
                lambda: OtherProduct(self._instance, values, tuple(dict.fromkeys(map(self._product, self._known))))
            )
            if is_last:
                self._search.require(self._keep_exponents(values))
        elif is_last:
            self._search.require(self._keep_points)
        return bool(is_last)

    def _look(self, other: Callable[[], OtherPoints | OtherProduct], times: int | None = None) -> bool | None:
        """Look for other allocations until there is none: True if that is proved; None if `times` were not enough."""
        while times is None or len(self._known) <= times:
            reached = self._search.maximise(f"{PRODUCT} exact", other())
            if reached.value:
                self._known.append(self._search.best)
            self._search.best = max(self._known, key=self._product)
            if not reached.value:
                return reached.proved
        return None

    def _product(self, allocation: Allocation) -> int:
        return product_of(self._instance, allocation)

    def _points(self, allocation: Allocation) -> tuple[int, ...]:
        totals = hundredths_by_party(self._instance, allocation)
        return tuple(totals[party] for party in self._instance.credited_parties)

    def _other_points(self) -> OtherPoints:
        return OtherPoints(self._instance, tuple(map(self._points, self._known)))

    def _other_product(self, values: ValueLiterals) -> OtherProduct:
        return OtherProduct(self._instance, values, tuple(dict.fromkeys(map(self._product, self._known))))

    def _may_be_larger(self, model: cp_model.CpModel, variables: Variables) -> None:
        known = scaled_log(self._product(self._search.best), products.SCALE)
        model.add(self._logs.expression(model, variables) >= known - self._above + 1)

    def _keep_points(self, model: cp_model.CpModel, variables: Variables) -> None:
        largest = self._product(self._search.best)
        best = [self._points(known) for known in self._known if self._product(known) == largest]
        literals = [model.new_bool_var("") for _ in best]
        model.add_exactly_one(literals)
        for literal, points in zip(literals, best, strict=True):
            for party, value in zip(self._instance.credited_parties, points, strict=True):
                model.add(variables.points_of(party) == value).only_enforce_if(literal)

    def _keep_exponents(self, values: ValueLiterals) -> AddRows:
        exponents = products.factors_of(self._instance, self._search.best)

        def add_rows(model: cp_model.CpModel, _: Variables) -> None:
            for prime, sum_of_exponents in values.exponents().items():
                model.add(sum_of_exponents == exponents[prime])

        return add_rows
