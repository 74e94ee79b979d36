"""Revision e4f1a0c7d301 with rows: claims get the instant of their publication, old records keep their leaves."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.log import records, tree
from tests.migrations.statements import execute

BEFORE, AFTER = "e4f1a0c7d204", "e4f1a0c7d301"
AT, LATER = "2027-02-01 10:00:00", "2027-04-26 09:00:00"
LEAF = (
    b'{"act":"claim-published","actor":{"name":"old@example.org","party":null,"role":"registrar"},'
    b'"at":"2027-04-26T09:00:00Z","content":{"rows":{}},"index":0,"subject":"claims/C-0001"}'
)


def add_claim(url: str, claim_id: str, state: str) -> None:
    execute(
        url,
        "INSERT INTO claims (id, round_id, key, filed_by_id, received_at, state, state_since_at, illustrative) "
        "VALUES (:id, 'R', :id, 'IND', :at, :state, :at, true)",
        id=claim_id,
        state=state,
        at=AT,
    )


def fill(url: str) -> None:
    """Three claims before the revision: one that the log says was published, one later on, one that was never."""
    execute(url, "INSERT INTO parties (id, name, kind, source) VALUES ('IND', 'India', 'state', 'test')")
    execute(
        url,
        "INSERT INTO rounds (id, name, state, illustrative, note, opens_at, closes_at, announced_at) "
        "VALUES ('R', 'R', 'OPEN', true, '', :at, :later, :at)",
        at=AT,
        later=LATER,
    )
    for claim_id, state in (("C-0001", "WITHDRAWN"), ("C-0002", "READY"), ("C-0003", "RETURNED")):
        add_claim(url, claim_id, state)
    execute(
        url,
        'INSERT INTO records ("index", at, actor, act, subject, content, leaf_hash) VALUES '
        "(0, :at, :actor, 'claim-published', 'claims/C-0001', :content, :hash)",
        at=LATER,
        actor='{"name":"old@example.org","party":null,"role":"registrar"}',
        content='{"rows":{}}',
        hash=tree.leaf_hash(LEAF),
    )


def published(url: str) -> dict[str, str | None]:
    rows: list[Any] = execute(url, "SELECT id, published_at FROM claims ORDER BY id")
    return {row.id: None if row.published_at is None else str(row.published_at)[:19] for row in rows}


def test_claims_learn_from_the_log_since_when_they_are_public(url: str) -> None:
    db.migrate(url, BEFORE)
    fill(url)
    db.migrate(url, AFTER)
    assert published(url) == {"C-0001": LATER, "C-0002": AT, "C-0003": None}


def test_an_old_record_keeps_the_leaf_that_it_was_hashed_with(url: str) -> None:
    db.migrate(url, BEFORE)
    fill(url)
    db.migrate(url)
    engine = db.make_engine(url)
    with Session(engine) as session:
        record = session.scalars(sa.select(records.Record)).one()
        assert (record.salt, record.sealed, record.leaf()) == (None, None, LEAF)
        assert record.leaf_hash == tree.leaf_hash(record.leaf())
    engine.dispose()


def test_a_salt_stands_with_the_paths_that_it_seals(url: str) -> None:
    db.migrate(url, BEFORE)
    fill(url)
    db.migrate(url, AFTER)
    engine = db.make_engine(url)
    sealed = sa.text("UPDATE records SET sealed = '[\"/actor/name\"]'")
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="sealed_with_salt"):
        connection.execute(sealed)
    engine.dispose()


def test_going_down_and_up_again_keeps_claims_and_records(url: str) -> None:
    db.migrate(url, BEFORE)
    fill(url)
    db.migrate(url, AFTER)
    db.migrate(url, BEFORE)
    assert execute(url, 'SELECT "index", subject FROM records') == [(0, "claims/C-0001")]
    assert execute(url, "SELECT state FROM claims ORDER BY id") == [("WITHDRAWN",), ("READY",), ("RETURNED",)]
    db.migrate(url, AFTER)
    assert published(url)["C-0001"] == LATER
