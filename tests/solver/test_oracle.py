"""The solver gives the very allocation that trying everything finds, on hundreds of tiny instances and a few by hand.

The oracle (`tests.solver.oracle`) shares no code with the solver: not even distances.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import solver
from solver import geometry
from solver.verify import verify
from tests.solver import oracle
from tests.solver.features import FEATURES, features
from tests.solver.generate import EDGE_RHO_M, footprints, instance
from tests.solver.oracle_distance import edges, footprint_distance_m

DEFAULT_NUMBERS = range(320)
MANY_NUMBERS, AT_ONCE = range(320, 1820), 50
HAND_SOLVED = Path(__file__).parents[2] / "fixtures" / "instances"

# The least number of the default instances that must have each feature. A rare one needs fewer, none may be missing.
LEAST = dict.fromkeys(FEATURES, 30) | {"parallel edges": 15, "cap per all": 25}


@dataclass(frozen=True)
class Case:
    """One tiny instance with its seed, the oracle's answer and the solver's."""

    document: dict[str, Any]
    wanted: oracle.Answer
    problem: solver.Instance
    solution: solver.Solution


@cache
def case(number: int) -> Case:
    """Return the case of a number; its seed is the number, so that ties fall differently from case to case."""
    document = instance(number)
    seed = number.to_bytes(2, "big")
    problem = solver.parse_instance(json.dumps(document).encode())
    return Case(document, oracle.answer(document, seed), problem, solver.solve(problem, seed=seed))


def compared(wanted: oracle.Answer) -> dict[str, Any]:
    """Return what solver and oracle must agree on, as the oracle has it, in hundredths of a point."""
    return {
        "status": wanted.status,
        "allotments": wanted.allotments,
        "parties": {party: int(100 * points) for party, points in wanted.parties.items()},
        "leximin": tuple(int(100 * points) for points in wanted.leximin),
        "shortfalls": {name: missing for name, missing in wanted.shortfalls.items() if missing},
    }


def answered(solution: solver.Solution, credited: set[str]) -> dict[str, Any]:
    """Return the same as the solver has it; parties credited in no claim are left out."""
    return {
        "status": solution.status,
        "allotments": {row.claim: (row.placement, row.start) for row in solution.allotments},
        "parties": {party: points for party, points in solution.parties.items() if party in credited},
        "leximin": solution.leximin,
        "shortfalls": {row["reserve"]: row["missing"] for row in solution.shortfalls if row["missing"]},
    }


def assert_agreement(number: int) -> None:
    """Assert that solver and oracle agree on a case and that the verifier accepts the solver's answer."""
    found = case(number)
    assert answered(found.solution, set(found.wanted.parties)) == compared(found.wanted)
    report = verify(found.problem, found.solution)
    assert report, report.problems


@pytest.mark.parametrize("number", DEFAULT_NUMBERS)
def test_solver_and_oracle_agree_on_allotments_starts_and_values(number: int) -> None:
    assert_agreement(number)


def test_a_bound_that_the_engine_states_a_hair_too_small_is_still_met() -> None:
    """Here a party's points come back as 6149.999999999999 hundredths; cut off, that contradicted the answer itself."""
    assert_agreement(1012)


@pytest.mark.slow
@pytest.mark.parametrize("first", MANY_NUMBERS[::AT_ONCE])
def test_solver_and_oracle_agree_on_many_more_instances(first: int) -> None:
    for number in range(first, first + AT_ONCE):
        assert_agreement(number)


def test_each_corner_of_the_problem_occurs_often_enough() -> None:
    """Otherwise agreement would say little about the corner."""
    seen = Counter(name for number in DEFAULT_NUMBERS for name in features(case(number).document))
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] < least} == {}


def test_a_quarter_of_the_instances_has_several_optima_before_the_tickets() -> None:
    """Counted in the harder sense: different placements for different claims, not only different start days."""
    several = [number for number in DEFAULT_NUMBERS if case(number).wanted.arrangements > 1]
    assert len(several) >= len(DEFAULT_NUMBERS) / 4


