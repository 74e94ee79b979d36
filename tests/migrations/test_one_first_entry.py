"""The database itself keeps a claim from being entered twice."""

import pytest
import sqlalchemy as sa

from registry import db
from tests import factories as make
from tests.migrations.statements import execute

REVISION, BEFORE = "e4f1a0c7d604", "e4f1a0c7d603"
TWICE = (
    "INSERT INTO entries (id, claim_id, placement_id, decision_id, start_day, valid_from, valid_until, state, recorded_at, "
    "illustrative, cause) SELECT 'E-0002', claim_id, placement_id, decision_id, start_day, valid_from, valid_until, state, "
    "recorded_at, illustrative, cause FROM entries WHERE id = 'E-0001'"
)


def test_a_second_first_entry_of_a_claim_is_refused_by_the_database(url: str) -> None:
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        make.recorded_round(session)
    engine.dispose()
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, TWICE)
    assert db.migrate(url, BEFORE) == BEFORE
    assert db.migrate(url, REVISION) == REVISION
    assert execute(url, "SELECT id FROM entries") == [("E-0001",)]
