"""Tables without constraints, in which anything may stand."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from registry.log.rebuilding import rebuilt


@pytest.fixture(scope="module")
def plain_tables() -> Iterator[Session]:
    with rebuilt([]) as session:
        session.commit()
        yield session


@pytest.fixture
def loose(plain_tables: Session) -> Iterator[Session]:
    """A register in memory without a single constraint, empty again after the test."""
    yield plain_tables
    plain_tables.rollback()
    plain_tables.expunge_all()
