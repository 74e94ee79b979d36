"""Keeping evidence: what an entry's party says it did, with the hash of a document or the document itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.evidence import SHA256, Evidence, EvidenceKind
from registry.services import attachments
from registry.services.errors import ValidationError
from registry.services.lives import Life
from registry.services.scanned import ScannedFile
from registry.services.wording import worded


@dataclass(frozen=True, slots=True)
class Report:
    """What is handed in: the day on which it happened, a text, and the document as a hash or as a file."""

    happened_on: date
    text: str
    sha256: str | None = None
    file: ScannedFile | None = None


def keep_evidence(
    session: Session,
    life: Life,
    kind: EvidenceKind,
    report: Report,
    at: datetime,
    *,
    needs_document: bool = True,
    ground: Mapping[str, Any] | None = None,
) -> Evidence:
    """Check and keep a report for the record of its step.

    Raises
    ------
    ValidationError
        With every fault: no words, a day still to come, no document where one is needed, a hash that is none.
    """
    _check(report, at, needs_document=needs_document)
    rows: list[Any] = []
    if report.file is not None:
        rows = [attachments.attach(session, life.claim, report.file, at)]
    kept = Evidence(
        claim_id=life.claim.id,
        kind=kind,
        party_id=life.claim.filed_by_id,
        given_at=at,
        happened_on=report.happened_on,
        text=report.text.strip(),
        sha256=rows[0].sha256 if rows else report.sha256,
        attachment_id=rows[0].id if rows else None,
        ground=dict(ground) if ground else None,
    )
    session.add(kept)
    session.flush()
    life.rows += [*rows, kept]
    return kept


def _check(report: Report, at: datetime, *, needs_document: bool) -> None:
    faults: list[object] = []
    try:
        worded("text", report.text)
    except ValidationError as error:
        faults += error.faults
    if report.happened_on > at.date():
        faults.append(f"happened_on: {report.happened_on} is still to come; give the day on which it happened")
    if report.sha256 is not None and report.file is not None:
        faults.append("sha256: there is a file, whose hash is computed; give one of the two")
    elif report.sha256 is not None and not SHA256.fullmatch(report.sha256):
        faults.append("sha256: it is no SHA-256 in lower-case hex; give the 64 digits that `sha256sum` prints")
    elif needs_document and report.sha256 is None and report.file is None:
        faults.append("sha256: there is no document; attach a file, or give the SHA-256 of one that you keep")
    if faults:
        raise ValidationError(faults)
