"""Revision e4f1a0c7d203 with rows in its tables: going down takes them along and nothing else, going up makes room anew."""

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d202", "e4f1a0c7d203"
AT = "2027-02-01 10:00:00"
MADE = {
    "observers", "consultations", "comments", "agreements", "agreement_members", "agreement_pairs", "notes", "note_texts",
    "note_reads",
}  # fmt: skip


def test_an_agreement_goes_with_its_table_and_what_it_referred_to_stays(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')")
    execute(
        url,
        "INSERT INTO rounds (id, name, state, illustrative, note, opens_at, closes_at, announced_at) "
        "VALUES ('R', 'R', 'OPEN', true, '', :at, '2027-03-01', :at)",
        at=AT,
    )
    execute(
        url,
        "INSERT INTO agreements (id, round_id, keep_out_m, conditions, text, proposed_by_id, proposed_at, illustrative) "
        "VALUES ('A-0001', 'R', 50, '[]', 'Side by side.', 'IND', :at, true)",
        at=AT,
    )
    assert tables(url) >= MADE
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT id FROM rounds") == [("R",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM agreements") == []
    assert execute(url, "SELECT name FROM parties") == [("India",)]
