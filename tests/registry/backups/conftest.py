"""A register with a round played to its entries, on each kind of database, and its backup."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.backups.manifest import Manifest
from registry.backups.restoring import restore
from registry.backups.writing import write_backup
from tests import factories as make
from tests.registry.conftest import fresh_url
from tests.registry.tables import new_tables

MADE_AT = make.utc("2027-12-01T09:00")


@pytest.fixture(scope="session")
def full_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite register with frozen instances, a draw, decisions and entries. Change nothing in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('full') / 'registry.sqlite'}"
    fill(url)
    return url


@pytest.fixture(scope="session")
def backup(full_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup, without secrets."""
    path = tmp_path_factory.mktemp("backup") / "register.backup"
    with opened(full_url) as engine:
        write_backup(engine, path, MADE_AT)
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    new: Callable[[], str] = request.getfixturevalue("postgresql_url")
    return new()


@dataclass(frozen=True)
class Restored:
    """A database that the backup was restored into, and the manifest that it was restored by."""

    url: str
    manifest: Manifest


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def restored(request: pytest.FixtureRequest, backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Restored:
    """The backup restored, once for each kind of database. Change nothing in it but in a transaction to roll back."""
    folder = tmp_path_factory.mktemp("restored")
    url = fresh_url(request, folder)
    return Restored(url, restore(backup, url, folder / "data"))


@pytest.fixture
def restored_session(restored: Restored) -> Iterator[Session]:
    """A session on it whose writes all vanish."""
    with opened(restored.url) as engine, engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a register without rows, to copy."""
    path = tmp_path_factory.mktemp("ready") / "registry.sqlite"
    new_tables(f"sqlite:///{path}")
    return path


def fill(url: str) -> None:
    new_tables(url)
    with opened(url) as engine, db.unit_of_work(engine) as session:
        make.recorded_round(session)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The engine of a database, disposed of at the end."""
    engine = db.make_engine(url)
    yield engine
    engine.dispose()
