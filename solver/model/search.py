"""Stage after stage: maximise, keep what was reached as a row, go on from the best allocation known.

The incumbent is kept here, outside the engine, and every value is recomputed exactly from it. An answer of the engine
that contradicts the incumbent is never believed: the stage is tried again without presolve, then the run ends in an
error.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum

from ortools.sat.python import cp_model

from solver.access import passage_of
from solver.allocation import Allocation, caps_are_kept, keeping_access, serves_entries, standing_entries, start_days
from solver.cliques import exclusive_cliques
from solver.clock import Stopwatch
from solver.components import Part
from solver.instance import Instance
from solver.local_search import LEAST_SECONDS, LocalSearch
from solver.model.constraints import Caps, OnePlacement, Separated, Shortfalls
from solver.model.objectives import Objective
from solver.model.passage import FreeAccess
from solver.model.variables import Variables
from solver.options import Options

LISTENING_S = 0.1  # how often a working engine is asked whether it should stop
SHORT_DETERMINISTIC_TIME = 0.5  # the engine's own clock; about as many seconds
FIRST_LOOK_S = 1.0
FIRST_BUDGET_S = 8.0  # of a look with the whole engine; doubled from round to round
LOCAL_SHARE = 0.25  # of the time that is left, the most that one try of local search may take
BOUND_SHARE = 3  # times as long for the bound: local search finds allocations sooner than the engine does
# Workers of the engine that push the bound down instead of looking for allocations. Measured: on 500 generated claims one of
# them proves the sum of points in 6 seconds, the usual eight together in 41; under tight contention their bound is 3 % better.
BOUNDING = ("lb_tree_search", "objective_lb_search_max_lp")
AddRows = Callable[[cp_model.CpModel, Variables], None]
Holds = Callable[[Allocation], bool]
Progress = Callable[[str, int, int, float], None]
"""Called as (stage, value, bound, seconds) before and after each look at a stage; the two are equal once it is proved."""


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """How long a run may take (wall_time_s, None: as long as it needs), with how many engine workers, and whether it
    ends with certificates of its bounds.
    """

    wall_time_s: float | None = None
    workers: int = 8
    is_interrupted: Callable[[], bool] = lambda: False
    certify: bool = False

    @property
    def for_search(self) -> "SolveLimits":
        """The same with what certificates will need set aside: a fifth of the time, 15 seconds at most."""
        if self.wall_time_s is None or not self.certify:
            return self
        return replace(self, wall_time_s=self.wall_time_s - min(15.0, self.wall_time_s / 5))


@dataclass(frozen=True, slots=True)
class Reached:
    """The value of a stage, the best bound known, and the expression that stands for it in the model, if it has one."""

    value: int
    bound: int
    expression: cp_model.LinearExprT | None

    @property
    def proved(self) -> bool:
        """True if the bound meets the value."""
        return self.value == self.bound


class Attempt(Enum):
    """How the engine is called: a short look, for the bound, its whole strength, or without presolve where it was
    contradicted.
    """

    SHORT = "short"
    BOUND = "bound"
    FULL = "full"
    PLAIN = "plain"


class EngineError(Exception):
    """The constraint solver contradicted a known allocation, with and without presolve."""


class Search:
    """One model, one incumbent, any number of stages."""

    def __init__(
        self,
        instance: Instance,
        options: Options,
        limits: SolveLimits,
        progress: Progress | None = None,
        stopwatch: Stopwatch | None = None,
    ):
        self.best: Allocation = standing_entries(instance)
        self._end_s = math.inf
        self.limits = limits
        self._progress = progress or (lambda *_: None)
        self._stopwatch = stopwatch or Stopwatch()
        self._instance = instance
        self._options = options
        self.solves, self._answered = 0, ""
        self._local = LocalSearch(instance, options)
        self.passage = passage_of(instance)
        self._access = None if self.passage is None else FreeAccess(self.passage)
        self._kept: list[Holds] | None = [
            lambda allocation: caps_are_kept(instance, allocation),
            lambda allocation: serves_entries(instance, allocation),
            self._leaves_ways,
        ]
        self._build()

    def _leaves_ways(self, allocation: Allocation) -> bool:
        """(C5) True if an allocation blocks nobody's way."""
        return self.passage is None or self.passage.keeps(start_days(self._instance, allocation))

    def _build(self) -> None:
        self._model = cp_model.CpModel()
        self._variables = Variables(self._model, self._instance, self._options)
        for constraint in (
            OnePlacement(self._instance),
            Separated(self._options, exclusive_cliques(self._instance, self._options)),
            Caps(self._instance),
        ):
            constraint.add_to(self._model, self._variables)
        if self._access is not None:
            self._access.add_to(self._model, self._variables)
        self.missing = Shortfalls(self._instance).add_to(self._model, self._variables)

    def restart(self, add_rows: AddRows) -> None:
        """Go on in a new model with the hard constraints and these rows, which imply all that was kept so far."""
        self._build()
        self.require(add_rows)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return self._stopwatch.seconds

    @property
    def left_s(self) -> float:
        """Seconds until the limit of the run; 0 from the moment that somebody wants it to end."""
        if self.limits.is_interrupted():
            return 0.0
        return math.inf if self.limits.wall_time_s is None else max(0.0, self.limits.wall_time_s - self.seconds)

    def has_time(self) -> bool:
        """True until the limit of the run, or until somebody wants it to end."""
        return self.left_s > 0

    def within(self, part: Part) -> "Search":
        """A search of its own for one component, from what the incumbent has there, in half of the time that is left."""
        left_s = None if self.limits.wall_time_s is None else self.left_s / 2
        alone = Search(part.instance, part.options, replace(self.limits, wall_time_s=left_s))
        own = part.instance.claim_by_id
        alone.best = {name: row for name, row in self.best.items() if name in own}
        return alone

    def begin(self, allocation: Allocation) -> None:
        """Go on from an allocation that keeps C1 and C2, unless it breaks anything that is kept; no answer depends on it."""
        if self._kept is not None and all(holds(allocation) for holds in self._kept):
            self.best = allocation

    def offer(self, objective: Objective, allocation: Allocation) -> None:
        """Make an allocation that keeps C1 and C2 the incumbent, if it is better and breaks nothing that is kept.

        Where it blocks a way (C5), what is left of it without the allotments of fewest points that block is offered.
        """
        if self.passage is not None and objective.value(allocation) > objective.value(self.best):
            allocation = keeping_access(self._instance, self.passage, allocation, self.has_time)
        if self._kept is None or objective.value(allocation) <= objective.value(self.best):
            return
        if all(holds(allocation) for holds in self._kept):
            self.best = allocation

    def maximise(self, name: str, objective: Objective, first: Attempt = Attempt.SHORT, share: float = 1.0) -> Reached:
        """The best value of an objective under all rows kept so far; the incumbent moves to where it is reached.

        `first` is how the engine is called at first, for a moment; `share` of the time left is what the stage may take.
        """
        self._end_s = math.inf
        if self.limits.wall_time_s is not None:
            self._end_s = self.seconds + share * (self.limits.wall_time_s - self.seconds)
        value, expression = objective.value(self.best), None
        bound = objective.ceiling
        if value < bound and not self._is_out_of_time():
            self._progress(name, value, bound, self.seconds)
            expression = objective.expression(self._model, self._variables)
            bound = min(bound, self._run(name, objective, expression, first))
            value = objective.value(self.best)
        self._progress(name, value, bound, self.seconds)
        return Reached(value, bound, expression)

    def keep(self, objective: Objective, reached: Reached) -> None:
        """Never fall below what a stage reached."""
        expression = reached.expression
        if expression is None:
            expression = objective.expression(self._model, self._variables)
        self._model.add(expression >= reached.value)
        self._remember(lambda allocation: objective.value(allocation) >= reached.value)

    def require(self, add_rows: AddRows, holds: Holds | None = None) -> None:
        """Add rows that the incumbent satisfies; `holds` says of any allocation whether it does.

        Without `holds` nobody but the engine can tell, and local search ends.
        """
        add_rows(self._model, self._variables)
        self._remember(holds)

    def _remember(self, holds: Holds | None) -> None:
        self._kept = None if self._kept is None or holds is None else [*self._kept, holds]

    def close(self, placements: Iterable[str]) -> None:
        """Leave these open placements out from here on: no allocation that keeps the rows has any of them."""
        closed = set(placements)
        self._model.add_bool_and([~self._variables.chosen(name) for name in sorted(closed)])
        self._options = self._options.without(closed)
        self._remember(lambda allocation: closed.isdisjoint(row.placement for row in allocation.values()))

    @property
    def open_placements(self) -> Iterable[str]:
        """What can still be allotted."""
        return self._options.starts

    def fix_start(self, placement: str, day: int) -> None:
        """Settle the start of an open placement."""
        self._model.add(self._variables.start(placement) == day)

    def _is_out_of_time(self) -> bool:
        return self.seconds >= self._end_s or self.limits.is_interrupted()

    def _run(self, name: str, objective: Objective, expression: cp_model.LinearExprT, first: Attempt) -> int:
        """Maximise and return the best bound; the incumbent is replaced wherever a better one is found.

        A short look by one worker settles most stages. What it leaves open is looked at by turns for the bound and
        with the whole engine, longer and longer, from the best that local search found.
        """
        self._model.maximize(expression)
        bound = objective.ceiling
        for attempt, seconds in self._looks(objective, first):
            bound = min(bound, self._look(attempt, seconds, objective))
            if bound == objective.value(self.best) or self._is_out_of_time():
                break
            self._progress(name, objective.value(self.best), bound, self.seconds)
        return bound

    def _looks(self, objective: Objective, first: Attempt) -> Iterator[tuple[Attempt, float]]:
        yield first, FIRST_LOOK_S
        for effort in (2**n for n in itertools.count()):
            self.search_locally(objective, effort)
            yield Attempt.BOUND, FIRST_BUDGET_S * effort * BOUND_SHARE
            yield Attempt.FULL, FIRST_BUDGET_S * effort

    def search_locally(self, objective: Objective, effort: int = 1) -> None:
        """Offer what local search finds in a part of the time that is left; in a moment, if there is none."""
        if self._kept is None:
            return
        for found in self._local.candidates(objective, effort, max(LEAST_SECONDS, self.left_s * LOCAL_SHARE)):
            self.offer(objective, found)
            if objective.value(self.best) == objective.ceiling or self._is_out_of_time():
                return

    def _look(self, attempt: Attempt, seconds: float, objective: Objective) -> int:
        """The bound of one call of the engine; of another one, in the end without presolve, if it contradicts itself."""
        for how in dict.fromkeys((attempt, Attempt.FULL, Attempt.PLAIN)):
            bound, blocks = self._call(how, seconds, objective)
            while blocks and objective.value(self.best) != bound and not self._is_out_of_time():
                bound, blocks = self._call(how, seconds, objective)
            if bound is not None:
                return bound
        raise EngineError(f"the engine answered {self._answered} against a known allocation")

    def _call(self, how: Attempt, seconds: float, objective: Objective) -> tuple[int | None, bool]:
        """The bound of one call (None if the engine contradicts itself), and whether its answer blocked a way (C5).

        The blockades are rows of the model from then on, so the next call cannot run into them again.
        """
        self._variables.hint(self._model, self.best)
        engine = self._engine(how, seconds)
        bounds: list[float] = []
        engine.best_bound_callback = bounds.append
        status = self._answer(engine)
        self.solves += 1
        self._answered = engine.status_name(status)
        if status in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
            return None, False
        if status == cp_model.UNKNOWN:
            return self._bound_alone(bounds, objective), False
        return self._believe(status, engine, objective)

    def _answer(self, engine: cp_model.CpSolver) -> cp_model.CpSolverStatus:
        """The engine's status; it works in a thread of its own, so that a wish to stop is heard meanwhile."""
        # The engine's own handler would end this one solve, and nobody would know that the run is to end.
        engine.parameters.catch_sigint_signal = False
        with ThreadPoolExecutor(1) as pool:
            status = pool.submit(engine.solve, self._model)
            try:
                while True:
                    with suppress(TimeoutError):
                        return status.result(timeout=LISTENING_S)
                    if self.limits.is_interrupted():
                        engine.stop_search()
            except BaseException:
                engine.stop_search()
                raise

    def _bound_alone(self, bounds: list[float], objective: Objective) -> int | None:
        """The bound of a call that found no allocation; its answer may never have looked at those it announced."""
        bound = min(map(round, bounds), default=objective.ceiling)
        return bound if bound >= objective.value(self.best) else None

    def _believe(
        self, status: cp_model.CpSolverStatus, engine: cp_model.CpSolver, objective: Objective
    ) -> tuple[int | None, bool]:
        """The bound of an answer that agrees with the incumbent, None for one that does not; whether it blocks a way."""
        known = objective.value(self.best)
        found = self._variables.read(engine)
        # The engine states its bound as a float: 6149.999999999999 stands for 6150.
        bound = round(engine.best_objective_bound)
        if bound < known or (status == cp_model.OPTIMAL and objective.value(found) != bound):
            return None, False
        blocks = self._blocks(found)
        if blocks:
            self.offer(objective, found)
        elif objective.value(found) >= known:
            self.best = found
        return bound, blocks

    def _blocks(self, found: Allocation) -> bool:
        """Whether an answer blocks a way (C5); what blocks it is forbidden from here on."""
        stays = start_days(self._instance, found)
        blockades = self.passage.blockades(stays, self.has_time) if self.passage else []
        if blockades and self._access is not None:
            if self._access.knows(blockades):
                raise EngineError("the engine allots what blocks a way, against a row of its model")
            self._access.learn(blockades, self._model, self._variables)
        return bool(blockades)

    def _engine(self, attempt: Attempt, seconds: float) -> cp_model.CpSolver:
        engine = cp_model.CpSolver()
        parameters = engine.parameters
        parameters.num_workers = self.limits.workers
        if attempt is Attempt.BOUND:
            wanted = BOUNDING[: self.limits.workers]
            parameters.num_workers = len(wanted)
            parameters.subsolvers.extend(wanted)
        if attempt in (Attempt.SHORT, Attempt.PLAIN):
            parameters.cp_model_presolve = False
        if attempt is Attempt.SHORT:
            parameters.num_workers = 1
            parameters.symmetry_level = 0
            parameters.linearization_level = 0
            parameters.max_deterministic_time = SHORT_DETERMINISTIC_TIME
        parameters.max_time_in_seconds = max(0.01, min(seconds, self._end_s - self.seconds))
        return engine
