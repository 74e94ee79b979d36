"""What each stated change does to an instance, and to whom: only to claims that its provision binds."""

import dataclasses
from typing import Any

import pytest

from registry.domain.norms.changes import Scope, anomaly_zones, parameter_faults
from registry.domain.norms.problem import Norms, Problem
from tests import factories as make
from tests.registry.domain.norms import small


def keep_outs(problem: Problem, norms: Norms) -> dict[str, int]:
    rows = problem.instance(norms)["claims"]
    return {row["id"]: row["placements"][0]["phases"][0]["keep_out_m"] for row in rows}


def test_without_a_change_the_instance_is_the_one_that_was_frozen() -> None:
    problem = small.problem()
    assert problem.instance(small.OST) == problem.document


def test_zones_of_signatories_reach_as_far_as_an_anomaly() -> None:
    problem = small.problem(C_0003={"cospar_inventory": "Propellants."})
    assert keep_outs(problem, small.OST) == {"C-0001": 200, "C-0002": 200, "C-0003": 200}
    assert keep_outs(problem, small.ACCORDS) == {"C-0001": 500, "C-0002": 500, "C-0003": 200}
    assert keep_outs(problem, small.strict(small.ACCORDS)) == {"C-0001": 500, "C-0002": 500, "C-0003": 500}


def test_placements_of_signatories_beside_a_historic_place_are_out_and_a_claim_without_any_is_gone() -> None:
    problem = small.problem([small.HERITAGE])
    assert [row["id"] for row in problem.instance(Norms(("AA-9",)))["claims"]] == ["C-0003"]
    assert [row["id"] for row in problem.instance(Norms(("OST-II-1",)))["claims"]] == ["C-0001", "C-0002", "C-0003"]


def test_parts_of_one_station_keep_only_the_distance_of_what_lasts() -> None:
    landing = make.phase(
        name="landing", days=2, method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False}
    )
    placement = make.placement(1, x=30000, phases=[landing, make.phase(offset=2)])
    problem = small.problem([small.STATION], C_0003={"placements": [placement], "cospar_inventory": "Propellants."})
    assert problem.instance(Norms(("ILRS-1",)))["agreements"] == []
    found = problem.instance(Norms(("ILRS-1",), frozenset({"ILRS-1"})))["agreements"]
    assert {"claims": ["C-0001", "C-0003"], "keep_out_m": 200} in found
    assert len(found) == 3


def test_a_fifth_of_the_claims_of_parties_to_the_agreement_rounded_up_is_left_out_in_each_place() -> None:
    problem = small.problem([small.LEFT])
    assert problem.instance(Norms(("MA-4",)))["caps"] == [
        {"id": "left-ridge", "placements": ["C-0001/1"], "measure": "placements", "max": 0, "per": "all"}
    ]
    (cap,) = problem.instance(Norms(("MA-4",), frozenset({"MA-4"})))["caps"]
    assert (cap["placements"], cap["max"]) == (["C-0001/1", "C-0002/1"], 1)


def test_a_returned_claim_is_no_part_of_the_instance_and_of_nothing_in_it() -> None:
    problem = small.problem([])
    document = problem.instance(Norms(("COSPAR-1",)))
    assert [row["id"] for row in document["claims"]] == ["C-0001", "C-0002"]
    assert [row["id"] for row in document["parties"]] == ["IND", "JPN"]
    assert problem.returned(Norms(("COSPAR-1",))) == {"C-0003": ("COSPAR-1",)}


@pytest.mark.parametrize(
    ("kind", "parameters", "fault"),
    [
        ("one-place", {}, "kind: 'one-place' is unknown"),
        ("one-station", [], "parameters: they are not programme"),
        ("anomaly-zones", {"more": 1}, "parameters: they are not empty"),
        ("share-left", {"places": ["ridge"], "percent": True}, "parameters.percent: give a int"),
        ("share-left", {"places": ["ridge"], "percent": 101}, "parameters.percent: 101 is none; give 0 to 100"),
    ],
)
def test_a_change_that_cannot_be_applied_is_refused(kind: str, parameters: Any, fault: str) -> None:
    assert fault in "; ".join(parameter_faults(kind, parameters))


def test_a_change_that_can_be_applied_has_no_fault() -> None:
    rows = (small.WIDER, small.HERITAGE, small.STATION, small.LEFT)
    assert [parameter_faults(row.kind, row.parameters) for row in rows] == [[], [], [], []]


