"""Whatever is changed behind the program's back is found and located: every cell, row and signature, on both databases.

Each kind of change is made in every table at once, so that few comparisons try them all; what is found must be what was
changed, and nothing else.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.audit.nodes import LEAF
from registry.audit.verifying import verify
from registry.db import Base
from registry.domain.actors import SYSTEM
from registry.domain.keys import Cosignature
from registry.log import checkpoints, records, signed_note, tree
from registry.services import recording
from tests.drills import tampering
from tests.drills.packages import key
from tests.drills.tampering import COVERED, LATER, at, differences, edit, keys_of, names, places, row_text
from tests.registry.exports.small import SIGNER

MOST = max(len(names(table)) for table in COVERED)
PRIMARY = {table: {column.name for column in Base.metadata.tables[table].primary_key} for table in COVERED}
# Tables that the two rounds leave empty.
EMPTY = {
    *("evidence", "extensions", "zone_events", "zone_requests", "role_changes", "erasures"),
    *("runs", "run_looks", "norm_changes", "crosswalk", "api_tokens"),
}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])]
)
def copy(request: pytest.FixtureRequest) -> Iterator[Session]:
    """The register in a database without constraints."""
    source = db.make_engine("sqlite://")
    Base.metadata.create_all(source)
    make_url: Callable[[], str] | None = (
        request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    )
    with Session(source) as session:
        tampering.fill(session)
        with tampering.copied(session, make_url() if make_url else "sqlite://") as copied:
            yield copied
    source.dispose()


@pytest.fixture
def changed(copy: Session) -> Iterator[Session]:
    """The same, to be changed: everything is as before after the test."""
    copy.expire_all()
    step = copy.begin_nested()
    yield copy
    step.rollback()


def filled(session: Session) -> list[str]:
    return [table for table in COVERED if keys_of(session, table)]


def test_the_untouched_register_has_no_difference_and_a_row_in_every_table(changed: Session) -> None:
    assert differences(changed) == []
    assert set(COVERED) - set(filled(changed)) <= EMPTY


@pytest.mark.parametrize("number", range(MOST))
def test_every_edited_cell_is_located_by_table_row_and_column(changed: Session, number: int) -> None:
    expected = []
    for table in filled(changed):
        columns = [name for name in names(table) if name not in PRIMARY[table]]
        if number < len(columns):
            chosen = keys_of(changed, table)[number % len(keys_of(changed, table))]
            edit(changed, table, chosen, columns[number])
            expected.append((table, row_text(chosen), columns[number]))
    found = differences(changed)
    assert sorted((row.table, row.row, row.column) for row in found if row.table in COVERED) == sorted(expected)
    assert all(row.record is not None for row in found if row.table in COVERED)


def test_recorded_and_found_values_are_told(changed: Session) -> None:
    changed.execute(sa.update(Base.metadata.tables["claims"]).where(at("claims", ["C-0003"])).values(state="READY"))
    [found] = differences(changed)
    assert (found.recorded, found.found) == ("COORDINATION", "READY")
    assert str(found) == f"claims C-0003 state: changed; recorded 'COORDINATION' (record {found.record}), found 'READY'"


def test_confidential_values_are_told_only_where_they_may_be(changed: Session) -> None:
    user = keys_of(changed, "users")[0]
    edit(changed, "users", user, "email")
    [found] = differences(changed)
    assert found.confidential and "@" in str(found)
    assert str(found.withheld()).startswith("users 1 email: changed; its values are confidential") and "@" not in str(
        found.withheld()
    )


def test_every_deleted_row_is_located(changed: Session) -> None:
    gone = {table: keys_of(changed, table)[-1] for table in filled(changed)}
    for table, row_key in gone.items():
        changed.execute(sa.delete(Base.metadata.tables[table]).where(at(table, row_key)))
    found = [place for place in places(changed) if place[0] in COVERED]
    assert found == sorted((table, row_text(row_key), "") for table, row_key in gone.items())


def test_every_inserted_row_is_located(changed: Session) -> None:
    expected = []
    for table in filled(changed):
        found = Base.metadata.tables[table]
        first = dict(changed.execute(sa.select(found).where(at(table, keys_of(changed, table)[0]))).one()._mapping)
        new = {column.name: tampering.other(column, first[column.name]) for column in found.primary_key}
        changed.execute(sa.insert(found).values({**first, **new}))
        expected.append((table, row_text([new[column.name] for column in found.primary_key]), ""))
    assert [place for place in places(changed) if place[0] in COVERED] == sorted(expected)


def test_rows_that_changed_places_are_located_both(changed: Session) -> None:
    swapped = {table: keys[:2] for table in filled(changed) if len(keys := keys_of(changed, table)) > 1}
    for table, (one, two) in swapped.items():
        swap(changed, table, one, two)
    found = {place[:2] for place in places(changed) if place[0] in COVERED}
    assert len(swapped) > 15
    assert found == {(table, row_text(row_key)) for table, pair in swapped.items() for row_key in pair}


def swap(session: Session, table: str, one: Any, two: Any) -> None:
    """Give two rows each other's cells, all but the key."""
    found = Base.metadata.tables[table]
    cells = [dict(session.execute(sa.select(found).where(at(table, row_key))).one()._mapping) for row_key in (one, two)]
    for row_key, row in ((one, cells[1]), (two, cells[0])):
        rest = {name: value for name, value in row.items() if name not in {column.name for column in found.primary_key}}
        session.execute(sa.update(found).where(at(table, row_key)).values(rest))


