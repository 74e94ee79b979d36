"""From publication to readiness: claims become ready when the deadline passes; silence or refusal is no veto."""

from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.timers import deadline
from registry.services.acting import get_claim, get_round, move_claim, policy_of
from registry.services.examination import is_examined_favourably
from registry.services.recording import record


def publish(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Publish a claim whose newest revision was examined favourably."""
    claim = get_claim(session, claim_id)
    holds = {"examined-favourably"} if is_examined_favourably(session, claim.current.id) else set()
    move_claim(claim, "publish", actor, at, holds)
    record(session, at, actor, "claim-published", f"claims/{claim_id}", [claim])
    return claim


def start_coordination(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Open the time for coordination; its deadline counts from `at`."""
    claim = get_claim(session, claim_id)
    move_claim(claim, "coordinate", actor, at)
    record(session, at, actor, "coordination-started", f"claims/{claim_id}", [claim])
    return claim


def make_ready(session: Session, claim_id: str, actor: Actor, at: datetime) -> Claim:
    """Make a claim ready once the policy's time for coordination is over."""
    claim = get_claim(session, claim_id)
    timer = policy_of(get_round(session, claim.round_id)).content["timers"]["coordination"]
    over = at >= deadline(claim.state_since_at, timer)
    move_claim(claim, "make-ready", actor, at, {"coordination-over"} if over else ())
    record(session, at, actor, "claim-ready", f"claims/{claim_id}", [claim])
    return claim
