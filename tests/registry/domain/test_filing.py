"""A filing is read whole or refused with every fault, each naming its field and the mend."""

from typing import Any

import pytest

from registry.domain.filing import Known, read_filing
from solver.fields import InputError
from tests import factories as make

KNOWN = Known(
    parties={"CHE", "GHA", "IND", "JPN", "THA"},
    operators={"ISRO"},
    places={"ridge", "crater"},
    methods=("landing-plume", "static-science", "rover-corridor", "agency-hold"),
    ranks=3,
    horizon_days=1000,
)


def faults(document: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_filing(document, KNOWN)
    return [str(fault) for fault in caught.value.faults]


def of_placement(**changes: Any) -> dict[str, Any]:
    return make.claim_document(placements=[make.placement(**changes)])


def of_phase(**changes: Any) -> dict[str, Any]:
    return of_placement(phases=[make.phase(**changes)])


def point(*coordinates: Any) -> dict[str, Any]:
    return of_placement(footprint={"type": "Point", "coordinates": list(coordinates)})


def test_a_sound_filing_is_read() -> None:
    filing = read_filing(make.claim_document(), KNOWN)
    assert (filing.key, filing.credit, len(filing.placements)) == ("alpha", {"IND": 100}, 3)
    assert filing.placements[0].phases[0].keep_out_m == 200
    assert filing.placements[0].duration_days == 100


def test_a_joint_claim_is_read() -> None:
    both = {"IND": "lander", "JPN": "rover"}
    filing = read_filing(make.claim_document(credit={"IND": 50, "JPN": 50}, contributions=both), KNOWN)
    assert (filing.credit, filing.contributions) == ({"IND": 50, "JPN": 50}, both)


@pytest.mark.parametrize("text", ["قمر", "月の南極", "a\tb\r\nc", "\U0001f311", 'O\'Neill "Rim" & <b>', "Ω" * 200])
def test_texts_of_every_language_are_read(text: str) -> None:
    assert read_filing(make.claim_document(name=text, purpose=text), KNOWN).name == text


BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]}


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "file: [] is not an object"),
        (None, "file: null is not an object"),
        ({**make.claim_document(), "colour": 1}, "colour: unknown field"),
        ({k: v for k, v in make.claim_document().items() if k != "purpose"}, "purpose: missing; add it"),
        (make.claim_document(filed_by="XXX"), "filed_by: party 'XXX' is unknown"),
        (make.claim_document(filed_by="ISRO"), "filed_by: party 'ISRO' is unknown"),
        (make.claim_document(operator="NOBODY"), "operator: operator 'NOBODY' is unknown"),
        (make.claim_document(launching_parties=["XXX"]), "launching_parties: party 'XXX' is unknown"),
        (make.claim_document(state_of_registry=""), 'state_of_registry: "" is not a text'),
        (make.claim_document(activity="war"), 'activity: "war" is unknown; use one of science-station'),
        (make.claim_document(credit={"IND": 60, "JPN": 30}), "credit: the shares sum to 90; make them sum to 100"),
        (make.claim_document(credit={"IND": 80, "JPN": 20}), "credit.JPN: 20 is out of range"),
        (make.claim_document(credit={"IND": 50.5, "JPN": 49.5}), "credit.IND: 50.5 is not whole"),
        (make.claim_document(credit={"IND": 50, "XXX": 50}), "credit.XXX: party 'XXX' is unknown"),
        (make.claim_document(credit=None), "credit: null is not an object"),
        (make.claim_document(contributions={"JPN": "x"}), "contributions.JPN: unknown field"),
        (make.claim_document(term_days=0), "term_days: 0 is out of range"),
        (make.claim_document(term_days=True), "term_days: true is not a number"),
        (make.claim_document(uses_resources="no"), "uses_resources: it is neither true nor false"),
        (make.claim_document(received_at="yesterday"), "received_at: it is not an instant"),
        (make.claim_document(key="k" * 121), "key: it has 121 characters; use at most 120"),
        (make.claim_document(placements=[]), "placements: the claim has none"),
        (make.claim_document(placements=[make.placement(i) for i in (1, 2, 3, 4)]), "placements: there are 4"),
        (make.claim_document(placements=[make.placement(1), make.placement(1)]), "placements: the ranks are not 1, 2"),
        (of_placement(place="atlantis"), "placements[0].place: place 'atlantis' is unknown"),
        (of_placement(start=[200, 100]), "placements[0].start: the window [200, 100] is reversed"),
        (of_placement(start=[901, 950]), "placements[0].start: no start fits"),
        (of_placement(start=[0, 1001]), "placements[0].start: the last day 1001 is past the horizon of 1000 days"),
        (of_placement(start=[0, 2**50]), "placements[0].start: the last day 1125899906842624 is past the horizon"),
        (make.claim_document(term_days=2**31), "term_days: 2147483648 is out of range"),
        (make.claim_document(basis={"a": [1]}), "basis: {"),
        (make.claim_document(note=[float("nan")]), "note: it is not a text"),
        (
            make.claim_document(purpose="a\x00b"),
            "purpose: character 2 (U+0000) cannot be stored or shown; leave it out",
        ),
        (make.claim_document(name="\ud800"), "name: character 1 (U+D800) cannot"),
        (make.claim_document(contributions={"IND": "\x1b[2J"}), "contributions.IND: character 1 (U+001B) cannot"),
        (of_placement(name="a\ufffe"), "placements[0].name: character 2 (U+FFFE) cannot"),
        (of_placement(start=[-1, 5]), "placements[0].start[0]: -1 is out of range"),
        (of_placement(phases=[]), "placements[0].phases: there is none"),
        (of_phase(days=0), "placements[0].phases[0].days: 0 is out of range"),
        (of_phase(offset=-1), "placements[0].phases[0].offset: -1 is out of range"),
        (of_phase(keep_out_m=5), "placements[0].phases[0].keep_out_m: unknown field"),
        (of_phase(method="guess"), "placements[0].phases[0].method: method 'guess' is not one for claims"),
        (of_phase(method="agency-hold", inputs={"radius_m": 1}), "method 'agency-hold' is not one for claims"),
        (of_phase(method="landing-plume", inputs={"built_pad": False}), "placements[0].phases[0].inputs: "),
        (of_phase(inputs=[]), "placements[0].phases[0].inputs: it is not an object"),
        (point(True, 0), "placements[0].footprint: coordinate True is not a number"),
        (point("10000", 0), "placements[0].footprint: coordinate '10000' is not a number"),
        (point(float("nan"), 0), "placements[0].footprint: coordinate nan is not finite"),
        (point(float("inf"), 0), "placements[0].footprint: coordinate inf is not finite"),
        (point(400000, 0), "north of -80"),
        (of_placement(footprint=BOW_TIE), "placements[0].footprint: the shape is not valid"),
        (of_placement(footprint={"type": "Circle", "coordinates": [0, 0]}), "type 'Circle' is not a footprint"),
        (of_placement(footprint={"type": "Point", "coordinates": [0, 0], "crs": "EPSG:4326"}), "footprint.crs"),
    ],
)
def test_a_fault_is_named_with_its_field(document: Any, fault: str) -> None:
    assert any(fault in found for found in faults(document)), faults(document)


def test_all_faults_come_at_once() -> None:
    document = make.claim_document(operator="NOBODY", term_days=0, credit={"IND": 60})
    assert [fault.partition(":")[0] for fault in faults(document)] == ["credit", "operator", "term_days"]