def test_a_zone_is_never_smaller_for_an_anomaly_that_reaches_less_far() -> None:
    landing = make.phase(method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False})
    problem = small.problem(C_0001={"placements": [make.placement(1, phases=[landing])]})
    scope = Scope(problem.cases, {}, lambda _: [])  # an examination would return it: its anomaly is too small
    changed = anomaly_zones(dict(problem.document), small.WIDER, scope)
    assert changed["claims"][0] == problem.document["claims"][0]
    assert changed["claims"][1]["placements"][0]["phases"][0]["keep_out_m"] == 500


def test_placements_beside_a_historic_place_stay_where_nobody_is_bound_and_what_is_in_force_stays() -> None:
    near = {"placements": [make.placement(1, x=10000, y=10400)], "cospar_inventory": "Propellants."}
    problem = small.problem([small.HERITAGE], C_0003=near)
    assert [row["id"] for row in problem.instance(Norms(("AA-9",)))["claims"]] == ["C-0003"]
    assert problem.instance(Norms(("AA-9",), frozenset({"AA-9"})))["claims"] == []
    problem.document["claims"][0]["in_force"] = {"placement": "C-0001/1", "start": 0}
    assert [row["id"] for row in problem.instance(Norms(("AA-9",)))["claims"]] == ["C-0001", "C-0003"]


def test_what_stands_for_fourteen_days_is_still_a_landing_among_parts_of_one_station() -> None:
    for days, is_landing in ((14, True), (15, False)):
        stay = make.phase(
            name="stay", days=days, method="landing-plume", inputs={"landed_mass_kg": 2000, "built_pad": False}
        )
        site = make.placement(1, x=30000, phases=[stay, make.phase(offset=days)])
        problem = small.problem([small.STATION], C_0003={"placements": [site], "cospar_inventory": "Propellants."})
        found = problem.instance(Norms(("ILRS-1",), frozenset({"ILRS-1"})))["agreements"]
        [between] = [row["keep_out_m"] for row in found if row["claims"] == ["C-0001", "C-0003"]]
        assert (between == 200) is is_landing


def test_agreements_of_a_claim_that_is_gone_are_gone_with_it() -> None:
    problem = small.problem([small.STATION, small.HERITAGE], C_0003={"cospar_inventory": "Propellants."})
    both = Norms(("ILRS-1", "AA-9"), frozenset({"ILRS-1"}))
    assert problem.instance(both)["agreements"] == []


def test_no_share_is_left_where_nobody_asks_for_a_place_and_what_was_returned_asks_for_none() -> None:
    elsewhere = dataclasses.replace(small.LEFT, parameters={"places": ["crater"], "percent": 20})
    assert small.problem([elsewhere]).instance(Norms(("MA-4",)))["caps"] == []
    problem = small.problem([small.LEFT], C_0001={"cospar_inventory": None})
    norms = Norms(("MA-4", "COSPAR-1"), frozenset({"MA-4"}))
    assert [cap["placements"] for cap in problem.instance(norms)["caps"]] == [["C-0002/1"]]


def test_what_is_only_noted_returns_nobody() -> None:
    problem = small.problem([], C_0001={"benefit_sharing": "", "cospar_inventory": "Propellants."})
    norms = Norms(("MA-4",))
    [judged] = problem.judged(norms, "C-0001")
    assert (judged.effect, problem.returned(norms)) == ("noted", {})


def test_a_provision_finds_nothing_in_a_claim_that_it_does_not_bind() -> None:
    problem = small.problem([])
    assert problem.judged(Norms(("ILRS-1",)), "C-0001") == ()
    assert len(problem.judged(Norms(("ILRS-1",), frozenset({"ILRS-1"})), "C-0001")) == 1


def test_a_placement_that_another_change_took_out_asks_for_no_place() -> None:
    sites = {"placements": [make.placement(1), make.placement(2, x=40000)], "cospar_inventory": "Propellants."}
    problem = small.problem([small.HERITAGE, small.LEFT], C_0001=sites)
    document = problem.instance(Norms(("AA-9", "MA-4")))
    assert [row["id"] for row in document["claims"][0]["placements"]] == ["C-0001/2"]
    assert document["caps"] == []
