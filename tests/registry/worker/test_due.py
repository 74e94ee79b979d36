"""What the worker does by the clock: reminders, once each, and a refusal stops nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from registry import db
from registry.domain.notices import Notice
from registry.worker.due import remind_all
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import STARTED
from tests.registry.tables import new_tables

DUE = STARTED + timedelta(days=30)


@pytest.fixture
def sleeping(tmp_path: Path) -> Iterator[Engine]:
    """A register with one consultation that nobody was in touch about."""
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        cases.case(session)
    yield engine
    engine.dispose()


def reminders(engine: Engine) -> int:
    with db.reading(engine) as session:
        return len(session.scalars(select(Notice.id).where(Notice.kind == "consultation-reminder")).all())


def test_a_case_is_reminded_when_it_is_due_and_once(sleeping: Engine) -> None:
    assert remind_all(sleeping, DUE - timedelta(seconds=1)) == []
    assert remind_all(sleeping, DUE) == [f"round {make.ROUND}: 1 consultations reminded"]
    assert remind_all(sleeping, DUE) == []
    assert reminders(sleeping) == 2  # one to each party


def test_a_refusal_is_told_and_stops_nothing(sleeping: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.services.errors import ConflictError
    from registry.worker import due

    def refused(*_: object) -> None:
        raise ConflictError("the log is busy")

    monkeypatch.setattr(due, "remind", refused)
    assert remind_all(sleeping, DUE) == [f"round {make.ROUND}: no reminder (the log is busy)"]
