"""A round of three claims for tests of norms: two that are 400 m apart, one without an inventory; and a solver by hand."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from registry.domain.filing import Known, read_filing
from registry.domain.freeze import ReadyClaim, ReadyPlacement, freeze
from registry.domain.norms.changes import Change
from registry.domain.norms.problem import Norms, Problem
from registry.domain.provisions.finding import Case, Protected
from registry.domain.provisions.rules import Rule
from solver import geometry
from tests import factories as make

PARTIES = {"C-0001": "IND", "C-0002": "JPN", "C-0003": "CHN"}
GROUPS = {"IND": ("artemis-accords", "moon-agreement"), "CHN": ("ilrs",), "JPN": ("artemis-accords",)}
KNOWN = Known(
    parties=set(GROUPS), operators={make.operator_of(party) for party in GROUPS}, places={"ridge"},
    methods=("landing-plume", "static-science"), ranks=3, horizon_days=1000,
)  # fmt: skip
OST, ACCORDS = Norms(("OST-II-1",)), Norms(("OST-II-1", "AA-11-SZ1", "COSPAR-1"))
RULES = {
    "OST-II-1": Rule("OST-II-1", "hard", "binding", "outer-space-treaty"),
    "AA-9": Rule("AA-9", "hard", "non-binding", "artemis-accords", "members"),
    "AA-11-SZ1": Rule("AA-11-SZ1", "data", "non-binding", "artemis-accords", "members"),
    "ILRS-1": Rule("ILRS-1", "data", "non-binding", "ilrs", "members"),
    "MA-4": Rule("MA-4", "soft", "binding", "moon-agreement", "members"),
    "COSPAR-1": Rule("COSPAR-1", "data", "non-binding", "cospar-policy"),
}
WIDER = Change("wider", "AA-11-SZ1", "anomaly-zones", {})
HERITAGE = Change("heritage", "AA-9", "places-enforced", {"places": ["lander"]})
STATION = Change("station", "ILRS-1", "one-station", {"programme": "ilrs"})
LEFT = Change("left", "MA-4", "share-left", {"places": ["ridge"], "percent": 20})


def problem(changes: Sequence[Change] = (WIDER,), **documents: Mapping[str, Any]) -> Problem:
    """The round; `documents` change filings, by C_0001 and so on."""
    cases = {name: _case(name, documents.get(name.replace("-", "_"), {})) for name in PARTIES}
    policy = make.policy(caps=[], reserves=[], holds=[])
    ready = [_ready(name, case) for name, case in cases.items()]
    document = freeze("R", policy, ready, GROUPS, [])
    return Problem(
        document=document,
        cases=cases,
        names={name: f"Claim {name}" for name in cases},
        rules=RULES,
        changes=changes,
        protected={"lander": Protected("lander", "Old lander", 10000.0, 10500.0, 700)},
        regions={"ridge": ["C-0001/1", "C-0002/1"]},
        at=make.ANNOUNCED,
    )


def _case(name: str, changes: Mapping[str, Any]) -> Case:
    party = PARTIES[name]
    x = {"C-0001": 10000, "C-0002": 10400, "C-0003": 30000}[name]
    given = {"placements": [make.placement(1, x=x)], "cospar_inventory": None if name == "C-0003" else "Propellants."}
    filing = read_filing(make.claim_document(name, party, **{**given, **changes}), KNOWN)
    return Case(filing, make.policy(), claim=name, groups=GROUPS, kinds=dict.fromkeys(GROUPS, "state"))


def _ready(name: str, case: Case) -> ReadyClaim:
    rows = tuple(
        ReadyPlacement(
            row.rank, row.footprint, row.first_day, row.last_day,
            tuple((one.name, one.offset, one.days, one.keep_out_m) for one in row.phases),
        )
        for row in case.filing.placements
    )  # fmt: skip
    return ReadyClaim(name, case.filing.credit, "x", "x", "2027-02-01T10:00:00Z", rows)


def by_hand(document: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Claims in the order of their ids get their first placement if it is not too near to one that was given before."""
    given: list[tuple[str, Mapping[str, Any]]] = []
    left = {cap["id"]: cap["max"] for cap in document["caps"]}
    for claim in document["claims"]:
        first = claim["placements"][0]
        capped = [cap["id"] for cap in document["caps"] if first["id"] in cap["placements"]]
        if all(_fits(document, claim["id"], first, *other) for other in given) and all(left[name] for name in capped):
            given.append((claim["id"], first))
            left |= {name: left[name] - 1 for name in capped}
    return {claim: (row["id"], row["start"][0]) for claim, row in given}


def _fits(
    document: Mapping[str, Any], claim: str, row: Mapping[str, Any], other: str, there: Mapping[str, Any]
) -> bool:
    asked = max(phase["keep_out_m"] for one in (row, there) for phase in one["phases"])
    agreed = [one["keep_out_m"] for one in document["agreements"] if {claim, other} == set(one["claims"])]
    between = geometry.distance_m(*(geometry.footprint(one["footprint"]) for one in (row, there)))
    return not geometry.is_too_near(between, min([asked, *agreed]))


def strict(norms: Norms) -> Norms:
    return dataclasses.replace(norms, strict=frozenset(norms.provisions))
