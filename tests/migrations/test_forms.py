"""Revision e4f1a0c7d507 with rows: extensions stay, any ground can be used after it, and only the old ones are left before it."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables
from tests.migrations.test_life_of_entries import AT, CLAIM

BEFORE, AFTER = "e4f1a0c7d506", "e4f1a0c7d507"
DUTY = (
    "INSERT INTO duties (id, claim_id, kind, number, opened_at, due_at, final_at, state)"
    f" VALUES (1, 'C-0001', 'landing', 1, '{AT}', '{AT}', '{AT}', 'open')"
)
EVIDENCE = (
    "INSERT INTO evidence (id, claim_id, kind, party_id, given_at, happened_on, text)"
    f" VALUES (1, 'C-0001', 'extension', 'IND', '{AT}', '2027-02-01', 'It was lost.')"
)
GROUND = "INSERT INTO extension_grounds (id, says, duties, most_months, times, source)"
GROUND += " VALUES ('quake', 'the ground shook', '[\"landing\"]', 6, 1, 'test')"


def extension(number: int, ground: str) -> str:
    columns = "id, claim_id, duty_id, evidence_id, ground, months, reason, due_before_at, due_at, granted_at"
    values = f"{number}, 'C-0001', 1, 1, '{ground}', 6, 'It was lost.', '{AT}', '2027-08-01 10:00:00', '{AT}'"
    return f"INSERT INTO extensions ({columns}) VALUES ({values})"


def test_the_list_of_grounds_becomes_data_and_extensions_stay(url: str) -> None:
    db.migrate(url, BEFORE)
    execute(url, *CLAIM, DUTY, EVIDENCE, extension(1, "launch-failure"))
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, extension(2, "quake"))
    db.migrate(url, AFTER)
    execute(url, GROUND, extension(2, "quake"))
    assert execute(url, "SELECT ground FROM extensions ORDER BY id") == [("launch-failure",), ("quake",)]
    db.migrate(url, BEFORE)
    assert execute(url, "SELECT ground FROM extensions ORDER BY id") == [("launch-failure",)]
    assert "extension_grounds" not in tables(url)
    db.migrate(url, AFTER)
    assert execute(url, "SELECT ground FROM extensions") == [("launch-failure",)]
    assert execute(url, "SELECT id FROM extension_grounds") == []
