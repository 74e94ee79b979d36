"""Verification refuses what is wrong: each planted error in a valid solution is named, and nothing else is."""

import copy
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from solver import solve
from solver.io import dump, parse_instance, parse_solution
from solver.solution import to_document
from solver.verify import verify
from tests.solver import walled
from tests.solver.instances import claim, document, phase, placement
from tests.solver.said import said

STAGES = [("shortfall", 0), ("level 20", 3), ("level 120", 0), ("points", 300), ("tie-break", 8)]
STAY = [phase("landing", 0, 2, 2000), phase("operation", 2, 28, 500)]


def contested() -> dict:
    """Four claims want one spot; A is there already, the horizon has room for two more, and a cap shuts D out."""
    spots = {"A": (0, 0), "B": (300, 0), "C": (0, 300), "D": (300, 300)}
    claims = [
        claim(
            f"{party}1",
            placement(f"{party}1/1", at, 100, (0, 70), STAY),
            placement(f"{party}1/2", (at[0] + 100, at[1]), 40, (0, 70), STAY),
            credit={party: 100} if party != "C" else {"C": 50, "D": 50},
            controller="same" if party in "CD" else party,
        )
        for party, at in spots.items()
    ]
    claims[0]["in_force"] = {"placement": "A1/1", "start": 0}
    listed = ["C1/1", "C1/2", "D1/1", "D1/2"]
    caps = [{"id": "one-each", "placements": listed, "measure": "placements", "max": 1, "per": "controller"}]
    reserves = [{"id": "late", "group": "ldc", "placements": ["D1/1"], "min": 1}]
    parties = [{"id": party, "groups": ["ldc"] if party == "D" else []} for party in "ABCD"]
    return document(*claims, caps=caps, reserves=reserves, parties=parties)


@pytest.fixture(scope="module")
def problem():
    return parse_instance(json.dumps(contested()).encode())


@pytest.fixture(scope="module")
def solved(problem) -> dict:
    return to_document(solve(problem, seed=b"\x07"))


def report(problem, changed: dict):
    return verify(problem, parse_solution(dump(changed)))


def test_the_solved_allocation_is_what_hand_work_gives(problem, solved) -> None:
    """D's reserve comes first, so C (same controller) is shut out by the cap; B follows, each 30 days after another."""
    assert report(problem, solved).problems == ()
    assert {row["claim"]: row["placement"] for row in solved["allotments"]} == {
        "A1": "A1/1",
        "B1": "B1/1",
        "D1": "D1/1",
    }
    assert sorted(row["start"] for row in solved["allotments"]) == [0, 30, 60]
    assert [(stage["name"], stage["value"]) for stage in solved["stages"]] == STAGES
    assert [row["claim"] for row in solved["unserved"]] == ["C1"]


def shift(row, days):
    row["start"] += days
    for zone in row["zones"]:
        zone["start"] += days
        zone["end"] += days


def allot(s, claim_id, placement_id, start):
    """Allot one more placement of the two phases, and take its claim from those unserved."""
    zones = [("landing", start, start + 2, 2000), ("operation", start + 2, start + 30, 500)]
    rows = [dict(zip(("phase", "start", "end", "keep_out_m"), zone, strict=True)) for zone in zones]
    s["allotments"].append({"claim": claim_id, "placement": placement_id, "start": start, "zones": rows})
    s["allotments"].sort(key=lambda row: row["claim"])
    s["unserved"] = []


EMPTY_LOTTERY = {
    "outcomes": [], "expected": {}, "chances": {}, "levels": [], "open": None, "exchangeable": [],
    "draw": {"value": "00", "outcome": 1},
}  # fmt: skip

