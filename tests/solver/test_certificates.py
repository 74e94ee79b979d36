"""Certificates of bounds: they hold, and every planted error in one is refused."""

import copy
import json

import pytest

from solver import SolveLimits, solve
from solver.io import dump, parse_instance, parse_solution
from solver.solution import to_document
from solver.verify import verify
from tests.solver import generate
from tests.solver.instances import claim, document, phase, placement
from tests.solver.said import said

CERTIFIED = SolveLimits(workers=1, certify=True)


def rivals() -> dict:
    """Six claims of three parties on one spot for the whole horizon, one far away, one closed by an entry in force."""
    stay = [phase(days=60)]
    spot = [claim(f"{p}{i}", placement(f"{p}{i}/1", (i, 0), 50 + i, (0, 30), stay), credit={p: 100}, controller="X")
            for p in "ABC" for i in (1, 2)]  # fmt: skip
    far = claim("D1", placement("D1/1", (50000, 0), 80, (0, 0), stay), credit={"D": 100}, controller="X")
    entry = claim("E1", placement("E1/1", (90000, 0)), credit={"E": 100}, in_force={"placement": "E1/1", "start": 0})
    closed = claim("F1", placement("F1/1", (90000, 5), 70, (0, 5)), credit={"E": 50, "F": 50}, controller="Y")
    caps = [{"id": "cap", "placements": ["A1/1", "D1/1"], "measure": "placements", "max": 1, "per": "controller"}]
    return document(*spot, far, entry, closed, caps=caps, policy={"rule": "equal-footing", "levels": [10, 60]})


@pytest.fixture(scope="module")
def problem():
    return parse_instance(json.dumps(rivals()).encode())


@pytest.fixture(scope="module")
def solved(problem) -> dict:
    return to_document(solve(problem, limits=CERTIFIED))


def problems(problem, changed: dict) -> tuple[str, ...]:
    return verify(problem, parse_solution(dump(changed))).problems


def by_stage(solved: dict, name: str) -> dict:
    return next(row for row in solved["run"]["certificates"] if row["stage"] == name)


def test_the_relaxation_proves_the_sum_of_points_and_the_upper_level_but_not_the_lower(problem, solved) -> None:
    assert problems(problem, solved) == ()
    assert [(row["stage"], row["bound"]) for row in solved["run"]["certificates"]] == [
        ("level 10", 5), ("level 60", 2), ("points", 232),
    ]  # fmt: skip
    stages = {stage["name"]: stage["value"] for stage in solved["stages"]}
    assert (stages["level 10"], stages["level 60"], stages["points"]) == (3, 2, 232)


def test_without_time_there_is_no_certificate_and_no_harm(problem) -> None:
    solution = solve(problem, limits=SolveLimits(0.0, workers=1, certify=True))
    assert solution.run["certificates"] == []
    assert verify(problem, solution).problems == ()


def test_the_report_counts_what_is_proved_without_any_solver(problem, solved) -> None:
    report = verify(problem, parse_solution(dump(solved)))
    assert "certificates (2 stages proved by whole-number sums alone)" in report.checks


