"""A naive CP-SAT model, as anybody would write it first: one clause or one pair of enforced rows for each pair.

Pairs of fixed days exclude each other by a clause. Where days are open each forbidden interval of start differences has a
literal for the side on which the pair stands, and a row enforced by both placements and that literal; nothing is looked
at beforehand. Levels have an indicator a party, enforced, and all of them stay in the model. The engine has its defaults.
"""

from solver.allocation import Allotment
from solver.conflicts import Separation, separations
from solver.instance import Instance
from tests.benchmarks.stages import Allocation, Terms


class Pairwise:
    """The model of one instance with fixed or flexible windows; caps, reserves, holds and entries have no rows here."""

    def __init__(self, instance: Instance):
        from ortools.sat.python import cp_model

        self._cp_model = cp_model
        self._instance = instance
        self._model = cp_model.CpModel()
        self._columns: dict[str, cp_model.IntVar] = {}
        self._levels: dict[int, dict[str, int]] = {}
        for name, placement in sorted(instance.placement_by_id.items()):
            last = min(placement.last_start, instance.horizon_days - placement.end)
            self._columns[f"x {name}"] = self._model.new_bool_var(f"x {name}")
            self._columns[f"s {name}"] = self._model.new_int_var(placement.first_start, last, f"s {name}")
        for claim in instance.claims:
            self._model.add_at_most_one(self._columns[f"x {p.id}"] for p in claim.placements)
        for pair in separations(instance):
            self._keep_apart(pair)

    def _keep_apart(self, pair: Separation) -> None:
        a, b = self._columns[f"x {pair.a}"], self._columns[f"x {pair.b}"]
        one, other = (self._instance.placement_by_id[name] for name in (pair.a, pair.b))
        if one.first_start == one.last_start and other.first_start == other.last_start:
            if not pair.permits(other.first_start - one.first_start):
                self._model.add_bool_or(~a, ~b)
            return
        difference = self._columns[f"s {pair.b}"] - self._columns[f"s {pair.a}"]
        for first, last in pair.forbidden:
            before = self._model.new_bool_var("")
            self._model.add(difference < first).only_enforce_if(a, b, before)
            self._model.add(difference > last).only_enforce_if(a, b, ~before)

    def level(self, level: int) -> Terms:
        """Indicators of a level, made once."""
        if level not in self._levels:
            self._levels[level] = {}
            for party in self._instance.credited_parties:
                name = f"y {level} {party}"
                self._columns[name] = self._model.new_bool_var(name)
                points = sum(
                    p.points * claim.credit[party] * self._columns[f"x {p.id}"]
                    for claim in self._instance.claims
                    if party in claim.credit
                    for p in claim.placements
                )
                self._model.add(points >= level).only_enforce_if(self._columns[name])
                self._levels[level][name] = 1
        return self._levels[level]

    def keep(self, terms: Terms, least: int) -> None:
        """From here on the row is at least this."""
        self._model.add(self._row(terms) >= least)

    def _row(self, terms: Terms):
        return self._cp_model.LinearExpr.sum([c * self._columns[name] for name, c in terms.items()])

    def maximise(self, terms: Terms, start: Allocation, seconds: float) -> tuple[Allocation | None, float]:
        """The best allocation found, or None, and the engine's own bound."""
        self._model.clear_hints()
        for row in start.values():
            self._model.add_hint(self._columns[f"x {row.placement}"], 1)
            self._model.add_hint(self._columns[f"s {row.placement}"], row.start)
        self._model.maximize(self._row(terms))
        engine = self._cp_model.CpSolver()
        engine.parameters.max_time_in_seconds = seconds
        status = engine.solve(self._model)
        found = None
        if status in (self._cp_model.OPTIMAL, self._cp_model.FEASIBLE):
            found = {
                p.claim: Allotment(p.claim, p.id, engine.value(self._columns[f"s {p.id}"]))
                for p in self._instance.placement_by_id.values()
                if engine.boolean_value(self._columns[f"x {p.id}"])
            }
        return found, engine.best_objective_bound if found is not None else float("inf")
