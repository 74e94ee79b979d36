"""Extending a deadline, on a ground of the closed list only, with evidence."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.duties import Duty, with_grace
from registry.domain.evidence import EvidenceKind
from registry.domain.extensions import Extension, ExtensionGround
from registry.domain.instants import utc_text
from registry.domain.timers import deadline
from registry.services import lives
from registry.services.acting import require_role
from registry.services.errors import ConflictError, ValidationError
from registry.services.evidence import Report, keep_evidence


def extend(
    session: Session,
    claim_id: str,
    duty_kind: str,
    ground: str,
    months: int,
    report: Report,
    actor: Actor,
    at: datetime,
) -> Extension:
    """Give the open duty of a kind more months, on a ground of the closed list and within its limits.

    Raises
    ------
    ValidationError
        With every fault: an unknown ground, one that is not for this duty, months beyond its limit, no evidence.
    ConflictError
        If no such duty is open, or the ground was used as often as it may be.
    """
    require_role(actor, "registrar")
    life = lives.life_of(session, claim_id, actor, at)
    rule = _rule(session, duty_kind, ground, months)
    found = lives.open_duties(session, claim_id, [duty_kind])
    if not found:
        raise ConflictError(f"entry {life.entry.id} has no open duty {duty_kind}; there is no deadline to extend")
    _check_use(session, claim_id, ground, rule, months)
    duty, before = found[0], found[0].due_at
    evidence = keep_evidence(session, life, EvidenceKind.EXTENSION, report, at)
    _move(duty, months, life.timers)
    extension = Extension(
        claim_id=claim_id,
        duty_id=duty.id,
        evidence_id=evidence.id,
        ground=ground,
        months=months,
        reason=evidence.text,
        due_before_at=before,
        due_at=duty.due_at,
        granted_at=at,
    )
    session.add(extension)
    session.flush()
    life.rows += [duty, extension]
    said = {"duty": lives.DUTY_WORDS[duty_kind], "ground": ground, "months": months, "reason": evidence.text}
    lives.tell(session, life, "deadline-extended", at, {"due_at": utc_text(duty.due_at), **said})
    lives.keep(session, life, "deadline-extended", actor, at)
    return extension


def _rule(session: Session, duty_kind: str, ground: str, months: int) -> ExtensionGround:
    there = {row.id: row for row in session.scalars(select(ExtensionGround).order_by(ExtensionGround.id))}
    if not there:
        raise ConflictError("the list of grounds is not loaded, so nothing is extended; load extension_grounds.json")
    rule, faults = there.get(ground), []
    if rule is None:
        raise ValidationError([f"ground: {ground!r} is not on the closed list; use one of {', '.join(there)}"])
    if duty_kind not in rule.duties:
        faults.append(f"duty: {ground} extends {', '.join(rule.duties)} only, not {duty_kind!r}")
    if not 1 <= months <= rule.most_months:
        faults.append(f"months: {ground} gives 1 to {rule.most_months}, not {months}")
    if faults:
        raise ValidationError(faults)
    return rule


def _check_use(session: Session, claim_id: str, ground: str, rule: ExtensionGround, months: int) -> None:
    used = select(func.count(), func.coalesce(func.sum(Extension.months), 0))
    times, given = session.execute(used.where(Extension.claim_id == claim_id, Extension.ground == ground)).one()
    if times >= rule.times:
        raise ConflictError(f"the ground {ground} was used {times} times for this entry; it may be {rule.times} times")
    if given + months > rule.most_months:
        raise ConflictError(
            f"the ground {ground} gave {given} months already, and {rule.most_months} at most; give {rule.most_months - given}"
        )


def _move(duty: Duty, months: int, timers: lives.Timers) -> None:
    """Later by whole months; whoever was reminded is reminded again."""
    duty.due_at = deadline(duty.due_at, {"value": months, "unit": "months"})
    duty.final_at = with_grace(duty.kind, duty.due_at, timers)
    duty.reminded_at = None
