"""Examination: the newest revision against every provision of the norm profile; all findings are kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import ClaimState
from registry.domain.examinations import Examination, FindingRow, Provision
from registry.domain.places import ProtectedPlace
from registry.domain.provisions import examine as run_checks
from registry.domain.provisions.finding import Case, Finding, Protected
from registry.services.acting import get_claim, get_round, move_claim, policy_of, require_role
from registry.services.errors import ConflictError
from registry.services.filing import read
from registry.services.instants import check_at
from registry.services.recording import record
from solver import geometry, zones


def examine(session: Session, claim_id: str, actor: Actor, at: datetime) -> Examination:
    """Examine a submitted claim. A failed provision that is not soft returns the claim to its party with all reasons."""
    require_role(actor, "registrar")
    claim = get_claim(session, claim_id)
    if claim.state != ClaimState.SUBMITTED:
        raise ConflictError(f"claim {claim_id} is {claim.state}; only a submitted claim is examined")
    check_at(session, f"claims/{claim_id}", at)
    round_ = get_round(session, claim.round_id)
    policy = policy_of(round_).content
    case = Case(
        filing=read(session, round_, claim.current.content),
        policy=policy,
        protected=enforced_places(session),
    )
    findings = run_checks(case, policy["norm_profile"])
    is_favourable = not _failures(session, findings)
    examination = Examination(
        revision=claim.current,
        examined_at=at,
        examiner=actor.name,
        favourable=is_favourable,
        findings=[_row(position, finding) for position, finding in enumerate(findings, start=1)],
    )
    session.add(examination)
    if not is_favourable:
        move_claim(claim, "return", actor, at, {"examined-unfavourably"})
    act = "claim-examined" if is_favourable else "claim-returned"
    session.flush()
    record(session, at, actor, act, f"claims/{claim_id}", [claim, examination, *examination.findings])
    return examination


def is_examined_favourably(session: Session, revision_id: int) -> bool:
    """Whether the newest examination of a revision found nothing against it."""
    newest = session.scalars(
        select(Examination.favourable).where(Examination.revision_id == revision_id).order_by(Examination.id.desc())
    ).first()
    return newest is True


def enforced_places(session: Session) -> tuple[Protected, ...]:
    """The protected places whose buffer is enforced, with the buffer of the registered heritage method."""
    rows = session.scalars(select(ProtectedPlace).where(ProtectedPlace.enforced).order_by(ProtectedPlace.id))
    return tuple(
        Protected(row.id, row.name, *geometry.to_map(row.lat_deg, row.lon_deg), buffer_m=heritage_buffer_m(row))
        for row in rows
    )


def heritage_buffer_m(place: ProtectedPlace) -> int:
    """The buffer around a protected place, whole metres: class radius plus three sigma of its coordinates."""
    return zones.size(f"heritage-{place.kind}", {"coordinate_sigma_m": place.coordinate_sigma_m}).keep_out_m


def _failures(session: Session, findings: tuple[Finding, ...]) -> list[Finding]:
    soft = set(session.scalars(select(Provision.id).where(Provision.severity == "soft")))
    return [finding for finding in findings if finding.is_unfavourable and finding.provision not in soft]


def _row(position: int, finding: Finding) -> FindingRow:
    return FindingRow(
        position=position,
        provision_id=finding.provision,
        outcome=finding.outcome,
        reason=finding.reason,
        evidence=dict(finding.evidence),
    )
