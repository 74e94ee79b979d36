"""Each provision by its id: when it is met and when it is not, with the reason that a delegation would read."""

import dataclasses
from typing import Any

import pytest

from registry.domain.filing import Filing, Known, read_filing
from registry.domain.provisions import CHECKS, examine
from registry.domain.provisions.finding import Case, Protected
from tests import factories as make

KNOWN = Known(
    parties={"IND", "JPN"},
    operators={"ISRO"},
    places={"ridge"},
    methods=("static-science",),
    ranks=3,
    horizon_days=1000,
)
LANDER = Protected("old-lander", "Old lander", 10000.0, 12400.0, 2300)


def case(change: dict[str, Any] | None = None, **document: Any) -> Case:
    """A case of a sound filing; `change` replaces fields that a filing at fault would not even be read with."""
    filing: Filing = dataclasses.replace(read_filing(make.claim_document(**document), KNOWN), **(change or {}))
    return Case(filing, make.policy(), (LANDER,))


TWICE = [make.placement(1), make.placement(2)]
ROWS = [
    ("OST-II-1", case(), "favourable", "a finite term of 200 days"),
    ("OST-II-1", case(term_days=3653), "favourable", "3653 days"),
    ("OST-II-1", case(term_days=3654), "unfavourable", "no priority of use lasts longer than 3653 days"),
    ("OST-II-1", case(term_days=99), "unfavourable", "covers the operation"),
    ("OST-IV-1", case(), "favourable", "The activity is science-station"),
    ("OST-IV-1", case(peaceful_statement=""), "unfavourable", "The statement on peaceful purposes is empty"),
    ("OST-IV-1", case({"activity": "manoeuvres"}), "unfavourable", "manoeuvres is not on the list"),
    ("OST-VI-1", case(), "favourable", "IND authorises and supervises; IND files"),
    (
        "OST-VI-1",
        case(authorisation={"party": "JPN", "reference": "", "supervision_contact": ""}),
        "unfavourable",
        "JPN has no credit in the claim; the reference of the licence is empty; the contact for continuing supervision",
    ),
    ("OST-VI-1", case(filed_by="JPN"), "unfavourable", "JPN files the claim and has no credit in it"),
    ("OST-IX-1", case(), "favourable", "Every keep-out distance comes from a registered sizing method"),
    ("COSPAR-1", case(), "favourable", "The inventory of organic materials is given"),
    ("COSPAR-1", case(cospar_inventory=None), "unfavourable", "the inventory of organic materials is missing"),
    ("AA-9", case(), "favourable", "keeps clear of the enforced protected places"),
    (
        "AA-9",
        case(placements=[make.placement(1, y=10101.0)]),
        "unfavourable",
        "placement 1 is 2299 m from Old lander (buffer 2300 m)",
    ),
    ("REG-II-1", case(), "favourable", "IND is the one State of registry"),
    ("REG-II-1", case(launching_parties=["JPN"]), "unfavourable", "IND is not among the launching parties (JPN)"),
    ("PART-1", case(), "favourable", "Every credited party names its contribution"),
    ("PART-1", case(contributions={}), "unfavourable", "IND names no contribution"),
    ("PART-1", case({"credit": {"IND": 90, "JPN": 10}}), "unfavourable", "JPN has only 10 percent"),
    ("PLACE-1", case(), "favourable", "The placements are distinct"),
    ("PLACE-1", case(placements=TWICE), "unfavourable", "placements 1 and 2 have the same footprint"),
]


@pytest.mark.parametrize(("provision", "given", "outcome", "reason"), ROWS)
def test_provision(provision: str, given: Case, outcome: str, reason: str) -> None:
    found = CHECKS[provision](given)
    assert (found.provision, found.outcome) == (provision, outcome)
    assert reason in found.reason


def test_ost_ix_1_is_unfavourable_for_a_method_that_the_policy_leaves_out() -> None:
    found = CHECKS["OST-IX-1"](dataclasses.replace(case(), policy=make.policy(zone_methods=["rover-corridor"])))
    assert found.outcome == "unfavourable"
    assert "placement 1, operation: static-science" in found.reason


def test_aa_9_on_the_very_buffer_is_favourable() -> None:
    # 2300 m on the ground are 2300 m times the scale on the map, here less than 0.1 m more.
    found = CHECKS["AA-9"](case(placements=[make.placement(1, y=10099.8)]))
    assert found.outcome == "favourable"


def test_place_1_is_unfavourable_past_the_horizon_of_the_policy() -> None:
    found = CHECKS["PLACE-1"](dataclasses.replace(case(), policy=make.policy(horizon_days=99)))
    assert "placement 1 has no start that fits the horizon of 99 days" in found.reason


def test_every_provision_has_a_favourable_and_an_unfavourable_row() -> None:
    outcomes = {(row[0], row[2]) for row in ROWS} | {("OST-IX-1", "unfavourable")}
    assert outcomes == {(provision, outcome) for provision in CHECKS for outcome in ("favourable", "unfavourable")}


def test_an_examination_does_not_stop_at_the_first_failure() -> None:
    findings = examine(case(term_days=1, cospar_inventory=None), ["OST-II-1", "COSPAR-1", "PART-1"])
    assert [found.outcome for found in findings] == ["unfavourable", "unfavourable", "favourable"]