# Attached files


def test_the_bytes_of_an_attached_file_are_compared_with_the_hash_in_its_record(changed: Session) -> None:
    filed = keys_of(changed, "attached_files")
    assert verify(changed).files == len(filed) == 2
    for row_key in filed:
        edit(changed, "attached_files", row_key, "content")
    assert places(changed) == [
        ("attached_files", "attachments/1", "content"),
        ("attached_files", "attachments/2", "content"),
    ]
    found = differences(changed)
    assert str(found[0]).startswith(f"attached_files {found[0].row} content: its bytes have another hash (record ")


def test_an_attached_file_that_is_missing_is_located_by_its_attachment(changed: Session) -> None:
    digest = changed.scalar(sa.text("SELECT sha256 FROM attachments WHERE id = 2"))
    changed.execute(sa.text("DELETE FROM attached_files WHERE sha256 = :digest"), {"digest": digest})
    [found] = differences(changed)
    assert (found.table, found.row, found.what) == ("attached_files", "attachments/2", "the file is missing")
    assert found.record is not None


def test_a_file_that_nothing_names_is_told(changed: Session) -> None:
    changed.execute(sa.insert(Base.metadata.tables["attached_files"]).values(sha256="0" * 64, content=b"smuggled"))
    [found] = differences(changed)
    assert (found.table, found.row, found.what) == ("attached_files", "0" * 64, "no record and no draft has this file")


def test_bytes_that_were_exchanged_with_their_name_still_contradict_the_record(changed: Session) -> None:
    digest = hashlib.sha256(b"another plan").hexdigest()
    for statement in (
        "UPDATE attached_files SET sha256 = :new, content = :data WHERE sha256 = (SELECT sha256 FROM attachments WHERE id = 1)",
        "UPDATE attachments SET sha256 = :new WHERE id = 1 AND :data IS NOT NULL",
    ):
        changed.execute(sa.text(statement), {"new": digest, "data": b"another plan"})
    assert places(changed) == [
        ("attached_files", digest, ""),
        ("attached_files", "attachments/1", ""),
        ("attachments", "1", "sha256"),
    ]


def test_a_file_beside_a_draft_is_held_against_its_own_hash(changed: Session) -> None:
    digest = hashlib.sha256(b"a draft's plan").hexdigest()
    draft = {
        "id": 9,
        "name": "p.txt",
        "media_type": "text/plain",
        "size": 14,
        "sha256": digest,
        "at": LATER,
        "draft_id": 1,
    }
    changed.execute(sa.insert(Base.metadata.tables["attached_files"]).values(sha256=digest, content=b"a draft's plan"))
    changed.execute(sa.insert(Base.metadata.tables["draft_attachments"]).values(draft))
    assert differences(changed) == []
    edit(changed, "attached_files", [digest], "content")
    [found] = differences(changed)
    assert str(found) == "attached_files draft_attachments/9 content: its bytes have another hash"


# The log itself


