"""Fifty errors planted by seed in a solution of a generated round: ten each in allotments, values, bounds, duals and zones.

Every one is refused by `solver.verify`. The modules of the checks have errors planted by hand, with the message of each.
"""

import copy
import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import solver
from solver.generate import Recipe, generate
from solver.instance import Instance
from solver.io import dump, parse_solution
from solver.verify import verify
from tests.solver import test_certificates, test_oracle, test_verify
from tests.solver.rules import test_nash, test_rules_oracle, test_turns

EACH = 10
RECIPE = Recipe(20, 8, 10, "flexible", seed=11, keep_out_m=(3000, 6000), horizon_days=1600)
LEVELS = [100, 180, 250]
Document = dict[str, Any]


@cache
def solved() -> tuple[Instance, Document]:
    document = generate(RECIPE)
    document["policy"]["levels"] = LEVELS
    problem = solver.parse_instance(json.dumps(document).encode())
    solution = solver.solve(problem, b"\x07", solver.SolveLimits(certify=True))
    return problem, solver.to_document(solution)


def problems(changed: Document) -> tuple[str, ...]:
    return verify(solved()[0], parse_solution(dump(changed))).problems


def in_allotments(draws: random.Random, s: Document) -> None:
    """A stay moved together with its zones, another placement of its claim, a claim dropped, two stays exchanged."""
    row = draws.choice(s["allotments"])
    kind = draws.randrange(4)
    if kind == 0:
        days = draws.choice([-400, -30, -1, 1, 30, 400])
        row["start"] += days
        for zone in row["zones"]:
            zone.update(start=zone["start"] + days, end=zone["end"] + days)
    elif kind == 1:
        others = [p.id for p in solved()[0].claim_by_id[row["claim"]].placements if p.id != row["placement"]]
        row["placement"] = draws.choice(others)
    elif kind == 2:
        s["allotments"].remove(row)
    else:
        other = draws.choice([r for r in s["allotments"] if r is not row])
        row["claim"], other["claim"] = other["claim"], row["claim"]


def in_values(draws: random.Random, s: Document) -> None:
    """Points of a party, the vector, a stage's value with its bound, a measure."""
    by = draws.choice([-50, -1, 1, 50])
    kind = draws.randrange(4)
    if kind == 0:
        s["parties"][draws.choice(sorted(s["parties"]))] += by
    elif kind == 1:
        s["leximin"][draws.randrange(len(s["leximin"]))] += by
    elif kind == 2:
        stage = draws.choice(s["stages"])
        stage.update(value=stage["value"] + by, bound=stage["bound"] + by)
    else:
        s["fairness"][draws.choice(["claims_served", "points", "worst_off"])] += by


def in_bounds(draws: random.Random, s: Document) -> None:
    """A bound below the value, a bound above it that is called proved, or a loose one in a run called OPTIMAL."""
    stage = draws.choice(s["stages"])
    kind = draws.randrange(3)
    better = -1 if stage["name"] == "shortfall" else 1
    stage["bound"] += better * draws.randint(1, 9) * (-1 if kind == 0 else 1)
    stage["proved"] = kind == 1


def in_duals(draws: random.Random, s: Document) -> None:
    """A multiplier made negative or a fraction, a bound smaller than its sum, a row left out, a clique that is none."""
    row = draws.choice([row for row in s["run"]["certificates"] if row["rows"]])
    which = draws.randrange(len(row["rows"]))
    kind = draws.randrange(5)
    if kind == 0:
        row["rows"][which][1] = -row["rows"][which][1]
    elif kind == 1:
        row["rows"][which][1] += 0.5
    elif kind == 2:
        row["bound"] -= draws.randint(1, 5)
    elif kind == 3:
        del row["rows"][: len(row["rows"]) // 2 + 1]
    else:
        served = draws.sample([r["placement"] for r in s["allotments"]], 2)
        row["rows"].append([["clique", *sorted(served)], 10**6])


def in_zones(draws: random.Random, s: Document) -> None:
    """A keep-out, a day or a name changed, a zone dropped or doubled."""
    zones = draws.choice(s["allotments"])["zones"]
    zone, kind = draws.choice(zones), draws.randrange(5)
    if kind == 0:
        zone["keep_out_m"] += draws.choice([-100, -1, 1, 1000])
    elif kind == 1:
        zone[draws.choice(["start", "end"])] += draws.choice([-1, 1])
    elif kind == 2:
        zone["phase"] = "picnic"
    elif kind == 3:
        zones.remove(zone)
    else:
        zones.append(dict(zone))


KINDS: list[Callable[[random.Random, Document], None]] = [in_allotments, in_values, in_bounds, in_duals, in_zones]


def test_the_solution_without_errors_is_accepted_and_has_something_of_everything() -> None:
    problem, found = solved()
    assert problems(found) == ()
    assert found["status"] == "OPTIMAL"
    assert found["unserved"]
    assert sum(bool(row["rows"]) for row in found["run"]["certificates"]) >= 2
    assert len(problem.claims) == 20


@pytest.mark.parametrize("plant", KINDS)
def test_ten_planted_errors_of_a_kind_are_all_refused(plant: Callable[[random.Random, Document], None]) -> None:
    accepted = []
    for number in range(EACH):
        changed = copy.deepcopy(solved()[1])
        plant(random.Random(f"{plant.__name__} {number}"), changed)
        assert changed != solved()[1]
        if not problems(changed):
            accepted.append(number)
    assert accepted == []


def test_the_errors_planted_by_hand_are_as_many_again() -> None:
    tables = [test_verify.PLANTED, test_certificates.PLANTED, test_turns.PLANTED, test_nash.PLANTED]
    assert sum(map(len, tables)) >= 60
    kinds = ("zone", "bound", "multiplier", "points", "placement")
    named = [name for table in tables for name in table]
    assert [kind for kind in kinds if not any(kind in name for name in named)] == []


def test_the_oracle_is_asked_at_least_1000_times_and_under_each_rule_300() -> None:
    """Counted with the slow tests: the numbers of the instances, each solved, compared and verified."""
    footing = len(test_oracle.DEFAULT_NUMBERS) + len(test_oracle.MANY_NUMBERS)
    other = len(test_rules_oracle.DEFAULT_NUMBERS) + len(test_rules_oracle.MANY_NUMBERS)
    assert {"equal-footing", *test_rules_oracle.RULES} == set(solver.instance_file.RULES)
    assert min(footing, other) >= 300
    assert footing + len(test_rules_oracle.RULES) * other >= 1000
