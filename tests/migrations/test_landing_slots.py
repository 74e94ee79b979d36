"""Revision e4f1a0c7d506 with rows: down takes windows and slots and leaves the claims; up anew they are empty."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d505", "e4f1a0c7d506"
MADE = {"landing_windows", "slot_proposals", "landing_slots"}
AT, SHA = "2027-02-01 10:00:00", "0" * 64
SLOT = (
    "INSERT INTO landing_slots (id, proposal_id, claim_id, phase, kind, slot_at, precision, state, state_since_at, reason,"
    f" illustrative) VALUES (%d, 1, 'C-0001', 'landing', 'landing', '{AT}', 'minute', '%s', '{AT}', '', true)"
)
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
        "INSERT INTO landing_windows (id, claim_id, phase, kind, party_id, windows, preferred_at, azimuth_from_deg,"
        " azimuth_to_deg, landed_mass_kg, method_version, filed_at, reason, illustrative)"
        f" VALUES (1, 'C-0001', 'landing', 'landing', 'IND', '[]', '{AT}', 350, 20, 2000, '1', '{AT}', '', true)"
    ),
    (
        "INSERT INTO slot_proposals (id, first_day, last_day, instance, instance_sha256, solution, solution_sha256, status,"
        " verification, proposed_at, illustrative)"
        f" VALUES (1, '2027-10-01', '2027-10-31', '{{}}', '{SHA}', '{{}}', '{SHA}', 'OPTIMAL', '{{}}', '{AT}', true)"
    ),
    SLOT % (1, "CONFIRMED"),
    SLOT % (2, "SUPERSEDED"),
)


def test_windows_and_slots_go_with_their_tables_and_claims_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    for wrong in (
        SLOT % (3, "PROPOSED"),  # a second live one
        "UPDATE landing_windows SET azimuth_to_deg = 360",
        "UPDATE landing_windows SET azimuth_from_deg = NULL",
        "UPDATE landing_slots SET precision = 'week'",
    ):
        with pytest.raises(sa.exc.IntegrityError):
            execute(url, wrong)
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT state FROM claims") == [("RECORDED",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM landing_slots") == []
