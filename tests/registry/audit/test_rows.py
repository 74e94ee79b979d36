"""Rows against their newest state in the log: what records say of them, and which cells and rows are not so."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.leaves import StoredLeaf
from registry.audit.report import Difference, Report
from registry.audit.rows import UNCOVERED, Recorded, State, compare
from registry.db import Base
from registry.domain.users import User
from registry.services.recording import UNRECORDED

PARTY = {"id": "IND", "name": "India", "kind": "state", "source": "test"}


def leaf(index: int, rows: dict[str, Any], subject: str = "x", sealed: tuple[str, ...] = (), **more: Any) -> StoredLeaf:
    return StoredLeaf(index, b"", b"", {"rows": rows, **more}, subject, sealed)


def added(*leaves: StoredLeaf, trusted: bool = True) -> State:
    state = State()
    for row in leaves:
        state.add(row, trusted=trusted)
    return state


def test_the_newest_state_of_a_row_counts_with_the_record_that_has_it() -> None:
    other = {**PARTY, "id": "JPN"}
    state = added(leaf(3, {"parties": [PARTY, other]}), leaf(4, {"parties": [{**PARTY, "name": "Bharat"}]}))
    assert state.rows == {"parties": {("IND",): Recorded({**PARTY, "name": "Bharat"}, 4), ("JPN",): Recorded(other, 3)}}


def test_sealed_rows_are_left_out_and_sealed_cells_remembered() -> None:
    rows = {
        "parties": [{"sealed": "ab"}, PARTY, {**PARTY, "id": "JPN"}, {**PARTY, "id": "CHE"}],
        "unknown": [{"id": 1}],
    }
    paths = ("/actor/name", "/content/rows/parties/1/name", "/content/rows/parties/1/kind", "/content/rows/parties/3")
    found = added(leaf(3, rows, sealed=paths)).rows
    assert {key: (row.index, row.sealed) for key, row in found["parties"].items()} == {
        ("IND",): (3, {"name", "kind"}), ("JPN",): (3, ()), ("CHE",): (3, {""})
    }  # fmt: skip
    assert list(found) == ["parties"]


def test_of_a_record_that_was_changed_only_the_rows_are_known() -> None:
    state = added(leaf(3, {"parties": [PARTY]}, "users/1", roles=["auditor"]), trusted=False)
    assert (state.rows, state.roles) == ({"parties": {("IND",): Recorded({}, 3)}}, {})


def test_the_roles_of_a_user_are_those_of_the_newest_record_about_them() -> None:
    state = added(
        leaf(3, {}, "users/1", roles=["auditor"]), leaf(4, {}, "users/2", roles=["planner"]),
        leaf(5, {}, "users/1", roles=["registrar"]), leaf(6, {}, "users/1"), leaf(7, {}, "claims/1", roles=["x"]),
    )  # fmt: skip
    assert state.roles == {"1": (["registrar"], 5), "2": (["planner"], 4)}


def test_a_record_without_rows_adds_none() -> None:
    assert added(StoredLeaf(3, b"", b"", {"reason": "late"})).rows == {}


def compared(session: Session, state: State) -> Report:
    report = Report()
    compare(session, state, report)
    return report


def test_rows_and_cells_are_counted_and_those_that_differ_told_in_order(loose: Session) -> None:
    stored = [PARTY | {"name": "Mallory", "source": None}, PARTY | {"id": "JPN"}, PARTY | {"id": "ZAF"}]
    loose.execute(sa.insert(Base.metadata.tables["parties"]), stored)
    recorded = {"parties": [PARTY, PARTY | {"id": "JPN"}, PARTY | {"id": "CHE"}], "phases": [{"id": 4}]}
    report = compared(loose, added(leaf(3, recorded, sealed=("/content/rows/parties/0/name",))))
    assert report.differences == [
        Difference("parties", "IND", "name", "India", "Mallory", "changed", 3, confidential=True),
        Difference("parties", "IND", "source", "test", None, "changed", 3),
        Difference("parties", "ZAF", "", None, None, "no record has this row"),
        Difference("parties", "CHE", "", None, None, "the row is missing", 3),
        Difference("phases", "4", "", None, None, "the row is missing", 3),
    ]
    assert (report.rows, report.cells) == (3, 8)


def test_all_cells_of_a_row_that_is_sealed_whole_are_confidential(loose: Session) -> None:
    loose.execute(sa.insert(Base.metadata.tables["parties"]), [PARTY | {"name": "Mallory"}])
    [found] = compared(loose, added(leaf(3, {"parties": [PARTY]}, sealed=("/content/rows/parties/0",)))).differences
    assert (found.column, found.confidential) == ("name", True)


@pytest.mark.parametrize(("recorded", "found"), [("1", 1), (1, "1"), (True, 1), (1, 1.0)])
def test_a_cell_of_another_kind_is_another_cell(loose: Session, recorded: Any, found: Any) -> None:
    row = PARTY | {"name": found}
    loose.execute(sa.text("DROP TABLE parties"))
    loose.execute(sa.text("CREATE TABLE parties (id, name, kind, source)"))
    loose.execute(sa.text("INSERT INTO parties VALUES (:id, :name, :kind, :source)"), row)
    differences = compared(loose, added(leaf(3, {"parties": [PARTY | {"name": recorded}]}))).differences
    assert [(each.column, each.recorded, each.found) for each in differences] == [("name", recorded, found)]


def test_cells_that_the_record_does_not_name_or_that_were_erased_are_not_compared(loose: Session) -> None:
    loose.execute(sa.insert(Base.metadata.tables["parties"]), [PARTY])
    report = compared(loose, added(leaf(3, {"parties": [{"id": "IND", "name": {"sealed": "ab"}}]})))
    assert (report.differences, report.cells) == ([], 1)
    assert report.not_covered["parties"] == ["kind", "source"]


def test_what_is_never_recorded_is_not_compared(loose: Session) -> None:
    loose.execute(sa.insert(User), [{"id": 1, "email": "a@example.org", "password": "x", "fs_uniquifier": "y"}])
    cells = {"id": 1, "email": "a@example.org", "password": "other"}
    assert compared(loose, added(leaf(3, {"users": [cells]}))).differences == []


def test_rows_that_only_a_changed_record_has_are_known_without_cells(loose: Session) -> None:
    loose.execute(sa.insert(Base.metadata.tables["parties"]), [PARTY])
    report = compared(loose, added(leaf(3, {"parties": [PARTY]}), trusted=False))
    assert (report.differences, report.cells, "parties" in report.not_covered) == ([], 0, False)


def test_what_the_log_does_not_cover_is_named_by_table_and_column(loose: Session) -> None:
    told = compared(loose, State()).not_covered
    proven = {"records", "tree_nodes", "checkpoints", "note_texts", "users_roles", "attached_files"}
    assert list(told) == sorted((UNCOVERED - proven) | (UNRECORDED.keys() - UNCOVERED))
    assert told["api_tokens"] == ["last_used_on", "token_sha256"]
    assert {name for name, columns in told.items() if not columns} == UNCOVERED - proven


def test_the_tables_that_nothing_covers_are_named_here() -> None:
    assert {"records", "tree_nodes", "checkpoints", "note_texts", "users_roles", "attached_files"} < UNCOVERED
    assert sorted(UNCOVERED - Base.metadata.tables.keys()) == []
