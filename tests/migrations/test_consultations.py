"""Revision e4f1a0c7d203 with rows in its tables: going down takes them along and nothing else, going up makes room anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from registry import db

BEFORE, AFTER = "e4f1a0c7d202", "e4f1a0c7d203"
AT = "2027-02-01 10:00:00"
MADE = {
    "observers", "consultations", "comments", "agreements", "agreement_members", "agreement_pairs", "notes", "note_texts",
    "note_reads",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'migrated.sqlite'}"
    new: Callable[[], str] = request.getfixturevalue("postgresql_url")
    return new()


def execute(url: str, statement: str, **values: Any) -> list[Any]:
    engine = db.make_engine(url)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement), values)
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


def tables(url: str) -> set[str]:
    engine = db.make_engine(url)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_an_agreement_goes_with_its_table_and_what_it_referred_to_stays(url: str) -> None:
    db.migrate(url, AFTER)
    execute(url, "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')")
    execute(
        url,
        "INSERT INTO rounds (id, name, state, illustrative, note, opens_at, closes_at, announced_at) "
        "VALUES ('R', 'R', 'OPEN', true, '', :at, '2027-03-01', :at)",
        at=AT,
    )
    execute(
        url,
        "INSERT INTO agreements (id, round_id, keep_out_m, conditions, text, proposed_by_id, proposed_at, illustrative) "
        "VALUES ('A-0001', 'R', 50, '[]', 'Side by side.', 'IND', :at, true)",
        at=AT,
    )
    assert tables(url) >= MADE
    db.migrate(url, BEFORE)
    assert tables(url) & MADE == set()
    assert execute(url, "SELECT id FROM rounds") == [("R",)]
    db.migrate(url, AFTER)
    assert execute(url, "SELECT id FROM agreements") == []
    assert execute(url, "SELECT name FROM parties") == [("India",)]
