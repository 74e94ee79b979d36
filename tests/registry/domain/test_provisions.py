"""Each provision by its id: when it is met and when it is not, with the words that a delegation would read."""

import dataclasses
from typing import Any

import pytest

from registry.domain.filing import Filing, Known, read_filing
from registry.domain.overlaps import Site, Stay
from registry.domain.provisions import CHECKS
from registry.domain.provisions.finding import Case, Finding, Neighbour, Protected
from solver import geometry
from tests import factories as make

KNOWN = Known(
    parties={"IND", "JPN"},
    operators={"ISRO"},
    places={"ridge"},
    methods=("landing-plume", "static-science", "rover-corridor", "fission-unshielded"),
    ranks=3,
    horizon_days=1000,
)
LANDER = Protected("old-lander", "Old lander", 10000.0, 12400.0, 2300)
RIDGE = [(8000.0, 8000.0), (16000.0, 8000.0), (16000.0, 16000.0), (8000.0, 16000.0)]
PAD = [(9900.0, 9900.0), (10100.0, 9900.0), (10100.0, 10100.0), (9900.0, 10100.0)]


def case(change: dict[str, Any] | None = None, around: dict[str, Any] | None = None, **document: Any) -> Case:
    """A case of a sound filing. `change` replaces fields that a filing at fault would not even be read with, `around`
    what the filing is compared with.
    """
    filing: Filing = dataclasses.replace(read_filing(make.claim_document(**document), KNOWN), **(change or {}))
    given: dict[str, Any] = {
        "protected": (LANDER,), "claim": "C-0001", "kinds": {"IND": "state", "JPN": "state"}, "operator_party": "IND",
        "places": {"ridge": RIDGE},
    }  # fmt: skip
    return Case(filing, make.policy(zone_methods=list(KNOWN.methods)), **{**given, **(around or {})})


def says(group: str, **changes: Any) -> Case:
    """A case whose filing says something else in one group of its particulars."""
    return case(**{group: make.particulars()[group] | changes})


def unsaid(name: str) -> Case:
    return case(**{name: None})


def gives(**changes: Any) -> Case:
    return case(contributions={"IND": [make.contribution(**changes)]})


def shared(*percent: int) -> Case:
    credit = dict(zip(("IND", "JPN"), percent, strict=True))
    return case(credit=credit, contributions={party: [make.contribution()] for party in credit})


def of_phase(**changes: Any) -> Case:
    return case(term_days=900, placements=[make.placement(phases=[make.phase(**changes)])])


def closing(days: int) -> Case:
    """A case whose zone covers all of its place for so many days."""
    return case(around={"places": {"ridge": PAD}}, placements=[make.placement(phases=[make.phase(days=days)])])


def under(**policy: Any) -> Case:
    """A case under another policy than the one that its filing was read with."""
    return dataclasses.replace(case(), policy=make.policy(**policy))


def beside(x: float, *parties: str, days: tuple[int, int] = (0, 200)) -> Case:
    """A case with one other claim, whose placement is at (x, 10000) and keeps 500 m."""
    footprint = geometry.footprint({"type": "Point", "coordinates": [x, 10000]})
    site = Site("C-0002/1", footprint, *days, (Stay(0, 100, 500),))
    other = Neighbour("C-0002", frozenset(parties), (site,))
    return case(around={"others": (other,)}, placements=[make.placement(1)])


