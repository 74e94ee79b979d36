"""Attached files: every file has the hash by which an attachment names it, and no file is there that none names."""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.attached import attached_files
from registry.audit.report import Difference, Report
from registry.audit.rows import Recorded, State
from registry.db import Base
from tests import factories

GOOD, BAD, GONE, DRAFT, NULL = (sha256(text).hexdigest() for text in (b"good", b"bad", b"gone", b"draft", b"null"))


def keep(session: Session, **files: bytes | None) -> None:
    rows = [{"sha256": digest, "content": content} for digest, content in files.items()]
    session.execute(sa.insert(Base.metadata.tables["attached_files"]), rows)


def named(digests: dict[int, Any]) -> State:
    state = State()
    state.rows["attachments"] = {
        (id_,): Recorded({} if digest is None else {"sha256": digest}, 10 + id_) for id_, digest in digests.items()
    }
    return state


def test_files_are_held_against_the_hashes_that_records_and_drafts_have(loose: Session) -> None:
    state = named({2: BAD, 1: BAD, 3: GOOD, 4: GONE, 5: None, 6: {"sealed": "ab"}, 7: NULL})
    keep(loose, **{GOOD: b"good", BAD: b"other", DRAFT: b"other", NULL: None, "0" * 64: b"smuggled"})
    drafts = Base.metadata.tables["draft_attachments"]
    rest = {"name": "p", "media_type": "text/plain", "size": 1, "at": factories.OPENS, "draft_id": 1}
    loose.execute(sa.insert(drafts), [{"id": 9, "sha256": DRAFT, **rest}, {"id": 8, "sha256": GOOD, **rest}])
    report = Report()
    other, lost = "its bytes have another hash", "the file is missing"
    of_files = {
        BAD: [
            Difference("attached_files", f"attachments/{id_}", "content", None, None, other, 10 + id_) for id_ in (1, 2)
        ],
        NULL: [Difference("attached_files", "attachments/7", "content", None, None, other, 17)],
        DRAFT: [Difference("attached_files", "draft_attachments/9", "content", None, None, other)],
        "0" * 64: [Difference("attached_files", "0" * 64, "", None, None, "no record and no draft has this file")],
    }
    gone = Difference("attached_files", "attachments/4", "", None, None, lost, 14)
    in_order = [row for digest in sorted(of_files) for row in of_files[digest]]
    assert list(attached_files(loose, state, report)) == [*in_order, gone]
    assert report.files == 5


def test_without_attachments_and_files_there_is_nothing_to_tell(loose: Session) -> None:
    assert list(attached_files(loose, State(), Report())) == []
