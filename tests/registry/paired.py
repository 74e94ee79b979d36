"""A pair of sites as the bank has it, for registers whose policy does not ask for one."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.duties import Duty
from registry.domain.site_bank import BankedSite
from registry.queries.instances import entry_of
from tests import factories as make


def rows(session: Session, claim: str, party: str, at: datetime, **changes: Any) -> list[Base]:
    """Pair B-0001 that `party` offered for the entry of its claim, and the duty that it met."""
    entry = entry_of(session, claim)
    duty = Duty(
        claim_id=claim,
        kind="second-site",
        number=1,
        opened_at=at,
        due_at=at,
        final_at=at,
        state="met",
        closed_at=at,
    )
    session.add(duty)
    session.flush()
    cells: dict[str, Any] = {
        "id": "B-0001",
        "claim_id": claim,
        "duty_id": duty.id,
        "party_id": party,
        "entry_claim_id": claim,
        "entry_id": entry.id,
        "first_place": entry.place,
        "first_name": "The first",
        "first_footprint": dict(entry.ground),
        "second_place": "ridge",
        "second_name": "The second",
        "second_footprint": {"type": "Point", "coordinates": [9000, 14000]},
        "first_score": 64.5,
        "second_score": 63.65,
        "scores": {"by": "points", "tolerance_percent": 5},
        "source": "the filings",
        "room": {"method": "agency-hold", "inputs": {"radius_m": 1000}},
        "state": "OFFERED",
        "offered_at": at,
        "choose_by_at": make.utc("2031-01-01"),
        "reason": "",
        "illustrative": True,
    }
    pair = BankedSite(**(cells | changes))
    session.add(pair)
    session.flush()
    return [duty, pair]
