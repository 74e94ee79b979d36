"""Revision e4f1a0c7d202 with rows in its tables: earlier draws and proposals keep what they said, and what is fixed stays."""

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute

BEFORE, AFTER = "e4f1a0c7d201", "e4f1a0c7d202"
FIXED = ("policies", "frozen_instances", "draws")
HASH, SEED = "ab" * 32, "cd" * 32
ROUND = (
    "INSERT INTO rounds (id, name, state, illustrative, note, opens_at, closes_at, announced_at) "
    "VALUES ('R', 'R', 'ANNOUNCED', true, '', '2027-02-01', '2027-03-01', '2027-01-01')"
)
POLICY = (
    "INSERT INTO policies (id, round_id, version, content, sha256, published_at) "
    f"VALUES ({{}}, 'R', {{}}, '{{{{}}}}', '{HASH}', '2027-01-02')"
)
EARLIER = (
    ROUND,
    POLICY.format(1, 1),
    (
        "INSERT INTO frozen_instances (id, round_id, policy_id, number, content, sha256, frozen_at) "
        f"VALUES (1, 'R', 1, 1, '{{}}', '{HASH}', '2027-05-01')"
    ),
    (
        "INSERT INTO draws (id, instance_id, source, value_hex, seed_hex, drawn_at, illustrative) "
        f"VALUES (1, 1, 'a beacon', '0011', '{SEED}', '2027-05-02', true)"
    ),
    (
        "INSERT INTO proposals (id, instance_id, draw_id, official, status, solution, solution_sha256, verified, verification, "
        f"proposed_at) VALUES (1, 1, 1, true, 'OPTIMAL', '{{}}', '{HASH}', true, '{{}}', '2027-05-03')"
    ),
)


@pytest.fixture
def filled(url: str) -> str:
    """A database of the revision before, with a round that was proposed."""
    db.migrate(url, BEFORE)
    execute(url, *EARLIER)
    return url


def test_earlier_rows_say_what_they_said_and_nothing_that_nobody_looked_at(filled: str) -> None:
    db.migrate(filled, AFTER)
    assert execute(filled, "SELECT kind, basis_id, fallback, reason FROM frozen_instances") == [
        ("frozen", None, None, "")
    ]
    assert execute(filled, "SELECT seed_instance_sha256, reference, published_at FROM draws") == [(HASH, "", None)]
    assert execute(filled, "SELECT official, confirmed FROM proposals")[0][1] is None


def test_down_again_the_rows_are_as_they_were(filled: str) -> None:
    db.migrate(filled, AFTER)
    db.migrate(filled, BEFORE)
    assert execute(filled, "SELECT seed_hex FROM draws") == [(SEED,)]
    assert execute(filled, f"UPDATE policies SET sha256 = '{SEED}' RETURNING id") == [(1,)]


@pytest.mark.parametrize("revision", [AFTER, "head"])
def test_what_is_published_or_drawn_is_guarded_from_here_on(filled: str, revision: str) -> None:
    db.migrate(filled, revision)
    for table in FIXED:
        with pytest.raises(sa.exc.DBAPIError, match=f"{table} are fixed once they are written"):
            execute(filled, f"UPDATE {table} SET id = 9")
    execute(filled, POLICY.format(2, 2))
    execute(filled, "UPDATE rounds SET state = 'OPEN'")
    with pytest.raises(sa.exc.DBAPIError, match="the policy of a round cannot change after its opening"):
        execute(filled, POLICY.format(3, 3))
