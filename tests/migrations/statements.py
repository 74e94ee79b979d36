"""SQL as somebody without the program would write it, for databases of any revision."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from registry import db


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'migrated.sqlite'}"


def execute(url: str, /, *statements: str, **values: Any) -> list[Any]:
    """The rows of the last statement; all in one transaction."""
    engine = db.make_engine(url)
    try:
        with engine.begin() as connection:
            results = [connection.execute(sa.text(statement), values) for statement in statements]
            return list(results[-1]) if results[-1].returns_rows else []
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    engine = db.make_engine(url)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found
