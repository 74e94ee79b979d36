"""The comparison of database and log on both databases; every kind of change is tried in tests/drills."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.report import Difference
from registry.audit.stored import instant_text, is_text_of
from registry.audit.verifying import verify
from registry.db import Base
from registry.domain.actors import SYSTEM
from registry.domain.keys import Cosignature
from registry.log import checkpoints, records, tree
from registry.services import recording
from tests.drills import tampering
from tests.registry.long_log import KEY, fill

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def filled(session: Session) -> Session:
    """A register with a row in every table."""
    tampering.fill(session)
    session.flush()
    return session


def test_a_register_is_as_its_log_has_it_until_somebody_goes_behind_it(filled: Session) -> None:
    report = verify(filled)
    assert report.differences == [] and report.cells > 2000 and report.checkpoints == report.cosignatures == 1
    claims = Base.metadata.tables["claims"]
    filled.execute(sa.update(claims).where(claims.c.id == "C-0003").values(illustrative=sa.not_(claims.c.illustrative)))
    [found] = verify(filled).differences
    assert (found.table, found.row, found.column) == ("claims", "C-0003", "illustrative")


def test_nothing_is_compared_in_an_empty_register(session: Session) -> None:
    report = verify(session)
    assert (report.records, report.rows, report.differences) == (0, 0, [])
    assert report.root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (10000.0, "10000"),
        ({"b": 1, "a": "é"}, '{"a":"é","b":1}'),
        (None, None),
    ],
)
def test_a_text_is_the_canonical_one_of_its_value(value: Any, text: str | None) -> None:
    assert is_text_of(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1.0"),
        (1.0, "1.0"),
        (float("nan"), "NaN"),
        ({"a": 1}, '{"a": 1}'),
        (None, "null"),
        ("a", "a"),
        (1, None),
        ([1, 2], "[2,1]"),
        (True, "1"),
    ],
)
def test_another_spelling_is_another_text(value: Any, text: str | None) -> None:
    assert not is_text_of(value, text)


@pytest.mark.parametrize("found", ["", "never", 5, None, b"2027"])
def test_what_is_no_instant_is_refused(found: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says stands in the report
        instant_text(found)


# Small logs, in tables without constraints


def a_log(session: Session, size: int = 3) -> list[bytes]:
    """Records about parties; the hashes of their leaves."""
    made = []
    for number in range(size):
        row = {"id": f"P-{number}", "name": "P", "kind": "state", "source": "test"}
        session.execute(sa.insert(Base.metadata.tables["parties"]), [row])
        record = records.append(session, AT, SYSTEM, "party-added", f"parties/{number}", {"rows": {"parties": [row]}})
        made.append(record.leaf_hash)
    return made


def run(session: Session, statement: str) -> None:
    session.execute(sa.text(statement))
    session.expire_all()


def test_the_report_counts_what_was_compared(loose: Session) -> None:
    a_log(loose)
    root = records.root(loose, 3).hex()
    report = verify(loose)
    assert (report.records, report.root, report.rows, report.cells) == (3, root, 3, 12)
    assert (report.checkpoints, report.cosignatures, report.notes, report.files) == (0, 0, 0, 0)
    assert (report.differences, report.not_covered["drafts"]) == ([], [])


def test_records_that_are_gone_are_told_and_the_tree_keeps_their_hashes(loose: Session) -> None:
    a_log(loose, 4)
    root = records.root(loose, 4).hex()
    run(loose, 'DELETE FROM records WHERE "index" IN (0, 2)')
    report = verify(loose)
    gone, unknown = "the row is missing", "no record has this row"
    assert report.differences == [
        Difference("records", "0", "", None, None, gone),
        Difference("records", "2", "", None, None, gone),
        Difference("parties", "P-0", "", None, None, unknown),
        Difference("parties", "P-2", "", None, None, unknown),
    ]
    assert (report.records, report.root) == (4, root)


def test_a_record_that_is_gone_with_its_node_has_the_hash_of_nothing(loose: Session) -> None:
    first, _, third = a_log(loose)
    run(loose, 'DELETE FROM records WHERE "index" = 1')
    run(loose, "DELETE FROM tree_nodes WHERE level = 0 AND position = 1")
    found = verify(loose)
    pair = tree.node_hash(first, tree.EMPTY_ROOT)
    assert found.root == tree.node_hash(pair, third).hex()
    assert [(row.table, row.row, row.recorded) for row in found.differences if row.table != "parties"] == [
        ("records", "1", None), ("tree_nodes", "0/1", tree.EMPTY_ROOT.hex()), ("tree_nodes", "1/0", pair.hex())
    ]  # fmt: skip


def test_of_a_changed_record_the_rows_are_known_and_their_cells_are_not_believed(loose: Session) -> None:
    _, second, _ = a_log(loose)
    run(loose, """UPDATE records SET content = replace(content, '"name":"P"', '"name":"Q"') WHERE "index" = 1""")
    [found] = verify(loose).differences
    assert (found.table, found.row, found.recorded) == ("records", "1", second.hex())
    assert found.what == "the leaf has another hash: one of its cells was changed"


def test_a_record_whose_hash_beside_it_was_changed_is_believed(loose: Session) -> None:
    _, second, _ = a_log(loose)
    run(loose, "UPDATE records SET leaf_hash = X'00' WHERE \"index\" = 1")
    run(loose, "UPDATE parties SET name = 'Q' WHERE id = 'P-1'")
    assert verify(loose).differences == [
        Difference("records", "1", "leaf_hash", second.hex(), "00", "changed"),
        Difference("parties", "P-1", "name", "P", "Q", "changed", 1),
    ]


def test_rows_of_a_changed_record_that_cannot_be_taken_in_are_passed_over(loose: Session) -> None:
    a_log(loose)
    run(loose, """UPDATE records SET content = '{"rows":{"parties":[1]}}' WHERE "index" = 1""")
    assert [(row.table, row.row) for row in verify(loose).differences] == [("records", "1"), ("parties", "P-1")]


def test_rows_that_a_whole_record_has_and_that_cannot_be_taken_in_are_a_fault_of_the_program(loose: Session) -> None:
    records.append(loose, AT, SYSTEM, "noted", "x", {"rows": {"parties": [{"name": "no key"}]}})
    with pytest.raises(KeyError):
        verify(loose)


def test_kept_checkpoints_are_told_of_by_their_names(loose: Session) -> None:
    fill(loose, 5)
    note = checkpoints.signed_checkpoint(loose, KEY)
    assert [row for row in verify(loose, {"a.txt": note}).differences if row.table == "checkpoint"] == []
    run(loose, 'DELETE FROM records WHERE "index" > 3')
    run(loose, "DELETE FROM tree_nodes WHERE (position + 1) << level > 4")
    said = "it is of 5 records and the log has 4: its end was cut off"
    found = [Difference("checkpoint", name, "", None, None, said) for name in ("a.txt", "b.txt")]
    assert [
        row for row in verify(loose, {"a.txt": note, "b.txt": note}).differences if row.table == "checkpoint"
    ] == found


def test_everything_that_proves_itself_is_looked_at(loose: Session) -> None:
    fill(loose, 5)
    tables = Base.metadata.tables
    loose.execute(sa.insert(tables["users_roles"]), [{"user_id": 1, "role_id": 2}])
    loose.execute(sa.insert(tables["note_texts"]), [{"note_id": "N-1", "text": "x", "salt_hex": "ab"}])
    loose.execute(sa.insert(tables["attached_files"]), [{"sha256": "ab", "content": b"x"}])
    loose.execute(
        sa.insert(tables["checkpoints"]),
        [
            {
                "size": 9,
                "key_id": "K",
                "root_hex": "ab",
                "note": checkpoints.signed_checkpoint(loose, KEY),
                "signed_at": AT,
            }
        ],
    )
    row = Cosignature(id=1, witness_id="W-1", size=9, stated_at=AT, line="x", stored_at=AT)
    loose.add(row)
    recording.record(loose, AT, SYSTEM, "checkpoint-cosigned", "checkpoints/9", [row])
    report = verify(loose)
    wanted = ["users_roles", "note_texts", "attached_files", "checkpoints", "checkpoints", "checkpoints"]
    assert [found.table for found in report.differences if found.table not in {"comments", "signing_keys"}] == wanted
    assert (report.checkpoints, report.cosignatures, report.notes, report.files) == (1, 1, 1, 1)
