"""Revision e4f1a0c7d302 with keys, a checkpoint and a co-signature: down takes them and nothing else, up makes room anew."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d301", "e4f1a0c7d302"
MADE = {"signing_keys", "witnesses", "checkpoints", "cosignatures"}
AT = "2027-02-01 10:00:00"
ROWS = (
    "INSERT INTO parties (id, name, kind, source) VALUES ('CHE', 'Switzerland', 'state', 'test')",
    f"INSERT INTO signing_keys (id, vkey, origin, established_at, illustrative) VALUES ('KEY-1', 'v', 'o', '{AT}', true)",
    f"INSERT INTO witnesses (id, party_id, name, vkey, established_at, illustrative) VALUES ('W-1', 'CHE', 'w', 'v', '{AT}', true)",
    f"INSERT INTO checkpoints (size, key_id, root_hex, note, signed_at) VALUES (3, 'KEY-1', '{'0' * 64}', 'note', '{AT}')",
    f"INSERT INTO cosignatures (id, witness_id, size, stated_at, line, stored_at) VALUES (1, 'W-1', 3, '{AT}', 'line', '{AT}')",
)


def test_keys_and_what_they_signed_go_with_their_tables(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT name FROM parties") == [("Switzerland",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM signing_keys UNION ALL SELECT id FROM witnesses") == []


@pytest.mark.parametrize(
    "change",
    ["until_size = 5", "retired_at = '2027-03-01 10:00:00'", "retired_at = '2027-03-01 10:00:00', until_size = 0"],
)
def test_a_key_is_retired_with_the_size_up_to_which_it_counts(url: str, change: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, f"UPDATE signing_keys SET {change}")
