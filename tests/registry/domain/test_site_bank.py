"""The site bank, worked by hand: scores, who owes, the policy's section, the holds that follow, places released to a group."""

import csv
import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from registry.domain import released, site_bank_policy
from registry.domain.freeze import ReadyClaim, ReadyPlacement, freeze
from registry.domain.policy import Known, check_policy
from registry.domain.site_bank import BankedSite, Counted, hold_of, unheld, who_is_over
from registry.domain.site_scores import are_equal, points_score, shown, terrain_score
from solver.fields import Fault, InputError
from tests import factories as make

SECTION: dict[str, Any] = json.loads((make.FIXTURES / "site_bank.json").read_text())
SCALE = SECTION["score"]["measures"]
KNOWN = Known(
    frozenset({"ridge", "crater"}), frozenset({"artemis-accords", "ilrs"}), frozenset(make.policy()["norm_profile"])
)
IND, JPN = Counted("C-0001", frozenset({"IND"}), "ISRO"), Counted("C-0002", frozenset({"JPN"}), "JAXA")


def test_terrain_scores_are_those_of_the_candidates() -> None:
    """The table of measured candidates gives slope to 0.1 degree and the score to 0.1: they may differ by that."""
    with (make.FIXTURES / "terrain_candidates.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["id"].startswith("S-") and row["score"]]
    assert len(rows) == 40
    for row in rows:
        score = terrain_score({name: float(row[name]) for name in SCALE}, SCALE)
        assert abs(float(score) - float(row["score"])) < 0.25, row["id"]


def test_a_measure_beyond_either_end_counts_as_the_end() -> None:
    scale = {"light": {"worst": 50, "best": 100, "weight": 3}, "slope": {"worst": 8, "best": 0, "weight": 1}}
    assert terrain_score({"light": 120, "slope": 0}, scale) == 100
    assert terrain_score({"light": 10, "slope": 9.5}, scale) == 0
    assert terrain_score({"light": 75, "slope": 8}, scale) == Fraction(75, 2)


def test_scores_are_exact_and_shown_to_two_decimals() -> None:
    scale = {"light": {"worst": 0, "best": 3, "weight": 1}}
    assert terrain_score({"light": 0.1}, scale) == Fraction(10, 3)
    assert shown(Fraction(10, 3)) == 3.33


def test_points_are_those_of_the_rank_and_of_the_last_for_ranks_beyond() -> None:
    assert [points_score(rank, [100, 70, 40]) for rank in (1, 2, 3, 9)] == [100, 70, 40, 40]


@pytest.mark.parametrize(
    ("first", "second", "percent", "equal"),
    [
        (100, 95, 5, True),
        (95, 100, 5, True),
        (100, 94, 5, False),
        (100, Fraction(9499, 100), 5, False),
        (70, 70, 0, True),
        (70, Fraction(701, 10), 0, False),
        (0, 0, 5, True),
        (0, 1, 5, False),
        (Fraction(1000), Fraction(999), 0.1, True),
    ],
)
def test_scores_are_equal_within_a_part_of_the_larger_one(
    first: Fraction, second: Fraction, percent: float, *, equal: bool
) -> None:
    assert are_equal(Fraction(first), Fraction(second), percent) is equal


def test_whoever_reaches_the_number_with_the_new_entry_owes() -> None:
    assert who_is_over(IND, [], 2) is None
    assert who_is_over(IND, [JPN], 2) is None
    assert who_is_over(IND, [IND], 2) is None  # the same entry is not counted twice
    assert who_is_over(Counted("C-0003", frozenset({"IND"}), ""), [IND, JPN], 2) == ("IND", 2)


def test_a_joint_entry_counts_in_full_for_each_party() -> None:
    joint = Counted("C-0004", frozenset({"GHA", "JPN"}), "")
    assert who_is_over(joint, [IND, JPN], 2) == ("JPN", 2)
    both = Counted("C-0005", frozenset({"IND", "JPN"}), "")
    assert who_is_over(both, [IND, JPN], 2) == ("IND", 2)
    assert who_is_over(both, [IND, JPN, joint], 3) == ("JPN", 3)


def faults_of(**changes: Any) -> list[str]:
    found: list[Fault] = []
    site_bank_policy.check({**SECTION, **changes}, found)
    return [str(fault) for fault in found]


def test_the_section_of_the_fixture_is_sound() -> None:
    assert faults_of() == []
    check_policy(make.policy(site_bank=SECTION), KNOWN)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entries": 1}, "site_bank.entries: 1 is out of range"),
        ({"offer": 90}, "site_bank.offer: 90 is not an object"),
        ({"choose": {"value": 0, "unit": "days"}}, "site_bank.choose.value: 0 is out of range"),
        ({"again": {"value": 3, "unit": "moons"}}, 'site_bank.again.unit: "moons" is unknown'),
        ({"tolerance_percent": -1}, "site_bank.tolerance_percent: it is no number from 0 to 100"),
        ({"tolerance_percent": True}, "site_bank.tolerance_percent: it is no number from 0 to 100"),
        ({"tolerance_percent": float("nan")}, "site_bank.tolerance_percent: it is no number from 0 to 100"),
        ({"overdue": "shame"}, 'site_bank.overdue: "shame" is unknown'),
        ({"score": {"by": "luck"}}, 'site_bank.score.by: "luck" is unknown'),
        ({"score": {"by": "terrain"}}, "site_bank.score.measures: there is none"),
        ({"score": {"by": "terrain", "measures": {"x": {"worst": 1, "best": 1, "weight": 1}}}}, "best is worst"),
        ({"score": {"by": "terrain", "measures": {"x": {"worst": "a", "best": 1, "weight": 1}}}}, "not all numbers"),
        (
            {"score": {"by": "terrain", "measures": {"x": {"worst": 0, "best": 1, "weight": 0}}}},
            "weight is not above 0",
        ),
        ({"room": {"method": "guess", "inputs": {}}}, "site_bank.room.inputs: method 'guess' is not registered"),
        ({"room": {"method": "agency-hold", "inputs": {}}}, "site_bank.room.inputs: input 'radius_m'"),
        ({"source": ""}, 'site_bank.source: "" is not a text'),
        ({"more": 1}, "site_bank.more: unknown field"),
    ],
)
def test_a_section_at_fault_is_told_with_its_field(changes: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults_of(**changes)), faults_of(**changes)


