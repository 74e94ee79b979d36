"""SQLite and PostgreSQL give the same package, but for the salts that each register draws for itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import db
from registry.exports.package import write_export
from registry.exports.scope import Scope
from tests.registry.conftest import fresh_url
from tests.registry.exports import small
from tests.registry.exports.small import SIGNER, contents
from tests.registry.tables import new_tables

# What depends on the salts of the log, and what tells the hash of that.
OF_SALTS = (
    "log/",
    "manifest.",
    "blocks.txt",
    "datapackage.json",
    "register.json",
    "register.xlsx/xl/sharedStrings.xml",
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small register in a database of its own, whose numbers begin with 1."""
    url = fresh_url(request, tmp_path_factory.mktemp("fresh"))
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        small.fill(session)
    engine.dispose()
    return url


@pytest.fixture
def filled(url: str) -> Iterator[Session]:
    with small.reading(url) as session:
        yield session


def test_both_databases_give_the_same_files(filled: Session, full: Path, tmp_path: Path) -> None:
    write_export(filled, tmp_path / "out", SIGNER, Scope.FULL)
    here, there = contents(tmp_path / "out"), contents(full)
    assert here.keys() == there.keys()
    assert [path for path in here if not path.startswith(OF_SALTS) and here[path] != there[path]] == []


def test_both_databases_rebuild_an_earlier_instant(filled: Session, full: Path, tmp_path: Path) -> None:
    write_export(filled, tmp_path / "then", SIGNER, Scope.FULL, small.YEARS_LATER)
    then, now = contents(tmp_path / "then"), contents(full)
    for name in ("claims", "revisions", "placements", "findings", "notes", "notices", "comments", "agreements"):
        assert then[f"tables/{name}.csv"] == now[f"tables/{name}.csv"], name