@pytest.mark.parametrize("column", ["at", "actor", "act", "subject", "content", "salt", "sealed"])
@pytest.mark.parametrize("index", [3, 40])
def test_an_edited_cell_of_a_record_is_located(changed: Session, index: int, column: str) -> None:
    edit(changed, "records", [index], column)
    first, *others = differences(changed)
    assert (first.table, first.row) == ("records", str(index)) and column in first.column
    # Rows that only a record without readable content had are told of as such.
    assert {(row.column, row.what) for row in others} <= (
        {("", "no record has this row")} if column == "content" else set()
    )


def test_an_edited_hash_of_a_record_is_located(changed: Session) -> None:
    edit(changed, "records", [5], "leaf_hash")
    assert places(changed) == [("records", "5", "leaf_hash")]


def test_a_record_that_is_gone_is_located(changed: Session) -> None:
    changed.execute(sa.delete(records.Record).where(records.Record.index == 30))
    assert ("records", "30", "") in places(changed)


def test_records_that_changed_places_are_located(changed: Session) -> None:
    swap(changed, "records", [20], [21])
    assert {place[:2] for place in places(changed)} == {("records", "20"), ("records", "21")}


@pytest.mark.parametrize("level", [0, 1, 3])
def test_an_edited_a_missing_and_an_additional_node_are_located(changed: Session, level: int) -> None:
    edit(changed, "tree_nodes", [level, 2], "hash")
    changed.execute(sa.delete(Base.metadata.tables["tree_nodes"]).where(at("tree_nodes", [level, 3])))
    changed.execute(sa.insert(Base.metadata.tables["tree_nodes"]).values(level=level, position=1000, hash=b"\0" * 32))
    assert places(changed) == [
        ("tree_nodes", f"{level}/1000", ""), ("tree_nodes", f"{level}/2", "hash"), ("tree_nodes", f"{level}/3", "")
    ]  # fmt: skip


# What proves itself


@pytest.mark.parametrize("column", ["size", "key_id", "root_hex", "note"])
def test_an_edited_checkpoint_is_found(changed: Session, column: str) -> None:
    edit(changed, "checkpoints", keys_of(changed, "checkpoints")[0], column)
    assert [place[::2] for place in places(changed)] == [("checkpoints", column)]


def test_a_recorded_co_signature_that_its_witness_never_made_is_found(changed: Session) -> None:
    good = changed.scalars(sa.select(Cosignature)).one()
    forged = Cosignature(id=9, witness_id=good.witness_id, size=9, stated_at=LATER, line=good.line, stored_at=LATER)
    changed.add(forged)
    recording.record(changed, LATER, SYSTEM, "checkpoint-cosigned", "checkpoints/9", [forged])
    [found] = differences(changed)
    assert (found.table, found.row, found.column) == ("cosignatures", str(forged.id), "line")
    assert found.what == "the signature of delegation.example.org/ind is not one of this text"


@pytest.mark.parametrize("column", ["text", "salt_hex"])
def test_an_edited_note_is_found_by_its_hash(changed: Session, column: str) -> None:
    edit(changed, "note_texts", ["N-0001"], column)
    assert places(changed) == [("note_texts", "N-0001", "text or salt_hex")]


def test_a_note_without_its_text_is_found(changed: Session) -> None:
    changed.execute(sa.delete(Base.metadata.tables["note_texts"]))
    assert places(changed) == [("note_texts", "N-0001", "")]


def test_a_role_that_somebody_gave_himself_is_found(changed: Session) -> None:
    table = Base.metadata.tables["users_roles"]
    one, *_, last = keys_of(changed, "users_roles")
    changed.execute(sa.insert(table).values(user_id=one[0], role_id=last[1]))
    assert places(changed) == [("users_roles", str(one[0]), "role_id")]


# Insiders


def rewrite(session: Session, upto: int, change: Callable[[records.Record], None]) -> None:
    """Change record `upto` and make the log after it whole again, all hashes and nodes included; what others signed goes."""
    cut(session, records.size(session) - 1)
    session.execute(sa.delete(Base.metadata.tables["checkpoints"]))
    session.execute(sa.delete(Base.metadata.tables["cosignatures"]))
    session.execute(sa.delete(records.TreeNode))
    kept: dict[tuple[int, int], bytes] = {}
    for record in session.scalars(sa.select(records.Record).order_by(records.Record.index)):
        if record.index == upto:
            change(record)
            record.leaf_hash = tree.leaf_hash(record.leaf())
        for level, position, hash_ in tree.completed_nodes(record.index, record.leaf_hash, partial(_node_of, kept)):
            kept[level, position] = hash_
    session.add_all(records.TreeNode(level=level, position=place, hash=hash_) for (level, place), hash_ in kept.items())
    session.flush()


