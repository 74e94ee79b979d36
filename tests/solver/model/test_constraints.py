"""Each hard constraint alone: a pattern that it must let pass and one that it must stop."""

import pytest
from ortools.sat.python import cp_model

from solver.cliques import exclusive_cliques
from solver.model.constraints import Caps, OnePlacement, Separated, Shortfalls
from solver.model.variables import Variables
from solver.options import open_options
from tests.solver.instances import claim, instance, phase, placement


class Pattern:
    """A model with one constraint, in which placements and starts can be fixed."""

    def __init__(self, problem, constraint):
        self.model = cp_model.CpModel()
        options = open_options(problem)
        self.variables = Variables(self.model, problem, options)
        self.added = constraint(problem, options).add_to(self.model, self.variables)

    def fix(self, **starts: int) -> "Pattern":
        for name, day in starts.items():
            self.model.add(self.variables.chosen(f"{name}/1") == 1)
            self.model.add(self.variables.start(f"{name}/1") == day)
        return self

    @property
    def is_feasible(self) -> bool:
        return cp_model.CpSolver().solve(self.model) == cp_model.OPTIMAL


def separated(problem, options):
    return Separated(options, exclusive_cliques(problem, options))


def near(keep_out_m: int = 1000, days: int = 10):
    phases = [phase(days=days, keep_out_m=keep_out_m)]
    a = claim("A1", placement("A1/1", (0, 0), start=(0, 50), phases=phases))
    b = claim("B1", placement("B1/1", (500, 0), start=(0, 50), phases=phases), credit={"B": 100})
    return instance(a, b)


@pytest.mark.parametrize(("day", "feasible"), [(0, False), (9, False), (10, True), (50, True)])
def test_c2_lets_the_second_start_on_the_day_the_first_has_ended(day: int, feasible: bool) -> None:
    assert Pattern(near(), separated).fix(A1=0, B1=day).is_feasible is feasible
    assert Pattern(near(), separated).fix(A1=day, B1=0).is_feasible is feasible


def test_c2_excludes_a_pair_that_has_no_days_apart() -> None:
    assert Pattern(near(days=60), separated).fix(A1=0).is_feasible
    assert not Pattern(near(days=60), separated).fix(A1=0, B1=40).is_feasible


def test_c2_lets_far_placements_share_days() -> None:
    assert Pattern(near(keep_out_m=499), separated).fix(A1=0, B1=0).is_feasible


def test_c2_uses_a_gap_between_phases() -> None:
    bursts = [phase("first", 0, 2, 1000), phase("second", 20, 2, 1000)]
    a = claim("A1", placement("A1/1", start=(0, 50), phases=bursts))
    b = claim("B1", placement("B1/1", (500, 0), start=(0, 50), phases=[phase("only", 0, 2, 0)]))
    for day, feasible in ((1, False), (2, True), (18, True), (19, False), (22, True)):
        assert Pattern(instance(a, b), separated).fix(A1=0, B1=day).is_feasible is feasible


def test_c1_gives_a_claim_one_placement() -> None:
    pattern = Pattern(instance(claim("A1", placement("A1/1"), placement("A1/2"))), lambda p, o: OnePlacement(p))
    assert pattern.is_feasible
    pattern.fix(A1=0)
    pattern.model.add(pattern.variables.chosen("A1/2") == 1)
    assert not pattern.is_feasible


@pytest.mark.parametrize(
    ("cap", "feasible"),
    [
        ({"measure": "placements", "max": 2, "per": "all"}, True),
        ({"measure": "placements", "max": 1, "per": "all"}, False),
        ({"measure": "placements", "max": 1, "per": "party"}, False),  # both claims credit B
        ({"measure": "placements", "max": 1, "per": "controller"}, True),
        ({"measure": "placements", "max": 1, "per": "group:bloc"}, False),
        ({"measure": "placements", "max": 1, "per": "group:other"}, True),
        ({"measure": "km2_days", "max": 64, "per": "all"}, True),  # 10 days of pi km2 each: 32 + 32
        ({"measure": "km2_days", "max": 63, "per": "all"}, False),
        ({"measure": "km2_days", "max": 31, "per": "all"}, False),
    ],
)
def test_c3_counts_for_whom_and_what_the_cap_says(cap: dict, feasible: bool) -> None:
    a = claim("A1", placement("A1/1"), credit={"A": 50, "B": 50}, controller="X")
    b = claim("B1", placement("B1/1", (9000, 0)), credit={"B": 100}, controller="Y")
    caps = [{"id": "cap", "placements": ["A1/1", "B1/1"], **cap}]
    problem = instance(a, b, caps=caps, parties=[{"id": "A"}, {"id": "B", "groups": ["bloc"]}])
    assert Pattern(problem, lambda p, o: Caps(p)).fix(A1=0, B1=0).is_feasible is feasible


@pytest.mark.parametrize(("share", "least_missing"), [(50, 0), (49, 1)])
def test_c4_counts_claims_with_half_their_credit_in_the_group(share: int, least_missing: int) -> None:
    a = claim("A1", placement("A1/1"), credit={"A": share, "B": 100 - share})
    reserves = [{"id": "late", "group": "ldc", "placements": ["A1/1"], "min": 1}]
    problem = instance(a, reserves=reserves, parties=[{"id": "A", "groups": ["ldc"]}, {"id": "B"}])
    pattern = Pattern(problem, lambda p, o: Shortfalls(p))
    pattern.model.minimize(pattern.added)
    engine = cp_model.CpSolver()
    assert engine.solve(pattern.model) == cp_model.OPTIMAL
    assert engine.objective_value == least_missing
