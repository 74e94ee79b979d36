"""Revision e4f1a0c7d505 with rows: down takes pairs, their duties and moved entries, and leaves what was recorded first."""

import pytest
import sqlalchemy as sa

from registry import db
from registry.services import banking
from tests import factories as make
from tests.migrations.statements import execute, tables
from tests.registry.services.bank_cases import CHOSEN, offered
from tests.registry.services.test_banking import conclude

BEFORE, AFTER = "e4f1a0c7d504", "e4f1a0c7d505"


def test_what_the_bank_made_goes_and_what_was_recorded_first_stays(url: str) -> None:
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        offered(session)
        conclude(session)
        banking.choose(session, "B-0001", "first", "Nearer to the ice.", make.REGISTRAR, CHOSEN)
    engine.dispose()
    for change in ("state = 'OFFERED'", "chosen = 'third'", "state = 'OVER'", "second_name = ' '", "held_until = NULL"):
        with pytest.raises(sa.exc.IntegrityError):
            execute(url, f"UPDATE banked_sites SET {change}")
    assert execute(url, "SELECT id, place_id FROM entries ORDER BY id")[2] == ("E-0003", "ridge")
    db.migrate(url, BEFORE)
    assert "banked_sites" not in tables(url)
    assert execute(url, "SELECT id FROM entries ORDER BY id") == [("E-0001",), ("E-0002",)]
    assert execute(url, "SELECT count(*) FROM duties WHERE kind = 'second-site'") == [(0,)]
    with pytest.raises(sa.exc.IntegrityError):
        execute(url, "UPDATE duties SET kind = 'second-site'")
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id, place_id FROM entries ORDER BY id") == [("E-0001", None), ("E-0002", None)]
    assert execute(url, "SELECT id FROM banked_sites") == []
