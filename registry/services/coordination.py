"""From publication to readiness: claims become ready when the deadline passes; silence or refusal is no veto.

Entering coordination opens a consultation with every claim that could conflict; the deadline ends those still open.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.timers import deadline
from registry.services import consultations, filing
from registry.services.acting import get_claim, get_round, move_claim, policy_of
from registry.services.examination import is_examined_favourably
from registry.services.instants import check_at
from registry.services.recording import record


def publish(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Publish a claim whose newest revision was examined favourably; the record has the revision whole, for everybody."""
    claim = get_claim(session, claim_id, actor)
    check_at(session, f"claims/{claim_id}", at)
    holds = {"examined-favourably"} if is_examined_favourably(session, claim.current.id) else set()
    move_claim(claim, "publish", actor, at, holds)
    claim.published_at = at
    record(session, at, actor, "claim-published", f"claims/{claim_id}", [claim, *filing.parts(claim.current)])
    return claim


def start_coordination(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Open the time for coordination, whose deadline counts from `at`, and a consultation for each overlap."""
    claim = get_claim(session, claim_id, actor)
    check_at(session, f"claims/{claim_id}", at)
    move_claim(claim, "coordinate", actor, at)
    record(session, at, actor, "coordination-started", f"claims/{claim_id}", [claim])
    consultations.open_for(session, claim, _ends_at(session, claim), actor, at)
    return claim


def make_ready(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Make a claim ready once the policy's time for coordination is over, whatever its consultations have come to."""
    claim = get_claim(session, claim_id, actor)
    check_at(session, f"claims/{claim_id}", at)
    over = at >= _ends_at(session, claim)
    move_claim(claim, "make-ready", actor, at, {"coordination-over"} if over else ())
    record(session, at, actor, "claim-ready", f"claims/{claim_id}", [claim])
    consultations.end_due(session, claim_id, actor, at)
    return claim


def ends_at(session: Session, claim: Claim) -> datetime | None:
    """When the time for coordination and comments is over; None where it has not begun, or is over already."""
    return _ends_at(session, claim) if claim.state == ClaimState.COORDINATION else None


def _ends_at(session: Session, claim: Claim) -> datetime:
    timer = policy_of(get_round(session, claim.round_id)).content["timers"]["coordination"]
    return deadline(claim.state_since_at, timer)
