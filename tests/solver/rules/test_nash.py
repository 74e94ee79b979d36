"""Nash: as few with nothing as can be, then the largest product, whatever the rounding of logarithms."""

import json
import math
from fractions import Fraction
from itertools import pairwise

import pytest

from solver import SolveLimits, parse_instance, solve
from solver.io import dump, parse_solution
from solver.rules import nash, products
from solver.solution import to_document
from solver.verify import verify
from tests.solver import oracle
from tests.solver.instances import claim, instance, placement
from tests.solver.rules.test_rules_oracle import under
from tests.solver.said import said

NUMBERS = range(4000, 4010)
NASH = {"policy": {"rule": "nash"}}


def test_serving_more_parties_comes_before_any_product() -> None:
    """A could have 100 x 100 hundredths more than B's and C's one point each, but then these two had nothing."""
    rows = [
        claim("A1", placement("A1/1", (0, 0), 100), placement("A1/2", (90000, 0), 1), credit={"A": 100}),
        claim("B1", placement("B1/1", (-600, 0), 1), credit={"B": 100}),
        claim("C1", placement("C1/1", (600, 0), 1), credit={"C": 100}),
    ]
    problem = instance(*rows, **NASH)
    solution = solve(problem)
    assert {row.placement for row in solution.allotments} == {"A1/2", "B1/1", "C1/1"}
    named = {stage.name: stage.value for stage in solution.stages}
    assert (named["parties above 0"], named["product"]) == (3, 13815510557)  # 10^9 ln 100^3, rounded down
    assert verify(problem, solution)


def test_of_equal_sums_the_more_even_one_has_the_larger_product() -> None:
    """Two sites between A and B: 80 and 20, or 50 and 50; 2500 is more than 1600, the sum the same."""
    rows = [
        claim("A1", placement("A1/1", (0, 0), 80), placement("A1/2", (9000, 0), 50), credit={"A": 100}),
        claim("B1", placement("B1/1", (0, 0), 50), placement("B1/2", (9000, 0), 20), credit={"B": 100}),
    ]
    assert solve(instance(*rows, **NASH)).leximin == (5000, 5000)


def test_a_larger_product_may_leave_the_worst_off_with_less() -> None:
    """40 and 40 for A and B, or 36 and 100: 3600 is more than 1600, though equal footing takes the first."""
    rows = [
        claim("A1", placement("A1/1", (0, 0), 40), placement("A1/2", (9000, 0), 36), credit={"A": 100}),
        claim("B1", placement("B1/1", (0, 0), 100), placement("B1/2", (9000, 0), 40), credit={"B": 100}),
    ]
    assert solve(instance(*rows, **NASH)).leximin == (3600, 10000)
    assert solve(instance(*rows)).leximin == (4000, 4000)


def test_nobody_can_be_served_and_the_empty_product_is_one() -> None:
    cap = {"id": "none", "placements": ["A1/1"], "measure": "placements", "max": 0, "per": "all"}
    problem = instance(claim("A1", placement("A1/1")), caps=[cap], **NASH)
    solution = solve(problem)
    assert [(s.name, s.value, s.bound) for s in solution.stages] == [
        ("shortfall", 0, 0), ("parties above 0", 0, 0), ("product", 0, 0), ("tie-break", 2, 2),
    ]  # fmt: skip
    assert verify(problem, solution)


@pytest.mark.parametrize(("scale", "few"), [(1, 12), pytest.param(1, 0, marks=pytest.mark.slow)])
def test_coarse_logarithms_are_settled_by_whole_numbers(monkeypatch: pytest.MonkeyPatch, scale: int, few: int) -> None:
    """In units of 1 the engine's first answer is often not the largest product: named points or exponents mend it."""
    monkeypatch.setattr(products, "SCALE", scale)
    monkeypatch.setattr(nash, "FEW", few)
    for number in NUMBERS:
        document, seed = under("nash", number), number.to_bytes(2, "big")
        solution = solve(parse_instance(json.dumps(document).encode()), seed=seed)
        wanted = oracle.answer(document, seed)
        assert {row.claim: (row.placement, row.start) for row in solution.allotments} == wanted.allotments, number


def test_without_the_settling_coarse_logarithms_do_go_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the test above would show nothing."""
    monkeypatch.setattr(products, "SCALE", 1)
    monkeypatch.setattr(nash.LargestProduct, "_settle", lambda self: True)
    wrong = []
    for number in NUMBERS:
        document = under("nash", number)
        leximin = solve(parse_instance(json.dumps(document).encode())).leximin
        wanted = oracle.answer(document).leximin
        if math.prod(n for n in leximin if n) != math.prod(100 * n for n in wanted if n):
            wrong.append(number)
    assert wrong


def test_logarithms_are_rounded_down_exactly() -> None:
    assert products.scaled_log(1, 10**9) == 0
    assert products.scaled_log(10000, 10**9) == 9210340371  # ln 10000 = 9.210340371976...
    assert products.scaled_log(10**400, 10**9) == 921034037197  # ln 10^400 = 921.034037197618...


def test_the_hull_of_logarithms_gives_each_value_its_own() -> None:
    """The largest whole number under the hull at every attainable value is its rounded logarithm."""
    points = [(0, 0)] + [(v, products.scaled_log(v, 100)) for v in range(25, 3000, 7)]
    hull = products.upper_hull(points)
    for v, low in points:
        (x, y), (z, t) = next(pair for pair in pairwise(hull) if pair[0][0] <= v <= pair[1][0])
        assert math.floor(y + Fraction((t - y) * (v - x), z - x)) == low


def test_primes_and_exponents() -> None:
    assert dict(products.factorised(9900)) == {2: 2, 3: 2, 5: 2, 11: 1}
    assert dict(products.factorised(1)) == {}
    assert dict(products.factorised(10007)) == {10007: 1}


def test_a_run_cut_short_states_bounds_that_no_allocation_passes() -> None:
    for number in (4001, 4002, 4005):
        document = under("nash", number)
        problem = parse_instance(json.dumps(document).encode())
        whole = {stage.name: stage.value for stage in solve(problem).stages}
        cut = solve(problem, limits=SolveLimits(wall_time_s=0))
        assert verify(problem, cut)
        assert {stage.name for stage in cut.stages} == set(whole)
        for stage in cut.stages:
            assert stage.bound <= whole[stage.name] if stage.name == "shortfall" else stage.bound >= whole[stage.name]


PLANTED = {
    "a product that is not that of the points": (
        2,
        {"value": 13815510558, "bound": 13815510558},
        "is 13815510557, but",
    ),
    "a bound below the product": (2, {"bound": 13815510000, "proved": False}, "is passed by the value"),
    "more parties above 0": (1, {"value": 4, "bound": 4}, "is 3, but 4 is stated"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_refused_and_named(name: str) -> None:
    rows = [claim(f"{p}1", placement(f"{p}1/1", (9000 * i, 0), 1), credit={p: 100}) for i, p in enumerate("ABC")]
    problem = instance(*rows, **NASH)
    changed = to_document(solve(problem))
    stage, edit, fragment = PLANTED[name]
    changed["stages"][stage] |= edit
    problems = verify(problem, parse_solution(dump(changed))).problems
    assert any(fragment in found for found in problems), problems
    assert problems == said("nash", name)
