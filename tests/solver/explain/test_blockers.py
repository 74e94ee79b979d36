"""Every conflict set shown closes its placement, and without any one of its members it would not.

Solved again twice: by the engine (`is_confirmed`, part of the product) and by the checks of `solver.verify`.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

import solver
from solver.allocation import Allotment
from solver.checks.improvements import open_start
from solver.checks.limits import caps
from solver.checks.separation import Stay
from solver.explain.blockers import ALLOTMENT, HOLD, IN_FORCE, Blockers, ConflictSet, Member, is_confirmed
from solver.generate import Recipe, generate
from solver.instance import Instance
from tests.solver.generate import instance as tiny
from tests.solver.instances import claim, instance, phase, placement

LIMITS = solver.SolveLimits(workers=1)
FEW, MANY = (*range(5000, 5020), 5041), range(5020, 5260)  # a set with an entry in force is in 5041


def crowded(number: int) -> dict:
    """A few claims with wide windows and large zones in one place, so that several allotments close one placement."""
    return generate(Recipe(9, 4, 9, "flexible", seed=number, keep_out_m=(3000, 5000), horizon_days=1600))


@cache
def conflicts(number: int) -> tuple[Instance, tuple[ConflictSet, ...]]:
    """The instance of a number and the conflict sets of all its unserved claims."""
    found: list[ConflictSet] = []
    problem = parsed(crowded(number) if number % 3 == 0 else tiny(number))
    solution = solver.solve(problem, limits=LIMITS)
    blockers = Blockers(problem, {r.claim: Allotment(r.claim, r.placement, r.start) for r in solution.allotments})
    for row in solution.unserved:
        for place in problem.claim_by_id[row["claim"]].placements:
            sets = blockers.sets(place)
            assert sets, f"{place.id} is open, but its claim is not served"
            found += sets
    return problem, tuple(found)


def parsed(document: dict) -> Instance:
    return solver.parse_instance(json.dumps(document).encode())


def closes(problem: Instance, conflict: ConflictSet, members: tuple[Member, ...]) -> bool:
    """True if these members alone close the placement, by the code of the verifier."""
    place = problem.placement_by_id[conflict.placement]
    if conflict.rule == "C3":
        standing = {m.claim: problem.placement_by_id[m.id] for m in members} | {place.claim: place}
        return any(f"cap {conflict.cap} " in problem_found for problem_found in caps(problem, standing))
    holds = {hold.id: hold for hold in problem.holds}
    stays = [Stay(m.id, m.claim, m.start, holds.get(m.id) or problem.placement_by_id[m.id]) for m in members]
    return open_start(problem, place, stays, place.last_start) is None


def check(number: int) -> Iterator[ConflictSet]:
    problem, found = conflicts(number)
    for conflict in found:
        assert conflict.confirmed
        assert closes(problem, conflict, conflict.members)
        for member in conflict.members:
            rest = tuple(other for other in conflict.members if other is not member)
            assert not closes(problem, conflict, rest), f"{conflict} does not need {member.id}"
        yield conflict


def test_20_conflict_sets_close_their_placement_and_need_each_member() -> None:
    found = [conflict for number in FEW for conflict in check(number)]
    assert len(found) >= 20


def test_sets_of_every_kind_are_among_them() -> None:
    found = [conflict for number in FEW for conflict in conflicts(number)[1]]
    kinds = Counter(member.kind for conflict in found for member in conflict.members)
    assert kinds.keys() >= {ALLOTMENT, IN_FORCE, HOLD}
    assert {conflict.rule for conflict in found} == {"C2", "C3"}
    assert max(len(conflict.members) for conflict in found) >= 2


@pytest.mark.slow
def test_280_more_conflict_sets_close_their_placement_and_need_each_member() -> None:
    found = [conflict for number in MANY for conflict in check(number)]
    assert len(found) >= 280


def in_the_way(name: str, start: int, days: int = 10) -> dict:
    return claim(
        name, placement(name + "/1", start=(start, start), phases=[phase(days=days)]), credit={"B": 100},
        in_force={"placement": name + "/1", "start": start},
    )  # fmt: skip


def sets_of(problem: Instance, name: str) -> list[ConflictSet]:
    solution = solver.solve(problem, limits=LIMITS)
    standing = {r.claim: Allotment(r.claim, r.placement, r.start) for r in solution.allotments}
    return Blockers(problem, standing).sets(problem.placement_by_id[name])


def test_two_entries_that_close_a_window_only_together() -> None:
    wanted = claim("A1", placement("A1/1", start=(0, 25)))
    found = sets_of(instance(wanted, in_the_way("B1", 5), in_the_way("B2", 20, 16)), "A1/1")
    assert [[(m.kind, m.id, m.start) for m in each.members] for each in found] == [
        [(IN_FORCE, "B1/1", 5), (IN_FORCE, "B2/1", 20)]
    ]
    assert (found[0].is_permanent, found[0].confirmed) == (True, True)


def test_members_that_are_not_needed_are_left_out() -> None:
    """B2 lies within what B1 closes already."""
    wanted = claim("A1", placement("A1/1", start=(0, 0)))
    beside = in_the_way("B2", 30)
    found = sets_of(instance(wanted, in_the_way("B1", 0), beside), "A1/1")
    assert [[m.id for m in each.members] for each in found] == [["B1/1"]]


def test_a_member_says_how_far_it_is_and_how_far_it_should_be() -> None:
    wanted = claim("A1", placement("A1/1", at=(600, 0), phases=[phase(keep_out_m=700)]))
    member = sets_of(instance(wanted, in_the_way("B1", 0)), "A1/1")[0].members[0]
    assert (round(member.distance_m), member.keep_out_m) == (600, 1000)


def test_a_cap_names_the_allotments_that_fill_it() -> None:
    wanted = claim("A1", placement("A1/1", at=(90_000, 0)), credit={"B": 100})
    cap = {"id": "ridge", "placements": ["A1/1", "B1/1"], "measure": "placements", "max": 1, "per": "party"}
    found = sets_of(instance(wanted, in_the_way("B1", 0), caps=[cap]), "A1/1")
    assert [(c.rule, c.cap, c.whom, [m.id for m in c.members]) for c in found] == [("C3", "ridge", "B", ["B1/1"])]


def test_a_placement_larger_than_its_cap_needs_nobody_to_close_it() -> None:
    cap = {"id": "area", "placements": ["A1/1"], "measure": "km2_days", "max": 3, "per": "all"}
    found = sets_of(instance(claim("A1", placement("A1/1")), caps=[cap]), "A1/1")
    assert [(c.rule, c.members, c.confirmed) for c in found] == [("C3", (), True)]


def test_claims_whose_ids_contain_one_another_are_told_apart() -> None:
    """A1 fills the cap that closes A11."""
    cap = {"id": "one", "placements": ["A1/1", "A11/1"], "measure": "placements", "max": 1, "per": "all"}
    first = claim("A1", placement("A1/1"), in_force={"placement": "A1/1", "start": 0})
    problem = instance(first, claim("A11", placement("A11/1", at=(90_000, 0))), caps=[cap])
    reasons = solver.solve(problem, limits=LIMITS).unserved
    assert reasons == ({"claim": "A11", "reasons": [{"placement": "A11/1", "rule": "C3", "by": ["one"]}]},)


def test_a_set_with_a_member_too_many_is_not_confirmed() -> None:
    wanted = claim("A1", placement("A1/1", start=(0, 0)))
    problem = instance(wanted, in_the_way("B1", 0), in_the_way("B2", 30))
    conflict = sets_of(problem, "A1/1")[0]
    more = (*conflict.members, Member(IN_FORCE, "B2/1", "B2", 30))
    assert not is_confirmed(problem, dataclasses.replace(conflict, members=more))


def test_a_set_that_closes_nothing_is_not_confirmed() -> None:
    wanted = claim("A1", placement("A1/1", start=(0, 0)))
    problem = instance(wanted, in_the_way("B1", 0), in_the_way("B2", 30))
    wrong = ConflictSet("A1/1", "C2", (Member(IN_FORCE, "B2/1", "B2", 30),))
    assert not is_confirmed(problem, wrong)
