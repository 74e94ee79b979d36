"""Records are numbered without gap, hashed as leaves of the tree, and vanish wholly with a transaction that fails."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest
import sqlalchemy as sa
from pymerkle import InmemoryTree
from sqlalchemy import Engine, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from registry import db
from registry.db import Base, CanonicalJson, UtcDateTime
from registry.domain.actors import Actor
from registry.domain.visibility import REGISTER
from registry.log import reading, records, sealing, tree

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ACTOR = Actor("anna@example.org", "registrar")


def append(session: Session, number: int) -> records.Record:
    return records.append(session, AT, ACTOR, "noted", f"things/{number}", {"number": number})


@pytest.fixture
def emptied(engine: Engine) -> Iterator[Engine]:
    """The engine, for tests that commit; their records are removed afterwards."""
    yield engine
    with db.unit_of_work(engine) as session:
        session.execute(sa.delete(records.Record))
        session.execute(sa.delete(records.TreeNode))


def test_the_leaf_is_canonical_json_with_its_index() -> None:
    cells = {"act": "noted", "subject": "things/1", "content": {"b": 1.0, "a": "é"}}
    record = records.Record(index=7, at=AT, actor=ACTOR.content(), **cells)
    assert record.leaf().decode() == (
        '{"act":"noted","actor":{"name":"anna@example.org","party":null,"role":"registrar"},'
        '"at":"2027-02-01T10:00:00Z","content":{"a":"é","b":1},"index":7,"subject":"things/1"}'
    )


def test_indexes_are_consecutive_from_zero(session: Session) -> None:
    assert [append(session, number).index for number in range(5)] == [0, 1, 2, 3, 4]
    assert records.size(session) == 5


def test_the_root_is_that_of_the_leaves_as_stored(session: Session) -> None:
    for number in range(11):
        append(session, number)
    session.expire_all()
    oracle = InmemoryTree(algorithm="sha256")
    for record in session.scalars(select(records.Record).order_by(records.Record.index)):
        oracle.append_entry(record.leaf())
        assert record.leaf_hash == hashlib.sha256(b"\x00" + record.leaf()).digest()
    assert records.root(session) == oracle.get_root()
    assert records.root(session, 6) == oracle.get_root(6)


def test_proofs_are_made_from_the_stored_nodes(session: Session) -> None:
    made = [append(session, number) for number in range(9)]
    read = records.StoredNodes(session)
    proof = tree.inclusion_proof(5, 9, read)
    assert tree.verify_inclusion(5, 9, made[5].leaf_hash, proof, records.root(session))


def test_a_missing_node_is_named(session: Session) -> None:
    for number in range(4):
        append(session, number)
    session.execute(sa.delete(records.TreeNode).where(records.TreeNode.level == 2))
    session.expire_all()
    with pytest.raises(tree.MissingNodeError) as caught:
        records.root(session)
    assert str(caught.value) == "tree node (level 2, position 0) is missing; the log's tree is damaged"


def test_a_failed_change_leaves_no_record_and_no_gap(emptied: Engine) -> None:
    with db.unit_of_work(emptied) as session:
        append(session, 0)
    with pytest.raises(RuntimeError, match="fails"), db.unit_of_work(emptied) as session:  # noqa: PT012
        append(session, 1)
        raise RuntimeError("fails")
    with db.unit_of_work(emptied) as session:
        assert append(session, 2).index == 1


def test_writers_at_once_leave_no_gap_and_one_tree(emptied: Engine) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            with db.unit_of_work(emptied) as session:
                append(session, 10 * number + turn)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(emptied) as session:
        rows = session.scalars(select(records.Record).order_by(records.Record.index)).all()
        oracle = InmemoryTree(algorithm="sha256")
        for row in rows:
            oracle.append_entry(row.leaf())
        assert [row.index for row in rows] == list(range(20))
        assert records.root(session) == oracle.get_root()


def test_the_log_is_read_page_by_page(session: Session) -> None:
    for number in range(7):
        append(session, number)
    page = reading.records_page(session, first=2, count=3)
    assert [row.index for row in page.records] == [2, 3, 4]
    assert (page.size, page.root) == (7, records.root(session).hex())


def test_records_about_one_subject_come_in_order(session: Session) -> None:
    append(session, 1)
    append(session, 2)
    append(session, 1)
    found = reading.records_about(session, "things/1", REGISTER)
    assert [(row.index, row.content) for row in found] == [(0, {"number": 1}), (2, {"number": 1})]
    assert json.loads(json.dumps(found[0].actor)) == ACTOR.content()


CREATED = """
CREATE TABLE records (
	"index" INTEGER NOT NULL,
	at DATETIME NOT NULL,
	actor TEXT NOT NULL,
	act VARCHAR(64) NOT NULL,
	subject VARCHAR(120) NOT NULL,
	content TEXT NOT NULL,
	leaf_hash BLOB NOT NULL,
	salt BLOB,
	sealed TEXT,
	CONSTRAINT pk_records PRIMARY KEY ("index"),
	CONSTRAINT ck_records_index_not_negative CHECK ("index" >= 0),
	CONSTRAINT ck_records_act_not_empty CHECK (length(trim(act)) > 0),
	CONSTRAINT ck_records_subject_not_empty CHECK (length(trim(subject)) > 0),
	CONSTRAINT ck_records_sealed_with_salt CHECK ((salt IS NULL) = (sealed IS NULL))
)
CREATE TABLE tree_nodes (
	level INTEGER NOT NULL,
	position INTEGER NOT NULL,
	hash BLOB NOT NULL,
	CONSTRAINT pk_tree_nodes PRIMARY KEY (level, position)
)
"""


def test_records_and_nodes_lie_in_these_tables() -> None:
    tables = [Base.metadata.tables[name] for name in ("records", "tree_nodes")]
    made = [str(sa.schema.CreateTable(table).compile(dialect=sqlite.dialect())) for table in tables]
    assert "".join(made).split() == CREATED.split()
    assert [[(index.name, index.columns.keys()) for index in table.indexes] for table in tables] == [
        [("ix_records_subject", ["subject"])], []
    ]  # fmt: skip
    kinds = [type(tables[0].c[name].type) for name in ("at", "actor", "content", "sealed")]
    assert kinds == [UtcDateTime, CanonicalJson, CanonicalJson, CanonicalJson]
    sizes = [tables[0].c.leaf_hash.type, tables[0].c.salt.type, tables[1].c.hash.type]
    assert [kind.length for kind in sizes if isinstance(kind, sa.LargeBinary)] == [32, 32, 32]


def test_no_database_gives_records_or_nodes_their_numbers() -> None:
    columns = [records.Record.__table__.c["index"], *records.TreeNode.__table__.primary_key]
    assert [column.autoincrement for column in columns] == [False, False, False]


class Asked:
    """In place of a session: what it is asked, and on which database."""

    def __init__(self, database: str) -> None:
        self.dialect, self.name = self, database
        self.asked: list[tuple[str, object]] = []

    def get_bind(self) -> "Asked":
        return self

    def execute(self, statement: object, parameters: object) -> None:
        self.asked.append((str(statement), parameters))


def test_on_postgresql_a_lock_of_this_number_makes_one_writer() -> None:
    held, free = Asked("postgresql"), Asked("sqlite")
    records.lock(cast("Session", held))
    records.lock(cast("Session", free))
    assert held.asked == [("SELECT pg_advisory_xact_lock(:key)", {"key": 1280527183})]
    assert free.asked == []


def test_what_is_sealed_has_a_salt_from_the_source_that_the_session_carries(loose: Session) -> None:
    assert (append(loose, 1).salt, append(loose, 1).sealed, append(loose, 1).openings()) == (None, None, [])
    drawn = records.append(loose, AT, ACTOR, "noted", "x", {"a": 1}, ("/content/a",))
    assert len(drawn.salt or b"") == 32
    loose.info["registry.random_bytes"] = lambda size: b"\x07" * size
    made = records.append(loose, AT, ACTOR, "noted", "x", {"a": 1}, ("/content/a",))
    assert (made.salt, made.sealed) == (b"\x07" * 32, ["/content/a"])
    assert made.openings() == [sealing.opening(made.clear(), "/content/a", b"\x07" * 32)]
    assert made.sealed_leaf()["content"]["a"] == sealing.sealed_value(made.openings()[0].salt, 1)