PLANTED = {
    "a smaller bound": (lambda c: by_stage(c, "points").update(bound=231), "adds up to 232"),
    "a larger bound": (lambda c: by_stage(c, "points").update(bound=300), "adds up to 232"),
    "a multiplier below zero": (lambda c: by_stage(c, "points")["rows"][0].__setitem__(1, -1), "of at least 0"),
    "a multiplier that is no number": (lambda c: by_stage(c, "points")["rows"][0].__setitem__(1, "9"), "whole number"),
    "a fraction": (lambda c: by_stage(c, "points")["rows"][0].__setitem__(1, 0.5), "whole number"),
    "a changed multiplier": (lambda c: by_stage(c, "points")["rows"][0].__setitem__(1, 10**9), "adds up to"),
    "a row left out": (lambda c: by_stage(c, "points")["rows"].clear(), "adds up to"),
    "a false clique": (lambda c: by_stage(c, "points")["rows"].append([["clique", "A1/1", "D1/1"], 9]), "do not exclude"),
    "a clique of one twice": (lambda c: by_stage(c, "points")["rows"].append([["clique", "A1/1", "A1/1"], 9]), "twice"),
    "an entry in a clique": (lambda c: by_stage(c, "points")["rows"].append([["clique", "E1/1", "F1/1"], 9]), "in force"),
    "an open placement closed": (lambda c: by_stage(c, "points")["rows"].append([["closed", "D1/1"], 9]), "is not closed"),
    "an unknown placement": (lambda c: by_stage(c, "points")["rows"].append([["closed", "Z9/1"], 9]), "Z9/1"),
    "an unknown row": (lambda c: by_stage(c, "points")["rows"].append([["wish", "A1/1"], 9]), "'wish' is unknown"),
    "a row that is no row": (lambda c: by_stage(c, "points")["rows"].append(7), "certificate of stage points"),
    "a level not settled yet": (lambda c: by_stage(c, "level 10")["rows"].append([["kept", 6000], 9]), "no earlier stage"),
    "a level of no policy": (lambda c: by_stage(c, "points")["rows"].append([["kept", 2000], 9]), "no such level"),
    "a stranger at a level": (lambda c: by_stage(c, "points")["rows"].append([["level", 1000, "Z"], 9]), "Z at 1000"),
    "an unknown stage": (lambda c: by_stage(c, "points").update(stage="beauty"), "no such stage"),
    "a scale of nothing": (lambda c: by_stage(c, "points").update(scale=0), "the scale 0"),
    "a scale that is no whole number": (lambda c: by_stage(c, "points").update(scale=1.5), "the scale 1.5"),
    "a scale too small": (lambda c: by_stage(c, "points").update(scale=1), "adds up to"),
    "a multiplier that is a truth value": (lambda c: by_stage(c, "points")["rows"][0].__setitem__(1, True), "multiplier True"),
    "a stage without certificates": (lambda c: by_stage(c, "points").update(stage="shortfall"), "only levels and the sum"),
    "two wrong ones": (lambda c: [row.update(bound=row["bound"] + 1) for row in c["run"]["certificates"]], "adds up to 232"),
    "a wrong one and one without rows": (
        lambda c: (by_stage(c, "level 10").pop("rows"), by_stage(c, "points").update(bound=9)), "'rows'"),
    "no scale": (lambda c: by_stage(c, "points").pop("scale"), "'scale'"),
    "no stage": (lambda c: by_stage(c, "points").pop("stage"), "'stage'"),
    "an unknown cap": (lambda c: by_stage(c, "points")["rows"].append([["cap", "lid", "X"], 9]), "has no cap lid"),
    "a level kept at itself": (lambda c: by_stage(c, "level 60")["rows"].append([["kept", 6000], 1]), "no earlier stage"),
    "a level of a party below 1": (lambda c: by_stage(c, "points")["rows"].append([["level", 0, "A"], 9]), "A at 0"),
    "a row of a lottery": (lambda c: by_stage(c, "points")["rows"].append([["points"], 9]), "no such stage"),
    "a level kept after what is not proved": (
        lambda c: (c["stages"][1].update(bound=5, proved=False), c.update(status="FEASIBLE"),
                   by_stage(c, "points")["rows"].append([["kept", 1000], 1])), "an earlier stage is not proved"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_in_a_certificate_is_refused(problem, solved: dict, name: str) -> None:
    plant, fragment = PLANTED[name]
    changed = copy.deepcopy(solved)
    plant(changed)
    found = problems(problem, changed)
    assert any(fragment in line for line in found), found
    assert found == said("certificates", name)


@pytest.mark.parametrize(
    ("stage", "row"),
    [
        ("points", [["cap", "cap", "Z"], 0]),
        ("points", [["clique", "A1/1"], 0]),
        ("level 60", [["kept", 1000], 0]),
        ("level 60", [["level", 6000, "E"], 0]),
    ],
)
def test_true_rows_that_weigh_nothing_change_nothing(problem, solved: dict, stage: str, row: list) -> None:
    changed = copy.deepcopy(solved)
    by_stage(changed, stage)["rows"].append(row)
    assert problems(problem, changed) == ()


def test_what_is_no_list_of_certificates_proves_nothing(problem, solved: dict) -> None:
    """The two levels then rest on who could stand there at all: five parties could reach 10, three do."""
    for rows in (None, {}, 7, ["certificate"], []):
        changed = copy.deepcopy(solved)
        changed["run"]["certificates"] = rows
        report = verify(problem, parse_solution(dump(changed)))
        said_of_them = [check for check in report.checks if check.startswith("certificates")]
        assert (report.problems, said_of_them) == (
            (),
            ["certificates (0 stages proved by whole-number sums alone)"] if rows else [],
        )


def test_a_bound_looser_than_its_certificate_is_refused(problem, solved: dict) -> None:
    changed = copy.deepcopy(solved)
    changed["stages"][-1].update(value=1, proved=False)
    changed["stages"][-2].update(bound=400, proved=False)
    assert any("but 232 is certified" in found for found in problems(problem, changed | {"status": "FEASIBLE"}))


@pytest.mark.parametrize("number", range(0, 320, 13))
def test_certificates_of_random_instances_hold_and_never_pass_below_the_value(number: int) -> None:
    made = parse_instance(json.dumps(generate.instance(number)).encode())
    solution = solve(made, limits=CERTIFIED)
    assert verify(made, solution).problems == ()
    values = {stage.name: stage.value for stage in solution.stages}
    assert all(row["bound"] >= values[row["stage"]] for row in solution.run.get("certificates", ()))