POSSIBLE = {"nodal_period_min": 0.5, "inclination_deg": 180, "apogee_km": 2, "perigee_km": 2}
PLAIN, AROUND, BESIDE = make.square(9000, 9000, 1000), make.square(8500, 8500, 2000), make.square(10000, 9000, 1000)
NESTED = [make.placement(1), make.placement(2, footprint=PLAIN)]
NESTING = [make.placement(1, footprint=AROUND), make.placement(2, footprint=PLAIN)]
TOUCHING = [make.placement(1, footprint=PLAIN), make.placement(2, footprint=BESIDE)]
BAD_ORBIT = {"nodal_period_min": 0, "inclination_deg": 181, "apogee_km": 1, "perigee_km": 2}
SAME = {"method": "static-science", "inputs": {"anomaly": False}}
PLUME = {"method": "landing-plume", "inputs": {"landed_mass_kg": 900}}
NARROW = {"method": "rover-corridor", "inputs": {"anomaly": False}}
TWICE = [make.placement(1), make.placement(2)]
PLOT = {"type": "Polygon", "coordinates": [[[9000, 9000], [10000, 9000], [10000, 10000], [9000, 10000], [9000, 9000]]]}
MET, FAILED, BESIDES = "favourable", "unfavourable", "not-applicable"
ROWS = [
    ("OST-I-2", case(), MET, "The ground stays open to passage"),
    ("OST-I-2", says("access", open_to_passage=None), FAILED, "does not say that the ground stays open to passage"),
    ("OST-I-2", case(around={"places": {"ridge": PAD}}), FAILED, "a zone of 200 m for 100 days covers all of ridge"),
    ("OST-I-2", closing(14), MET, "no lasting zone covers all of its place"),
    ("OST-I-2", closing(15), FAILED, "a zone of 200 m for 15 days covers all of ridge"),
    ("OST-I-2", case(around={"places": {}}), MET, "no lasting zone covers all of its place"),
    ("OST-I-3", case(), MET, "scientific transits"),
    ("OST-I-3", says("access", science_transits=" "), FAILED, "The list of science transits is not given."),
    ("OST-II-1", case(), MET, "a finite term of 200 days"),
    ("OST-II-1", case(term_days=3653), MET, "3653 days"),
    ("OST-II-1", case(term_days=3654), FAILED, "no priority of use lasts longer than 3653 days"),
    ("OST-II-1", case(term_days=100), MET, "a finite term of 100 days"),
    ("OST-II-1", case(term_days=99), FAILED, "The term asked for is 99 days, the longest placement lasts 100 days."),
    ("OST-IV-1", case(), MET, "The activity is science-station"),
    ("OST-IV-1", case(peaceful_statement=""), FAILED, "The statement on peaceful purposes is not given."),
    ("OST-IV-1", case({"activity": "manoeuvres"}), FAILED, "The activity manoeuvres is not on the list."),
    ("OST-IV-1", says("military", personnel=True, role="a doctor"), MET, "military personnel: a doctor."),
    ("OST-IV-1", says("military", personnel=True), FAILED, "Military personnel take part and their role is not given."),
    ("OST-IV-1", says("military", personnel=None), FAILED, "does not say whether military personnel take part"),
    ("OST-VI-1", case(), MET, "IND authorises and supervises; IND files"),
    (
        "OST-VI-1",
        case(authorisation={"party": "JPN", "reference": ""}, contacts=None),
        FAILED,
        "The authorising party JPN has no credit in the claim; the reference of the licence is not given; the contact ",
    ),
    ("OST-VI-1", case(filed_by="JPN"), FAILED, "JPN files the claim and has no credit in it"),
    ("OST-VII-1", case(), MET, "The launching parties are IND; a contact for liability is given."),
    ("OST-VII-1", case(launching_parties=[]), FAILED, "No launching party is named."),
    ("OST-VII-1", says("contacts", liability={"name": "A"}), FAILED, "for liability has no e-mail or telephone"),
    ("OST-VIII-1", case(), MET, "OBJECT-1 is kept on the register of IND"),
    ("OST-VIII-1", says("registration", kept_after_end=False), FAILED, "does not say that the object stays on its"),
    ("OST-IX-1", case(), MET, "Every keep-out distance comes from a registered sizing method"),
    (
        "OST-IX-1",
        under(zone_methods=["rover-corridor"]),
        FAILED,
        "methods that the round's policy does not list: placement 1, operation: static-science",
    ),
    ("OST-IX-2", case(), MET, "No placement of another party comes too near"),
    ("OST-IX-2", beside(10499, "JPN"), FAILED, "C-0002 (C-0002/1 is 498 m from C-0001/1, keep-out 500 m)"),
    ("OST-IX-2", beside(10501, "JPN"), MET, "No placement of another party"),
    ("OST-IX-2", beside(10000, "JPN", days=(300, 400)), MET, "No placement of another party"),
    ("OST-IX-2", beside(10000, "IND"), MET, "No placement of another party"),
    ("OST-XI-1", case(), MET, "Nature, conduct, locations and expected results are given"),
    (
        "OST-XI-1",
        says("publication", conduct="", results=""),
        FAILED,
        "how it is conducted is not given; the account of",
    ),
    ("OST-XII-1", case(), MET, "may visit on 30 days' notice, on a basis of reciprocity"),
    ("OST-XII-1", says("contacts", visits=None), FAILED, "The contact for visits has no name; the days of notice"),
    ("OST-XII-1", says("zones", refuses_entry=True), FAILED, "The safety zones are described as refusing entry."),
    ("REG-II-1", case(), MET, "IND is the one State of registry"),
    ("REG-II-1", case(launching_parties=["JPN"]), FAILED, "IND is not among the launching parties (JPN)"),
    ("REG-IV-1", case(), MET, "basic orbital parameters and function are given"),
    ("REG-IV-1", says("registration", orbit={"apogee_km": 100}), FAILED, "nodal period is not given; the inclination"),
    ("REG-IV-1", unsaid("registration"), FAILED, "The designator is not given; the launch date is not given"),
    ("REG-PR-1", case(), MET, "changes of status are notified"),
    ("REG-PR-1", says("registration", status_updates=None), FAILED, "that changes of status will be notified"),
    ("REG-PR-1", says("registration", launch_date="1956-01-01"), FAILED, "1956-01-01 lies before the first launch"),
    ("REG-PR-1", says("registration", launch_date="1957-10-04"), MET, "changes of status are notified"),
    ("REG-PR-1", says("registration", orbit=POSSIBLE), MET, "changes of status are notified"),
    ("REG-PR-1", says("registration", orbit=BAD_ORBIT), FAILED, "A nodal period of 0 minutes is impossible; an incli"),
    (
        "REG-PR-1",
        says("registration", orbit=BAD_ORBIT),
        FAILED,
        "inclination of 181 degrees is impossible; the perigee",
    ),
    ("REG-PR-1", says("registration", orbit=BAD_ORBIT), FAILED, "perigee of 2 km lies above the apogee of 1 km."),
    ("REG-PR-2", case(), MET, "IND submits as a State"),
    ("REG-PR-2", case(around={"kinds": {"IND": "igo"}}), MET, "or an intergovernmental organisation"),
    ("REG-PR-2", case(around={"kinds": {"IND": "agency"}}), FAILED, "The filing party IND is neither a State nor an"),
    ("MA-4", case(), MET, "how all countries and later generations are served"),
    ("MA-4", case(benefit_sharing=""), FAILED, "The statement on sharing benefits is not given."),
    ("MA-5-1", case(), MET, "orbital parameters and duration are given"),
    ("MA-5-1", says("registration", launch_date=None), FAILED, "The launch date is not given."),
    ("MA-5-2", case(), MET, "Progress is reported every 30 days."),
    ("MA-5-2", says("publication", progress_report_days=31), FAILED, "reported every 31 days, 30 are the most"),
    ("MA-5-2", of_phase(days=61), MET, "every 30 days"),
    ("MA-5-2", of_phase(days=60), BESIDES, "The operation lasts 60 days, no more than 60."),
    ("MA-5-3", case(), MET, "No other claim plans for the same area"),
    ("MA-5-3", beside(10400, "IND", "JPN"), FAILED, "The same area is planned for by C-0002"),
    ("MA-9-1", case(), MET, "The area is no larger than what the operation affects"),
    (
        "MA-9-1",
        case(placements=[make.placement(footprint=PLOT)]),
        FAILED,
        "covers 1.00 km2, its largest zone only 0.13",
    ),
    ("MA-9-1", says("zones", reason=""), FAILED, "The reason for the size of the zones is not given."),
    ("MA-9-2", case(), MET, "leaves the access of others free"),
    ("MA-9-2", says("access", open_to_passage=False), FAILED, "does not say that the ground stays open"),
    ("MA-11", case(), MET, "how benefits are shared, and what is taken"),
    ("MA-11", says("resources", materials=[]), FAILED, "The list of materials to be taken is not given."),
    ("AA-4", case(), MET, "The plan is public at https://plans.example.org/1."),
    ("AA-4", says("publication", plan_url=""), FAILED, "The address of the public plan is not given."),
    ("AA-5", case(), MET, "Declared standards: a standard."),
    ("AA-5", case(standards=[]), FAILED, "No standard for interoperability is declared."),
    ("AA-6", case(), MET, "Duty officer answers day and night."),
    ("AA-6", says("contacts", emergency={"name": "A", "phone": "+00 12345"}), FAILED, "does not answer day and night"),
    ("AA-7", case(), MET, "IND registers OBJECT-1."),
    ("AA-7", says("registration", designator=""), FAILED, "The designator of the object is not given."),
    ("AA-8", case(), MET, "released on 2029-01-01"),
    ("AA-8", says("publication", data_released_on=None), FAILED, "The day of release of scientific data is not given."),
    ("AA-9", case(), MET, "keeps clear of the enforced protected places"),
    # 2300 m on the ground are 2300 m times the scale on the map, here less than 0.1 m more.
    ("AA-9", case(placements=[make.placement(1, y=10099.8)]), MET, "keeps clear"),
    ("AA-9", case(placements=[make.placement(1, y=10101.0)]), FAILED, "is 2299 m from Old lander (buffer 2300 m)"),
    ("AA-10", case(), MET, "taking them is no appropriation"),
    ("AA-10", says("resources", extracts=False), BESIDES, "No space resources are taken."),
    ("AA-10", says("resources", notice=""), FAILED, "The notice to the Secretary General is not given."),
    (
        "AA-10",
        says("resources", materials=[{"material": "ice", "quantity_kg": None}]),
        FAILED,
        "The quantity of ice is not given.",
    ),
    ("AA-11-1", case(), MET, "knows whom to ask"),
    (
        "AA-11-1",
        says("contacts", supervision=None),
        FAILED,
        "The contact for questions about interference has no name.",
    ),
    ("AA-11-SZ1", case(), MET, "for normal operation and for a plausible anomaly"),
    ("AA-11-SZ1", of_phase(anomaly=SAME), MET, "for normal operation and for a plausible anomaly"),
    ("AA-11-SZ1", of_phase(anomaly=None), FAILED, "Placement 1, operation has no zone for an anomaly."),
    ("AA-11-SZ1", of_phase(anomaly=NARROW), FAILED, "for an anomaly (50 m) is smaller than the nominal one (200 m)"),
    ("AA-11-SZ2", case(), MET, "by registered methods and stated inputs"),
    (
        "AA-11-SZ2",
        under(zone_methods=["rover-corridor"]),
        FAILED,
        "Sizes without a registered method: placement 1, operation: static-science",
    ),
    ("AA-11-SZ3", case(), MET, "Every method has a version and a source"),
    ("AA-11-SZ4", case(), MET, "end with the operation"),
    (
        "AA-11-SZ4",
        of_phase(days=15, **PLUME),
        FAILED,
        "Placement 1, operation keeps the zone of a landing for 15 days.",
    ),
    ("AA-11-SZ4", of_phase(days=14, **PLUME), MET, "end with the operation"),
    ("AA-11-SZ4", case(term_days=100), MET, "end with the operation"),
    ("AA-11-SZ4", case(term_days=99), FAILED, "Placement 1, operation ends on day 100, after the term of 99 days"),
    ("AA-11-SZ5", case(), MET, "30 days before a zone is established, altered or ended"),
    ("AA-11-SZ5", says("zones", change_notice_days=None), FAILED, "notice before a zone changes is not given"),
    ("AA-11-SZ6", case(), MET, "published with the extent of the zones."),
    ("AA-11-SZ6", says("zones", withheld="masses: export control"), MET, "withheld: masses: export control."),
    ("AA-11-SZ6", says("zones", published=""), FAILED, "The public description of the zones is not given."),
    ("AA-11-SZ7", case(), MET, "on 14 days' notice and coordination; there is no veto"),
    ("AA-11-SZ7", says("zones", refuses_entry=True), FAILED, "does not say that entry is never refused"),
    ("AA-11-SZ8", case(), MET, "Passage, scientific transits and joint use are open."),
    ("AA-11-SZ8", says("access", joint_use=""), FAILED, "The statement on joint use is not given."),
    ("AA-12", case(), MET, "At the end: passivated-in-place, within 30 days."),
    ("AA-12", says("disposal", method=None), FAILED, "The method of disposal is not given."),
    ("ILRS-1", case(), MET, "Part of the phase construction, level instrument"),
    ("ILRS-1", case(programmes=[]), BESIDES, "names no part in the International Lunar Research Station"),
    ("ILRS-1", case(programmes=[{"name": "ilrs", "phase": "soon", "level": "a"}]), FAILED, "The phase soon is none of"),
    ("COSPAR-1", case(), MET, "The inventory of organic materials is given"),
    ("COSPAR-1", case(cospar_inventory=None), FAILED, "the inventory of organic materials is missing"),
    ("LTS-A-5", case(), MET, "Guideline A.5 on the practice of registering space objects: yes, with evidence."),
    ("LTS-A-5", case(sustainability={}), FAILED, "space objects is not answered."),
    ("LTS-A-5", case(sustainability={"A.5": {"answer": "yes"}}), FAILED, "The evidence is not given."),
    ("LTS-B-1", case(), MET, "Guideline B.1 on contact details and information on objects and events: na"),
    ("LTS-B-1", case(sustainability={"B.1": {"answer": "no"}}), FAILED, "is answered with no."),
    ("HAGUE-1", case(), MET, "asked for 200 days in a limited area that stays open"),
    ("HAGUE-1", unsaid("zones"), FAILED, "The reason for the size of the zones is not given."),
    ("ZD-1", case(), MET, "filed: passivated-in-place, within 30 days."),
    ("ZD-1", unsaid("disposal"), FAILED, "The method of disposal is not given; the end state is not given; the time"),
    ("IADC-1", case(), MET, "how stored energy is taken out"),
    ("IADC-1", says("disposal", passivation=""), FAILED, "The account of passivation is not given."),
    ("CONFERS-1", case(), MET, "Work close to a lander of IND follows a stated procedure."),
    ("CONFERS-1", case(proximity=None), BESIDES, "No work close to the hardware of others is planned."),
    ("CONFERS-1", says("proximity", procedure=""), FAILED, "The procedure of approach is not given."),
    ("EUSA-1", case(), MET, "end of life and a profile of sustainability are given"),
    ("EUSA-1", case(sustainability={}), FAILED, "The profile of sustainability is not given."),
    ("PART-1", case(), MET, "Every credited party takes part"),
    ("PART-1", case(contributions={}), FAILED, "IND names no contribution"),
    ("PART-1", case({"credit": {"IND": 90, "JPN": 10}}), FAILED, "JPN has only 10 percent"),
    ("PART-1", shared(75, 25), MET, "Every credited party takes part"),
    ("PART-1", gives(kind="science"), FAILED, "IND names neither funds nor hardware nor operations."),
    ("PART-1", gives(evidence=""), FAILED, "IND names no evidence for lander."),
    ("PART-1", gives(percent=None), FAILED, "IND gives neither a share nor an amount"),
    ("PART-1", gives(percent=24), FAILED, "IND brings only 24 percent."),
    ("PART-1", gives(percent=None, amount="EUR 1 million"), MET, "Every credited party takes part"),
    ("PART-1", case(around={"operator_party": "JPN"}), FAILED, "The operator answers to JPN, which has no credit"),
    ("PLACE-1", case(), MET, "The placements are distinct"),
    ("PLACE-1", case(placements=TWICE), FAILED, "Placements 1 and 2 have the same footprint."),
    ("PLACE-1", case(placements=NESTED), FAILED, "Placement 1 lies wholly inside placement 2."),
    ("PLACE-1", case(placements=NESTING), FAILED, "Placement 2 lies wholly inside placement 1."),
    ("PLACE-1", case(placements=TOUCHING), MET, "The placements are distinct"),
    ("PLACE-1", under(horizon_days=100), MET, "The placements are distinct"),
    ("PLACE-1", under(horizon_days=99), FAILED, "Placement 1 has no start that fits the horizon of 99 days"),
]
NAMES = [f"{row[0]}-{row[2]}-{number}" for number, row in enumerate(ROWS)]


