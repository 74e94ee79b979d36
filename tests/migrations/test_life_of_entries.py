"""Revision e4f1a0c7d501 with rows: down leaves the entry that was recorded first; up anew it is as it was then."""

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d801", "e4f1a0c7d501"
MADE = {"duties", "evidence", "extensions", "zone_events", "zone_requests"}
AT = "2027-02-01 10:00:00"
COLUMNS = "id, name, kind, lat_deg, lon_deg, coordinate_sigma_m, radius_m, enforced, remark, source"
PLACE = f"INSERT INTO protected_places ({COLUMNS}) VALUES ('old', 'Old', 'lander', -89, 0, 10, 2000, true, '', 'test')"
CLAIM = (
    "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')",
    (
        "INSERT INTO rounds (id, name, state, announced_at, opens_at, closes_at, illustrative, note)"
        f" VALUES ('R', 'R', 'OPEN', '{AT}', '{AT}', '2027-03-01', true, '')"
    ),
    (
        "INSERT INTO claims (id, round_id, key, filed_by_id, received_at, state, state_since_at, illustrative)"
        f" VALUES ('C-0001', 'R', 'a', 'IND', '{AT}', 'RECORDED', '{AT}', true)"
    ),
)


def test_tables_go_and_what_they_referred_to_stays(url: str) -> None:
    db.migrate(url, BEFORE)
    execute(url, *CLAIM, PLACE)
    db.migrate(url, AFTER)
    assert tables(url) >= MADE
    execute(
        url,
        "INSERT INTO duties (id, claim_id, kind, number, opened_at, due_at, final_at, state)"
        f" VALUES (1, 'C-0001', 'landing', 1, '{AT}', '{AT}', '{AT}', 'open')",
        f"INSERT INTO protected_places ({COLUMNS}, candidate_of_id)"
        " VALUES ('residual', 'Left', 'lander', -89, 0, 10, 2000, false, '', 'test', 'C-0001')",
    )
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT id FROM protected_places") == [("old",)]
    assert execute(url, "SELECT id FROM claims") == [("C-0001",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id, candidate_of_id FROM protected_places") == [("old", None)]
