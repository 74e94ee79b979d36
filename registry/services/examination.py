"""Examination: the newest revision against every provision of the norm profile; all findings are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import ClaimState
from registry.domain.examinations import Examination, FindingRow, Provision
from registry.domain.provisions import examine as run_checks
from registry.domain.provisions.finding import Case
from registry.domain.provisions.rules import Judged, Rule
from registry.services.acting import get_claim, get_round, move_claim, require_role
from registry.services.cases import enforced_places, heritage_buffer_m, make_case
from registry.services.errors import ConflictError
from registry.services.instants import check_at
from registry.services.recording import record

__all__ = ["enforced_places", "examine", "heritage_buffer_m", "is_examined_favourably", "judge"]


def examine(session: Session, claim_id: str, actor: Actor, at: datetime) -> Examination:
    """Examine a submitted claim at `at`, which duties count from. A finding that a hard rule is broken or that data are
    missing returns the claim to its party, with all reasons.
    """
    require_role(actor, "registrar")
    claim = get_claim(session, claim_id, actor)
    if claim.state != ClaimState.SUBMITTED:
        raise ConflictError(f"claim {claim_id} is {claim.state}; only a submitted claim is examined")
    check_at(session, f"claims/{claim_id}", at)
    round_ = get_round(session, claim.round_id)
    found = judge(session, make_case(session, round_, claim), at)
    is_favourable = not any(row.effect == "returns" for row in found)
    examination = Examination(
        revision=claim.current,
        examined_at=at,
        examiner=actor.name,
        favourable=is_favourable,
        findings=[_row(position, judged) for position, judged in enumerate(found, start=1)],
    )
    session.add(examination)
    if not is_favourable:
        move_claim(claim, "return", actor, at, {"examined-unfavourably"})
    act = "claim-examined" if is_favourable else "claim-returned"
    session.flush()
    record(session, at, actor, act, f"claims/{claim_id}", [claim, examination, *examination.findings])
    return examination


def judge(session: Session, case: Case, at: datetime) -> tuple[Judged, ...]:
    """What every provision says of a case under its policy, be its filing stored or not; duties count from `at`."""
    return run_checks(case, _rules_of(session, case.policy), case.policy.get("strict", ()), at)


def _rules_of(session: Session, policy: Mapping[str, Any]) -> list[Rule]:
    """The provisions of a policy's norm profile in its order, then those that are only proposed: they are examined
    too, and nothing follows from them.
    """
    rows = {row.id: row.rule for row in session.scalars(select(Provision).order_by(Provision.id))}
    profile = policy["norm_profile"]
    proposed = [rule for rule in rows.values() if rule.standing == "proposed" and rule.id not in profile]
    return [*(rows[provision] for provision in profile), *proposed]


def is_examined_favourably(session: Session, revision_id: int) -> bool:
    """Whether the newest examination of a revision found nothing that returns the claim."""
    newest = session.scalars(
        select(Examination.favourable).where(Examination.revision_id == revision_id).order_by(Examination.id.desc())
    ).first()
    return newest is True


def _row(position: int, judged: Judged) -> FindingRow:
    return FindingRow(
        position=position,
        provision_id=judged.finding.provision,
        outcome=judged.finding.outcome,
        reason=judged.finding.reason,
        evidence=dict(judged.finding.evidence),
        mend=judged.finding.mend,
        effect=judged.effect,
        due_at=judged.due_at,
    )
