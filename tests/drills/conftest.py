"""A real export to damage."""

from pathlib import Path

import pytest

from registry import db
from registry.exports.package import write_export
from registry.exports.scope import Scope
from tests.registry.exports import small


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full package of a small register. A test that changes a file puts it back."""
    url = f"sqlite:///{tmp_path_factory.mktemp('exported') / 'registry.sqlite'}"
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        small.fill(session)
    engine.dispose()
    with small.reading(url) as session:
        return write_export(session, tmp_path_factory.mktemp("packages") / "full", small.SIGNER, Scope.FULL).folder
