"""The stages of each rule, totals and measures by hand, and the levels of equal footing against trying every allocation."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest

from solver.checks.consequences import measures, unserved, zones
from solver.checks.limits import shortfalls
from solver.checks.rule_values import count_at, credited, stage_values, totals_of
from solver.checks.separation import stays_of
from solver.checks.stages import points, stages
from solver.checks.turns import turn_values, turns
from solver.instance import Instance, Placement
from solver.io import parse_instance
from solver.solution import Allotted, Solution, Stage, Zone
from tests.solver import generate
from tests.solver.instances import claim, document, phase, placement

PARTIES = [{"id": name, "groups": ["ldc"] if name == "C" else []} for name in "ABCDZ"]
RESERVES = [{"id": "late", "group": "ldc", "placements": ["C1/1"], "min": 1},
            {"id": "more", "group": "ldc", "placements": ["C1/1", "D1/1"], "min": 2}]  # fmt: skip


def problem(rule: str = "equal-footing", **policy: Any) -> Instance:
    """A has an entry in force and a claim; C answers for a claim with B; Z is a party that claims nothing."""
    rows = [
        claim("A1", placement("A1/1", (0, 0), 60), in_force={"placement": "A1/1", "start": 0}),
        claim("A2", placement("A2/1", (9000, 0), 50), placement("A2/2", (9500, 0), 20)),
        claim("B1", placement("B1/1", (18000, 0), 40), credit={"B": 70, "C": 30}),
        claim("C1", placement("C1/1", (27000, 0), 30), credit={"C": 100}),
        claim("D1", placement("D1/1", (36000, 0), 10), credit={"D": 100}),
    ]
    rows = [row | {"received_at": f"2027-02-0{9 - number}T10:00:00Z"} for number, row in enumerate(rows, start=1)]
    made = document(*rows, policy={"rule": rule, **policy})
    return parse_instance(json.dumps(made | {"parties": PARTIES, "reserves": RESERVES}).encode())


def chosen(found: Instance, *names: str) -> dict[str, Placement]:
    places = [found.placement_by_id[name] for name in names]
    return {place.claim: place for place in places}


def backwards(names: Sequence[str]) -> list[str]:
    """Tickets that put names in the reverse of their order."""
    return sorted(names, reverse=True)


SERVED = ("A1/1", "A2/2", "B1/1")


def test_points_are_shared_as_credit_is_and_parties_without_claims_do_not_count() -> None:
    found = problem()
    served = chosen(found, *SERVED)
    assert totals_of(found, served) == {"A": 8000, "B": 2800, "C": 1200, "D": 0, "Z": 0}
    assert credited(found) == {"A", "B", "C", "D"}
    assert [count_at(found, served, level) for level in (0, 1, 1200, 1201, 8000, 8001)] == [4, 3, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("rule", "policy", "values"),
    [
        # A could have 60, 80 or 110 points; B 28; C 12, 30 or 42; D 10: each level is the next that somebody could have.
        ("equal-footing", {}, [("level 10", 3), ("level 28", 2), ("level 30", 1), ("level 110", 0)]),
        ("equal-footing", {"levels": [5, 12, 90]}, [("level 5", 3), ("level 12", 3), ("level 90", 0)]),
        ("max-points", {}, []),
    ],
)
def test_the_stages_of_the_rules_of_points(rule: str, policy: dict[str, Any], values: list[tuple[str, int]]) -> None:
    found = problem(rule, **policy)
    due = [("shortfall", 3), *values, ("points", 120), ("tie-break", 9)]
    assert list(stage_values(found, chosen(found, *SERVED), backwards).items()) == due


def test_the_stages_of_nash() -> None:
    """10^9 ln(8000 * 2800 * 1200) = 24 014 648 352.6."""
    found = problem("nash")
    due = [("shortfall", 3), ("parties above 0", 3), ("product", 24014648352), ("tie-break", 9)]
    assert list(stage_values(found, chosen(found, *SERVED), backwards).items()) == due
    assert stage_values(found, {}, backwards)["product"] == 0


def test_the_turns_of_first_come_go_from_the_earliest_received() -> None:
    found = problem("first-come")
    served = chosen(found, *SERVED)
    due = {"shortfall": 3, "turn 1 D1": 0, "turn 2 C1": 0, "turn 3 B1": 40, "turn 4 A2": 20, "settled": 5}
    assert stage_values(found, served, backwards) == due
    assert list(stage_values(found, served, backwards)) == list(due)


def test_in_serial_turns_a_party_takes_its_best_and_the_rest_come_round_again() -> None:
    """By ticket D, C, B, A; C's best is what B answers for as well; of claims unserved all go at once."""
    found = problem("serial")
    served = chosen(found, *SERVED)
    assert [(turn.name, turn.claims, turn.served) for turn in turns(found, served, backwards)] == [
        ("turn 1 D", ("D1",), None),
        ("turn 2 C B1", ("C1", "B1"), "B1"),
        ("turn 3 A A2", ("A2",), "A2"),
        ("turn 4 C", ("C1",), None),
    ]
    due = {"turn 1 D": 0, "turn 2 C B1": 40, "turn 3 A A2": 20, "turn 4 C": 0, "settled": 5}
    assert turn_values(found, served, backwards) == due