PLANTED = {
    "another instance": (lambda s: s.update(instance_sha256="0" * 64), "hashes to"),
    "another rule": (lambda s: s.update(rule="nash"), "policy says equal-footing"),
    "unknown status": (lambda s: s.update(status="PERFECT"), "status 'PERFECT'"),
    "a seed that is no hex": (lambda s: s.update(seed="xyz"), "not whole bytes in hex"),
    "a distribution": (lambda s: s.update(distribution=EMPTY_LOTTERY), "distribution is given, but the tie-break is by ticket"),
    "why without contradiction": (lambda s: s.update(why={"entries": []}), "why is given"),
    "a claim twice": (lambda s: s["allotments"].append(s["allotments"][0]), "not one row a claim"),
    "rows out of order": (lambda s: s["allotments"].reverse(), "not one row a claim"),
    "another claim's placement": (lambda s: s["allotments"][1].update(placement="C1/1"), "C1/1 is no placement"),
    "unknown claim": (lambda s: s["allotments"][1].update(claim="B9"), "is no placement of claim B9"),
    "entry in force moved": (lambda s: shift(s["allotments"][0], 1), "entry in force of claim A1 was moved"),
    "entry in force dropped": (lambda s: s["allotments"].pop(0), "entry in force of claim A1 is missing"),
    "start past the window": (lambda s: shift(s["allotments"][1], 71), "outside its window"),
    "start before the window": (lambda s: shift(s["allotments"][1], -80), "outside its window"),
    "too near at the same time": (lambda s: shift(s["allotments"][1], 1 if s["allotments"][1]["start"] == 30 else -1),
                                  "must keep 2000 m"),
    "a start later than needed": (lambda s: shift(max(s["allotments"], key=lambda row: row["start"]), 1), "not optimal"),
    "a served claim dropped": (lambda s: s["allotments"].pop(1), "unserved claims are"),
    "points of a party": (lambda s: s["parties"].update(B=99), "points of B"),
    "a party left out": (lambda s: s["parties"].pop("C"), "points of C"),
    "leximin": (lambda s: s.update(leximin=[0, 100, 100, 101]), "leximin is not"),
    "stage value": (lambda s: s["stages"][1].update(value=4, bound=4), "but 4 is stated"),
    "stage bound below value": (lambda s: s["stages"][1].update(bound=0, proved=False), "is passed by the value"),
    "stage proved without a bound": (lambda s: s["stages"][1].update(bound=4), "proved is True, but value"),
    "stage left out": (lambda s: s["stages"].pop(1), "stages are"),
    "unknown stage": (lambda s: s["stages"][1].update(name="beauty"), "stages are"),
    "shortfall value": (lambda s: s["stages"][0].update(value=1, bound=1), "stage shortfall is 0"),
    "tie-break settled too little": (lambda s: s["stages"][-1].update(value=2), "proved is True"),
    "tie-break of another length": (lambda s: s["stages"][-1].update(value=3, bound=3), "to settle"),
    "invented shortfall": (lambda s: s["shortfalls"].append({"reserve": "late", "missing": 1}), "C4"),
    "zone keep-out": (lambda s: s["allotments"][1]["zones"][0].update(keep_out_m=1999), "zones of"),
    "zone day": (lambda s: s["allotments"][1]["zones"][0].update(end=99), "zones of"),
    "zone dropped": (lambda s: s["allotments"][1]["zones"].pop(), "zones of"),
    "unserved left out": (lambda s: s["unserved"].pop(), "unserved claims are ['C1']"),
    "a reason that is not true": (
        lambda s: s["unserved"][0]["reasons"][0].update(rule="C2", by=["A1/1"]), "is not true"),
    "a placement without reason": (lambda s: s["unserved"][0].update(reasons=s["unserved"][0]["reasons"][:1]), "not every placement has a reason"),
    "fairness": (lambda s: s["fairness"].update(gini=0.0), "fairness: gini"),
    "feasible though all is proved": (lambda s: s.update(status="FEASIBLE"), "all stages are proved"),
    "infeasible though it is not": (lambda s: s.update(status="INFEASIBLE", why={"entries": ["A1"], "rules": ["C2"]}),
                                    "do not break"),
    "infeasible without why": (lambda s: s.update(status="INFEASIBLE"), "why does not name"),
    "half a byte of seed": (lambda s: s.update(seed="abc"), "not whole bytes in hex"),
    "a seed in capitals": (lambda s: s.update(seed="AB"), "not whole bytes in hex"),
    "official with the seed of trials": (lambda s: (s.update(seed="00"), s["run"].update(official={})), "calls itself official"),
    "official though cut short": (lambda s: (s.update(status="FEASIBLE"), s["run"].update(official={})), "calls itself official"),
    "moves where none may be": (lambda s: s.update(moves=[]), "if and only if"),
    "ways where none are asked": (lambda s: s.update(access=[]), "asks for no free access"),
    "a cap passed over": (lambda s: allot(s, "C1", "C1/2", 60), "C3: cap one-each allows 1 placements for same, but 2 are"),
    "one more where there is no room": (lambda s: allot(s, "C1", "C1/1", 10), "C2: "),
    "a shortfall of another number": (lambda s: s["shortfalls"].append({"reserve": "late", "missing": 0}), "C4"),
    "a level that nobody has": (lambda s: s["stages"][1].update(name="level 999", value=0, bound=0), "stages are"),
    "a reason by nobody": (lambda s: s["unserved"][0]["reasons"][0].update(by=[]), "is not true"),
    "a reason by no list": (lambda s: s["unserved"][0]["reasons"][0].update(by="one-each"), "is not true"),
    "a reason by an unknown cap": (lambda s: s["unserved"][0]["reasons"][0].update(by=["two-each"]), "is not true"),
    "a reason of an unknown rule": (lambda s: s["unserved"][0]["reasons"][0].update(rule="C9"), "is not true"),
    "a reason of free access": (lambda s: s["unserved"][0]["reasons"][0].update(rule="C5"), "is not true"),
    "a reason for another placement": (lambda s: s["unserved"][0]["reasons"][0].update(placement="D1/2"), "is not true"),
    "an unserved claim without reasons": (lambda s: s["unserved"][0].pop("reasons"), "not every placement has a reason"),
    "an unserved claim twice": (lambda s: s["unserved"].append(s["unserved"][0]), "unserved claims are"),
    "many measures": (lambda s: s["fairness"].update(claims=9, claims_served=9, parties=9, parties_at_zero=9, worst_off=9, points=9),
                      "fairness: claims is 4"),
    "measures left out": (lambda s: s["fairness"].clear(), "None is stated"),
    "all bounds loose": (lambda s: [row.update(bound=row["value"] + 1, proved=False) for row in s["stages"]], "not all stages"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_refused_and_named(problem, solved: dict, name: str) -> None:
    plant, fragment = PLANTED[name]
    changed = copy.deepcopy(solved)
    plant(changed)
    problems = report(problem, changed).problems
    assert any(fragment in found for found in problems), problems
    assert problems == said("verify", name)


def test_an_unproved_stage_is_allowed_only_under_feasible(problem, solved: dict) -> None:
    changed = copy.deepcopy(solved)
    changed["stages"][-1].update(value=3, proved=False)
    assert any("not all stages are proved" in found for found in report(problem, changed).problems)
    assert report(problem, changed | {"status": "FEASIBLE"}).problems == ()


def contradiction() -> dict:
    entries = [
        claim(name, placement(f"{name}/1", at), credit={name[0]: 100}, in_force={"placement": f"{name}/1", "start": 0})
        for name, at in (("A1", (0, 0)), ("B1", (500, 0)), ("C1", (20000, 0)))
    ]
    return document(*entries)


def test_contradicting_entries_are_infeasible_with_a_minimal_why() -> None:
    problem = parse_instance(json.dumps(contradiction()).encode())
    solution = solve(problem)
    assert (solution.status, solution.why) == ("INFEASIBLE", {"entries": ["A1", "B1"], "rules": ["C2"]})
    assert verify(problem, solution).problems == ()


UNNAMED = "why does not name entries in force and the rule they break"
STILL = "the rule is still broken"


@pytest.mark.parametrize(
    ("why", "problems"),
    [
        ({"entries": ["A1", "B1", "C1"], "rules": ["C2"]}, [f"why is not minimal: without C1 {STILL}"]),
        ({"entries": ["A1", "C1"], "rules": ["C2"]}, ["the entries A1, C1 do not break C2"]),
        ({"entries": ["A1"], "rules": ["C2"]}, ["the entries A1 do not break C2"]),
        ({"entries": ["A1", "B1"], "rules": ["C3 cap"]}, ["the entries A1, B1 do not break C3 cap"]),
        ({"entries": ["A1", "B1"], "rules": ["C2", "C3 cap"]}, ["the entries A1, B1 do not break C2, C3 cap"]),
        ({"entries": ["A1", "Z9"], "rules": ["C2"]}, [UNNAMED]),
        ({"entries": ["A1", "D1"], "rules": ["C2"]}, [UNNAMED]),
        ({"entries": ["A1", "B1"], "rules": []}, [UNNAMED]),
        ({"entries": [], "rules": ["C2"]}, [UNNAMED]),
        ({"entries": ["A1", "B1"], "rules": ["C2"], "holds": ["H"]}, [UNNAMED]),
        ({"entries": ["A1", "B1"], "rules": ["C2"], "holds": ["Z9"]}, [UNNAMED]),
        ({"entries": [{}], "rules": 7}, [UNNAMED]),
        ({"entries": ["A1"], "rules": ["C5"], "day": 0, "point": "plain"}, ["why: A1 does not block plain"]),
        ({"entries": [], "holds": ["H"], "rules": ["C5"], "point": "plain"}, ["why: H does not block plain"]),
        ({"entries": [], "holds": [], "rules": ["C5"]}, ["why: the ground does not block None"]),
    ],
)
def test_a_wrong_why_is_refused(why: dict, problems: list[str]) -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0, "phases": [phase()]}
    rows = contradiction()
    rows["holds"], rows["claims"] = [hold], [*rows["claims"], claim("D1", placement("D1/1", (0, 9000)))]
    problem = parse_instance(json.dumps(rows).encode())
    found = solve(problem)
    assert found.why == {"entries": ["A1", "B1"], "rules": ["C2"]}
    assert list(report(problem, to_document(found) | {"why": why}).problems) == problems


GIVEN = "allotments, stages or access are given, but the status is INFEASIBLE"
CAPPED = {"id": "cap", "placements": ["A1/1", "B1/1", "C1/1"], "measure": "placements", "max": 1, "per": "all"}


def test_entries_that_pass_a_cap_are_infeasible_and_which_of_them_is_as_good() -> None:
    apart = contradiction() | {"caps": [CAPPED]}
    apart["claims"][1]["placements"][0]["footprint"]["coordinates"] = [0, 20000]
    problem = parse_instance(json.dumps(apart).encode())
    found = to_document(solve(problem))
    assert (found["why"]["rules"], len(found["why"]["entries"])) == (["C3 cap"], 2)
    for entries in (["A1", "B1"], ["A1", "C1"], ["B1", "C1"]):
        why = {"entries": entries, "rules": ["C3 cap"]}
        assert report(problem, found | {"why": why}).problems == ()
    why = {"entries": ["A1", "B1", "C1"], "rules": ["C3 cap"]}
    assert list(report(problem, found | {"why": why}).problems) == [
        f"why is not minimal: without {name} {STILL}" for name in ("A1", "B1", "C1")
    ]
    loose = parse_instance(json.dumps(apart | {"caps": [CAPPED | {"max": 3}]}).encode())
    assert solve(loose).status == "OPTIMAL"


@pytest.mark.parametrize(
    "more",
    [
        {"allotments": [{"claim": "A1", "placement": "A1/1", "start": 0, "zones": []}]},
        {"stages": [{"name": "points", "value": 1, "bound": 1, "proved": True}]},
        {"access": []},
    ],
)
def test_a_solution_that_says_infeasible_gives_nothing_else(more: dict) -> None:
    problem = parse_instance(json.dumps(contradiction()).encode())
    assert report(problem, to_document(solve(problem)) | more).problems == (GIVEN,)


ALWAYS = (
    "heading", "C1 placements, windows, horizon, entries in force", "C2 separation", "C3 caps", "C4 reserves", "points",
    "leximin", "stages", "zones", "measures",
)  # fmt: skip
BEST, TURNS = "no single change improves it", "no turn could have had better"


def test_a_report_names_the_checks_that_were_made(problem, solved: dict) -> None:
    found = report(problem, solved)
    assert (found.status, found.checks, bool(found)) == ("OPTIMAL", (*ALWAYS, BEST), True)
    unproved = copy.deepcopy(solved) | {"status": "FEASIBLE"}
    unproved["stages"][-1].update(value=3, proved=False)
    assert report(problem, unproved).checks == ALWAYS
    unsown = verify(problem, replace(parse_solution(dump(solved)), seed=""))
    assert unsown.problems == ("seed '' is not whole bytes in hex",)
    other = report(problem, solved | {"rule": "nash"})
    assert (other.checks, bool(other)) == (("heading",), False)
    infeasible = parse_instance(json.dumps(contradiction()).encode())
    found = verify(infeasible, solve(infeasible))
    assert (found.status, found.checks) == ("INFEASIBLE", ("heading", "contradiction of the entries in force"))
    official = copy.deepcopy(solved)
    official["run"]["official"] = {}
    assert report(problem, official).problems == ()
    ways = walled.problem()
    found = verify(ways, solve(ways))
    assert (found.problems, found.checks) == ((), (*ALWAYS, "C5 free access day by day, and its paths", BEST))
    in_turn = parse_instance(json.dumps(contested() | {"policy": {"rule": "serial"}}).encode())
    assert verify(in_turn, solve(in_turn)).checks == (*ALWAYS, BEST, TURNS)


def test_importing_verify_loads_no_constraint_solver() -> None:
    code = "import sys, solver.verify; print([m for m in ('ortools', 'highspy') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
