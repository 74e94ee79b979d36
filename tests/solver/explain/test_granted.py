"""The price of granting: the first stage that would be worse, and by how much."""

import dataclasses
import json

import pytest

import solver
from solver.explain.account import explain
from solver.explain.granted import (
    AT_LEAST,
    BETTER,
    IMPOSSIBLE,
    UNDECIDED,
    WORSE,
    Criterion,
    Verdict,
    compare,
    forced,
    verdict,
)
from solver.generate import Recipe, generate
from solver.instance import Instance
from solver.lottery import Draw
from tests.solver.generate import instance as tiny
from tests.solver.instances import claim, instance, placement

pytestmark = pytest.mark.slow

LIMITS = solver.SolveLimits(workers=1)
FAR = (90_000, 0)


def parsed(document: dict) -> Instance:
    return solver.parse_instance(json.dumps(document).encode())


def price(problem: Instance, name: str) -> Verdict:
    solution = solver.solve(problem, limits=LIMITS)
    found = explain(problem, solution, name, workers=1).if_granted
    assert found is not None
    return dataclasses.replace(found, moves=())


def test_serving_one_party_twice_would_leave_another_with_nothing() -> None:
    """B could have both its claims; then A has nothing."""
    problem = instance(
        claim("A1", placement("A1/1")),
        claim("B1", placement("B1/1"), credit={"B": 100}),
        claim("B2", placement("B2/1", at=FAR), credit={"B": 100}),
    )
    assert price(problem, "B1") == Verdict(WORSE, "level 100", 2, 1, 1)


def test_between_equals_only_the_tie_break_would_be_worse() -> None:
    problem = instance(claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100}))
    loser = solver.solve(problem, limits=LIMITS).unserved[0]["claim"]
    winner = "B" if loser == "A1" else "A"
    assert price(problem, loser) == Verdict(WORSE, f"tie-break, points of {winner}", 100, 0, 100)


def test_the_sum_of_points_would_be_worse_under_max_points() -> None:
    problem = instance(
        claim("A1", placement("A1/1", points=90)),
        claim("B1", placement("B1/1", points=70), credit={"B": 100}),
        policy={"rule": "max-points"},
    )
    assert price(problem, "B1") == Verdict(WORSE, "points", 90, 70, 20)


def test_a_reserve_would_be_short() -> None:
    reserve = {"id": "late", "group": "ldc", "placements": ["B1/1"], "min": 1}
    problem = instance(
        claim("A1", placement("A1/1")),
        claim("B1", placement("B1/1", points=1), credit={"B": 100}),
        parties=[{"id": "A"}, {"id": "B", "groups": ["ldc"]}],
        reserves=[reserve],
    )
    assert price(problem, "A1") == Verdict(WORSE, "shortfall", 0, 1, 1)


def test_what_a_hold_closes_is_impossible_in_any_allocation() -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0}
    hold["phases"] = [{"name": "hold", "offset": 0, "days": 50, "keep_out_m": 500}]
    assert price(instance(claim("A1", placement("A1/1")), holds=[hold]), "A1") == Verdict(IMPOSSIBLE)


def test_moves_say_who_would_get_something_else() -> None:
    problem = instance(
        claim("A1", placement("A1/1"), credit={"A": 100}),
        claim("B1", placement("B1/1"), credit={"B": 100}),
        claim("B2", placement("B2/1", at=FAR), credit={"B": 100}),
    )
    found = explain(problem, solver.solve(problem, limits=LIMITS), "B1", workers=1).if_granted
    assert found is not None
    assert list(found.moves) == [
        {"claim": "A1", "has": {"placement": "A1/1", "start": 0}, "would_have": None},
        {"claim": "B1", "has": None, "would_have": {"placement": "B1/1", "start": 0}},
    ]