def test_of_equal_points_a_turn_takes_what_the_ticket_puts_first() -> None:
    rows = [claim(name, placement(f"{name}/1", (9000 * n, 0), 10)) for n, name in enumerate(("A1", "A2", "A3"))]
    found = parse_instance(json.dumps(document(*rows, policy={"rule": "serial"})).encode())
    served = chosen(found, "A1/1", "A2/1", "A3/1")
    assert [turn.served for turn in turns(found, served, backwards)] == ["A3", "A2", "A1"]
    assert [turn.served for turn in turns(found, served, sorted)] == ["A1", "A2", "A3"]


def by_trying(found: Instance, served: dict[str, Placement]) -> list[str]:
    """The levels at which the count falls, among all sums that some allocation of all claims gives some party."""
    options = [
        [row.in_force.placement] if row.in_force else [None, *(p.id for p in row.placements)] for row in found.claims
    ]
    sums = set()
    for names in itertools.product(*options):
        totals = totals_of(found, chosen(found, *filter(None, names)))
        sums |= {totals[party] for party in credited(found)}
    held = totals_of(found, served)
    following = {min((s for s in sums if s > held[party]), default=None) for party in credited(found)}
    following |= {min((s for s in sums if s > 0), default=None)}
    counts = [
        (level, count_at(found, served, level)) for level in sorted(level for level in following if level is not None)
    ]
    before = [len(credited(found)), *(count for _, count in counts)]
    return [level_text(level) for (level, count), last in zip(counts, before, strict=False) if count < last]


def level_text(level: int) -> str:
    return f"level {level / 100:g}"


@pytest.mark.parametrize("number", range(0, 120, 9))
def test_the_levels_of_equal_footing_are_those_of_trying_everything(number: int) -> None:
    made = generate.instance(number)
    made["policy"] = {"rule": "equal-footing"}
    found = parse_instance(json.dumps(made).encode())
    every = [row.placements[number % len(row.placements)] for row in found.claims if row.in_force is None]
    entries = [found.placement_by_id[row.in_force.placement] for row in found.claims if row.in_force]
    for count in range(len(every) + 1):
        served = {place.claim: place for place in (*entries, *every[:count])}
        names = [name for name in stage_values(found, served, sorted) if name.startswith("level ")]
        assert names == by_trying(found, served)


def solution(found: Instance, *names: str, **more: Any) -> Solution:
    """Allotments of these placements from day 0, with the zones of one phase."""
    rows = [Allotted(found.placement_by_id[name].claim, name, 0, (Zone("operation", 0, 10, 1000),)) for name in names]
    return Solution(found.sha256, "00", "equal-footing", more.pop("status", "OPTIMAL"), tuple(rows), **more)


FAIRNESS = {
    "claims": 5,
    "claims_served": 3,
    "parties": 4,
    "parties_at_zero": 1,
    "worst_off": 0,
    "points": 120,
    "gini": 0.5333,
}


