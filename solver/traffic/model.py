"""The CP-SAT model of one part: for each movement a literal, a time, a shift and a rank; for each pair an allowed difference.

x[m] = 1: m has a slot, t[m] among its open minutes; x[a] = x[b] = 1 implies that t[b] - t[a] is no forbidden difference; s[m] >=
|t[m] - preferred| where x[m] = 1; r[m] = t[m] where x[m] = 1, else beyond every time; x[ascent] <= x[landing].
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.clock import Stopwatch
from solver.traffic.greedy import Chosen
from solver.traffic.instance import Interval, Movement
from solver.traffic.parts import Part
from solver.traffic.spacing import Spacing


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole run (None: as long as it needs) and workers of the engine."""

    wall_time_s: float | None = None
    workers: int = 8


@dataclass(frozen=True, slots=True)
class Reached:
    """The value of a stage in a part and the bound nobody can pass."""

    value: int
    bound: int


class EngineError(Exception):
    """The engine contradicted slots that are known to keep every rule."""


def allowed(forbidden: Sequence[Interval]) -> list[tuple[int | None, int | None]]:
    """The differences that are left, least and greatest of each stretch; None is without end."""
    leasts = [None, *(high + 1 for _, high in forbidden)]
    mosts = [*(low - 1 for low, _ in forbidden), None]
    return list(zip(leasts, mosts, strict=True))


