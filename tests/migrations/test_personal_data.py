"""Revision e4f1a0c7d602 with rows: down takes the erasures and leaves the people; up anew there are none."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d601", "e4f1a0c7d602"
AT = "2027-02-01 10:00:00"
PERSON = "INSERT INTO users (id, email, name, active, fs_uniquifier) VALUES (7, 'a@example.org', 'A', true, 'token')"
ASKED = (
    "INSERT INTO erasures (id, user_id, reason, state, asked_by, asked_at, answered_by, answered_at)"
    f" VALUES (1, 7, 'asked for', 'OPEN', 'ada@example.org', '{AT}', NULL, NULL)"
)


WITHOUT_A_SECOND = (
    "state = 'MADE'",
    f"state = 'MADE', answered_by = 'ada@example.org', answered_at = '{AT}'",
    "state = 'GONE'",
    "reason = ' '",
)


def test_erasures_go_with_their_table_and_people_stay_and_the_database_itself_wants_a_second_person(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, PERSON, ASKED)
    for change in WITHOUT_A_SECOND:
        with pytest.raises(sa.exc.IntegrityError):
            execute(url, f"UPDATE erasures SET {change}")
    db.migrate(url, BEFORE)
    assert "erasures" not in tables(url)
    assert execute(url, "SELECT email FROM users") == [("a@example.org",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM erasures") == []