def test_measures_points_and_shortfalls_follow_from_the_allotments() -> None:
    """Totals 80, 28, 12, 0: 80 - 28 + 80 - 12 + 80 + 28 - 12 + 28 + 12 = 256 of 4 * 120 is the Gini measure."""
    found = problem()
    served = chosen(found, *SERVED)
    parties = {"A": 8000, "B": 2800, "C": 1200, "D": 0, "Z": 0}
    short = ({"reserve": "late", "missing": 1}, {"reserve": "more", "missing": 2})
    told = solution(found, *SERVED, fairness=FAIRNESS, parties=parties, leximin=(0, 1200, 2800, 8000), shortfalls=short)
    assert [*measures(found, told, served), *points(found, told, served), *shortfalls(found, told, served)] == []
    wrong = solution(found, *SERVED, parties=parties | {"A": 1, "Q": 2}, leximin=(0, 0, 1200, 2800, 8000))
    assert list(points(found, wrong, served)) == [
        "parties: the points of A, Q are not those of the allotments",
        "leximin is not the ascending vector of the parties' points",
    ]
    said = "C4: shortfalls are {'late': 1, 'more': 2}, but {'late': 1} is stated"
    assert list(shortfalls(found, solution(found, *SERVED, shortfalls=short[:1]), served)) == [said]


def test_the_worst_off_and_the_gini_measure_of_nothing_and_of_equals() -> None:
    found = problem()
    told = list(measures(found, solution(found), {}))
    assert told[4:] == [
        "fairness: worst_off is 0, but None is stated",
        "fairness: points is 0, but None is stated",
        "fairness: gini is 0.0, but None is stated",
    ]
    rows = [claim(f"{p}1", placement(f"{p}1/1", (9000 * n, 0), 7), credit={p: 100}) for n, p in enumerate("AB")]
    equal = parse_instance(json.dumps(document(*rows)).encode())
    told = list(measures(equal, solution(equal), chosen(equal, "A1/1", "B1/1")))
    assert told[4::2] == ["fairness: worst_off is 7, but None is stated", "fairness: gini is 0.0, but None is stated"]
    told = list(measures(equal, solution(equal), chosen(equal, "A1/1")))
    assert told[-1] == "fairness: gini is 0.5, but None is stated"


def test_zones_are_those_of_each_phase_from_the_start_on() -> None:
    parts = [phase("landing", 0, 2, 2000), phase("operation", 5, 28, 500)]
    found = parse_instance(json.dumps(document(claim("A1", placement("A1/1", phases=parts, start=(0, 50))))).encode())
    due = (Zone("landing", 7, 9, 2000), Zone("operation", 12, 40, 500))
    for told, problems in ((due, []), (due[::-1], ["zones of A1/1 are not those of its phases"])):
        row = Allotted("A1", "A1/1", 7, told)
        assert list(zones(found, Solution("", "00", "", "OPTIMAL", (row,)))) == problems


def reason(rule: str, by: list[str], place: str = "B1/1") -> dict[str, Any]:
    return {"placement": place, "rule": rule, "by": by}


def crowded() -> Instance:
    """A leaves B no start before day 10, the hold none from day 3 to 21; a cap for the controller of B and C."""
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 12, "phases": [phase()]}
    rows = [
        claim("A1", placement("A1/1", (0, 0)), controller="one"),
        claim("B1", placement("B1/1", (100, 0), start=(0, 21)), credit={"B": 100}, controller="two"),
        claim("C1", placement("C1/1", (50000, 0)), credit={"C": 100}, controller="two"),
    ]
    caps = [{"id": name, "placements": ["B1/1", "C1/1"], "measure": "placements", "max": most, "per": "controller"}
            for name, most in (("lid", 1), ("li", 2))]  # fmt: skip
    return parse_instance(json.dumps(document(*rows, caps=caps, holds=[hold])).encode())