class PartModel:
    """One part, its best slots known, and any number of stages on them."""

    def __init__(self, part: Part, first: Chosen, limits: Limits, watch: Stopwatch):
        self.part, self.best, self._limits, self._watch = part, dict(first), limits, watch
        self._model = cp_model.CpModel()
        self._beyond = 1 + max(rows[-1][1] for rows in part.times.values())
        self._has = {m.id: self._model.new_bool_var(f"x {m.id}") for m in part.movements}
        self._at = {
            name: self._model.new_int_var_from_domain(cp_model.Domain.from_intervals([list(r) for r in rows]), name)
            for name, rows in part.times.items()
        }
        self._shift: dict[str, cp_model.IntVar] = {}
        self._rank: dict[str, cp_model.IntVar] = {}
        self._movements()
        self._pairs()

    def _movements(self) -> None:
        for movement in self.part.movements:
            has, at = self._has[movement.id], self._at[movement.id]
            shift = self._model.new_int_var(0, self._widest(movement), "shift")
            self._model.add(shift >= at - movement.preferred).only_enforce_if(has)
            self._model.add(shift >= movement.preferred - at).only_enforce_if(has)
            rank = self._model.new_int_var(0, self._beyond, "rank")
            self._model.add(rank == at).only_enforce_if(has)
            self._model.add(rank == self._beyond).only_enforce_if(~has)
            self._shift[movement.id], self._rank[movement.id] = shift, rank

    def _widest(self, movement: Movement) -> int:
        """The largest shift that its open minutes have."""
        rows = self.part.times[movement.id]
        return max(abs(rows[0][0] - movement.preferred), abs(rows[-1][1] - movement.preferred))

    def _pairs(self) -> None:
        for pair in self.part.spacings:
            # In sides of its own: a domain of the difference, enforced by both, gave wrong optima (ortools 9.15, presolve).
            sides = [self._beyond_gap(pair, gap) for gap in allowed(pair.forbidden)]
            self._model.add_bool_or([~self._has[pair.a], ~self._has[pair.b], *sides])
        for ascent, landing in self.part.followed.items():
            self._model.add_implication(self._has[ascent], self._has[landing])

    def _beyond_gap(self, pair: Spacing, gap: tuple[int | None, int | None]) -> cp_model.IntVar:
        """A literal under which the difference of a pair lies in the gap."""
        side = self._model.new_bool_var(f"{pair.a} {pair.b}")
        difference, (least, most) = self._at[pair.b] - self._at[pair.a], gap
        if least is not None:
            self._model.add(difference >= least).only_enforce_if(side)
        if most is not None:
            self._model.add(difference <= most).only_enforce_if(side)
        return side

    def shifts(self) -> dict[str, int]:
        """Minutes from the preferred time, of the best slots known."""
        return {m.id: abs(self.best[m.id] - m.preferred) for m in self.part.movements if m.id in self.best}

    def serve(self) -> Reached:
        """(served) The most movements with a slot; kept from here on."""
        most = len(self.part.movements)
        count = sum(self._has.values())
        bound = most
        if len(self.best) < most:
            self._model.maximize(count)
            bound = self._solved(most)
        self._model.add(count >= len(self.best))
        return Reached(len(self.best), max(bound, len(self.best)))

    def narrow(self, least: int) -> Reached:
        """(largest shift) The least largest shift, `least` being a bound that needs no engine."""
        value = max(self.shifts().values(), default=0)
        if value <= least:
            return Reached(value, value)
        # Wide enough for every shift: what other parts need may let this one move more, later on.
        top = self._model.new_int_var(0, max(self._widest(m) for m in self.part.movements), "top")
        for shift in self._shift.values():
            self._model.add(top >= shift)
        self._model.minimize(top)
        bound = max(least, self._solved(least))
        value = max(self.shifts().values(), default=0)
        return Reached(value, min(bound, value))

    def keep_largest(self, largest: int) -> None:
        """No shift above this from here on."""
        for shift in self._shift.values():
            self._model.add(shift <= largest)

    def gather(self, least: int) -> Reached:
        """(total shift) The least sum of shifts; kept from here on."""
        value, bound = sum(self.shifts().values()), least
        if value > least:
            self._model.minimize(sum(self._shift.values()))
            bound = max(least, self._solved(least))
            value = sum(self.shifts().values())
        self._model.add(sum(self._shift.values()) <= value)
        return Reached(value, min(bound, value))

    def settle(self, order: Sequence[str]) -> int:
        """(tie-break) In ticket order each gets a slot if it can, then its earliest; how many are settled for certain."""
        names = [name for name in order if name in self._has]
        done = 0
        if self._is_forced():
            return len(names)
        while done < len(names):
            found = self._earlier(names[done:])
            if found is None:
                return len(names)
            if found < 0:
                return done
            for name in names[done : done + found]:
                self._model.add(self._rank[name] == self._known(name))
            done += found
            self._model.minimize(self._rank[names[done]])
            bound = self._solved(0)
            if bound < self._known(names[done]):
                return done
            self._model.add(self._rank[names[done]] == self._known(names[done]))
            done += 1
        return done

    def _is_forced(self) -> bool:
        """True if no other slots have these sums: all at what they prefer, or one alone, whose first look took the earliest."""
        everyone = len(self.best) == len(self.part.movements)
        return everyone and (len(self.best) == 1 or not any(self.shifts().values()))

    def _known(self, name: str) -> int:
        return self.best.get(name, self._beyond)

    def _earlier(self, names: Sequence[str]) -> int | None:
        """How many of these stay as they are before the first that can be earlier; None if none can, -1 if not found out."""
        trial = self._model.clone()
        trial.clear_objective()  # type: ignore[no-untyped-call]  # the engine ships it without types
        here = [trial.new_bool_var(f"first {name}") for name in names]
        trial.add_exactly_one(here)
        known = [self._known(name) for name in names]
        ranks = [trial.get_int_var_from_proto_index(self._rank[name].index) for name in names]
        for k, first in enumerate(here):
            trial.add(ranks[k] <= known[k] - 1).only_enforce_if(first)
            for later in here[k + 1 :]:
                trial.add(ranks[k] == known[k]).only_enforce_if(later)
        status, solver = self._run(trial)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return -1
        self._take(solver)
        return next(k for k, first in enumerate(here) if solver.boolean_value(first))

    def _solved(self, worst: int) -> int:
        """The bound of the model's objective after a run; the best slots known move to where it came."""
        self._hint()
        status, solver = self._run(self._model)
        if status == cp_model.INFEASIBLE:
            raise EngineError("the engine says that slots which keep every rule cannot be")
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._take(solver)
            return round(solver.best_objective_bound)
        return worst

    def _run(self, model: cp_model.CpModel) -> tuple[object, cp_model.CpSolver]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self._limits.workers
        if self._limits.wall_time_s is not None:
            solver.parameters.max_time_in_seconds = max(0.01, self._limits.wall_time_s - self._watch.seconds)
        return solver.solve(model), solver

    def _hint(self) -> None:
        self._model.clear_hints()  # type: ignore[no-untyped-call]  # the engine ships it without types
        for name, has in self._has.items():
            self._model.add_hint(has, name in self.best)
            if name in self.best:
                self._model.add_hint(self._at[name], self.best[name])

    def _take(self, solver: cp_model.CpSolver) -> None:
        self.best = {name: solver.value(self._at[name]) for name, has in self._has.items() if solver.boolean_value(has)}
