"""Transactions, column types and settings of the database."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from registry import db
from registry.domain.parties import Party
from registry.domain.users import User

INDIA = {"id": "IND", "name": "India", "kind": "state", "source": "test"}


def parties(engine: Engine) -> int:
    with db.reading(engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Party)) or 0


def empty(engine: Engine) -> None:
    with db.unit_of_work(engine) as session:
        session.execute(sa.delete(Party))


def test_unit_of_work_commits_once_at_its_end(engine: Engine) -> None:
    with db.unit_of_work(engine) as session:
        session.add(Party(**INDIA))
    assert parties(engine) == 1
    empty(engine)


def test_unit_of_work_keeps_nothing_when_it_fails(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="halfway"), db.unit_of_work(engine) as session:  # noqa: PT012
        session.add(Party(**INDIA))
        session.flush()
        raise RuntimeError("halfway")
    assert parties(engine) == 0


def test_sweeping_is_done_and_leaves_connections_as_they_were(engine: Engine) -> None:
    with engine.connect() as connection:
        before = connection.get_isolation_level()
    assert db.sweep(engine)
    with engine.connect() as connection:
        assert connection.get_isolation_level() == before != "AUTOCOMMIT"


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), db.reading(engine) as session:  # noqa: PT012
        session.add(Party(**INDIA))
        session.flush()
    assert parties(engine) == 0


def test_a_reader_sees_one_snapshot_while_others_write(engine: Engine) -> None:
    with db.reading(engine) as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Party))
        with db.unit_of_work(engine) as writer:
            writer.add(Party(**INDIA))
        after = session.scalar(sa.select(sa.func.count()).select_from(Party))
    assert (before, after) == (0, 0)
    assert parties(engine) == 1
    empty(engine)


def test_foreign_keys_are_enforced(session: Session) -> None:
    session.add(User(email="a@example.org", name="A", active=True, fs_uniquifier="a", party_id="nobody"))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_violated_invariant_is_named(session: Session) -> None:
    session.add(Party(id="X", name="X", kind="company", source="test"))
    with pytest.raises(IntegrityError, match="ck_parties_kind_known"):
        session.flush()


def test_instants_come_back_aware_in_utc(session: Session) -> None:
    at = datetime(2027, 2, 1, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    session.add(User(email="a@example.org", name="A", active=True, fs_uniquifier="a", created_at=at))
    session.flush()
    session.expire_all()
    found = session.scalars(sa.select(User.created_at)).one()
    assert found == datetime(2027, 2, 1, 5, 0, 0, 123456, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_naive_datetime_is_refused(session: Session) -> None:
    session.add(
        User(
            email="a@example.org",
            name="A",
            active=True,
            fs_uniquifier="a",
            created_at=datetime.fromisoformat("2027-01-01"),
        )
    )
    with pytest.raises(
        sa.exc.StatementError, match="naive datetime 2027-01-01T00:00:00; give an instant with its offset"
    ):
        session.flush()


def test_json_is_stored_in_its_canonical_form(session: Session) -> None:
    codes = {"b": [1.0, 2.5], "a": "é"}
    session.add(User(email="a@example.org", name="A", active=True, fs_uniquifier="a", mf_recovery_codes=[codes]))
    session.flush()
    text = session.execute(sa.text("SELECT mf_recovery_codes FROM users")).scalar_one()
    assert text == '[{"a":"é","b":[1,2.5]}]'


def test_sqlite_settings_are_the_safe_ones(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'folder' / 'made.sqlite'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1]


def test_a_second_writer_waits_at_the_door_on_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "two.sqlite"
    engine = db.make_engine(f"sqlite:///{path}")
    with db.unit_of_work(engine) as session:
        session.connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite3.connect(path, timeout=0).execute("BEGIN IMMEDIATE")
    engine.dispose()
