"""Migrations make the tables that the entities describe, on both databases alike, up, down and up again with
rows in them.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from registry import db
from registry.log.records import Record
from tests.migrations.statements import sqlite_url

REVISIONS = [
    script.revision for script in reversed(list(ScriptDirectory.from_config(db.alembic_config()).walk_revisions()))
]
PARTY = "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')"


def names(url: str) -> set[tuple[str, ...]]:
    """Every name in the schema: tables, columns with nullability, and constraints and indexes with their
    columns.
    """
    engine = db.make_engine(url)
    look = sa.inspect(engine)
    found: set[tuple[str, ...]] = set()
    for table in look.get_table_names():
        found |= {(table, "column", column["name"], str(column["nullable"])) for column in look.get_columns(table)}
        found |= {(table, "check", str(check["name"])) for check in look.get_check_constraints(table)}
        found |= {(table, "unique", str(unique["name"])) for unique in look.get_unique_constraints(table)}
        found |= {(table, "foreign", str(key["name"])) for key in look.get_foreign_keys(table)}
        found.add((table, "primary", str(look.get_pk_constraint(table)["name"])))
        indexes = [index for index in look.get_indexes(table) if not index.get("duplicates_constraint")]
        found |= {(table, "index", str(index["name"]), str(bool(index["unique"]))) for index in indexes}
    engine.dispose()
    return found


def test_entities_and_migrations_describe_the_same_tables(url: str) -> None:
    db.migrate(url)
    engine = db.make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []
    engine.dispose()


def test_migrated_checks_are_those_of_the_entities(tmp_path: Path) -> None:
    migrated, made = sqlite_url(tmp_path), f"sqlite:///{tmp_path / 'made.sqlite'}"
    db.migrate(migrated)
    engine = db.make_engine(made)
    Record.metadata.create_all(engine)
    engine.dispose()
    assert {name for name in names(migrated) if name[0] != "alembic_version"} == names(made)
    assert checks(migrated) == checks(made)


def checks(url: str) -> set[tuple[str, str, str]]:
    """Every check with its table, name and condition: the comparison of entities with tables leaves them out."""
    engine = db.make_engine(url)
    look = sa.inspect(engine)
    found = {
        (table, str(check["name"]), check["sqltext"])
        for table in look.get_table_names()
        for check in look.get_check_constraints(table)
    }
    engine.dispose()
    return found


@pytest.mark.postgresql
def test_both_databases_get_the_same_names(tmp_path: Path, postgresql_url: Callable[[], str]) -> None:
    first, second = sqlite_url(tmp_path), postgresql_url()
    db.migrate(first)
    db.migrate(second)
    assert names(first) == names(second)


def test_one_register_goes_up_down_and_up_at_each_revision_and_keeps_its_rows(url: str) -> None:
    db.migrate(url, REVISIONS[0])
    execute(url, PARTY)
    for before, revision in itertools.pairwise(REVISIONS):
        ends = [db.migrate(url, wanted) for wanted in (revision, before, revision)]
        assert ends == [revision, before, revision]
        assert execute(url, "SELECT name FROM parties").scalar() == "India", revision


@pytest.mark.slow  # each from nothing: the same steps, many times over
@pytest.mark.parametrize("revision", REVISIONS)
def test_each_revision_goes_up_down_and_up_with_rows(url: str, revision: str) -> None:
    before = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
    assert db.migrate(url, revision) == revision
    execute(url, PARTY)
    assert db.migrate(url, before) == (None if before == "base" else before)
    assert db.migrate(url, revision) == revision
    if before == "base":
        execute(url, PARTY)
    assert execute(url, "SELECT name FROM parties").scalar() == "India"


def execute(url: str, statement: str) -> sa.Result[tuple[object, ...]]:
    engine = db.make_engine(url)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement)
        kept = result.freeze() if result.returns_rows else None
    engine.dispose()
    return kept() if kept else result


def test_migrating_again_changes_nothing(url: str) -> None:
    assert db.migrate(url) == db.head_revision()
    assert db.migrate(url) == db.head_revision()


def test_tables_of_a_newer_program_are_refused(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    db.migrate(url)
    execute(url, "UPDATE alembic_version SET version_num = 'fedcba987654'")
    with pytest.raises(db.SchemaError, match="revision fedcba987654, which this program does not know"):
        db.migrate(url)


def test_missing_tables_are_named_with_the_mend(tmp_path: Path) -> None:
    engine = db.make_engine(sqlite_url(tmp_path))
    with pytest.raises(db.SchemaError, match=r"at revision none, .* run the migrations"):
        db.check_current(engine)
    engine.dispose()


def test_current_tables_pass_the_check(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    db.migrate(url)
    engine = db.make_engine(url)
    db.check_current(engine)
    assert db.current_revision(engine) == REVISIONS[-1]
    engine.dispose()
