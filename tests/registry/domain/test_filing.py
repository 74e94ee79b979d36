"""A filing is read whole or refused with every fault, each naming its field and the mend."""

from typing import Any

import pytest

from registry.domain.filing import Known, read_filing, read_stored
from registry.domain.filing.forms import Anomaly
from registry.domain.filing.particulars import Answer, Contact, Contribution, Material, Orbit, Particulars
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


def says(group: str, **changes: Any) -> dict[str, Any]:
    return make.claim_document(**{group: make.particulars()[group] | changes})


def gives(**changes: Any) -> dict[str, Any]:
    return make.claim_document(contributions={"IND": [make.contribution(**changes)]})


def test_a_sound_filing_is_read() -> None:
    filing = read_filing(make.claim_document(), KNOWN)
    assert (filing.key, filing.credit, len(filing.placements)) == ("alpha", {"IND": 100}, 3)
    assert filing.placements[0].phases[0].keep_out_m == 200
    assert filing.placements[0].duration_days == 100


def test_a_joint_claim_is_read() -> None:
    both = {
        "IND": [make.contribution()],
        "JPN": [make.contribution(kind="funds", percent=None, amount="EUR 1 million")],
    }
    filing = read_filing(make.claim_document(credit={"IND": 50, "JPN": 50}, contributions=both), KNOWN)
    assert filing.credit == {"IND": 50, "JPN": 50}
    assert filing.contributions == {
        "IND": (Contribution("hardware", "lander", 25, "", "contract 1"),),
        "JPN": (Contribution("funds", "lander", None, "EUR 1 million", "contract 1"),),
    }


def test_particulars_are_read_into_their_fields() -> None:
    said = read_filing(make.claim_document(), KNOWN).particulars
    assert said.contacts.emergency == Contact("Duty officer", "duty@example.org", "+00 1234 5678", True, None)
    assert said.contacts.visits.notice_days == 30
    assert said.registration.orbit == Orbit(118.0, 90.0, 100.0, 95.0)
    assert said.resources.materials == (Material("regolith", 2.5),)
    assert (said.disposal.method, said.disposal.within_days) == ("passivated-in-place", 30)
    assert said.sustainability == {"A.5": Answer("yes", "register"), "B.1": Answer("na", "annex")}
    assert said.programmes[0].phase == "construction"


def test_a_group_that_is_null_says_nothing() -> None:
    unsaid = dict.fromkeys(make.particulars())
    assert read_filing(make.claim_document(**unsaid), KNOWN).particulars == Particulars()


def test_every_field_of_the_particulars_is_in_what_is_stored() -> None:
    content = read_filing(make.claim_document(), KNOWN).particulars.content()
    assert set(content) == set(make.particulars())
    assert content["contacts"]["liability"] == {
        "name": "Treasury", "email": "treasury@example.org", "phone": "", "always": None, "notice_days": None,
    }  # fmt: skip
    assert content["resources"]["materials"] == [{"material": "regolith", "quantity_kg": 2.5}]


def test_a_phase_is_sized_for_its_anomaly_too() -> None:
    [phase] = read_filing(make.claim_document(placements=[make.placement()]), KNOWN).placements[0].phases
    assert phase.anomaly == Anomaly("static-science", {"anomaly": True}, 500)
    assert phase.keep_out_m == 200


def test_a_filing_of_form_1_stays_readable_and_keeps_its_words() -> None:
    filing = read_stored(make.first_form(), 1, KNOWN)
    said = filing.particulars
    assert filing.contributions["IND"] == (Contribution("other", "lander and operations", None, "", ""),)
    assert said.contacts.supervision == Contact("office@example.org", "office@example.org")
    assert said.contacts.emergency == Contact("duty officer, duty@example.org", "duty@example.org")
    assert (said.disposal.method, said.disposal.end_state) == (None, "Passivated in place.")
    assert said.publication.plan_url == "" and said.access.open_to_passage is None


def test_a_filing_of_form_1_is_no_longer_received() -> None:
    found = faults(make.first_form())
    assert "contacts: missing; add it" in found
    assert any(fault.startswith("disposal_plan: unknown field") for fault in found)


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
        (make.claim_document(contributions={"JPN": []}), "contributions.JPN: unknown field"),
        (make.claim_document(contributions={"IND": "lander"}), 'contributions.IND: "lander" is not a list'),
        (gives(percent=101), "contributions.IND[0].percent: 101 is out of range"),
        (gives(kind="flag"), 'contributions.IND[0].kind: "flag" is unknown; use one of funds, hardware'),
        (gives(evidence=None), "contributions.IND[0].evidence: it is not a text"),
        (make.claim_document(term_days=0), "term_days: 0 is out of range"),
        (make.claim_document(term_days=True), "term_days: true is not a number"),
        (says("resources", extracts="no"), "resources.extracts: it is neither true nor false"),
        (says("resources", materials=[{"material": "ice", "quantity_kg": -1}]), "resources.materials[0].quantity_kg: "),
        (says("resources", materials=[{"material": ""}]), "resources.materials[0].quantity_kg: missing"),
        (says("contacts", emergency={"name": "A", "email": "no address"}), "contacts.emergency.email: 'no address' is"),
        (says("contacts", visits={"name": "A", "phone": "soon"}), "contacts.visits.phone: 'soon' is not a telephone"),
        (says("contacts", liability={"name": "A", "always": True}), "contacts.liability.always: unknown field"),
        (says("registration", launch_date="2028"), "registration.launch_date: '2028' is not a date; give YYYY-MM-DD"),
        (says("registration", orbit={"apogee_km": "100"}), "registration.orbit.apogee_km: '100' is no number"),
        (says("registration", orbit={"apogee_km": True}), "registration.orbit.apogee_km: 'True' is no number"),
        (says("disposal", method="left"), 'disposal.method: "left" is unknown; use one of passivated-in-place'),
        (
            says("publication", plan_url="javascript:alert(1)"),
            "publication.plan_url: 'javascript:alert(1)' is not a web",
        ),
        (says("publication", plan_url="https://[bad"), "publication.plan_url: 'https://[bad' is not a web address"),
        (says("publication", progress_report_days=0), "publication.progress_report_days: 0 is out of range"),
        (says("access", open_to_passage=1), "access.open_to_passage: it is neither true nor false"),
        (says("zones", entry_notice_days=10**9), "zones.entry_notice_days: 1000000000 is out of range"),
        (says("zones", radius_m=100), "zones.radius_m: unknown field"),
        (make.claim_document(standards=["a", "a"]), 'standards[1]: "a" stands twice'),
        (make.claim_document(sustainability={"Z.9": {"answer": "yes"}}), "sustainability.Z.9: unknown field"),
        (make.claim_document(sustainability={"A.5": {"answer": "maybe"}}), 'sustainability.A.5.answer: "maybe" is'),
        (make.claim_document(programmes=[{"name": "ilrs"}]), "programmes[0].phase: missing; add it"),
        (make.claim_document(contacts=[]), "contacts: [] is not an object"),
        (of_phase(anomaly={"method": "guess", "inputs": {}}), "placements[0].phases[0].anomaly.method: method 'guess'"),
        (of_phase(anomaly={"method": "static-science"}), "placements[0].phases[0].anomaly.inputs: missing"),
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
        (gives(what="\x1b[2J"), "contributions.IND[0].what: character 1 (U+001B) cannot"),
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
