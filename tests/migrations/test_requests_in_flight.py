"""Revision e4f1a0c7d606 with a request: down forgets what is in flight, and keeps what was answered."""

from registry import db
from tests.migrations.statements import execute, tables

BEFORE, AFTER = "e4f1a0c7d605", "e4f1a0c7d606"
AT = "2027-02-01 10:00:00"
IN_FLIGHT = f"INSERT INTO requests_in_flight (request, until_at) VALUES ('{'a' * 64}', '{AT}')"
ANSWERED = (
    "INSERT INTO requests (actor, key, operation, sha256, answer, at) "
    f"VALUES ('dev@example.org', 'k', 'api.file_claim', '{'b' * 64}', '{{}}', '{AT}')"
)


def test_what_is_in_flight_goes_and_what_was_answered_stays(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, IN_FLIGHT, ANSWERED)
    db.migrate(url, BEFORE)
    assert "requests_in_flight" not in tables(url)
    assert execute(url, "SELECT key FROM requests") == [("k",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT request FROM requests_in_flight") == []
