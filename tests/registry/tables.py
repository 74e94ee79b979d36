"""The newest tables in a database of a test, without going through every migration each time."""

import functools
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from registry import db


def new_tables(url: str) -> None:
    """Make the newest tables in an empty database; on SQLite a copy of a file that was migrated once in this process."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())
    else:
        db.migrate(url)


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="registry-tables-") as folder:
        path = Path(folder) / "registry.sqlite"
        db.migrate(f"sqlite:///{path}")
        return path.read_bytes()