def test_a_section_that_is_no_object_is_told() -> None:
    found: list[Fault] = []
    site_bank_policy.check([], found)
    assert any("site_bank: [] is not an object" in str(fault) for fault in found)


def site(**changes: Any) -> BankedSite:
    cells = {
        "id": "B-0001",
        "first_name": "first",
        "second_name": "second",
        "first_footprint": {"type": "Point", "coordinates": [0, 0]},
        "second_footprint": {"type": "Point", "coordinates": [9000, 14000]},
        "room": SECTION["room"],
        "chosen": "second",
        "chosen_at": make.utc("2027-12-01T15:00"),
        "held_until": date(2037, 12, 1),
    }
    return BankedSite(**(cells | changes))


def test_a_hold_begins_with_the_choice_and_ends_with_the_bank_or_the_round() -> None:
    hold = hold_of(site(), date(2027, 11, 1), 100)
    assert hold is not None
    assert (hold["start"], hold["phases"][0]["days"], hold["name"]) == (30, 70, "Site bank: second")
    hold = hold_of(site(chosen="first"), date(2037, 11, 1), 100)
    assert hold is not None
    assert (hold["start"], hold["phases"][0]["days"], hold["footprint"]["coordinates"]) == (0, 30, [0, 0])
    assert hold_of(site(), date(2037, 12, 1), 100) is None
    assert hold_of(site(), date(2027, 1, 1), 300) is None


def test_a_hold_may_be_longer_than_it_has_to_be_and_not_shorter() -> None:
    wanted = hold_of(site(), date(2027, 11, 1), 100)
    assert wanted is not None
    [phase] = wanted["phases"]
    assert unheld([wanted], [wanted]) == []
    assert unheld([{**wanted, "start": 0, "phases": [{**phase, "days": 100}]}], [wanted]) == []
    for shorter in (
        {"start": 31},
        {"phases": [{**phase, "days": 69}]},
        {"phases": [{**phase, "inputs": {"radius_m": 1}}]},
    ):
        [said] = unheld([{**wanted, **shorter}], [wanted])
        assert said.startswith("holds: B-0001 is not kept as it was banked")
    assert unheld([], []) == []


