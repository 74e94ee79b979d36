"""Revision e4f1a0c7d603 with a worker: down forgets who is there, and nothing else."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d602", "e4f1a0c7d603"
AT = "2027-02-01 10:00:00"
WORKER = f"INSERT INTO worker_beats (name, started_at, seen_at) VALUES ('host/7/x', '{AT}', '{AT}')"
PARTY = "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'illustrative')"


def test_workers_go_with_their_table_and_parties_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, PARTY, WORKER)
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, "UPDATE worker_beats SET name = ' '")
    db.migrate(url, BEFORE)
    assert "worker_beats" not in tables(url)
    assert execute(url, "SELECT name FROM parties") == [("India",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT name FROM worker_beats") == []
