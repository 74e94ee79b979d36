"""Revision e4f1a0c7d403 with rows: down takes the files and leaves drafts and claims; up anew they are there without files."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d402", "e4f1a0c7d403"
MADE = {"attached_files", "attachments", "draft_attachments"}
AT, SHA = "2027-02-01 10:00:00", "0" * 64
ROWS = (
    "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'illustrative')",
    (
        "INSERT INTO rounds (id, name, state, announced_at, opens_at, closes_at, illustrative, note)"
        f" VALUES ('R', 'R', 'OPEN', '{AT}', '{AT}', '2027-03-01 10:00:00', true, '')"
    ),
    (
        "INSERT INTO drafts (id, round_id, filed_by_id, key, document, saved_by, saved_at)"
        f" VALUES (1, 'R', 'IND', 'a', '{{}}', 'a@example.org', '{AT}')"
    ),
    f"INSERT INTO attached_files (sha256, content) VALUES ('{SHA}', 'x')",
    (
        "INSERT INTO draft_attachments (id, draft_id, name, media_type, size, sha256, at)"
        f" VALUES (1, 1, 'a.txt', 'text/plain', 1, '{SHA}', '{AT}')"
    ),
)


def test_files_go_with_their_tables_and_drafts_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT key FROM drafts") == [("a",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM draft_attachments") == []


def test_the_database_itself_wants_a_file_with_bytes_of_it(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    with pytest.raises(sa.exc.IntegrityError):
        execute(
            url,
            "INSERT INTO draft_attachments (id, draft_id, name, media_type, size, sha256, at)"
            f" VALUES (2, 1, 'a.txt', 'text/plain', 0, '{SHA}', '{AT}')",
        )
