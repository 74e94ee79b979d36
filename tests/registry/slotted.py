"""Windows, a proposal and a slot as rows, for registers whose entries have no landing: the slot is of an operation that is over."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from registry.db import Base
from registry.domain.landing_slots import LandingSlot, LandingWindows, SlotProposal, as_texts

SHA = "0" * 64
INSTANCE = {
    "format": "lunar-slots-instance/1", "id": "illustrative", "crs": "IAU_2015:30135", "epoch": "2028-03-01",
    "horizon_min": 1440, "movements": [],
}  # fmt: skip


def rows(session: Session, claim_id: str, party: str, at: datetime) -> list[Base]:
    """One row of each table, added."""
    movement = {"claim_id": claim_id, "phase": "landing", "kind": "landing", "reason": "", "illustrative": True}
    windows = LandingWindows(
        **movement, party_id=party, windows=as_texts(((at, at + timedelta(hours=5)),)), preferred_at=at,
        azimuth_from_deg=350.0, azimuth_to_deg=20.5, landed_mass_kg=2000.0, method_version="1", filed_at=at,
    )  # fmt: skip
    proposal = SlotProposal(
        id=1, first_day=date(2028, 3, 1), last_day=date(2028, 3, 1), instance=INSTANCE, instance_sha256=SHA,
        solution={"slots": [], "unserved": [], "stages": []}, solution_sha256=SHA, status="OPTIMAL",
        verification={"problems": [], "checks": ["heading"], "verifier": "solver slots verify"}, proposed_at=at,
        illustrative=True,
    )  # fmt: skip
    slot = LandingSlot(**movement, proposal_id=1, slot_at=at, precision="minute", state="PROPOSED", state_since_at=at)
    session.add_all([windows, proposal])
    session.flush()
    session.add(slot)
    session.flush()
    return [windows, proposal, slot]
