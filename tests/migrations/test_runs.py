"""Revision e4f1a0c7d401 with runs: down takes them and nothing else, up makes room anew; what no run may be is refused."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from registry import db
from tests.migrations.statements import execute

BEFORE, AFTER = "e4f1a0c7d302", "e4f1a0c7d401"
BEFORE_STUDIES, STUDIES = "e4f1a0c7d403", "e4f1a0c7d801"
AT = "2027-09-10 09:00:00"
ROUND = "INSERT INTO rounds (id, name, state, opens_at, closes_at, announced_at, illustrative, note) VALUES "
POLICY = "INSERT INTO policies (id, round_id, version, content, sha256, published_at) VALUES "
INSTANCE = "INSERT INTO frozen_instances (id, round_id, policy_id, number, content, sha256, frozen_at) VALUES "
RUN = """INSERT INTO runs (id, kind, instance_id, seed_hex, time_limit_s, workers, attempts_most, asked_by, asked_role, asked_at,
    state, attempts, doing, because) VALUES """
ROWS = (
    f"{ROUND} ('2027-1', 'One', 'ANNOUNCED', '2027-01-15 00:00:00', '{AT}', '2026-12-01 00:00:00', true, '')",
    f"{POLICY} (1, '2027-1', 1, '{{}}', '{'0' * 64}', '{AT}')",
    f"{INSTANCE} (1, '2027-1', 1, 1, '{{}}', '{'0' * 64}', '{AT}')",
    f"{RUN} (1, 'trial', 1, '00', 60, 8, 3, 'p', 'planner', '{AT}', 'queued', 0, '', '')",
    "INSERT INTO run_looks (id, run_id, attempt, seconds, stage, value, bound) VALUES (1, 1, 1, 0.5, 'points', 1, 9000000000)",
)

HASH = "0" * 64
PROPOSED = (
    (
        "INSERT INTO draws (id, instance_id, source, value_hex, seed_hex, drawn_at, illustrative, seed_instance_sha256) "
        f"VALUES (1, 1, 's', '00', '{HASH}', '{AT}', true, '{HASH}')"
    ),
    (
        "INSERT INTO proposals (id, instance_id, draw_id, official, status, solution, solution_sha256, verified, verification, "
        f"proposed_at) VALUES (1, 1, 1, true, 'OPTIMAL', '{{}}', '{HASH}', true, '{{}}', '{AT}')"
    ),
)


def test_runs_go_with_their_tables_and_what_they_are_about_stays(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    assert execute(url, "SELECT bound FROM run_looks") == [(9000000000,)]
    db.migrate(url, BEFORE)
    assert execute(url, "SELECT id FROM frozen_instances") == [(1,)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM runs UNION ALL SELECT id FROM run_looks") == []


def test_studies_of_incentives_are_about_a_proposal_and_go_with_their_revision(url: str) -> None:
    db.migrate(url, STUDIES)
    execute(url, *ROWS)
    execute(url, *PROPOSED)
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, "UPDATE runs SET kind = 'incentives'")
    execute(url, "UPDATE runs SET kind = 'incentives', explained_id = 1")
    db.migrate(url, BEFORE_STUDIES)
    assert execute(url, "SELECT id FROM runs UNION ALL SELECT id FROM run_looks") == []
    db.migrate(url, STUDIES)


REFUSED = {
    "state = 'running'": "held by nobody",
    "worker = 'w'": "held and not running",
    "state = 'failed', ended_at = asked_at": "no reason",
    "state = 'done'": "no instant",
    "kind = 'why-not'": "about no claim",
    "kind = 'guess'": "unknown",
    "time_limit_s = 0": "no time",
    "asked_by = ' '": "asked for by nobody",
}


def test_what_no_run_may_be_is_refused_by_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'migrated.sqlite'}"
    db.migrate(url, AFTER)
    execute(url, *ROWS)
    for change in REFUSED:
        with pytest.raises(sa.exc.IntegrityError):
            execute(url, f"UPDATE runs SET {change}")
    execute(url, "UPDATE runs SET state = 'failed', ended_at = asked_at, because = 'x'")