HOLD = {
    "id": "B-0001", "name": "Site bank", "bank": "B-0001", "footprint": {"type": "Point", "coordinates": [9000, 14000]},
    "start": 0, "phases": [{"name": "hold", "offset": 0, "days": 900, "method": "agency-hold", "inputs": {"radius_m": 1000}}],
    "released_to": "late-comers",
}  # fmt: skip


def claim(name: str, party: str | dict[str, int], x: float, in_force: int | None = None, first: int = 0) -> ReadyClaim:
    phases = (("operation", 0, 100, 200),)
    point = {"type": "Point", "coordinates": [x, 14000]}
    placement = ReadyPlacement(1, point, first, first + 10, phases)
    credit = {party: 100} if isinstance(party, str) else party
    return ReadyClaim(name, credit, "O", "K", "2027-02-01T10:00:00Z", (placement,), in_force)


def frozen(*claims: ReadyClaim, **changes: Any) -> dict[str, Any]:
    policy = make.policy(caps=[], reserves=[], holds=[{**HOLD, **changes}], groups=["ilrs", "late-comers"])
    return freeze("2028-1", policy, claims, {"THA": ["late-comers"], "GHA": ["late-comers"]}, [])


def test_a_released_hold_is_a_cap_for_others_and_a_reserve_for_the_group() -> None:
    found = frozen(
        claim("C-0001", "IND", 9500),
        claim("C-0002", "THA", 9100),
        claim("C-0003", "JPN", 10100),
        claim("C-0004", "THA", 12000),
    )
    assert found["holds"] == []
    assert found["caps"] == [
        {"id": "B-0001-others", "placements": ["C-0001/1"], "measure": "placements", "max": 0, "per": "all"}
    ]
    assert found["reserves"] == [{"id": "B-0001", "group": "late-comers", "placements": ["C-0002/1"], "min": 1}]


def test_a_hold_that_is_not_released_stays_a_hold() -> None:
    found = frozen(claim("C-0001", "IND", 9500), released_to=None)
    assert ([row["id"] for row in found["holds"]], found["caps"], found["reserves"]) == (["B-0001"], [], [])


def test_entries_in_force_and_what_comes_after_the_hold_are_not_kept_off() -> None:
    there = claim("C-0001", "IND", 9500, in_force=0)
    later = claim("C-0002", "IND", 9500, first=900)
    partly = claim("C-0003", "IND", 9500, first=895)
    assert [row["placements"] for row in frozen(there, later, partly)["caps"]] == [["C-0003/1"]]


def test_half_of_the_credit_makes_a_claim_one_of_the_group() -> None:
    half, less = {"THA": 25, "GHA": 25, "IND": 50}, {"THA": 25, "IND": 75}
    found = frozen(claim("C-0001", half, 9000), claim("C-0002", less, 9000))
    assert found["reserves"][0]["placements"] == ["C-0001/1"]
    assert found["caps"][0]["placements"] == ["C-0002/1"]


def test_a_release_to_a_group_that_the_policy_does_not_list_is_told() -> None:
    with pytest.raises(
        InputError, match=r"holds\[0\]\.released_to: 'un-ldc' is no group of this policy; list it in groups"
    ):
        check_policy(make.policy(holds=[{**HOLD, "released_to": "un-ldc"}]), KNOWN)
    taken = {"id": "B-0001-others", "places": ["ridge"], "measure": "placements", "max": 1, "per": "all"}
    groups = ["artemis-accords", "ilrs", released.LATE_COMERS]
    with pytest.raises(InputError, match=r"holds\[0\]\.id: B-0001-others is taken by another row; rename one of them"):
        check_policy(make.policy(holds=[HOLD], caps=[taken], groups=groups), KNOWN)
    check_policy(make.policy(holds=[HOLD], groups=groups), KNOWN)
