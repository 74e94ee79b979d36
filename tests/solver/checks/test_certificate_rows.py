"""What each kind of row of a certificate adds to a sum, worked out by hand; the bound stated is always wrong, to read the sum."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from solver.checks.certificates import certificates, certified, levels_certified
from solver.distribution import Distribution, Level
from solver.instance import Instance
from solver.io import parse_instance
from solver.solution import Solution, Stage
from tests.solver.instances import claim, document, phase, placement

STAY = [phase(days=60)]
NAMES = ("shortfall", "level 10", "level 60", "points", "tie-break")


def problem(**more: Any) -> Instance:
    """A and B exclude each other at one spot, E is there already, F stands where E is; one cap for each party."""
    rows = [
        claim("A1", placement("A1/1", (0, 0), 100, phases=STAY), placement("A1/2", (50000, 0), 30, phases=STAY)),
        claim("B1", placement("B1/1", (0, 0), 90, phases=STAY), credit={"B": 60, "C": 40}),
        claim("E1", placement("E1/1", (90000, 0), 70, phases=STAY), placement("E1/2", (95000, 0), 95, phases=STAY),
              credit={"A": 50, "C": 50}, in_force={"placement": "E1/1", "start": 0}),
        claim("F1", placement("F1/1", (90000, 5), 40, (0, 30), phases=STAY), credit={"C": 100}),
    ]  # fmt: skip
    listed = {"placements": ["A1/1", "B1/1", "E1/1"], "measure": "placements", "per": "party"}
    caps = [listed | {"id": "two", "max": 2}, listed | {"id": "one", "max": 1}]
    policy = {"rule": "equal-footing", "levels": [10, 60]}
    return parse_instance(json.dumps(document(*rows, caps=caps, **{"policy": policy, **more})).encode())


FOUND = problem()
CHOSEN = {"A1": FOUND.placement_by_id["A1/1"], "E1": FOUND.placement_by_id["E1/1"]}
LEVELS = (
    Level(("A",), (), Fraction(0), {"A": 3}, {}, 40_000),
    Level((), ("B1", "F1"), Fraction(0), {}, {"B1": 6, "F1": 10}, 7),
)
LOTTERY = Distribution((), {}, {}, LEVELS, None, ())


def solution(
    *rows: Any, values: tuple[int, ...] = (0, 2, 1, 170, 7), unproved: str = "", lottery: bool = False
) -> Solution:
    """A solution with these certificates."""
    stages = tuple(
        Stage(name, value, value + (name == unproved), name != unproved)
        for name, value in zip(NAMES, values, strict=True)
    )
    plain = Solution(FOUND.sha256, "00", "equal-footing", "OPTIMAL", stages=stages, run={"certificates": list(rows)})
    return replace(plain, distribution=LOTTERY) if lottery else plain


def told(stage: str, rows: list[Any], scale: int = 1, unproved: str = "", found: Instance = FOUND) -> str:
    """What is said of a certificate with these rows; its sum where they are true."""
    row = {"stage": stage, "scale": scale, "bound": -1, "rows": rows}
    lottery = stage.startswith("lottery")
    (line,) = certificates(found, solution(row, unproved=unproved, lottery=lottery), CHOSEN)
    return line.removesuffix(", but -1 is stated").removeprefix(f"certificate of stage {stage} ")


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([], 70 + 100 + 30 + 90 + 40),
        # A clique lets only one of its members be there, also of one claim.
        ([[["clique", "A1/1", "B1/1"], 90]], 70 + 90 + 10 + 30 + 0 + 40),
        ([[["clique", "A1/1", "B1/1"], 100]], 70 + 100 + 0 + 30 + 0 + 40),
        ([[["clique", "A1/1", "A1/2"], 30]], 70 + 30 + 70 + 0 + 90 + 40),
        ([[["clique", "A1/1", "A1/2"], 30], [["clique", "A1/1", "B1/1"], 70]], 70 + 30 + 70 + 0 + 0 + 20 + 40),
        ([[["clique", "A1/1"], 100]], 70 + 100 + 30 + 90 + 40),
        # A placement that nobody could start counts nothing.
        ([[["closed", "F1/1"], 39]], 70 + 100 + 30 + 90 + 1),
        ([[["closed", "F1/1"], 41]], 70 + 100 + 30 + 90),
        # E counts under the caps of A and of C already; not every placement is listed.
        ([[["cap", "one", "A"], 100]], 70 + 0 + 30 + 90 + 40),
        ([[["cap", "one", "B"], 89]], 70 + 89 + 100 + 30 + 1 + 40),
        ([[["cap", "one", "C"], 90]], 70 + 100 + 30 + 0 + 40),
        ([[["cap", "two", "A"], 60]], 70 + 60 + 40 + 30 + 90 + 40),
        ([[["cap", "two", "B"], 10]], 70 + 20 + 100 + 30 + 80 + 40),
        # Whoever counts at a level has its points: here a row that helps nothing, and the column of the level with it.
        ([[["level", 1000, "A"], 1]], 70 + 3500 + 100 + 10_000 + 30 + 3_000 + 90 + 40),
        ([[["level", 1000, "B"], 2]], 70 + 0 + 100 + 30 + 90 + 2 * 5_400 + 40),
        ([[["level", 6000, "C"], 1]], 70 + 3500 + 100 + 30 + 90 + 3_600 + 40 + 4_000),
        # Two of the three stand at 10 points, one at 60.
        ([[["kept", 1000], 5]], 70 - 5 * 2 + 5 * 3 + 100 + 30 + 90 + 40),
        ([[["kept", 6000], 5]], 70 - 5 * 1 + 5 * 3 + 100 + 30 + 90 + 40),
    ],
)  # fmt: skip
def test_a_row_bounds_the_sum_of_points_by_what_it_allows(rows: list[Any], total: int) -> None:
    assert told("points", rows) == f"adds up to {total}"


def test_parts_of_a_unit_are_rounded_down_and_what_is_in_force_is_never_scaled() -> None:
    """260 - 91/3 + ... : (3 * 260 - 2 * 91 + 91) / 3 = 229.67."""
    assert told("points", [[["clique", "A1/1", "B1/1"], 91]], scale=3) == "adds up to 299"
    assert told("points", [[["clique", "A1/1", "B1/1"], 90]], scale=3) == "adds up to 300"
    assert told("points", [[["closed", "F1/1"], 1]], scale=2) == "adds up to 329"


@pytest.mark.parametrize(
    ("stage", "rows", "total"),
    [
        # A could have 135 points, B 54, C 111, whatever stands in the way.
        ("level 10", [], 3),
        ("level 60", [], 2),
        ("level 60", [[["level", 6000, "A"], 1]], 3500 + 10_000 + 3_000 + 1),
        ("level 60", [[["kept", 1000], 1]], 2 - 2 + 3),
    ],
)
def test_a_level_counts_those_who_could_stand_there(stage: str, rows: list[Any], total: int) -> None:
    assert told(stage, rows) == f"adds up to {total}"


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        # Level 1 weighs A by 3: 300 hundredths a point, 30,000 and 9,000 in units of 3,000; E gives it 10,500.
        ([], 10_500 + 3_000 * (10 + 3)),
        ([[["clique", "A1/1", "A1/2"], 3]], 10_500 + 3_000 * (3 + 7)),
        ([[["points"], 1]], 10_500 + 3_000 * ((70 - 170) + 110 + 33 + 90 + 40)),
    ],
)
def test_a_level_of_a_lottery_is_bounded_in_units_of_its_weights(rows: list[Any], total: int) -> None:
    line = f"certificate of lottery level 1 adds up to {total}, but -1 is stated, and 40000 is to be proved"
    assert told("lottery level 1", rows) == line


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([], 2 * (3 + 5)),
        ([[["clique", "B1/1", "A1/1"], 2]], 2 * (2 + 1 + 5)),
        ([[["met", 1], 1]], 2 * ((10_500 - 40_000) + 30_000 + 9_000 + 3 + 5)),
    ],
)
def test_a_later_level_may_rely_on_those_before_it(rows: list[Any], total: int) -> None:
    line = f"certificate of lottery level 2 adds up to {total}, but -1 is stated, and 7 is to be proved"
    assert told("lottery level 2", rows) == line


ROW = "is not one that this level may rely on"


@pytest.mark.parametrize(
    ("stage", "row", "fault"),
    [
        ("lottery level 1", ["met", 1], f"the row ['met', 1] {ROW}"),
        ("lottery level 2", ["met", 2], f"the row ['met', 2] {ROW}"),
        ("lottery level 2", ["met", 0], f"the row ['met', 0] {ROW}"),
        ("lottery level 2", ["met", 1, 1], f"the row ['met', 1, 1] {ROW}"),
        ("lottery level 2", ["met"], f"the row ['met'] {ROW}"),
        ("lottery level 3", ["points"], "the solution has no such stage"),
        ("points", ["met", 1], "the solution has no such stage"),
        ("points", ["clique", "E1/1", "A1/1"], "the clique ['E1/1', 'A1/1'] names a claim in force"),
        ("points", ["clique", "A1/1", "A1/2", "A1/1"], "the clique ['A1/1', 'A1/2', 'A1/1'] names a placement twice"),
        ("points", ["clique", "A1/1", "A1/2", "B1/1"], "A1/2 and B1/1 do not exclude each other at every start"),
        ("points", ["closed", "B1/1"], "B1/1 is not closed by entries in force and holds"),
        ("points", ["cap", "three", "A"], "the instance has no cap three"),
        ("points", ["level", 0, "A"], "A at 0 is no party at a level"),
        ("points", ["level", 1000, "Z"], "Z at 1000 is no party at a level"),
        ("points", ["kept", 2000], "level 2000 is kept, but the policy has no such level"),
        ("level 10", ["kept", 1000], "level 1000 is kept, but no earlier stage settles it"),
        ("level 10", ["kept", 6000], "level 6000 is kept, but no earlier stage settles it"),
        ("points", ["wish", 1], "a row of kind 'wish' is unknown"),
    ],
)
def test_a_row_that_is_not_true_is_refused(stage: str, row: list[Any], fault: str) -> None:
    assert told(stage, [[row, 0]]).removeprefix(f"certificate of stage {stage}: ") == fault


def test_a_level_is_kept_only_where_everything_before_the_stage_is_proved() -> None:
    kept = [[["kept", 1000], 0]]
    broken = "certificate of stage points: level 1000 is kept, but an earlier stage is not proved"
    assert told("points", kept, unproved="level 60") == told("points", kept, unproved="shortfall") == broken
    assert told("points", kept, unproved="points") == "adds up to 330"
    assert told("level 60", kept, unproved="points") == "adds up to 2"
    assert told("points", kept, found=problem(policy={"rule": "max-points"})).endswith("no earlier stage settles it")
    assert told("points", kept, found=problem(policy={"rule": "equal-footing"})) == "adds up to 330"


def test_the_sum_of_points_may_be_relied_on_only_where_it_is_proved() -> None:
    line = "certificate of stage lottery level 1: the row ['points'] is not one that this level may rely on"
    assert told("lottery level 1", [[["points"], 0]], unproved="points") == line


@pytest.mark.parametrize("exclusive", [True, False])
def test_given_conflicts_exclude_where_the_stays_meet_at_every_start(exclusive: bool) -> None:
    """60 days each in a horizon of 100: wherever they start they meet, but not if one is over after 30."""
    days = 60 if exclusive else 30
    rows = [
        claim("A1", placement("A1/1", (0, 0), 100, (0, 40), phases=STAY)),
        claim("B1", placement("B1/1", (9000, 0), 90, (0, 60), phases=[phase(days=days)]), credit={"B": 100}),
    ]
    found = parse_instance(json.dumps(document(*rows, conflicts=[["A1/1", "B1/1"]])).encode())
    row = {"stage": "points", "scale": 1, "bound": 100, "rows": [[["clique", "A1/1", "B1/1"], 90]]}
    chosen = {"A1": found.placement_by_id["A1/1"]}
    problems = list(certificates(found, solution(row, values=(0, 1, 1, 100, 4)), chosen))
    refused = "certificate of stage points: A1/1 and B1/1 do not exclude each other at every start"
    assert problems == ([] if exclusive else [refused])


@pytest.mark.parametrize(
    ("value", "bound", "problems"),
    [
        (330, 330, []),
        (300, 320, []),
        (300, 330, []),
        (331, 331, ["stage points: value 331 and bound 331, but 330 is certified"]),
        (300, 331, ["stage points: value 300 and bound 331, but 330 is certified"]),
    ],
)
def test_a_stage_keeps_to_what_is_certified(value: int, bound: int, problems: list[str]) -> None:
    row = {"stage": "points", "scale": 1, "bound": 330, "rows": []}
    stages = (Stage("points", value, bound, value == bound),)
    assert list(certificates(FOUND, replace(solution(row), stages=stages), CHOSEN)) == problems


def test_a_level_of_a_lottery_has_to_be_met_exactly() -> None:
    def problems(bound: int, most: int) -> list[str]:
        row = {"stage": "lottery level 1", "scale": 1, "bound": bound, "rows": []}
        levels = (replace(LEVELS[0], most=most),)
        found = replace(solution(row), distribution=replace(LOTTERY, levels=levels))
        return list(certificates(FOUND, found, CHOSEN))

    assert problems(49_500, 49_500) == []
    said = "certificate of lottery level 1 adds up to 49500, but {} is stated, and {} is to be proved"
    assert problems(49_501, 49_500) == [said.format(49_501, 49_500)]
    assert problems(49_500, 49_499) == [said.format(49_500, 49_499)]


def test_a_wrong_certificate_does_not_hide_the_next() -> None:
    rows = [{"stage": "points"}, {"stage": "level 10", "scale": 1, "bound": 4, "rows": []}, {"rows": []}]
    assert list(certificates(FOUND, solution(*rows), CHOSEN)) == [
        "certificate of stage points: 'scale'",
        "certificate of stage level 10 adds up to 3, but 4 is stated",
        "certificate of stage None: 'scale'",
    ]


def test_stages_are_counted_as_proved_by_a_certificate_that_meets_them_or_by_all_who_could_stand_there() -> None:
    """Level 10 is met by 3 of the 3 that could, level 60 by 1 of 2; the certificate of the points meets them."""
    points = {"stage": "points", "bound": 170}
    assert certified(FOUND, solution(points, values=(0, 3, 1, 170, 7))) == 2
    assert certified(FOUND, solution(points | {"bound": 171}, values=(0, 3, 2, 170, 7))) == 2
    assert certified(FOUND, solution("points", values=(0, 2, 1, 170, 7))) == 0
    assert certified(FOUND, solution({"stage": "level 60", "bound": 1}, values=(0, 2, 1, 170, 7))) == 1
    assert levels_certified(solution(points)) == 0
    assert levels_certified(solution(points, {"stage": "lottery level 1"}, {"stage": "lottery level 2"})) == 2
