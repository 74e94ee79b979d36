"""Revision e4f1a0c7d504 with rows: down takes the shared services and leaves the claims; up anew they are empty."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d502", "e4f1a0c7d504"
MADE = {"shared_services", "service_reliances"}
AT = "2027-02-01 10:00:00"
ROWS = (
    "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'illustrative')",
    (
        "INSERT INTO rounds (id, name, state, announced_at, opens_at, closes_at, illustrative, note)"
        f" VALUES ('R', 'R', 'OPEN', '{AT}', '{AT}', '2027-03-01 10:00:00', true, '')"
    ),
    (
        "INSERT INTO claims (id, round_id, key, filed_by_id, state, state_since_at, received_at, illustrative)"
        f" VALUES ('C-0001', 'R', 'a', 'IND', 'RECORDED', '{AT}', '{AT}', true)"
    ),
    (
        "INSERT INTO shared_services (id, claim_id, party_id, kind, what, serves, offered_at, illustrative)"
        f" VALUES ('S-0001', 'C-0001', 'IND', 'power', 'a mast', 1, '{AT}', true)"
    ),
    (
        "INSERT INTO service_reliances (id, service_id, claim_id, party_id, vital, need, since_at)"
        f" VALUES (1, 'S-0001', 'C-0001', 'IND', true, 'heat', '{AT}')"
    ),
)


def test_services_go_with_their_tables_and_claims_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, "UPDATE shared_services SET kind = 'air'")
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT state FROM claims") == [("RECORDED",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM shared_services") == []
