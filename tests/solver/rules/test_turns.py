"""First come and serial on instances worked out by hand, and what verification says to turns gone wrong."""

import copy
import json

import pytest

from solver import SolveLimits, parse_instance, solve
from solver.instance_file import RULES as RULES_OF_THE_FORMAT
from solver.io import dump, parse_solution
from solver.rules import RULES
from solver.solution import to_document
from solver.verify import verify
from tests.solver.instances import claim, document, instance, phase, placement
from tests.solver.rules.test_rules_oracle import under
from tests.solver.said import said

FIRST_COME, SERIAL = {"policy": {"rule": "first-come"}}, {"policy": {"rule": "serial"}}
IN_ORDER = {name: f"{i:02x}" for i, name in enumerate(["A", "B", "C", "A1", "A2", "B1", "C1"])}


def stages(solution) -> list[tuple[str, int, int]]:
    return [(stage.name, stage.value, stage.bound) for stage in solution.stages]


def at_one_spot(**hours: str):
    """Claims of 10 days for one spot; only one can start on day 0, the window ends on day 10."""
    return [
        claim(name, placement(f"{name}/1", (0, 0), 100, (0, 10)), credit={name[0]: 100}, received_at=hour)
        for name, hour in hours.items()
    ]


def test_claims_come_in_the_order_of_receipt_whatever_their_offset() -> None:
    """09:30Z is before 11:00+01:00 (10:00Z), though the text sorts after; the third finds no room."""
    rows = at_one_spot(A1="2027-02-01T11:00:00+01:00", B1="2027-02-01T09:30:00Z", C1="2027-02-01T10:00:01Z")
    problem = instance(*rows, **FIRST_COME)
    solution = solve(problem)
    assert [(row.claim, row.start) for row in solution.allotments] == [("A1", 10), ("B1", 0)]
    assert stages(solution) == [
        ("shortfall", 0, 0), ("turn 1 B1", 100, 100), ("turn 2 A1", 100, 100), ("turn 3 C1", 0, 0), ("settled", 3, 3),
    ]  # fmt: skip
    assert verify(problem, solution)


def test_equal_instants_go_by_ticket() -> None:
    rows = at_one_spot(A1="2027-02-01T10:00:00Z", B1="2027-02-01T12:00:00+02:00")
    tickets = IN_ORDER | {"B1": "00"}
    solution = solve(instance(*rows, **FIRST_COME), tickets=tickets)
    assert {row.claim: row.start for row in solution.allotments} == {"A1": 10, "B1": 0}


def test_a_late_claim_is_served_first_where_a_reserve_would_otherwise_be_short() -> None:
    """Least shortfall comes before any turn: A1 came first, but L1 fills the reserve."""
    rows = at_one_spot(A1="2027-02-01T10:00:00Z", B1="2027-02-02T10:00:00Z")
    rows = [row | {"placements": [row["placements"][0] | {"start": [0, 0]}]} for row in rows]
    reserves = [{"id": "late", "group": "ldc", "placements": ["B1/1"], "min": 1}]
    parties = [{"id": "A"}, {"id": "B", "groups": ["ldc"]}]
    solution = solve(instance(*rows, reserves=reserves, parties=parties, **FIRST_COME))
    assert [row.claim for row in solution.allotments] == ["B1"]
    assert stages(solution)[1] == ("turn 1 A1", 0, 0)


def serial_rows():
    return [
        claim("A1", placement("A1/1", (0, 0), 70), credit={"A": 100}),
        claim("A2", placement("A2/1", (300, 0), 90), credit={"A": 100}),
        claim("B1", placement("B1/1", (0, 300), 100), placement("B1/2", (9000, 0), 40), credit={"B": 50, "A": 50}),
    ]