def test_without_time_nothing_is_decided() -> None:
    problem = instance(claim("A1", placement("A1/1")), claim("B1", placement("B1/1"), credit={"B": 100}))
    solution = solver.solve(problem, limits=LIMITS)
    found = explain(problem, solution, solution.unserved[0]["claim"], time_limit_s=0.0)
    assert {account.if_granted.outcome for account in found.placements} == {UNDECIDED}
    assert [(looked.change, looked.finished) for looked in found.changes] == [(None, False)] * 4


def test_a_force_changes_nothing_but_one_group_and_reserves_that_outweigh_all_others() -> None:
    reserve = {"id": "granted 0", "group": "granted", "placements": ["A1/1"], "min": 2}
    problem = instance(claim("A1", placement("A1/1")), reserves=[reserve], parties=[{"id": "A", "groups": ["granted"]}])
    found = forced(problem, "A1", ["A1/1"])
    assert [(r.id, r.group, r.least) for r in found.reserves] == [
        ("granted 0", "granted", 2), ("granted 0'", "granted'", 1), ("granted 1", "granted'", 1),
        ("granted 2", "granted'", 1),
    ]  # fmt: skip
    assert found.parties[0].groups == {"granted", "granted'"}
    assert found.claims == problem.claims


@pytest.mark.parametrize(
    "number",
    [
        *range(6000, 6005),
        9001,
        *(pytest.param(n, marks=pytest.mark.slow) for n in (*range(6005, 6012), 9000, 9002, 9003)),
    ],
)
def test_the_watched_run_says_what_the_whole_run_says(number: int) -> None:
    """Prices of placements come from runs ended at the first difference; here they are compared with whole ones."""
    recipe = Recipe(8, 4, 9, "flexible", seed=number, keep_out_m=(3000, 5000), horizon_days=1600)
    problem = parsed(tiny(number) if number < 9000 else generate(recipe))
    solution = solver.solve(problem, limits=LIMITS)
    for row in solution.unserved:
        for account in explain(problem, solution, row["claim"], workers=1).placements:
            names = frozenset([account.placement])
            whole = solver.solve(forced(problem, row["claim"], names), limits=LIMITS)
            wanted = compare(problem, solution, whole, Draw(), names)
            assert dataclasses.replace(account.if_granted, moves=()) == dataclasses.replace(wanted, moves=())
            assert wanted.outcome in {WORSE, IMPOSSIBLE}


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (Criterion("points", 70, 70), Verdict(WORSE, "points", 90, 70, 20)),
        (Criterion("points", 70, 85), Verdict(AT_LEAST, "points", 90, 85, 5)),
        (Criterion("points", 70, 95), Verdict(UNDECIDED, "points", 90)),
        (Criterion("points", 70, None), Verdict(UNDECIDED, "points", 90)),
        (Criterion("points", 95, None), Verdict(BETTER, "points", 90, 95, 5)),
    ],
)
def test_a_value_that_is_not_proved_says_no_more_than_its_bound(after: Criterion, wanted: Verdict) -> None:
    assert verdict(Criterion("points", 90, 90), after) == wanted


@pytest.mark.parametrize("rule", ["first-come", "serial"])
def test_under_rules_that_go_by_turns_granting_is_worse_at_some_turn(rule: str) -> None:
    """A turn that only starts later is worse too, though its points are the same."""
    stages = set()
    for seed in range(3):
        recipe = Recipe(7, 3, 9, "flexible", seed, 1600, (3000, 5000), rule=rule)
        problem = parsed(generate(recipe))
        solution = solver.solve(problem, limits=LIMITS)
        for row in solution.unserved[:1]:
            for place in problem.claim_by_id[row["claim"]].placements:
                names = frozenset([place.id])
                answer = solver.solve(forced(problem, row["claim"], names), limits=LIMITS)
                found = compare(problem, solution, answer, Draw(), names)
                assert found.outcome == WORSE
                stages.add(str(found.stage).split()[0])
    assert stages == {"turn"}
