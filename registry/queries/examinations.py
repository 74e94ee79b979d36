"""Examinations: which claims wait for one, and those of a claim with their findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from registry.domain.claims import Claim, ClaimState, Revision
from registry.domain.examinations import Examination, FindingRow
from registry.domain.visibility import PUBLIC, Viewer, hidden_claims, names_hidden, person

WITHHELD = "This finding names a claim that is not published; it is shown once that claim is."


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding of an examination. `reason` is what was found, `rule` the provision's statement, `mend` what would
    help; `effect` is none, returns, noted or duty, a duty with its deadline.
    """

    provision: str
    name: str
    source: str
    rule: str
    outcome: str
    reason: str
    mend: str
    effect: str
    due_at: datetime | None
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExaminationView:
    """One examination of one revision."""

    revision: int
    examined_at: datetime
    examiner: str
    favourable: bool
    findings: tuple[FindingView, ...]


def waiting(session: Session, round_id: str) -> list[str]:
    """The submitted claims of a round whose newest revision has no examination yet, by id."""
    submitted = select(Claim).where(Claim.round_id == round_id, Claim.state == ClaimState.SUBMITTED).order_by(Claim.id)
    return [
        claim.id
        for claim in session.scalars(submitted)
        if not session.scalar(select(exists().where(Examination.revision_id == claim.current.id)))
    ]


def examinations_of(session: Session, claim_id: str, viewer: Viewer) -> tuple[ExaminationView, ...]:
    """The examinations of all revisions of a claim, the oldest first, as a viewer may read them."""
    wanted = select(Examination).join(Revision).where(Revision.claim_id == claim_id).order_by(Examination.id)
    options = selectinload(Examination.findings).joinedload(FindingRow.provision)
    hidden = frozenset(session.scalars(hidden_claims(viewer)))
    return tuple(examination_view(row, viewer, hidden) for row in session.scalars(wanted.options(options)))


def examination_view(
    row: Examination, viewer: Viewer = PUBLIC, hidden: frozenset[str] = frozenset()
) -> ExaminationView:
    """An examination with its findings, in the order of the norm profile; what names a hidden claim is withheld."""
    return ExaminationView(
        revision=row.revision.number,
        examined_at=row.examined_at,
        examiner=person(viewer, row.examiner),
        favourable=row.favourable,
        findings=tuple(_finding(found, hidden) for found in row.findings),
    )


def _finding(found: FindingRow, hidden: frozenset[str]) -> FindingView:
    withheld = names_hidden([found.reason, found.mend, found.evidence], hidden)
    return FindingView(
        provision=found.provision_id,
        name=found.provision.name,
        source=found.provision.source,
        rule=found.provision.statement,
        outcome=found.outcome,
        reason=WITHHELD if withheld else found.reason,
        mend="" if withheld else found.mend,
        effect=found.effect,
        due_at=found.due_at,
        evidence={} if withheld else found.evidence,
    )
