"""Each stored record has the leaf that was hashed, put together from its texts, or the column for which it has none."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audit.leaves import StoredLeaf, stored_leaves
from registry.domain.actors import Actor
from registry.log import records, sealing

AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
ACTOR = Actor("änna@example.org", "registrar")
CLEAR = {"rows": {"things": [{"id": 1, "name": "ridge"}, {"id": 2, "name": "ridge"}]}, "list": ["ridge", 7]}
SALT = b"\x07" * 32


def append(session: Session, sealed: tuple[str, ...] = (), subject: str = 'things/"1"') -> records.Record:
    session.info[records.RANDOM_BYTES] = lambda size: b"\x07" * size
    return records.append(session, AT, ACTOR, "notéd", subject, CLEAR, sealed)


def change(session: Session, column: str, value: Any) -> None:
    session.execute(sa.text(f"UPDATE records SET {column} = :value"), {"value": value})


def test_records_come_by_their_index_with_the_leaf_that_was_hashed(loose: Session) -> None:
    first = append(loose)
    second = append(loose, ("/actor/name", "/content/rows/things/0"), "users/1")
    loose.execute(sa.text('UPDATE records SET "index" = 9 WHERE "index" = 0'))
    found = list(stored_leaves(loose))
    assert found[0] == StoredLeaf(
        1, second.leaf_hash, second.leaf_hash, CLEAR, "users/1", ("/actor/name", "/content/rows/things/0"), None
    )
    assert (found[1].index, found[1].stored_hash, found[1].fault) == (9, first.leaf_hash, None)
    assert found[1].hash not in (None, first.leaf_hash)


def test_a_record_without_sealed_values_has_the_leaf_of_its_texts(loose: Session) -> None:
    made = append(loose)
    assert list(stored_leaves(loose)) == [StoredLeaf(0, made.leaf_hash, made.leaf_hash, CLEAR, 'things/"1"', (), None)]


@pytest.mark.parametrize(
    "sealed",
    [
        ("/actor/name",),
        ("/content/rows/things/0",),
        ("/content/rows/things/0/name",),
        ("/content/list/0",),
        ("/actor/name", "/content/list/0", "/content/rows/things/0/name"),
    ],
)
def test_sealed_values_are_replaced_where_they_stand_without_taking_the_record_apart(
    loose: Session, sealed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = append(loose, sealed)
    monkeypatch.delattr(sealing, "seal")
    assert list(stored_leaves(loose)) == [
        StoredLeaf(0, made.leaf_hash, made.leaf_hash, CLEAR, 'things/"1"', sealed, None)
    ]


@pytest.mark.parametrize("path", ["/content/rows/things/1/name", "/content/list/1"])
def test_a_sealed_value_that_stands_twice_is_found_by_taking_the_record_apart(loose: Session, path: str) -> None:
    made = append(loose, (path,))
    [found] = stored_leaves(loose)
    assert (found.hash, found.fault) == (made.leaf_hash, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [("act", "other"), ("subject", "other"), ("at", "2027-02-01 10:00:00.000001"), ("leaf_hash", b"other"),
     ("actor", '{"name":"other"}'), ("content", "{}"), ("salt", b"other")],
)  # fmt: skip
@pytest.mark.parametrize("sealed", [(), ("/actor/name",)])
def test_a_changed_cell_gives_another_hash_than_the_stored_one(
    loose: Session, column: str, value: Any, sealed: tuple[str, ...]
) -> None:
    append(loose, sealed)
    change(loose, column, value)
    [found] = stored_leaves(loose)
    assert found.hash != found.stored_hash


NOT_CANONICAL = "it is not the canonical JSON that was stored"
NO_JSON = "Expecting value: line 1 column 1 (char 0)"
UNREADABLE: list[tuple[tuple[str, ...], str, Any, tuple[str, str], dict[str, Any]]] = [
    ((), "act", b"x", ("act", "first argument must be a string, not bytes"), CLEAR),
    ((), "subject", None, ("subject", "first argument must be a string, not NoneType"), CLEAR),
    ((), "at", "never", ("at", "Invalid isoformat string: 'never'"), CLEAR),
    ((), "at", None, ("at", "None is no instant"), CLEAR),
    ((), "content", "x", ("content", NO_JSON), {}),
    ((), "content", None, ("content", "the JSON object must be str, bytes or bytearray, not NoneType"), {}),
    (("/actor/name",), "actor", "x", ("actor", NO_JSON), CLEAR),
    (("/actor/name",), "actor", '{"name": "a"}', ("actor", NOT_CANONICAL), CLEAR),
    (("/actor/name",), "actor", "[]", ("actor", "/actor/name: nothing is there"), CLEAR),
    (("/actor/name",), "content", '{"a": 1}', ("content", NOT_CANONICAL), {"a": 1}),
    (("/content/list/0",), "content", "[1]", ("content", "/content/list/0: nothing is there"), {}),
    (("/actor/name",), "sealed", '["/actor/name" ]', ("sealed", NOT_CANONICAL), CLEAR),
    (("/actor/name",), "sealed", '["/actor/name","/actor/name"]', ("sealed", NOT_CANONICAL), CLEAR),
    (("/actor/name", "/content/list"), "sealed", '["/content/list","/actor/name"]', ("sealed", NOT_CANONICAL), CLEAR),
    (("/actor/name",), "sealed", '["/content/x"]', ("sealed", "/content/x: nothing is there"), CLEAR),
    (("/actor/name",), "sealed", "x", ("sealed", NO_JSON), CLEAR),
    (("/actor/name",), "salt", "text", ("salt", "string argument without an encoding"), CLEAR),
    (("/actor/name",), "salt", None, ("salt", "cannot convert 'NoneType' object to bytes"), CLEAR),
    (("/actor/name",), "sealed", None, ("salt", "the JSON object must be str, bytes or bytearray, not NoneType"), CLEAR),
]  # fmt: skip


@pytest.mark.parametrize(("sealed", "column", "value", "fault", "content"), UNREADABLE)
def test_what_cannot_be_read_as_a_record_has_no_hash_and_names_its_column(
    loose: Session, sealed: tuple[str, ...], column: str, value: Any, fault: tuple[str, str], content: dict[str, Any]
) -> None:
    made = append(loose, sealed)
    change(loose, column, value)
    assert list(stored_leaves(loose)) == [StoredLeaf(0, None, made.leaf_hash, content, fault=fault)]


def test_an_unreadable_record_without_a_hash_beside_it_has_an_empty_one(loose: Session) -> None:
    append(loose)
    change(loose, "leaf_hash", None)
    [found] = stored_leaves(loose)
    assert (found.hash, found.stored_hash) == (None, b"")


def test_content_that_is_no_object_has_no_rows(loose: Session) -> None:
    append(loose)
    change(loose, "content", "[1]")
    [found] = stored_leaves(loose)
    assert (found.content, found.fault) == ({}, None)
