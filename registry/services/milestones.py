"""Milestones before the landing: contract, launch contract and licence, each shown with evidence before its deadline."""

from datetime import datetime

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import MILESTONES, DutyState
from registry.domain.evidence import Evidence, EvidenceKind
from registry.services import lives
from registry.services.acting import require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.evidence import Report, keep_evidence


def show(session: Session, claim_id: str, kind: str, report: Report, actor: Actor, at: datetime) -> Evidence:
    """Show that a milestone is met. It counts until its miss is recorded.

    Raises
    ------
    ConflictError
        If no such milestone is open.
    ValidationError
        If there is no such kind, or the report cannot be used.
    """
    require_role(actor, "delegate", "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    if kind not in MILESTONES:
        raise ValidationError([f"kind: {kind!r} is no milestone; use one of {', '.join(MILESTONES)}"])
    if not lives.open_duties(session, claim_id, [kind]):
        raise ConflictError(f"entry {life.entry.id} has no open milestone {kind}; see what is open on its page")
    kept = keep_evidence(session, life, EvidenceKind(kind), report, at)
    lives.close_duties(session, life, DutyState.MET, at, [kind])
    said = {"duty": lives.DUTY_WORDS[kind], "happened_on": report.happened_on, "text": kept.text}
    lives.tell(session, life, "milestone-shown", at, said)
    lives.keep(session, life, "milestone-shown", actor, at)
    return kept