@pytest.mark.parametrize(("provision", "given", "outcome", "words"), ROWS, ids=NAMES)
def test_provision(provision: str, given: Case, outcome: str, words: str) -> None:
    found = CHECKS[provision](given)
    assert (found.provision, found.outcome) == (provision, outcome), found.reason
    assert words in found.reason
    assert bool(found.mend) == (outcome == FAILED)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method_version": "0"}, "Method static-science has no registered version 0."),
        ({"method_id": "guess", "method_version": ""}, "Method guess has no registered version."),
    ],
)
def test_aa_11_sz3_is_unfavourable_for_a_method_or_a_version_that_is_not_registered(
    changes: dict[str, str], reason: str
) -> None:
    found = sized_otherwise(**changes)
    assert (found.outcome, found.reason) == (FAILED, reason)


def sized_otherwise(**changes: str) -> Finding:
    given = case(placements=[make.placement(1)])
    [placement] = given.filing.placements
    [phase] = placement.phases
    other = dataclasses.replace(placement, phases=(dataclasses.replace(phase, **changes),))
    filing = dataclasses.replace(given.filing, placements=(other,))
    return CHECKS["AA-11-SZ3"](dataclasses.replace(given, filing=filing))


def test_part_1_counts_what_is_brought_only_once() -> None:
    rows = [make.contribution(percent=60), make.contribution(percent=41)]
    found = CHECKS["PART-1"](case(contributions={"IND": rows}))
    assert found.reason == "The contributions sum to 101 percent."


def test_part_1_does_not_count_science_towards_the_least_share() -> None:
    rows = [make.contribution(percent=10), make.contribution(kind="science", percent=90)]
    found = CHECKS["PART-1"](case(contributions={"IND": rows}))
    assert found.reason == "IND brings only 10 percent."


def test_evidence_has_the_figures_and_the_ids() -> None:
    overlap = {"placements": ["C-0001/1", "C-0002/1"], "distance_m": 399, "keep_out_m": 500}
    assert CHECKS["OST-IX-2"](beside(10400, "JPN")).evidence == {"overlaps": [overlap]}
    assert CHECKS["AA-10"](case()).evidence == {"materials": {"regolith": 2.5}}
    assert CHECKS["AA-11-SZ1"](case(placements=[make.placement(1)])).evidence == {
        "metres": {"placement 1, operation": [200, 500]}
    }


def test_every_provision_has_a_favourable_and_an_unfavourable_row() -> None:
    outcomes = {(row[0], row[2]) for row in ROWS if row[2] != BESIDES} | {("AA-11-SZ3", FAILED)}
    assert outcomes == {(provision, outcome) for provision in CHECKS for outcome in (MET, FAILED)}
