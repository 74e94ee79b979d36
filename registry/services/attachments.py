"""Files beside drafts, handed over to the claim with the filing, and recorded by their hash then."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.attachments import (
    LIMITS,
    AttachedFile,
    Attachment,
    DraftAttachment,
    clean_name,
    kind_of,
    repeats_itself,
)
from registry.domain.claims import Claim
from registry.domain.drafts import Draft
from registry.log import records
from registry.services.acting import get_draft
from registry.services.errors import NotFoundError, ValidationError
from registry.services.instants import refuse_naive
from registry.services.recording import record
from registry.services.scanned import ScannedFile


def add(session: Session, draft_id: int, file: ScannedFile, actor: Actor, at: datetime) -> DraftAttachment:
    """Attach a file to the party's own draft, under a name without harm.

    The same bytes under the same name are one file, however often they are sent: whoever got no answer sends again.

    Raises
    ------
    ValidationError
        If it is empty, too large, one too many, or not of the kinds that are taken.
    """
    draft = get_draft(session, draft_id, actor)
    refuse_naive("at", at)
    cleaned = clean_name(file.name)
    records.lock(session)
    sent = hashlib.sha256(file.data).hexdigest()
    for kept in of_draft(session, draft):
        if (kept.name, kept.sha256) == (cleaned, sent):
            return kept
    media_type, size = _checked(session, draft, cleaned, file.data), len(file.data)
    digest = _keep_bytes(session, file)
    row = DraftAttachment(draft_id=draft.id, name=cleaned, media_type=media_type, size=size, sha256=digest, at=at)
    session.add(row)
    session.flush()
    return row


def remove(session: Session, draft_id: int, attachment_id: int, actor: Actor) -> None:
    """Take a file off the party's own draft; its bytes go with the last name that they have."""
    draft = get_draft(session, draft_id, actor)
    row = session.get(DraftAttachment, attachment_id)
    if row is None or row.draft_id != draft.id:
        raise NotFoundError(f"the draft has no file {attachment_id}; it may be gone already")
    session.delete(row)
    session.flush()
    _forget_bytes(session, [row.sha256])


def drop(session: Session, draft: Draft) -> None:
    """Take all files off a draft that is thrown away."""
    rows = of_draft(session, draft)
    for row in rows:
        session.delete(row)
    session.flush()
    _forget_bytes(session, [row.sha256 for row in rows])


def hand_over(session: Session, draft: Draft, claim: Claim, actor: Actor, at: datetime) -> Sequence[Attachment]:
    """Make the files of a draft those of the claim that it became, with one record for all of them."""
    rows = of_draft(session, draft)
    filed = [
        Attachment(claim_id=claim.id, name=row.name, media_type=row.media_type, size=row.size, sha256=row.sha256, at=at)
        for row in rows
    ]
    session.add_all(filed)
    for row in rows:
        session.delete(row)
    if filed:
        record(session, at, actor, "attachments-filed", f"claims/{claim.id}", filed)
    return filed


def attach(session: Session, claim: Claim, file: ScannedFile, at: datetime) -> Attachment:
    """A file beside a recorded claim, for the record of the step that it comes with; ValidationError as for `add`."""
    cleaned = clean_name(file.name)
    media_type, size = _kind(cleaned, file.data), len(file.data)
    digest = _keep_bytes(session, file)
    row = Attachment(claim_id=claim.id, name=cleaned, media_type=media_type, size=size, sha256=digest, at=at)
    session.add(row)
    session.flush()
    return row


def of_draft(session: Session, draft: Draft) -> Sequence[DraftAttachment]:
    """The files of a draft in the order in which they were attached."""
    wanted = select(DraftAttachment).where(DraftAttachment.draft_id == draft.id).order_by(DraftAttachment.id)
    return session.scalars(wanted).all()


def _keep_bytes(session: Session, file: ScannedFile) -> str:
    """Keep bytes once; their hash."""
    digest = hashlib.sha256(file.data).hexdigest()
    if session.scalar(select(AttachedFile.sha256).where(AttachedFile.sha256 == digest)) is None:
        session.add(AttachedFile(sha256=digest, content=file.data))
        session.flush()
    return digest


def _checked(session: Session, draft: Draft, name: str, data: bytes) -> str:
    """The media type by content; ValidationError for a file that is not taken, or one too many."""
    media_type = _kind(name, data)
    count = session.scalar(select(func.count()).where(DraftAttachment.draft_id == draft.id)) or 0
    if count >= LIMITS.files:
        raise ValidationError([f"file: there are {count} already; remove one first"])
    return media_type


def _kind(name: str, data: bytes) -> str:
    """The media type by content; ValidationError for a file that is not taken."""
    kind, most_mb = kind_of(name, data), LIMITS.file_bytes // 1_000_000
    if not name or not data:
        raise ValidationError(["file: there is none, or it is empty; choose a file"])
    if len(data) > LIMITS.file_bytes:
        raise ValidationError([f"file: {name} has {len(data)} bytes; give at most {most_mb} MB"])
    if repeats_itself(data):
        raise ValidationError([f"file: {name} says the same over and over; give one without filling"])
    if kind is None:
        taken = ", ".join(kind.name for kind in LIMITS.kinds)
        raise ValidationError([f"file: {name} is not of a kind that is taken; give {taken}, the file its own ending"])
    return kind.media_type


def _forget_bytes(session: Session, digests: Sequence[str]) -> None:
    records.lock(session)
    used = [exists().where(kind.sha256 == AttachedFile.sha256) for kind in (DraftAttachment, Attachment)]
    unused = AttachedFile.sha256.in_(digests) & ~used[0] & ~used[1]
    session.execute(delete(AttachedFile).where(unused).execution_options(synchronize_session=False))
