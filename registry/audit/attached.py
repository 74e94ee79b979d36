"""Attached files: the bytes of each against the hash that its record has, one file at a time.

A file is named by the attachment, of a claim or of a draft, that it belongs to: its hash may be confidential.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.report import Difference, Report
from registry.audit.rows import State
from registry.audit.stored import stored_rows
from registry.db import Base

_FILES = Base.metadata.tables["attached_files"]
Named = dict[str, list[tuple[str, int | None]]]  # by hash: who names the file, and in which record


def attached_files(session: Session, state: State, report: Report) -> Iterator[Difference]:
    """Files whose bytes have not the recorded hash, are missing, or belong to no attachment."""
    named = _named(session, state)
    for (digest,) in list(stored_rows(session, _FILES, ("sha256",), "sha256")):
        report.files += 1
        owners, found = named.pop(digest, []), _hash_of(session, digest)
        if not owners:
            yield Difference(_FILES.name, str(digest), "", None, None, "no record and no draft has this file")
        for owner, index in owners if found != digest else ():
            yield Difference(_FILES.name, owner, "content", None, None, "its bytes have another hash", index)
    for owners in named.values():
        for owner, index in owners:
            yield Difference(_FILES.name, owner, "", None, None, "the file is missing", index)


def _named(session: Session, state: State) -> Named:
    """The files of claims as records have them, and those of drafts as they lie there, for no record has these."""
    named: Named = {}
    for (id_,), recorded in sorted(state.rows.get("attachments", {}).items()):
        digest = recorded.cells.get("sha256")
        if isinstance(digest, str):  # else its record was changed or erased, and that is told
            named.setdefault(digest, []).append((f"attachments/{id_}", recorded.index))
    drafts = Base.metadata.tables["draft_attachments"]
    for id_, digest in stored_rows(session, drafts, ("id", "sha256"), "id"):
        named.setdefault(digest, []).append((f"draft_attachments/{id_}", None))
    return named


def _hash_of(session: Session, digest: Any) -> str | None:
    """The SHA-256 of the bytes that are stored under a hash; None where they are none."""
    stored: Any = sa.literal_column(_FILES.c.content.name)  # as it lies there, without the column's type
    content = session.scalar(sa.select(stored).select_from(_FILES).where(_FILES.c.sha256 == digest))
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes | memoryview) else None
