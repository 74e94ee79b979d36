"""Two rivals in coordination, made once: for the many tests of refusals, which no database decides.

What locks, races, counts or leans on a constraint is tested on PostgreSQL in every run; the other services there with
`--all`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry import db
from tests.registry import consulting

HERE = Path(__file__).parent
ON_BOTH = {
    f"test_{name}.py"
    for name in (
        "deciding", "entering", "erasures", "filing", "idempotency", "keys", "lives", "offers", "races", "reference",
        "roles", "room", "slot_races", "users",
    )
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.path.name not in ON_BOTH and item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.slow)


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
