"""The site bank in the matrix of role and operation, and registers in which India has two entries and owes a second site."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.site_bank import BankedSite
from registry.services import banking, deciding, entering, proposing
from tests import factories as make

IND = Actor("delegate@example.org", "delegate", "IND")
JPN = Actor("other@example.org", "delegate", "JPN")
SECTION: dict[str, Any] = json.loads((make.FIXTURES / "site_bank.json").read_text())
BY_POINTS = {**SECTION, "score": {"by": "points"}}
# Two entries are recorded on 27 September 2027: 90 days to offer, then 60 to choose.
OFFERED, CHOSEN = make.utc("2027-11-01"), make.utc("2027-12-01")
OVERDUE = make.utc("2027-12-27")
FIRST = {"slope_deg": 2.0, "light_percent": 80, "earth_percent": 70, "shadow_m": 3000}
# 64.5 points against 65.4: 1.4 % apart.
SECOND = {"slope_deg": 2.4, "light_percent": 80, "earth_percent": 70, "shadow_m": 2900}


def pair(**changes: Any) -> dict[str, Any]:
    """A document that passes: for the entry of C-0003, a second site that is free and of equal score."""
    document = {
        "second": second(),
        "measures": {"first": FIRST, "second": SECOND},
        "source": "an invented model of 200 m",
    }
    return {**document, **changes}


def second(x: float = 9000, y: float = 14000, **changes: Any) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [x, y]}
    return {"place": "ridge", "name": "North of the ridge", "footprint": point, **changes}


def allotment(claim: str, placement: int = 1) -> dict[str, Any]:
    zones = [{"phase": "operation", "start": 10, "end": 110, "keep_out_m": 200}]
    return {"claim": claim, "placement": f"{claim}/{placement}", "start": 10, "zones": zones}


def offered_both(session: Session, section: Mapping[str, Any] | None = SECTION, **changes: Any) -> None:
    """C-0001 and C-0003 of India have an offer, C-0002 of Japan has none."""
    documents = [
        *make.two_rivals(),
        make.claim_document("gamma", "IND", placements=[make.placement(1, 15000, 9000), make.placement(2, 9000, 9000)]),
    ]
    bank = {} if section is None else {"site_bank": section}
    drawn = make.drawn_round(session, *documents, **bank, **changes)
    solution = make.solution(
        drawn, allotments=[allotment("C-0001"), allotment("C-0003")], parties={"IND": 200, "JPN": 0}
    )
    proposing.propose(session, make.ROUND, solution, make.PASSED, make.PLANNER, make.PROPOSED)
    for who in (make.CHE_DECIDER, make.GHA_DECIDER):
        deciding.decide(session, make.ROUND, "adopt", who, make.DECIDED)


def owing(session: Session, section: Mapping[str, Any] | None = SECTION, **changes: Any) -> None:
    """India has accepted both: with C-0003 it has two entries."""
    offered_both(session, section, **changes)
    entering.accept_all(session, make.ROUND, make.REGISTRAR, make.RECORDED)


def offered(session: Session, **changes: Any) -> BankedSite:
    owing(session)
    return banking.offer(session, "C-0003", pair(**changes), IND, OFFERED)


def banked(session: Session) -> BankedSite:
    offered(session)
    return banking.choose(session, "B-0001", "second", "Room beside the ice.", make.REGISTRAR, CHOSEN)


BANK: dict[str, tuple[Callable[[Session], Any], datetime, Callable[[Session, Actor, datetime], Any]]] = {
    "banking.choose": (
        offered, CHOSEN, lambda s, who, at: banking.choose(s, "B-0001", "second", "Room beside the ice.", who, at),
    ),
    "banking.offer": (owing, OFFERED, lambda s, who, at: banking.offer(s, "C-0003", pair(), who, at)),
    "banking.refuse": (offered, CHOSEN, lambda s, who, at: banking.refuse(s, "B-0001", "It lies in shadow.", who, at)),
    "banking.release": (banked, CHOSEN, lambda s, who, at: banking.release(s, "B-0001", "Nobody asks.", who, at)),
}  # fmt: skip
