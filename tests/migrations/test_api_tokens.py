"""Revision e4f1a0c7d601 with a row: down takes tokens away and leaves people; up anew nobody has one."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d507", "e4f1a0c7d601"
AT, SHA = "2027-02-01 10:00:00", "0" * 64
PERSON = (
    "INSERT INTO users (id, email, name, active, fs_uniquifier) VALUES (1, 'a@example.org', 'A', true, 'illustrative')"
)


def token(number: int, sha256: str = SHA, until: str = "2028-02-01 10:00:00") -> str:
    return (
        "INSERT INTO api_tokens (id, user_id, name, prefix, token_sha256, scopes, made_at, expires_at)"
        f""" VALUES ({number}, 1, 'a program', 'lsr_illustra', '{sha256}', '["claims:file"]', '{AT}', '{until}')"""
    )


def test_tokens_go_with_their_table_and_people_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, PERSON, token(1))
    db.migrate(url, BEFORE)
    assert "api_tokens" not in tables(url)
    assert execute(url, "SELECT email FROM users") == [("a@example.org",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM api_tokens") == []


@pytest.mark.parametrize(
    "wrong",
    [token(2), token(2, "0" * 63), token(2, "1" * 64, AT)],
    ids=["the same token twice", "no whole hash", "over before it begins"],
)
def test_the_database_itself_refuses(url: str, wrong: str) -> None:
    db.migrate(url, AFTER)
    execute(url, PERSON, token(1))
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, wrong)
