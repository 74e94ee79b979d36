"""Changed instance files: what is changed, what goes with it, and that nothing given is altered."""

import copy
import json

from solver.incentives import edits
from solver.io import canonical
from tests.solver.instances import claim, document, phase, placement

STAY = placement("a/1", (-50_000, 0), start=(5, 9), phases=[phase("landing", 0, 2), phase("operation", 2, 30)])
BESIDE = placement("b/1", (-50_000, 900))
WHOLE = document(
    claim("a", STAY),
    claim("b", BESIDE, credit={"B": 100}),
    caps=[{"id": "cap", "placements": ["a/1", "b/1"], "measure": "placements", "max": 1, "per": "all"}],
    reserves=[{"id": "reserve", "group": "g", "placements": ["a/1"], "min": 1}],
    agreements=[{"claims": ["a", "b"], "keep_out_m": 500}],
)


def test_a_dropped_claim_takes_its_placements_and_agreements_along() -> None:
    found = edits.dropped(WHOLE, "a")
    assert [row["id"] for row in found["claims"]] == ["b"]
    assert (found["caps"][0]["placements"], found["reserves"][0]["placements"]) == (["b/1"], [])
    assert found["agreements"] == []


def test_a_twin_lies_10_m_nearer_to_the_pole_and_stands_wherever_its_model_does() -> None:
    found, models = edits.with_copy(WHOLE, "a", "a+twin", edits.aside)
    twin = found["claims"][-1]
    assert (twin["id"], twin["placements"][0]["id"]) == ("a+twin", "a/1+twin")
    assert twin["placements"][0]["footprint"]["coordinates"] == [-49_990.0, 0.0]
    assert found["caps"][0]["placements"] == ["a/1", "b/1", "a/1+twin"]
    assert found["agreements"][1] == {"claims": ["a+twin", "b"], "keep_out_m": 500}
    assert models == {"a/1+twin": "a/1"}


def test_where_conflicts_are_given_a_copy_has_those_of_its_model_and_one_with_it() -> None:
    given = {**WHOLE, "conflicts": [["a/1", "b/1"]]}
    found, _ = edits.with_copy(given, "a", "a+twin", edits.aside)
    assert found["conflicts"] == [["a/1", "b/1"], ["a/1+twin", "b/1"], ["a/1", "a/1+twin"]]


def test_a_stay_is_cut_into_what_lies_before_and_after_a_day() -> None:
    first = edits.first_part(lambda _: 12)(STAY)
    second = edits.second_part(lambda _: 12)(STAY)
    assert [(p["name"], p["offset"], p["days"]) for p in first["phases"]] == [("landing", 0, 2), ("operation", 2, 10)]
    assert [(p["name"], p["offset"], p["days"]) for p in second["phases"]] == [("operation", 0, 20)]
    assert (first["start"], second["start"]) == ([5, 9], [17, 21])


def test_an_id_that_is_taken_gets_an_ending() -> None:
    given = document(claim("a", placement("a/1")), claim("a+twin", placement("a+twin/1")))
    assert edits.new_id(given, "a", "+twin") == "a+twin'"


def test_nothing_given_is_altered() -> None:
    before = copy.deepcopy(WHOLE)
    edits.dropped(WHOLE, "a")
    edits.with_copy(WHOLE, "a", "a+twin", edits.aside)
    edits.with_placements(WHOLE, "a", edits.second_part(lambda _: 3))
    edits.without_agreement(WHOLE, 0)
    assert before == WHOLE


def test_forms_of_documents_that_share_rows_are_those_of_rfc_8785() -> None:
    forms = edits.Forms()
    for changed in (WHOLE, edits.dropped(WHOLE, "b"), edits.with_copy(WHOLE, "a", "é", edits.aside)[0]):
        assert forms.of(changed) == canonical(json.loads(json.dumps(changed)))
