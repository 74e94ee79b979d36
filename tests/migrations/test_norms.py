"""Revision e4f1a0c7d502 with rows in its tables: going down takes them along and nothing else, going up makes room anew."""

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d501", "e4f1a0c7d502"
MADE = {"norm_changes", "crosswalk", "docking_records", "docking_positions"}


def test_an_arrangement_goes_with_its_table_and_the_parties_stay(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')")
    execute(
        url,
        "INSERT INTO docking_records (id, title, origin_forum, text, evidence, target_body, agenda_item, recorded_at, "
        "illustrative) VALUES ('D-0001', 'Quiet hours', 'Test', 'No landing at noon.', '[]', 'COPUOS', '12', :at, true)",
        at="2027-02-01 10:00:00",
    )
    execute(
        url,
        "INSERT INTO docking_positions (id, docking_id, party_id, position, statement, stated_at) "
        "VALUES (1, 'D-0001', 'IND', 'adopts', '', :at)",
        at="2027-02-01 10:00:00",
    )
    assert tables(url) >= MADE
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM docking_records") == []
    assert execute(url, "SELECT name FROM parties") == [("India",)]
