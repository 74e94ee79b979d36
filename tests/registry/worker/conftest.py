"""A drawn round in a database of its own, and workers on it that wait for nobody."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import children, db
from registry.domain.runs import Run
from registry.services import runs
from registry.worker.performing import Ways
from registry.worker.working import Worker
from tests import factories as make
from tests.registry.conftest import fresh_url
from tests.registry.tables import new_tables

NOW = make.utc("2027-09-10T09:00")


class Clock:
    """The hour, which goes on only when it is told to."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a round of two rivals whose seed is drawn, made once."""
    path = tmp_path_factory.mktemp("drawn") / "registry.sqlite"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])])
def drawn(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A register of its own with that round."""
    url = fresh_url(request, tmp_path)
    if request.param == "sqlite":
        shutil.copy(template, tmp_path / template.name)
    else:
        _fill(url)
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def _fill(url: str) -> None:
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        make.drawn_round(session)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def asked(engine: Engine, kind: str = "trial", at: datetime = NOW, **limits: object) -> int:
    """The number of a run that a planner asked for."""
    with db.unit_of_work(engine) as session:
        return runs.ask(session, make.ROUND, kind, make.PLANNER, at, **{"time_limit_s": 60, "workers": 1, **limits}).id


def run_of(engine: Engine, run_id: int = 1) -> Run:
    with db.reading(engine) as session:
        found = session.get_one(Run, run_id)
        session.expunge_all()
        return found


@pytest.fixture
def new_worker(drawn: Engine, tmp_path: Path, clock: Clock) -> Callable[..., Worker]:
    def new(
        name: str = "w1", place: children.Place | None = None, is_stopping: Callable[[], bool] = lambda: False
    ) -> Worker:
        ways = Ways(drawn, tmp_path / "runs", 20.0, clock, clock, is_stopping, place)
        return Worker(ways, name, lambda _: None)

    return new


def count(session: Session, kind: type) -> int:
    return session.query(kind).count()
