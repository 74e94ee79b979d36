"""Tables rebuilt from records alone: the newest state of every row, with cells as the columns hold them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from registry.db import Base
from registry.log import rebuilding, sealing
from registry.log.rebuilding import rebuilt, rows_of

SALT = b"\x07" * 32
SEALED = {"sealed": "ab"}
PARTY = {"id": "IND", "name": "India", "kind": "state", "source": "test"}


def test_the_newest_state_of_a_row_counts_and_sealed_rows_are_left_out() -> None:
    later = {**PARTY, "name": "Bharat"}
    japan = {**PARTY, "id": "JPN"}
    contents: list[dict[str, Any]] = [
        {"rows": {"parties": [PARTY, SEALED, japan]}}, {"reason": "late"}, {"rows": {"parties": [later], "gone": [{"x": 1}]}}
    ]  # fmt: skip
    assert rows_of(contents) == {"parties": {("IND",): later, ("JPN",): japan}, "gone": {(): {"x": 1}}}


def test_leaves_are_opened_each_by_its_own_openings() -> None:
    clear = [{"index": number, "content": {"rows": {"parties": [{"id": "IND"}]}, "a": number}} for number in range(3)]
    leaves = [sealing.seal(leaf, ["/content/a"], SALT) for leaf in clear]
    openings = [sealing.opening(clear[number], "/content/a", SALT) for number in (2, 0)]
    assert list(rebuilding.leaves_opened(leaves, openings)) == [clear[0], leaves[1], clear[2]]
    assert list(rebuilding.contents_of(leaves, openings)) == [
        clear[0]["content"],
        leaves[1]["content"],
        clear[2]["content"],
    ]


def test_an_opening_of_another_record_is_refused() -> None:
    leaf = {"index": 1, "content": {"a": SEALED}}
    with pytest.raises(ValueError, match=r"^record 1, /content/a: the opening does not fit the sealed value$"):
        list(rebuilding.leaves_opened([leaf], [sealing.Opening(1, "/content/a", SALT, "x")]))


def test_cells_are_what_their_columns_hold() -> None:
    rows = {
        "rounds": [{"id": "R", "name": SEALED, "opens_at": "2027-02-01T10:00:00Z", "closes_at": None}],
        "unknown": [{"id": 1}],
        "parties": [PARTY, {**PARTY, "id": "JPN"}],
    }
    with rebuilt([{"rows": rows}]) as session:
        found = session.execute(sa.text("SELECT id, name, opens_at, closes_at FROM rounds")).one()
        assert tuple(found) == ("R", None, "2027-02-01 10:00:00.000000", None)
        assert session.scalars(sa.text("SELECT id FROM parties ORDER BY id")).all() == ["IND", "JPN"]
        session.execute(sa.text("DELETE FROM parties"))
        table = Base.metadata.tables["rounds"]
        assert session.scalar(sa.select(table.c.opens_at)) == datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


def test_days_are_read_and_a_column_that_is_younger_has_its_default() -> None:
    columns = [(table, column) for table in Base.metadata.sorted_tables for column in table.c]
    day = next((table, column) for table, column in columns if isinstance(column.type, sa.Date))
    young = next(
        (table, column) for table, column in columns if isinstance(getattr(column.server_default, "arg", None), str)
    )
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, column in (day, young):
        key = {each.name: number for number, each in enumerate(table.primary_key, start=1)}
        rows.setdefault(table.name, []).append(key | ({column.name: "2027-02-01"} if column is day[1] else {}))
    with rebuilt([{"rows": rows}]) as session:
        assert date(2027, 2, 1) in session.scalars(sa.select(day[1])).all()
        default = young[1].server_default
        assert isinstance(default, sa.DefaultClause)
        quoted = f'SELECT "{young[1].name}" FROM "{young[0].name}"'
        assert str(session.scalars(sa.text(quoted)).all()[-1]) == default.arg


def test_the_tables_have_no_constraint_but_their_keys() -> None:
    with rebuilt([]) as session:
        tables = sa.inspect(session.get_bind()).get_table_names()
        assert sorted(tables) == sorted(Base.metadata.tables)
        columns = {row["name"]: row for row in sa.inspect(session.get_bind()).get_columns("parties")}
        assert {name: bool(row["primary_key"]) for name, row in columns.items()} == {
            "id": True, "name": False, "kind": False, "source": False
        }  # fmt: skip
        session.execute(sa.text("INSERT INTO claims (id) VALUES ('C-1')"))
        session.execute(sa.text("INSERT INTO parties (id, kind) VALUES ('X', 'nonsense')"))
