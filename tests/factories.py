"""A small world for tests: five parties, two regions of the procedure's data, and one round taken as far as a test needs.

Everything is valid by default and literal; nothing is random. Places lie near (10 000, 10 000) map metres.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.attachments import Attachment
from registry.domain.claims import Claim
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal
from registry.domain.draw import PublicValue
from registry.domain.entries import Entry
from registry.domain.examinations import Provision
from registry.domain.extensions import ExtensionGround
from registry.domain.instruments import Instrument, Membership
from registry.domain.notices import NoticeTemplate
from registry.domain.parties import Controller, Operator, Party
from registry.domain.places import Feature, ProtectedPlace, Region
from registry.domain.rounds import Round
from registry.scanning import unasked
from registry.services import (
    attachments,
    coordination,
    deciding,
    drafting,
    drawing,
    entering,
    examination,
    filing,
    freezing,
    proposing,
    rounds,
)
from registry.services.scanned import ScannedFile, scanned

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ROUND = "2027-1"
PARTIES = ("CHE", "GHA", "IND", "JPN", "THA")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ANNOUNCED, POLICY_AT = utc("2026-12-01T09:00"), utc("2026-12-15T09:00")
OPENS, FILED, CLOSES = utc("2027-01-15"), utc("2027-02-01T10:00"), utc("2027-03-31")
EXAMINED, PUBLISHED, READY = utc("2027-04-21T15:00"), utc("2027-04-26T09:00"), utc("2027-08-26T09:00")
PULSE = utc("2027-09-08T12:00")
FROZEN, DRAWN, PROPOSED = utc("2027-09-01T09:00"), utc("2027-09-08T12:05"), utc("2027-09-10T09:00")
DECIDED, RECORDED = utc("2027-09-20T14:00"), utc("2027-09-27T09:00")

REGISTRAR = Actor("registrar@example.org", "registrar")
PLANNER = Actor("planner@example.org", "planner")
AUDITOR = Actor("auditor@example.org", "auditor")
ADMINISTRATOR = Actor("administrator@example.org", "administrator")
DELEGATE = Actor("delegate@example.org", "delegate", "IND")
CHE_DECIDER = Actor("anna@example.org", "council", "CHE")
GHA_DECIDER = Actor("kwame@example.org", "council", "GHA")
OTHER_CHE_DECIDER = Actor("urs@example.org", "council", "CHE")

PASSED = proposing.Verification(second=proposing.SecondOpinion(said="agreed"))
VALUE_HEX = "00112233445566778899aabbccddeeff"


def policy(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "rule": "equal-footing",
        "tie_break": "ticket",
        "levels": None,
        "points_by_rank": [100, 70, 40],
        "epoch": "2027-10-01",
        "horizon_days": 1000,
        "groups_as_of": "2027-01-01",
        "groups": ["artemis-accords", "ilrs"],
        "caps": [{"id": "ridge-cap", "places": ["ridge"], "measure": "placements", "max": 2, "per": "party"}],
        "reserves": [{"id": "ilrs-room", "group": "ilrs", "places": ["ridge", "crater"], "min": 1}],
        "holds": [
            {
                "id": "H-1",
                "name": "Late-comers",
                "footprint": {"type": "Point", "coordinates": [13000, 13000]},
                "start": 0,
                "phases": [
                    {"name": "hold", "offset": 0, "days": 900, "method": "agency-hold", "inputs": {"radius_m": 1000}}
                ],
            }
        ],
        "norm_profile": [
            "OST-II-1", "OST-IV-1", "OST-VI-1", "OST-IX-1", "COSPAR-1", "AA-9", "REG-II-1", "PART-1", "PLACE-1",
        ],
        "zone_methods": ["landing-plume", "static-science", "rover-corridor", "agency-hold"],
        "timers": {"coordination": {"value": 4, "unit": "months"}, "offer": {"value": 60, "unit": "days"},
                   "term_cap": {"value": 120, "unit": "months"}},
        "draw_source": "a beacon",
        "fallback": ["levels", "serial"],
        "fallback_levels": [50, 100],
        "illustrative": True,
        "source": "invented for tests",
    }  # fmt: skip
    return {**content, **changes}


def phase(**changes: Any) -> dict[str, Any]:
    return {
        "name": "operation", "offset": 0, "days": 100, "method": "static-science", "inputs": {"anomaly": False},
        "anomaly": {"method": "static-science", "inputs": {"anomaly": True}}, **changes,
    }  # fmt: skip


def placement(rank: int = 1, x: float = 10000, y: float = 10000, **changes: Any) -> dict[str, Any]:
    return {
        "rank": rank,
        "place": "ridge",
        "name": f"choice {rank}",
        "footprint": {"type": "Point", "coordinates": [x, y]},
        "start": [0, 200],
        "phases": [phase()],
        **changes,
    }


def claim_document(key: str = "alpha", party: str = "IND", **changes: Any) -> dict[str, Any]:
    """A filing that passes every provision."""
    document = {
        "key": key,
        "name": f"Claim {key}",
        "filed_by": party,
        "operator": operator_of(party),
        "credit": {party: 100},
        "contributions": {party: [contribution()]},
        "authorisation": {"party": party, "reference": "L-1"},
        "state_of_registry": party,
        "launching_parties": [party],
        "purpose": "Study the ground.",
        "activity": "science-station",
        "peaceful_statement": "Civil research.",
        "term_days": 200,
        "cospar_inventory": "Propellants only.",
        **particulars(),
        "illustrative": True,
        "basis": "invented",
        "placements": [placement(1), placement(2, x=11000), placement(3, x=12000)],
    }
    return copy.deepcopy({**document, **changes})


def operator_of(party: str) -> str:
    """The one operator that answers to a party."""
    return "ISRO" if party == "IND" else f"AGENCY-{party}"


def contribution(**changes: Any) -> dict[str, Any]:
    row = {"kind": "hardware", "what": "lander", "percent": 25, "evidence": "contract 1"}
    return {**row, **changes}


def particulars(**changes: Any) -> dict[str, Any]:
    """What a filing says beside its placements so that it passes every provision that it can."""
    said: dict[str, Any] = {
        "contacts": {
            "supervision": {"name": "Office", "email": "office@example.org"},
            "emergency": {"name": "Duty officer", "email": "duty@example.org", "phone": "+00 1234 5678", "always": True},
            "visits": {"name": "Visits desk", "email": "visits@example.org", "notice_days": 30},
            "liability": {"name": "Treasury", "email": "treasury@example.org"},
        },
        "registration": {
            "designator": "OBJECT-1", "launch_date": "2028-01-02", "launch_place": "A spaceport",
            "orbit": {"nodal_period_min": 118, "inclination_deg": 90, "apogee_km": 100, "perigee_km": 95},
            "function": "lander", "status_updates": True, "kept_after_end": True,
        },
        "military": {"personnel": False, "role": ""},
        "resources": {
            "extracts": True, "materials": [{"material": "regolith", "quantity_kg": 2.5}], "notice": "with this filing",
        },
        "disposal": {
            "method": "passivated-in-place", "end_state": "The lander stays.", "within_days": 30,
            "passivation": "tanks vented",
        },
        "publication": {
            "plan_url": "https://plans.example.org/1", "conduct": "landing and measuring", "results": "a report",
            "data_released_on": "2029-01-01", "progress_report_days": 30,
        },
        "access": {"open_to_passage": True, "science_transits": "rovers of others", "joint_use": "survey data"},
        "zones": {
            "reason": "sized for the instruments", "published": "measuring", "withheld": "", "entry_notice_days": 14,
            "change_notice_days": 30, "refuses_entry": False,
        },
        "standards": ["a standard"],
        "programmes": [{"name": "ilrs", "phase": "construction", "level": "instrument"}],
        "sustainability": {
            "A.5": {"answer": "yes", "evidence": "register"}, "B.1": {"answer": "na", "evidence": "annex"},
        },
        "proximity": {"planned": True, "near": "a lander of IND", "procedure": "consent, hold at 50 m"},
        "benefit_sharing": "Data are open to all.",
    }  # fmt: skip
    return {**said, **changes}


def first_form(key: str = "alpha", party: str = "IND", **changes: Any) -> dict[str, Any]:
    """A filing of form 1, with prose where filings have fields now."""
    document = claim_document(key, party)
    rest = {name: value for name, value in document.items() if name not in particulars()}
    return {
        **rest,
        "contributions": {party: "lander and operations"},
        "authorisation": {"party": party, "reference": "L-1", "supervision_contact": "office@example.org"},
        "disposal_plan": "Passivated in place.",
        "emergency_contact": "duty officer, duty@example.org",
        "uses_resources": False,
        **changes,
    }


def world(session: Session) -> None:
    """Reference data: parties, memberships, operators, a region, a crater, two protected places, all provisions."""
    session.add_all(Party(id=party, name=f"Party {party}", kind="state", source="test") for party in PARTIES)
    session.add_all(
        Instrument(id=name, name=name.title(), kind="accord", binding=False, source="test")
        for name in ("artemis-accords", "ilrs")
    )
    session.add(Controller(id="AGENCY", name="An agency", kind="agency", source="test"))
    session.flush()
    session.add_all(
        Operator(
            id=operator_of(party),
            name="Operator one" if party == "IND" else f"Operator of {party}",
            party_id=party,
            controller_id="AGENCY",
            source="test",
        )
        for party in PARTIES
    )
    session.add_all(
        membership(*row)
        for row in (("artemis-accords", "IND"), ("artemis-accords", "JPN"), ("artemis-accords", "THA"), ("ilrs", "THA"))
    )
    session.add(
        Region(
            id="ridge",
            name="A ridge",
            kind="nasa-2024",
            footprint=square(8000, 8000, 8000),
            accuracy="1 m",
            source="test",
        )
    )
    session.add(
        Feature(
            id="crater", name="A crater", kind="crater", lat_deg=-89.0, lon_deg=0.0, diameter_km=20.0, source="test"
        )
    )
    session.add_all([protected("old-lander", 100.0), protected("lost-lander", 5000.0)])
    rows = json.loads((FIXTURES / "provisions.json").read_text())
    session.add_all(Provision(check_text=row.pop("check"), **row) for row in rows)
    session.add_all(NoticeTemplate(**row) for row in json.loads((FIXTURES / "notice_templates.json").read_text()))
    session.add_all(_grounds())
    session.flush()


def _grounds() -> Iterator[ExtensionGround]:
    for row in json.loads((FIXTURES / "extension_grounds.json").read_text()):
        whole = {name: int(row.pop(name)) for name in ("most_months", "times")}
        yield ExtensionGround(duties=row.pop("duties").split(), **row, **whole)


def membership(
    instrument: str, party: str, since: str = "2024-06-01", until: str = "", status: str = "party"
) -> Membership:
    row = Membership(instrument_id=instrument, party_id=party, status=status, date_confirmed=True, source="test")
    row.set_dates(since, until)
    return row


def protected(place_id: str, sigma_m: float, lat_deg: float = -89.0, lon_deg: float = 90.0) -> ProtectedPlace:
    return ProtectedPlace(
        id=place_id,
        name=place_id,
        kind="lander",
        party_id="IND",
        year=2030,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        coordinate_sigma_m=sigma_m,
        radius_m=2000.0,
        enforced=sigma_m <= 1000,
        remark="",
        source="test",
    )


def square(x: float, y: float, side: float) -> dict[str, Any]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def announced_round(session: Session, *, illustrative: bool = True) -> Round:
    world(session)
    return rounds.announce(
        session, ROUND, "Round one", (OPENS, CLOSES), REGISTRAR, ANNOUNCED, illustrative=illustrative
    )


def open_round(session: Session, **policy_changes: Any) -> Round:
    announced_round(session)
    rounds.publish_policy(session, ROUND, policy(**policy_changes), REGISTRAR, POLICY_AT)
    return rounds.open_round(session, ROUND, REGISTRAR, OPENS)


def filed(session: Session, *documents: dict[str, Any]) -> list[Claim]:
    return [
        filing.file_claim(session, ROUND, document, REGISTRAR, FILED) for document in documents or (claim_document(),)
    ]


def handed_in(name: str, data: bytes) -> ScannedFile:
    """A file, at a register that has no scanner."""
    return scanned(name, data, unasked)


def attached(session: Session, claim: Claim, name: str, data: bytes, actor: Actor, at: datetime) -> Attachment:
    """A file beside a claim, on the way that it takes from a draft."""
    document = {"key": f"papers of {claim.key}", "filed_by": claim.filed_by_id}
    draft = drafting.save(session, claim.round_id, document, actor, at)
    attachments.add(session, draft.id, handed_in(name, data), actor, at)
    [filed] = attachments.hand_over(session, draft, claim, actor, at)
    session.delete(draft)
    session.flush()
    return filed


def two_rivals() -> Sequence[dict[str, Any]]:
    """Two claims of one placement each on the same ground: only one can have it."""
    return (
        claim_document("alpha", "IND", placements=[placement(1)]),
        claim_document("beta", "JPN", placements=[placement(1, x=10010)]),
    )


def make_ready(session: Session, claims: Sequence[Claim]) -> None:
    for claim in claims:
        if examination.examine(session, claim.id, REGISTRAR, EXAMINED).favourable:
            coordination.publish(session, claim.id, REGISTRAR, PUBLISHED)
            coordination.start_coordination(session, claim.id, REGISTRAR, PUBLISHED)
            coordination.make_ready(session, claim.id, REGISTRAR, READY)


def frozen_round(session: Session, *documents: dict[str, Any], **policy_changes: Any) -> FrozenInstance:
    open_round(session, **policy_changes)
    claims = filed(session, *(documents or two_rivals()))
    rounds.close_round(session, ROUND, REGISTRAR, CLOSES)
    make_ready(session, claims)
    return freezing.freeze_round(session, ROUND, REGISTRAR, FROZEN)


def public_value(**changes: Any) -> PublicValue:
    """A value of the policy's source, published after the freezing."""
    value: dict[str, Any] = {
        "source": "a beacon",
        "reference": "pulse 1",
        "value_hex": VALUE_HEX,
        "published_at": PULSE,
        "illustrative": True,
    }
    return PublicValue(**{**value, **changes})