@pytest.mark.parametrize(
    ("given", "is_true"),
    [
        (reason("C2", ["A1/1", "H"]), True),
        (reason("C2", ["H", "A1/1", "C1/1"]), True),
        (reason("C2", ["A1/1"]), False),
        (reason("C2", ["H"]), False),
        (reason("C2", []), False),
        (reason("C3", ["lid"]), True),
        (reason("C3", ["li"]), False),
        (reason("C3", ["lid", "li"]), False),
        (reason("C3", []), False),
        (reason("C3", ["A1/1"]), False),
        (reason("C5", ["A1/1", "H"]), False),
        (reason("C4", ["lid"]), False),
        (reason("C2", ["A1/1", "H"], "C1/1"), False),
        ({"placement": "B1/1", "rule": "C2", "by": "A1/1 H"}, False),
        ({"placement": "B1/1", "rule": "C2"}, False),
        ({"rule": "C2", "by": ["A1/1", "H"]}, False),
    ],
)
def test_a_reason_is_true_if_what_it_names_leaves_no_start_or_no_room_under_a_cap(
    given: dict[str, Any], is_true: bool
) -> None:
    found = crowded()
    told = solution(found, "A1/1", "C1/1", status="FEASIBLE", unserved=({"claim": "B1", "reasons": [given]},))
    refused = f"unserved B1: the reason {given} is not true"
    assert list(unserved(found, told, chosen(found, "A1/1", "C1/1"))) == ([] if is_true else [refused])
    assert len(stays_of(found, told)) == 3


STAGES = [Stage("points", 100, 100, True), Stage("tie-break", 6, 6, True)]


@pytest.mark.parametrize(
    ("rows", "status", "problems"),
    [
        (STAGES, "OPTIMAL", []),
        (STAGES, "UNKNOWN", ["status is UNKNOWN, but all stages are proved"]),
        ([Stage("points", 100, 150, False), Stage("tie-break", 0, 6, False)], "FEASIBLE", []),
        ([Stage("points", 100, 150, False)], "FEASIBLE", []),
        ([Stage("points", 100, 150, False)], "UNKNOWN", ["status is UNKNOWN, but not all stages are proved"]),
        ([Stage("points", 100, 99, False)], "FEASIBLE", ["stage points: the bound 99 is passed by the value 100"]),
        ([Stage("points", 90, 99, False)], "FEASIBLE", ["stage points is 100, but 90 is stated"]),
        ([Stage("points", 100, 150, False), Stage("tie-break", -1, 6, False)], "FEASIBLE",
         ["stage tie-break: -1 of 6 cannot be: 6 to settle"]),
        ([Stage("points", 100, 150, False), Stage("tie-break", 7, 6, False)], "FEASIBLE",
         ["stage tie-break: 7 of 6 cannot be: 6 to settle"]),
        ([Stage("points", 100, 150, False), Stage("tie-break", 3, 7, False)], "FEASIBLE",
         ["stage tie-break: 3 of 7 cannot be: 6 to settle"]),
        ([Stage("shortfall", 0, 0, True), Stage("level 50", 1, 2, False)], "FEASIBLE", []),
        ([Stage("shortfall", 0, 0, True), Stage("level 50", 2, 2, True)], "FEASIBLE",
         ["stage level 50 is 1, but 2 is stated", "status is FEASIBLE, but all stages are proved"]),
        ([Stage("shortfall", 0, -1, False)], "FEASIBLE", []),
        ([Stage("shortfall", 0, 1, False)], "FEASIBLE", ["stage shortfall: the bound 1 is passed by the value 0"]),
        ([Stage("beauty", 0, 1, False)], "FEASIBLE", ["stage beauty is unknown"]),
        ([Stage("settled", 0, 1, False)], "FEASIBLE", ["stage settled is unknown"]),
        ([Stage("points", 100, 100, False)], "FEASIBLE", ["stage points: proved is False, but value 100 and bound 100"]),
    ],
)  # fmt: skip
def test_stages_are_held_against_the_allotments_one_by_one(rows: list[Stage], status: str, problems: list[str]) -> None:
    found = crowded()
    values = parse_instance(json.dumps(dict(found.document) | {"policy": {"rule": "max-points"}}).encode())
    if status == "OPTIMAL":
        rows = [Stage("shortfall", 0, 0, True), *rows]
    told = solution(values, "A1/1", status=status, stages=tuple(rows))
    assert list(stages(values, told, chosen(values, "A1/1"), sorted)) == problems
