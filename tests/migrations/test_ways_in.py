"""Recovery codes that another program kept are forgotten, on the way up and on the way down."""

from registry import db
from tests.migrations.statements import execute

REVISION, BEFORE = "e4f1a0c7d605", "e4f1a0c7d604"
KEPT = "SELECT mf_recovery_codes FROM users"
PERSON = (
    "INSERT INTO users (id, email, name, active, fs_uniquifier, mf_recovery_codes) "
    "VALUES (1, 'a@example.org', 'A', TRUE, 'a', '[\"gAAAAA\"]')"
)


def test_codes_that_are_no_digests_are_forgotten(url: str) -> None:
    assert db.migrate(url, BEFORE) == BEFORE
    execute(url, PERSON)
    assert db.migrate(url, REVISION) == REVISION
    assert execute(url, KEPT) == [(None,)]
    execute(url, "UPDATE users SET mf_recovery_codes = '[\"$argon2id$\"]'")
    assert db.migrate(url, BEFORE) == BEFORE
    assert execute(url, KEPT) == [(None,)]