def drawn_round(session: Session, *documents: dict[str, Any], **policy_changes: Any) -> Draw:
    frozen_round(session, *documents, **policy_changes)
    return drawing.draw(session, ROUND, public_value(), PLANNER, DRAWN)


def solution(drawn: Draw, **changes: Any) -> bytes:
    """A solution that gives the ground to C-0001 and nothing to C-0002."""
    document = {
        "format": "lunar-allocation-solution/1",
        "instance_sha256": drawn.instance.sha256,
        "seed": drawn.seed_hex,
        "rule": "equal-footing",
        "status": "OPTIMAL",
        "allotments": [
            {
                "claim": "C-0001",
                "placement": "C-0001/1",
                "start": 10,
                "zones": [{"phase": "operation", "start": 10, "end": 110, "keep_out_m": 200}],
            }
        ],
        "stages": [{"name": "points", "value": 100, "bound": 100, "proved": True}],
        "parties": {"IND": 100, "JPN": 0},
        "leximin": [0, 100],
        "shortfalls": [],
        "distribution": None,
        "unserved": [{"claim": "C-0002", "reasons": [{"placement": "C-0002/1", "rule": "C2", "by": ["C-0001/1"]}]}],
        "why": None,
        "fairness": {"claims": 2, "claims_served": 1},
        "run": {},
    }
    return rfc8785.dumps({**document, **changes})


def proposed_round(session: Session, *documents: dict[str, Any], **policy_changes: Any) -> Proposal:
    drawn = drawn_round(session, *documents, **policy_changes)
    return proposing.propose(session, ROUND, solution(drawn), PASSED, PLANNER, PROPOSED)


def adopted_round(session: Session, *documents: dict[str, Any], **policy_changes: Any) -> Decision:
    proposed_round(session, *documents, **policy_changes)
    deciding.decide(session, ROUND, "adopt", CHE_DECIDER, DECIDED)
    decision = deciding.decide(session, ROUND, "adopt", GHA_DECIDER, DECIDED).decision
    assert decision is not None
    return decision


def recorded_round(session: Session) -> list[Entry]:
    adopted_round(session)
    return entering.accept_all(session, ROUND, REGISTRAR, RECORDED)