def test_a_party_takes_the_claim_with_most_points_and_joint_claims_count_for_each() -> None:
    """A's turn: the joint B1 can get 100, more than its own A2 and A1; then nothing is left at the spot."""
    problem = instance(*serial_rows(), **SERIAL)
    solution = solve(problem, tickets=IN_ORDER)
    assert [row.placement for row in solution.allotments] == ["B1/1"]
    assert stages(solution) == [("shortfall", 0, 0), ("turn 1 A B1", 100, 100), ("turn 2 A", 0, 0), ("settled", 3, 3)]
    assert verify(problem, solution, IN_ORDER)


def test_the_first_party_has_one_claim_a_pass() -> None:
    """A takes A2 (90); B has its turn before A's second claim and takes the far site that A1 wants as well."""
    rows = [
        claim("A1", placement("A1/1", (9000, 0), 80), credit={"A": 100}),
        claim("A2", placement("A2/1", (0, 0), 90), credit={"A": 100}),
        claim("B1", placement("B1/1", (9000, 0), 100), credit={"B": 100}),
    ]
    problem = instance(*rows, **SERIAL)
    solution = solve(problem, tickets=IN_ORDER)
    assert [row.claim for row in solution.allotments] == ["A2", "B1"]
    assert [stage.name for stage in solution.stages] == [
        "shortfall",
        "turn 1 A A2",
        "turn 2 B B1",
        "turn 3 A",
        "settled",
    ]
    assert verify(problem, solution, IN_ORDER)


def test_of_claims_that_can_get_as_much_the_smaller_ticket_goes_first() -> None:
    rows = [claim(n, placement(f"{n}/1", (0, 0), 50), credit={"A": 100}) for n in ("A1", "A2")]
    problem = instance(*rows, **SERIAL)
    for first, tickets in (("A1", IN_ORDER), ("A2", IN_ORDER | {"A1": "ff"})):
        assert [row.claim for row in solve(problem, tickets=tickets).allotments] == [first]


def test_entries_in_force_have_no_turn_but_count_as_settled() -> None:
    rows = at_one_spot(A1="2027-02-01T10:00:00Z", B1="2027-02-02T10:00:00Z")
    rows[1]["in_force"] = {"placement": "B1/1", "start": 3}
    for policy in (FIRST_COME, SERIAL):
        problem = instance(*rows, **policy)
        solution = solve(problem)
        assert [stage.name for stage in solution.stages][1:] in (["turn 1 A1", "settled"], ["turn 1 A", "settled"])
        assert (solution.stages[-1].value, [row.claim for row in solution.allotments]) == (2, ["B1"])
        assert verify(problem, solution)


def test_a_cap_closes_what_earlier_turns_have_filled() -> None:
    rows = at_one_spot(A1="2027-02-01T10:00:00Z", B1="2027-02-02T10:00:00Z")
    caps = [{"id": "one", "placements": ["A1/1", "B1/1"], "measure": "placements", "max": 1, "per": "all"}]
    solution = solve(instance(*rows, caps=caps, **FIRST_COME))
    assert [row.claim for row in solution.allotments] == ["A1"]
    assert solution.unserved[0]["reasons"][0]["rule"] == "C3"


def test_a_run_cut_short_says_so_and_states_true_bounds() -> None:
    """Only reserves leave work to the engine: without its time the shortfall is not proved, and no turn begins."""
    seen = set()
    for rule in ("first-come", "serial"):
        for number in range(4000, 4020):
            problem = parse_instance(json.dumps(under(rule, number)).encode())
            cut = solve(problem, limits=SolveLimits(wall_time_s=0))
            assert verify(problem, cut)
            if cut.status == "FEASIBLE":
                assert cut.stages[-1].name == "settled" and cut.stages[-1].value < cut.stages[-1].bound
            seen.add(cut.status)
    assert {"FEASIBLE", "OPTIMAL"} <= seen


def test_every_rule_of_the_format_is_in_the_table_of_rules() -> None:
    assert list(RULES) == list(RULES_OF_THE_FORMAT)


