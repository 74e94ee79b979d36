"""What both parties of a consultation are told: that it was opened, that it sleeps, what it came to.

Moon Agreement, Art. 5(3): a party that plans for the same area is told the other's plans. Art. 15(3): the UN
Secretary-General is told of the outcome; the template of that notice names who gets it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.claims import Claim
from registry.domain.consultations import Consultation
from registry.domain.instants import utc_text
from registry.domain.notices import Notice
from registry.services import outbox


def opened(session: Session, case: Consultation, at: datetime) -> list[Notice]:
    """Tell both parties which placements could conflict, and how near the nearest come."""
    nearest = min(case.overlaps, key=lambda row: (row["distance_m"], -row["keep_out_m"]))
    return _post(
        session, "consultation-opened", case, at, distance_m=nearest["distance_m"], keep_out_m=nearest["keep_out_m"]
    )


def reminded(session: Session, case: Consultation, days: int, at: datetime) -> list[Notice]:
    """Tell both parties for how many days nobody was in touch."""
    return _post(session, "consultation-reminder", case, at, days=days)


def invited(session: Session, case: Consultation, observer: str, at: datetime) -> list[Notice]:
    """Tell both parties who may follow their case."""
    return _post(session, "observer-invited", case, at, observer=observer)


def closed(session: Session, case: Consultation, at: datetime) -> list[Notice]:
    """Tell both parties, and whom the template names, what the case came to."""
    summary = case.summary or "No summary was given."
    return _post(session, "consultation-closed", case, at, outcome=case.outcome, summary=summary)


def _post(session: Session, kind: str, case: Consultation, at: datetime, **more: object) -> list[Notice]:
    fields = {
        "consultation": case.id,
        "round": case.round_id,
        "deadline": utc_text(case.deadline_at),
        **_side(session, case.claim_a_id, case.party_a_id, case.point_a, "a"),
        **_side(session, case.claim_b_id, case.party_b_id, case.point_b, "b"),
        **more,
    }
    return outbox.post(session, kind, f"consultations/{case.id}", fields, at, case.parties)


def _side(session: Session, claim_id: str, party_id: str, contact: str, side: str) -> dict[str, object]:
    name = session.get_one(Claim, claim_id).current.name
    return {f"claim_{side}": claim_id, f"name_{side}": name, f"party_{side}": party_id, f"contact_{side}": contact}
