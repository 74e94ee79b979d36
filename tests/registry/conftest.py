"""Databases for the register's tests: each test below runs on SQLite and on PostgreSQL, in a transaction that
is rolled back.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.log.rebuilding import rebuilt
from tests.registry.played import Played
from tests.registry.tables import new_tables


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a fresh database with the newest tables, one for the whole run."""
    url = fresh_url(request, tmp_path_factory.mktemp("database"))
    new_tables(url)
    return url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = db.make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose writes all vanish at the end of the test, those that it commits included."""
    yield from rolled_back(engine)


def rolled_back(engine: Engine) -> Iterator[Session]:
    """A session, commits and all within one transaction that is taken back."""
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture(scope="module")
def tables() -> Iterator[Engine]:
    """The newest tables in memory, without migrations."""
    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def register(tables: Engine) -> Iterator[Session]:
    """A register in memory, empty again after the test."""
    yield from rolled_back(tables)


@pytest.fixture(scope="module")
def plain_tables() -> Iterator[Session]:
    """A session on tables in memory without a single constraint."""
    with rebuilt([]) as session:
        session.commit()
        yield session


@pytest.fixture
def loose(plain_tables: Session) -> Iterator[Session]:
    """A register in memory in which anything may stand, empty again after the test."""
    yield plain_tables
    plain_tables.rollback()
    plain_tables.expunge_all()
    plain_tables.info.clear()


def fresh_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of an empty database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'registry.sqlite'}"
    make: Callable[[], str] = request.getfixturevalue("postgresql_url")
    return make()


@pytest.fixture
def played_session(played: Played) -> Iterator[Session]:
    """A reading session on the played round."""
    engine = db.make_engine(played.url)
    with db.reading(engine) as session:
        yield session
    engine.dispose()
