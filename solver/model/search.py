"""Stage after stage: maximise, keep what was reached as a row, go on from the best allocation known.

The incumbent is kept here, outside the engine, and every value is recomputed exactly from it. An answer of the engine
that contradicts the incumbent is never believed: the stage is tried again without presolve, then the run ends in an
error.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.allocation import Allocation, entries_in_force
from solver.clock import Stopwatch
from solver.instance import Instance
from solver.model.constraints import Caps, OnePlacement, Separated, Shortfalls
from solver.model.objectives import Objective
from solver.model.variables import Variables
from solver.options import Options

Progress = Callable[[str, int, int, float], None]
"""Called as (stage, value, bound, seconds) after each look at a stage."""


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """How long a run may take (wall_time_s, None: as long as it needs) and with how many engine workers."""

    wall_time_s: float | None = None
    workers: int = 8


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


class EngineError(Exception):
    """The constraint solver contradicted a known allocation, with and without presolve."""


class Search:
    """One model, one incumbent, any number of stages."""

    def __init__(self, instance: Instance, options: Options, limits: SolveLimits, progress: Progress | None = None):
        self.best: Allocation = entries_in_force(instance)
        self.stopped = False
        self._limits = limits
        self._progress = progress or (lambda *_: None)
        self._stopwatch = Stopwatch()
        self._model = cp_model.CpModel()
        self._variables = Variables(self._model, instance, options)
        for constraint in (OnePlacement(instance), Separated(options), Caps(instance)):
            constraint.add_to(self._model, self._variables)
        self.missing = Shortfalls(instance).add_to(self._model, self._variables)
        self.solves = 0

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return self._stopwatch.seconds

    def maximise(self, name: str, objective: Objective) -> Reached:
        """The best value of an objective under all rows kept so far; the incumbent moves to where it is reached."""
        value, expression = objective.value(self.best), None
        bound = objective.ceiling
        if value < bound and not self._is_out_of_time():
            expression = objective.expression(self._model, self._variables)
            bound = min(bound, self._run(objective, expression))
            value = objective.value(self.best)
        self._progress(name, value, bound, self.seconds)
        return Reached(value, bound, expression)

    def keep(self, objective: Objective, reached: Reached) -> None:
        """Never fall below what a stage reached."""
        expression = reached.expression
        if expression is None:
            expression = objective.expression(self._model, self._variables)
        self._model.add(expression >= reached.value)

    def require(self, add_rows: Callable[[cp_model.CpModel, Variables], None]) -> None:
        """Add rows that the incumbent satisfies."""
        add_rows(self._model, self._variables)

    def fix_start(self, placement: str, day: int) -> None:
        """Settle the start of an open placement."""
        self._model.add(self._variables.start(placement) == day)

    def _is_out_of_time(self) -> bool:
        limit_s = self._limits.wall_time_s
        self.stopped = self.stopped or (limit_s is not None and self.seconds >= limit_s)
        return self.stopped

    def _run(self, objective: Objective, expression: cp_model.LinearExprT) -> int:
        """Maximise and return the engine's bound; the incumbent is replaced if the engine found a better one."""
        self._model.maximize(expression)
        for presolve in (True, False):
            self._variables.hint(self._model, self.best)
            engine = self._engine(presolve)
            status = engine.solve(self._model)
            self.solves += 1
            believed = self._believe(status, engine, objective)
            if believed is not None:
                return believed
        raise EngineError(f"the engine answered {engine.status_name(status)} against a known allocation")

    def _believe(self, status: cp_model.CpSolverStatus, engine: cp_model.CpSolver, objective: Objective) -> int | None:
        """The bound of an answer that agrees with the incumbent, None for one that does not."""
        known = objective.value(self.best)
        if status in (cp_model.INFEASIBLE, cp_model.MODEL_INVALID):
            return None
        if status == cp_model.UNKNOWN:
            self.stopped = True
            return objective.ceiling
        found = self._variables.read(engine)
        bound = round(engine.best_objective_bound)  # 6149.999999999999 stands for 6150
        if objective.value(found) >= known:
            self.best = found
        if status == cp_model.OPTIMAL:
            return bound if objective.value(found) == bound and bound >= known else None
        self.stopped = True
        return bound if bound >= known else None

    def _engine(self, presolve: bool) -> cp_model.CpSolver:
        engine = cp_model.CpSolver()
        engine.parameters.num_workers = self._limits.workers
        engine.parameters.cp_model_presolve = presolve
        if self._limits.wall_time_s is not None:
            engine.parameters.max_time_in_seconds = max(0.01, self._limits.wall_time_s - self.seconds)
        return engine
