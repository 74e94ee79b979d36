"""Norms compared: what each claim gets, and the one provision behind each cell that changes."""

from collections.abc import Mapping
from typing import Any

from registry.domain.norms import report
from registry.domain.norms.comparing import (
    ALONE,
    IN_ORDER,
    Allotments,
    Cause,
    Cell,
    Column,
    Profile,
    compare,
    fingerprint,
)
from registry.domain.norms.problem import Norms, Problem
from tests import factories as make
from tests.registry.domain.norms import small

GIVEN = {name: Cell("allotted", f"{name}/1", 0) for name in small.PARTIES}


def compared(problem: Problem, *norms: Norms) -> tuple[Column, ...]:
    profiles = [Profile(f"P{number}", f"Profile {number}", row) for number, row in enumerate(norms)]
    return compare(problem, profiles, small.by_hand)


def test_a_claim_that_is_returned_or_not_served_names_the_provision_that_does_it() -> None:
    first, second = compared(small.problem(), small.OST, small.ACCORDS)
    assert first.cells == GIVEN
    assert second.cells == {"C-0001": GIVEN["C-0001"], "C-0002": Cell("unserved"), "C-0003": Cell("returned")}
    assert second.causes == {
        "C-0002": Cause("AA-11-SZ1", ALONE, (), touches=True),
        "C-0003": Cause("COSPAR-1", ALONE, (), touches=True),
    }
    assert (first.causes, first.effective, second.effective) == ({}, (), ("AA-11-SZ1", "COSPAR-1"))


def test_a_change_that_comes_through_another_claim_says_so() -> None:
    problem = small.problem([small.LEFT, small.WIDER])
    wide = Norms(("AA-11-SZ1",))
    first, both = compared(problem, wide, Norms(("AA-11-SZ1", "MA-4")))
    assert (first.cells["C-0001"], first.cells["C-0002"]) == (GIVEN["C-0001"], Cell("unserved"))
    assert (both.cells["C-0001"], both.cells["C-0002"]) == (Cell("unserved"), GIVEN["C-0002"])
    assert both.causes == {
        "C-0001": Cause("MA-4", ALONE, (), touches=True),
        "C-0002": Cause("MA-4", ALONE, (), touches=False),
    }


def test_of_two_provisions_that_each_return_a_claim_the_first_in_the_profile_is_named() -> None:
    problem = small.problem(C_0003={"programmes": [{"name": "ilrs", "phase": "later", "level": "instrument"}]})
    _, one, other = compared(
        problem, small.OST, Norms(("OST-II-1", "COSPAR-1", "ILRS-1")), Norms(("OST-II-1", "ILRS-1", "COSPAR-1"))
    )
    assert one.cells["C-0003"] == Cell("returned")
    assert one.causes == {"C-0003": Cause("COSPAR-1", IN_ORDER, (), touches=True)}
    assert other.causes == {"C-0003": Cause("ILRS-1", IN_ORDER, (), touches=True)}


def test_a_provision_that_the_profile_lacks_can_be_the_cause_too() -> None:
    _, without = compared(small.problem(), small.ACCORDS, small.OST)
    assert without.causes["C-0003"] == Cause("COSPAR-1", ALONE, (), touches=True)
    assert without.cells == GIVEN


def test_the_same_instance_is_solved_once() -> None:
    solved: list[str] = []

    def solve(document: Mapping[str, Any]) -> Allotments:
        solved.append(fingerprint(document))
        return small.by_hand(document)

    profiles = [
        Profile(name, name, norms) for name, norms in {"a": small.OST, "b": small.ACCORDS, "c": small.OST}.items()
    ]
    compare(small.problem(), profiles, solve)
    assert len(solved) == len(set(solved)) == 4


def test_the_document_says_everything_once_more_and_the_table_has_a_row_for_each_cell() -> None:
    problem = small.problem()
    columns = compared(problem, small.OST, small.ACCORDS)
    found = report.document("R", "ab" * 32, "00", problem, columns)
    assert [row["id"] for row in report.changed_claims(found)] == ["C-0002", "C-0003"]
    assert found["profiles"][1] | {"instance_sha256": ""} == {
        "id": "P1", "name": "Profile 1", "instance_sha256": "", "provisions": 3, "effective": ["AA-11-SZ1", "COSPAR-1"],
        "served": 1, "returned": 1, "changed": 2, "causes": {"AA-11-SZ1": 1, "COSPAR-1": 1},
        "findings": {"returns": {"COSPAR-1": 1}, "noted": {}, "duty": {}},
    }  # fmt: skip
    assert found["claims"][2]["cells"][1] == {
        "outcome": "returned", "placement": None, "start": None, "examined": {"returns": ["COSPAR-1"]},
        "cause": {"provision": "COSPAR-1", "how": "alone", "others": [], "touches": True},
    }  # fmt: skip
    rows = list(report.table(found))
    assert (len(rows), rows[4][:5], rows[4][7:]) == (
        7, ("C-0002", "Claim C-0002", "JPN", "P1", "unserved"), ("yes", "AA-11-SZ1", "alone", "yes", "", "", ""),
    )  # fmt: skip


def test_another_placement_of_the_same_claim_is_a_difference_too() -> None:
    near, far = make.placement(1), make.placement(2, x=40000)
    problem = small.problem([small.HERITAGE], C_0001={"placements": [near, far]})
    _, second = compared(problem, small.OST, Norms(("OST-II-1", "AA-9")))
    assert second.cells["C-0001"] == Cell("allotted", "C-0001/2", 0)
    assert second.causes["C-0001"] == Cause("AA-9", ALONE, (), touches=True)
