"""Revision e4f1a0c7d402 with rows: down takes sessions, failures and waiting changes of roles, and leaves people; up anew."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d401", "e4f1a0c7d402"
MADE = {"account_states", "browser_sessions", "counted_requests", "role_changes", "sign_in_failures"}
AT = "2027-02-01 10:00:00"
CHANGE = (
    "INSERT INTO role_changes (id, user_id, roles, reason, state, asked_by, asked_at, answered_by, answered_at) VALUES"
)
ROWS = (
    "INSERT INTO users (id, email, name, active, fs_uniquifier) VALUES (1, 'a@example.org', 'A', true, 'u')",
    f"INSERT INTO browser_sessions (token_sha256, user_id, started_at) VALUES ('{'0' * 64}', 1, '{AT}')",
    f"INSERT INTO sign_in_failures (subject, failures, last_at) VALUES ('{'1' * 64}', 3, '{AT}')",
    f"INSERT INTO counted_requests (key, hits, ends_at) VALUES ('k', 3, '{AT}')",
    "INSERT INTO account_states (user_id, has_one_time_password, last_code) VALUES (1, true, 60000000)",
    f"{CHANGE} (1, 1, '[\"auditor\"]', 'new post', 'OPEN', 'b@example.org', '{AT}', NULL, NULL)",
)


def test_sessions_and_failures_go_with_their_tables_and_people_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT email FROM users") == [("a@example.org",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT user_id FROM browser_sessions UNION ALL SELECT user_id FROM account_states") == []


@pytest.mark.parametrize(
    "row",
    [
        f"(2, 1, '[]', 'why', 'MADE', 'b@example.org', '{AT}', 'b@example.org', '{AT}')",
        f"(2, 1, '[]', 'why', 'MADE', 'b@example.org', '{AT}', NULL, NULL)",
        f"(2, 1, '[]', 'why', 'OPEN', 'b@example.org', '{AT}', 'c@example.org', '{AT}')",
        f"(2, 1, '[]', ' ', 'OPEN', 'b@example.org', '{AT}', NULL, NULL)",
    ],
)
def test_the_database_itself_wants_a_second_person(url: str, row: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, f"{CHANGE} {row}")