def _node_of(kept: dict[tuple[int, int], bytes], level: int, position: int) -> bytes:
    return kept[level, position]


def say_otherwise(record: records.Record) -> None:
    record.act = "claim-failed"


def test_a_rewritten_history_is_whole_by_itself_and_caught_by_any_older_checkpoint(changed: Session) -> None:
    kept = {
        size: checkpoints.signed_checkpoint(changed, SIGNER, size) for size in range(1, records.size(changed) + 1, 9)
    }
    rewrite(changed, 10, say_otherwise)
    assert differences(changed) == []
    for size, note in kept.items():
        found = verify(changed, {"kept.txt": note}).differences
        said = f"the first {size} records are not those that were signed: the history was rewritten"
        assert [row.what for row in found] == ([said] if size > 10 else [])


def test_a_cut_tail_is_found_by_a_checkpoint_that_was_kept(changed: Session) -> None:
    size = records.size(changed)
    note = checkpoints.signed_checkpoint(changed, SIGNER)
    cut(changed, size - 3)
    found = verify(changed, {"kept.txt": note}).differences
    said = f"it is of {size} records and the log has {size - 3}: its end was cut off"
    assert (found[-1].row, found[-1].what) == ("kept.txt", said)


def cut(session: Session, size: int) -> None:
    """Take the newest records away, with all that tells of them in log and tree."""
    session.execute(sa.delete(records.Record).where(records.Record.index >= size))
    for node in session.scalars(sa.select(records.TreeNode)):
        if (node.position + 1) << node.level > size:
            session.delete(node)
    session.flush()


def test_a_cut_tail_is_found_by_the_stored_checkpoint_and_the_rows_that_stayed(changed: Session) -> None:
    cut(changed, records.size(changed) - 3)
    assert {place[0] for place in places(changed)} >= {"checkpoints", "cosignatures"}


def test_a_checkpoint_of_another_key_proves_nothing_and_is_told(changed: Session) -> None:
    body = checkpoints.checkpoint_body(SIGNER.verifier.name, 10, records.root(changed, 10))
    found = verify(changed, {"kept.txt": signed_note.sign(body, key(99, SIGNER.verifier.name))}).differences
    assert [row.what for row in found] == ["no trusted key signed this note; it names registry.example.org/log"]


@pytest.mark.parametrize("note", ["", "nonsense", "a\n\n— b c\n"])
def test_a_file_that_is_no_checkpoint_is_told(changed: Session, note: str) -> None:
    assert [row.table for row in verify(changed, {"kept.txt": note}).differences] == ["checkpoint"]


# What nobody could read


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"rows":[]}', '{"rows":{"claims":[1]}}', '{"rows": {}}', "\x00" * 0 + '{"a":"\\ud800"}'],
)
def test_a_record_that_is_no_record_any_more_is_located(changed: Session, text: str) -> None:
    changed.execute(sa.text('UPDATE records SET content = :text WHERE "index" = 40'), {"text": text})
    assert ("records", "40") in {place[:2] for place in places(changed)}


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("revisions", "content", "nonsense"),
        ("policies", "content", "[1,2"),
        ("revisions", "content", None),
        ("claims", "received_at", None),
    ],
)
def test_a_cell_that_cannot_be_read_is_located(changed: Session, table: str, column: str, text: str | None) -> None:
    row_key = keys_of(changed, table)[0]
    changed.execute(sa.text(f"UPDATE {table} SET {column} = :text WHERE id = :id"), {"text": text, "id": row_key[0]})
    assert places(changed) == [(table, row_text(row_key), column)]


def test_what_is_not_covered_is_named(changed: Session) -> None:
    report = verify(changed)
    assert {"drafts", "requests", "roles"} <= set(report.not_covered)
    assert "password" in report.not_covered["users"] and LEAF.startswith("at, actor")
