"""A real export to damage."""

from pathlib import Path

import pytest

from tests.drills import changed_exports


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full package of a small register. A test that changes a file puts it back."""
    return changed_exports.exported(tmp_path_factory.mktemp("exported"))
