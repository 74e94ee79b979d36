"""One small register for all tests of exports, and its two packages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.exports.package import write_export
from registry.exports.scope import Scope
from tests.registry.exports import small
from tests.registry.tables import new_tables


@pytest.fixture(scope="session")
def small_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the small register. Change nothing in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('small') / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        small.fill(session)
    engine.dispose()
    return url


@pytest.fixture
def small_session(small_url: str) -> Iterator[Session]:
    """A reading session on the small register."""
    with small.reading(small_url) as session:
        yield session


@pytest.fixture(scope="session")
def public(small_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public package of the small register."""
    return package(small_url, tmp_path_factory.mktemp("packages") / "public", Scope.PUBLIC)


@pytest.fixture(scope="session")
def full(small_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full package of the small register."""
    return package(small_url, tmp_path_factory.mktemp("packages") / "full", Scope.FULL)


def package(url: str, folder: Path, scope: Scope) -> Path:
    with small.reading(url) as session:
        return write_export(session, folder, small.SIGNER, scope).folder
