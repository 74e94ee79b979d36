"""The sum of points, component by component.

1. The largest sum of each component alone, added up, bounds the whole: caps, reserves and levels can only take away.
2. Where the whole reaches that bound, every component has its own largest sum: none could make up for another.
3. Then a placement that is in no allotment of its component with the largest sum is in none of the whole. Which ones
   these are is asked of each component: which of the placements not seen yet can be had without losing a point? What it
   finds is seen now; when it proves that there are none, the others are closed. On 200 generated claims of 25 components
   206 of 2,477 placements stay, and the tie-break, which took 10 seconds a party, has nearly nothing left to decide.
"""

from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.allocation import Allocation, entries_in_force, total_points
from solver.components import Part, parts
from solver.instance import Instance
from solver.model.objectives import SumOfPoints
from solver.model.search import Attempt, Search
from solver.model.variables import Variables
from solver.options import Options
from solver.solution import POINTS


@dataclass(frozen=True, slots=True)
class Component:
    """A component with its largest sum of points, or a bound of it."""

    part: Part
    most: int

    @property
    def objective(self) -> SumOfPoints:
        """Its own sum of points, with the bound as its ceiling."""
        return SumOfPoints(self.part.instance, self.most)


@dataclass(frozen=True, slots=True)
class PointsApart:
    """The components, the total of their largest sums with entries in force, and the allocation that they make."""

    components: tuple[Component, ...]
    most: int
    allocation: Allocation

    def keep(self, search: Search) -> None:
        """Hold every component at its largest sum, which the incumbent has, and close what cannot be part of it."""
        for component in self.components:
            _keep(search, component)
        search.close(name for component in self.components for name in _never_allotted(search, component))


def points_apart(search: Search, instance: Instance, options: Options) -> PointsApart | None:
    """The components of an instance, each solved alone within the time of `search`; None if there is only one."""
    found = parts(instance, options)
    if len(found) < 2:
        return None
    in_force = entries_in_force(instance)
    allocation = dict(search.best)
    components = []
    for part in found:
        if not search.left_s:
            components.append(Component(part, SumOfPoints(part.instance).ceiling))
            continue
        alone = search.within(part)
        reached = alone.maximise(POINTS, SumOfPoints(part.instance), Attempt.BOUND)
        components.append(Component(part, reached.bound))
        for name in part.instance.claim_by_id:
            allocation.pop(name, None)
        allocation |= alone.best
    most = total_points(instance, in_force) + sum(component.most for component in components)
    return PointsApart(tuple(components), most, allocation)


def _keep(search: Search, component: Component) -> None:
    objective, most = component.objective, component.most

    def add_rows(model: cp_model.CpModel, variables: Variables) -> None:
        model.add(objective.expression(model, variables) >= most)

    search.require(add_rows, lambda allocation: objective.value(allocation) >= most)


def _never_allotted(search: Search, component: Component) -> list[str]:
    """The placements that no allocation of the component with its largest sum has; as far as time allows, else none."""
    alone, objective = search.within(component.part), component.objective
    alone.keep(objective, alone.maximise(POINTS, objective))
    unseen = set(component.part.options.starts)
    while unseen:
        unseen -= {row.placement for row in alone.best.values()}
        reached = alone.maximise("others", Others(component.part.instance, frozenset(unseen)), Attempt.BOUND)
        if not reached.proved:
            return []
        if not reached.value:
            break
    return sorted(unseen)


@dataclass(frozen=True, slots=True)
class Others:
    """How many of some placements are allotted."""

    instance: Instance
    placements: frozenset[str]

    @property
    def ceiling(self) -> int:
        """One a claim."""
        return len({self.instance.placement_by_id[name].claim for name in self.placements})

    def value(self, allocation: Allocation) -> int:
        """Counted from the allotments."""
        return sum(row.placement in self.placements for row in allocation.values())

    def expression(self, model: cp_model.CpModel, variables: Variables) -> cp_model.LinearExprT:
        """The sum of their literals."""
        return cp_model.LinearExpr.sum([variables.chosen(name) for name in sorted(self.placements)])