# ---- planted errors -------------------------------------------------------------------------------------------------


def later_is_worse() -> dict:
    """Three claims for one spot, one after the other; B1 has a second, poorer site."""
    rows = at_one_spot(A1="2027-02-01T10:00:00Z", B1="2027-02-02T10:00:00Z", C1="2027-02-03T10:00:00Z")
    rows[1]["placements"].append(placement("B1/2", (20000, 0), 40, phases=[phase(days=30)]))
    return document(*rows)


@pytest.fixture(scope="module", params=["first-come", "serial"])
def solved(request):
    rows = later_is_worse() | {"policy": {"rule": request.param}}
    problem = parse_instance(json.dumps(rows).encode())
    return problem, to_document(solve(problem, tickets=IN_ORDER))


def given_away(s):
    """B1 goes to its poorer site, C1 to the days that B1 had: everything is kept apart, and B1 had its turn first."""
    rows = {row["claim"]: row for row in s["allotments"]}
    b, start = rows["B1"], rows["B1"]["start"]
    zone = b["zones"][0]
    s["allotments"].append({"claim": "C1", "placement": "C1/1", "start": start, "zones": [dict(zone)]})
    b.update(placement="B1/2", start=0, zones=[{"phase": "operation", "start": 0, "end": 30, "keep_out_m": 1000}])
    s["unserved"] = []
    s["parties"].update(B=40, C=100)
    s["leximin"] = [40, 100, 100]
    for stage in s["stages"]:
        stage["name"] = {"turn 3 C": "turn 3 C C1"}.get(stage["name"], stage["name"])
        if stage["name"].startswith(("turn 2", "turn 3")):
            points = 40 if stage["name"].startswith("turn 2") else 100
            stage.update(value=points, bound=points)
    s["fairness"].update(claims_served=3, parties_at_zero=0, worst_off=40, points=240, gini=0.1667)


PLANTED = {
    "a turn that could have had better": (given_away, "B1/1 could have started on day 10"),
    "points of a turn": (lambda s: s["stages"][1].update(value=99, bound=99), "is 100, but 99 is stated"),
    "a turn left out": (lambda s: s["stages"].pop(2), "stages are"),
    "turns in another order": (lambda s: s["stages"].insert(1, s["stages"].pop(2)), "stages are"),
    "a turn of another name": (lambda s: s["stages"][1].update(name="turn 1 Z9"), "stages are"),
    "settled too few": (lambda s: s["stages"][-1].update(value=1), "proved is True"),
    "settled of another number": (lambda s: s["stages"][-1].update(value=4, bound=4), "to settle"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_refused_and_named(solved, name: str) -> None:
    problem, found = solved
    plant, fragment = PLANTED[name]
    changed = copy.deepcopy(found)
    plant(changed)
    assert verify(problem, parse_solution(dump(found)), IN_ORDER).problems == ()
    problems = verify(problem, parse_solution(dump(changed)), IN_ORDER).problems
    assert any(fragment in line for line in problems), problems
    assert problems == said(f"turns under {problem.policy.rule}", name)


def test_tickets_that_were_not_drawn_are_refused_where_they_changed_the_turns() -> None:
    """The same instant for all three, so the seed alone says who was first."""
    hour = "2027-02-01T10:00:00Z"
    problem = instance(*at_one_spot(A1=hour, B1=hour, C1=hour), **FIRST_COME)
    tickets = [{"A1": a, "B1": b, "C1": c, "A": "a0", "B": "b0", "C": "c0"} for a, b, c in ("123", "312", "231")]
    tickets = [{name: value.zfill(2) for name, value in row.items()} for row in tickets]
    first, *others = (solve(problem, tickets=row) for row in tickets)
    assert verify(problem, first, tickets[0])
    for number, other in enumerate(others, start=1):
        assert not verify(problem, other, tickets[0])
        assert verify(problem, other, tickets[number])
