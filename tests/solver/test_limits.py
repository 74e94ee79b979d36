"""Caps and reserves counted by the check itself, against numbers worked out by hand."""

from typing import Any

import pytest

from solver.checks.limits import caps, keeps_reserves, missing, used_of
from solver.instance import Instance
from tests.solver.instances import claim, instance, phase, placement

PARTIES = [{"id": "A", "groups": ["red:east", "ldc"]}, {"id": "B", "groups": ["red"]}, {"id": "C"}]
STAY = [phase("landing", 0, 2, 2000), phase("operation", 2, 28, 500)]


def problem(**cap: Any) -> Instance:
    """Three claims: one of A, one of B, one of A with B at 40 % and C."""
    claims = [
        claim("a", placement("a/1", (0, 0), phases=STAY), credit={"A": 100}, controller="one"),
        claim("b", placement("b/1", (9000, 0), phases=STAY), credit={"B": 100}, controller="one"),
        claim("c", placement("c/1", (0, 9000), phases=STAY), credit={"A": 40, "B": 35, "C": 25}, controller="two"),
    ]
    listed = ["a/1", "b/1", "c/1"]
    rows = [{"id": "cap", "placements": listed, "measure": "placements", "max": 1, **cap}]
    reserves = [{"id": "late", "group": "ldc", "placements": ["a/1", "c/1"], "min": 2}]
    return instance(*claims, parties=PARTIES, caps=rows, reserves=reserves)


@pytest.mark.parametrize(
    ("per", "used"),
    [
        ("all", {"all": 3}),
        ("party", {"A": 2, "B": 2, "C": 1}),
        ("controller", {"one": 2, "two": 1}),
        ("group:red", {"group:red": 2}),
        ("group:red:east", {"group:red:east": 2}),
        ("group:ldc", {"group:ldc": 2}),
    ],
)
def test_placements_count_once_for_each_that_the_cap_is_per(per: str, used: dict[str, int]) -> None:
    found = problem(per=per)
    assert used_of(found, found.caps[0], found_all(found)) == used


def test_a_group_with_a_colon_in_its_name_is_not_the_group_before_the_colon() -> None:
    """B is in red, not in red:east."""
    found = problem(per="group:red:east", placements=["b/1"])
    assert used_of(found, found.caps[0], found_all(found)) == {}


def found_all(found: Instance) -> dict[str, Any]:
    return {row.id: row.placements[0] for row in found.claims}


def test_square_kilometre_days_are_rounded_up_once_for_each_placement() -> None:
    """pi (4 * 2 + 0.25 * 28) = 15 pi = 47.12..., so 48 each."""
    found = problem(per="all", measure="km2_days", max=143)
    assert used_of(found, found.caps[0], found_all(found)) == {"all": 144}
    assert list(caps(found, found_all(found))) == ["C3: cap cap allows 143 km2_days for all, but 144 are allotted"]


def test_a_cap_that_is_just_filled_is_kept_and_placements_that_it_does_not_list_count_nothing() -> None:
    assert list(caps(problem(per="all", max=3), found_all(problem(per="all")))) == []
    other = problem(per="all", max=1, placements=["b/1"])
    assert used_of(other, other.caps[0], found_all(other)) == {"all": 1}
    assert list(caps(other, found_all(other))) == []


def test_a_reserve_counts_claims_with_half_of_the_credit_in_its_group() -> None:
    found = problem(per="all")
    everything = found_all(found)
    assert missing(found, found.reserves[0], everything) == 1  # c has 40 in the group, a 100
    assert missing(found, found.reserves[0], {}) == 2
    without = {name: row for name, row in everything.items() if name != "a"}
    assert keeps_reserves(found, without, everything) and not keeps_reserves(found, everything, without)