def test_the_instances_are_contested_and_some_entries_contradict_each_other() -> None:
    cases = [case(number) for number in DEFAULT_NUMBERS]
    assert 10 <= sum(found.wanted.status == "INFEASIBLE" for found in cases) <= len(cases) / 10
    assert sum(any(found.wanted.shortfalls.values()) for found in cases) >= 50
    assert sum(len(found.wanted.allotments) < len(found.document["claims"]) for found in cases) >= len(cases) / 2


def test_an_infeasible_answer_allots_nothing_and_says_why() -> None:
    infeasible = [found for found in map(case, DEFAULT_NUMBERS) if found.wanted.status == "INFEASIBLE"]
    for found in infeasible:
        assert found.solution.allotments == ()
        assert found.solution.why


# ---- the oracle itself, and its distances ---------------------------------------------------------------------------


def test_the_oracle_loads_nothing_of_the_solver() -> None:
    """A fault that both shared would stay unseen."""
    program = "import sys, tests.solver.oracle; print([name for name in sys.modules if name.split('.')[0] == 'solver'])"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=HAND_SOLVED.parents[1], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"


def pairs_of_footprints() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return footprints of all kinds beside one another, and long edges that are parallel but for a hair."""
    rng = random.Random("footprints")
    pairs = []
    for _ in range(60):
        found = [f for f in footprints(rng, 4) if all(x * x + y * y < EDGE_RHO_M**2 for e in edges(f) for x, y in e)]
        pairs += [(a, b) for i, a in enumerate(found) for b in found[:i]]
    for tilt_m in (0.0, 1e-7, 1e-6, 2e-6, 1e-5, 1e-3):
        one = {"type": "LineString", "coordinates": [[0.0, 200000.0], [0.0, 220000.0]]}
        two = {"type": "LineString", "coordinates": [[1000.0, 200000.0], [1000.0 + tilt_m, 220000.0]]}
        pairs.append((one, two))
    return pairs


def test_distances_of_footprints_agree_to_a_hundredth_of_a_millimetre() -> None:
    for a, b in pairs_of_footprints():
        measured = geometry.distance_m(geometry.footprint(a), geometry.footprint(b))
        assert measured == pytest.approx(footprint_distance_m(a, b), abs=1e-5), (a, b)


def test_of_parallel_edges_the_end_nearest_on_the_sphere_speaks() -> None:
    """Two lines 1000 map metres apart from 85 S towards 80 S: the scale, largest at the far end, makes it the nearest."""
    one = {"type": "LineString", "coordinates": [[0.0, 150000.0], [0.0, 300000.0]]}
    two = {"type": "LineString", "coordinates": [[1000.0, 150000.0], [1000.0, 300000.0]]}
    scale = 1 + (300000.0 / (2 * 1737400.0)) ** 2
    assert footprint_distance_m(one, two) == pytest.approx(1000 / scale, abs=1e-3)


def test_a_point_in_a_polygons_hole_keeps_its_distance_from_the_rim() -> None:
    rim = [
        [[-9e3, -9e3], [9e3, -9e3], [9e3, 9e3], [-9e3, 9e3], [-9e3, -9e3]],
        [[-1e3, -1e3], [-1e3, 1e3], [1e3, 1e3], [1e3, -1e3], [-1e3, -1e3]],
    ]
    hole, point = {"type": "Polygon", "coordinates": rim}, {"type": "Point", "coordinates": [0.0, 0.0]}
    assert footprint_distance_m(hole, point) == pytest.approx(1000, abs=1e-3)
    assert footprint_distance_m({"type": "Polygon", "coordinates": rim[:1]}, point) == 0.0


# ---- numbers at the limit of the format -----------------------------------------------------------------------------

MOST = 2**53 - 1


def two_at_one_place(window: list[int], days: int, in_force: dict[str, Any] | None = None) -> bytes:
    """Return an instance of a claim of 10 days from day 0, or in force, and a second one at the same place."""
    here = {"type": "Point", "coordinates": [0.0, 0.0]}

    def place(name: str, start: list[int], days: int) -> dict[str, Any]:
        phases = [{"name": "stay", "offset": 0, "days": days, "keep_out_m": MOST}]
        return {"id": name, "points": 100, "start": start, "footprint": here, "phases": phases}

    claims = [
        {"id": "A", "credit": {"AAA": 100}, "placements": [place("A/1", [0, 0], 10)], "in_force": in_force},
        {"id": "B", "credit": {"BBB": 100}, "placements": [place("B/1", window, days)]},
    ]
    parties = [{"id": "AAA"}, {"id": "BBB"}]
    heading = {"format": "lunar-allocation-instance/1", "id": "large", "crs": "IAU_2015:30135", "epoch": "2027-01-01"}
    policy = {"rule": "equal-footing"}
    document = heading | {"horizon_days": MOST, "parties": parties, "claims": claims, "policy": policy}
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "start_a", "start_b"),
    [
        (two_at_one_place([0, MOST], 1), 0, 10),
        (two_at_one_place([0, MOST], MOST - 10), 0, 10),
        (two_at_one_place([MOST - 7, MOST], 7), 0, MOST - 7),
        (two_at_one_place([0, MOST], 5, {"placement": "A/1", "start": -MOST}), -MOST, 0),
        (two_at_one_place([MOST - 9, MOST], 4, {"placement": "A/1", "start": MOST - 14}), MOST - 14, MOST - 4),
    ],
)
def test_days_up_to_the_largest_whole_number_are_solved_exactly(data: bytes, start_a: int, start_b: int) -> None:
    problem = solver.parse_instance(data)
    solution = solver.solve(problem)
    assert [(row.claim, row.start) for row in solution.allotments] == [("A", start_a), ("B", start_b)]
    assert verify(problem, solution)


# ---- instances solved by hand ---------------------------------------------------------------------------------------

BY_HAND: dict[str, tuple[dict[str, tuple[str, int]], list[int], dict[str, int]]] = {
    "two_rivals": ({"A": ("A/2", 0), "B": ("B/1", 0)}, [70, 100], {}),
    "three_in_a_row": ({"A": ("A/1", 0), "C": ("C/1", 0)}, [0, 100, 100], {}),
    "touching_days": ({"A": ("A/1", 0), "B": ("B/1", 10)}, [100, 100], {}),
    "joint_claim": ({"A2": ("A2/1", 0), "J": ("J/1", 0)}, [50, 90], {}),
    "reserve_short": ({"L": ("L/1", 0)}, [0, 40], {"late-comers": 1}),
    "entry_in_force": ({"A": ("A/1", -30), "B": ("B/1", 40)}, [100, 100], {}),
    "agreement_opens": ({"A": ("A/1", 0), "B": ("B/1", 0), "C": ("C/1", 20)}, [100, 100, 100], {}),
    "free_way": ({"A": ("A/1", 0), "B": ("B/1", 10)}, [90, 100], {}),
    "entry_moves": ({"A": ("A/2", 2), "B": ("B/1", 0)}, [100, 100], {}),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_solver_and_oracle_give_the_answer_worked_out_by_hand(name: str) -> None:
    data = (HAND_SOLVED / f"{name}.json").read_bytes()
    allotments, leximin, missing = BY_HAND[name]
    wanted = oracle.answer(json.loads(data))
    assert (wanted.allotments, list(wanted.leximin), wanted.shortfalls) == (allotments, leximin, missing)
    problem = solver.parse_instance(data)
    solution = solver.solve(problem)
    assert answered(solution, set(wanted.parties)) == compared(wanted)
    assert verify(problem, solution)


def test_every_instance_solved_by_hand_is_told_in_the_readme_and_tested() -> None:
    readme = (HAND_SOLVED / "README.md").read_text()
    names = {path.stem for path in HAND_SOLVED.glob("*.json")}
    assert names == set(BY_HAND)
    assert [name for name in names if f"## {name}\n" not in readme] == []
