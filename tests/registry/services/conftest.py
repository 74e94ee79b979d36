"""Two rivals in coordination, made once: for the many tests of refusals, which no database decides."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry import db
from tests.registry import consulting


@pytest.fixture(scope="session")
def coordinated() -> Iterator[Connection]:
    """A register in memory with the two rivals in it."""
    engine = db.make_engine("sqlite://")
    db.Base.metadata.create_all(engine)
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            consulting.in_coordination(session)
            session.flush()
            db.commit(session)
        yield connection
        transaction.rollback()
    engine.dispose()


@pytest.fixture
def rivals(coordinated: Connection) -> Iterator[Session]:
    """A session on consultation K-0001 between C-0001 of IND and C-0002 of JPN; its writes vanish after the test."""
    savepoint = coordinated.begin_nested()
    with Session(coordinated, join_transaction_mode="create_savepoint") as session:
        yield session
    savepoint.rollback()
