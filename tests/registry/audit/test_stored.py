"""Tables are read as they lie in the database, and a cell is the recorded value or is not: nothing is mended on the way."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.audit.stored import is_text_of, matcher, stored_rows
from registry.db import Base, CanonicalJson, UtcDateTime

NODES, RECORDS = (Base.metadata.tables[name] for name in ("tree_nodes", "records"))
INSTANT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


def test_rows_come_with_the_columns_wanted_in_the_order_wanted(loose: Session) -> None:
    rows = [(1, 2, b"c"), (0, 5, b"a"), (1, 0, b"b")]
    loose.execute(sa.insert(NODES), [dict(zip(("level", "position", "hash"), row, strict=True)) for row in rows])
    assert list(stored_rows(loose, NODES, ("hash", "level"), "level", "position")) == [(b"a", 0), (b"b", 1), (b"c", 1)]


def test_cells_are_those_of_the_driver_and_names_may_be_words_of_sql(loose: Session) -> None:
    row = {"index": 3, "at": INSTANT, "actor": {"b": 1}, "act": "x", "subject": "y", "content": {}, "leaf_hash": b"z"}
    loose.execute(sa.insert(RECORDS), [row])
    found = list(stored_rows(loose, RECORDS, ("index", "at", "actor"), "index"))
    assert found == [(3, "2027-02-01 10:00:00.000000", '{"b":1}')]


@pytest.mark.parametrize(("columns", "order"), [(("LEVEL",), "level"), (("level",), "nothing")])
def test_a_column_that_the_table_has_not_is_no_text(loose: Session, columns: tuple[str, ...], order: str) -> None:
    with pytest.raises(KeyError):
        stored_rows(loose, NODES, columns, order)


def test_a_table_is_read_in_parts_and_never_as_a_whole(loose: Session) -> None:
    seen: list[Any] = []
    bind = loose.get_bind()

    def note(*given: Any) -> None:
        seen.append(given[4].execution_options.get("yield_per"))

    event.listen(bind, "before_cursor_execute", note)
    list(stored_rows(loose, NODES, ("level",)))
    event.remove(bind, "before_cursor_execute", note)
    assert seen[-1] == 2000


Case = tuple[Any, str, Any, Any]
ALIKE: list[Case] = [
    (UtcDateTime(), "sqlite", "2027-02-01T10:00:00Z", "2027-02-01 10:00:00.000000"),
    (UtcDateTime(), "sqlite", None, None),
    (UtcDateTime(), "postgresql", "2027-02-01T10:00:00Z", INSTANT),
    (UtcDateTime(), "postgresql", None, None),
    (sa.Date(), "postgresql", "2027-02-01", date(2027, 2, 1)),
    (sa.Date(), "postgresql", None, None),
    (sa.Boolean(), "sqlite", True, 1),
    (sa.Boolean(), "sqlite", False, 0),
    (sa.Boolean(), "sqlite", None, None),
    (sa.Float(), "sqlite", 1, 1.0),
    (sa.Float(), "postgresql", 2.5, 2.5),
    (sa.Float(), "postgresql", None, None),
    (CanonicalJson(), "sqlite", {"a": 1}, '{"a":1}'),
]
APART: list[Case] = [
    (UtcDateTime(), "sqlite", "2027-02-01T10:00:00Z", "2027-02-01 10:00:00"),
    (UtcDateTime(), "sqlite", "2027-02-01T10:00:00Z", INSTANT),
    (UtcDateTime(), "sqlite", "no instant", "no instant"),
    (UtcDateTime(), "postgresql", "2027-02-01T10:00:00Z", "2027-02-01 10:00:00.000000"),
    (sa.Date(), "postgresql", "2027-02-01", "2027-02-01"),
    (sa.Date(), "postgresql", "no day", "no day"),
    (sa.Boolean(), "sqlite", True, 0),
    (sa.Boolean(), "sqlite", 1, True),
    (sa.Boolean(), "sqlite", None, 0),
    (sa.Float(), "sqlite", 1, 1),
    (sa.Float(), "sqlite", True, True),
    (CanonicalJson(), "postgresql", {"a": 1}, {"a": 1}),
]  # fmt: skip


def matching(kind: Any, dialect: str) -> Callable[[Any, Any], bool]:
    found = matcher(sa.Column("cell", kind), dialect)
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "dialect", "recorded", "found"), ALIKE)
def test_a_recorded_value_is_known_in_its_stored_form(kind: Any, dialect: str, recorded: Any, found: Any) -> None:
    assert matching(kind, dialect)(recorded, found) is True


@pytest.mark.parametrize(("kind", "dialect", "recorded", "found"), APART)
def test_another_value_or_another_form_of_it_is_not(kind: Any, dialect: str, recorded: Any, found: Any) -> None:
    assert matching(kind, dialect)(recorded, found) is False


@pytest.mark.parametrize(
    ("kind", "dialect"),
    [(sa.Date(), "sqlite"), (sa.Boolean(), "postgresql"), (sa.String(), "sqlite"), (sa.Integer(), "postgresql")],
)
def test_what_is_written_alike_needs_no_form(kind: Any, dialect: str) -> None:
    assert matcher(sa.Column("cell", kind), dialect) is None


def test_no_text_stands_for_no_value_and_nothing_else_does() -> None:
    assert [is_text_of(None, None), is_text_of(None, "null"), is_text_of("", None)] == [True, False, False]
    assert [is_text_of(None, 5), is_text_of(5, 5)] == [False, False]
