"""A sealed value is a salted hash that its opening opens, and nothing else does."""

import hashlib
import json
import re
from typing import Any

import pytest

from registry.log import sealing
from registry.log.sealing import Opening, PathError

SALT = bytes(range(32))
LEAF: dict[str, Any] = {
    "act": "claim-filed",
    "actor": {"name": "anna@example.org", "role": "delegate", "party": "IND"},
    "at": "2027-02-01T10:00:00Z",
    "content": {"rows": {"a/b": [{"id": 1, "x~y": "north"}, {"id": 2}]}, "reason": "late"},
    "index": 7,
    "subject": "claims/C-0001",
}
PATHS = ["/actor/name", "/content/reason", "/content/rows/a~1b/0/x~0y", "/content/rows/a~1b/1"]


def test_the_hash_is_that_of_the_salt_for_the_path_and_the_canonical_value() -> None:
    salt = hashlib.sha256(SALT + b"/actor/name").digest()
    expected = hashlib.sha256(salt + b'"anna@example.org"').hexdigest()
    assert expected == "a918978ae51680739d2be65d2f1c4269414a330e9f6e4f0b9967127612b8afd2"
    sealed = sealing.seal(LEAF, ["/actor/name"], SALT)
    assert sealed["actor"] == {"name": {"sealed": expected}, "role": "delegate", "party": "IND"}


def test_sealing_takes_nothing_else_and_leaves_the_leaf_as_it_is() -> None:
    before = json.dumps(LEAF)
    sealed = sealing.seal(LEAF, PATHS, SALT)
    assert json.dumps(LEAF) == before
    assert sealed["content"]["rows"]["a/b"][0]["id"] == 1
    assert [sealing.is_sealed(sealing.value_at(sealed, path)) for path in PATHS] == [True] * 4


def test_equal_values_at_two_paths_have_two_hashes() -> None:
    leaf = {**LEAF, "content": {"a": "same", "b": "same"}}
    sealed = sealing.seal(leaf, ["/content/a", "/content/b"], SALT)
    assert sealed["content"]["a"] != sealed["content"]["b"]


def test_openings_give_the_leaf_back() -> None:
    sealed = sealing.seal(LEAF, PATHS, SALT)
    openings = [sealing.opening(LEAF, path, SALT) for path in PATHS]
    assert all(sealing.check_opening(sealed, opening) for opening in openings)
    assert sealing.unseal(sealed, openings) == LEAF
    assert sealing.unseal(sealed, openings[:1])["content"] == sealed["content"]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "ANNA@example.org"},
        {"value": None},
        {"salt": bytes(32)},
        {"path": "/actor/role"},
        {"path": "/actor/nobody"},
        {"path": "actor/name"},
        {"index": 8},
    ],
)
def test_any_other_opening_is_refused(changes: dict[str, Any]) -> None:
    sealed = sealing.seal(LEAF, PATHS, SALT)
    fitting = {**sealing.opening(LEAF, "/actor/name", SALT).content(), "salt": sealing.value_salt(SALT, "/actor/name")}
    opening = Opening(**{**fitting, **changes})
    assert not sealing.check_opening(sealed, opening)
    with pytest.raises(ValueError, match="the opening does not fit the sealed value"):
        sealing.unseal(sealed, [opening])


def test_an_opening_says_nothing_of_the_salt_of_another_path() -> None:
    opening = sealing.opening(LEAF, "/actor/name", SALT)
    assert opening.salt != SALT
    assert sealing.value_salt(opening.salt, "/content/reason") != sealing.value_salt(SALT, "/content/reason")


def test_an_opening_is_written_and_read_again() -> None:
    opening = sealing.opening(LEAF, "/content/reason", SALT)
    assert Opening.parse(json.loads(json.dumps(opening.content()))) == opening


NUMBER_AND_TEXT = "an opening's index is a whole number, its path a text"
DIGITS = "the salt of an opening has 64 hexadecimal digits"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"index": 1, "path": "/a"}, "an opening without salt and value; it has index, path, salt and value"),
        ({}, "an opening without index and path and salt and value; it has index, path, salt and value"),
        ({"index": True, "path": "/a", "salt": "00" * 32, "value": 1}, NUMBER_AND_TEXT),
        ({"index": "1", "path": "/a", "salt": "00" * 32, "value": 1}, NUMBER_AND_TEXT),
        ({"index": 1, "path": 2, "salt": "00" * 32, "value": 1}, NUMBER_AND_TEXT),
        ({"index": 1, "path": "/a", "salt": "00", "value": 1}, DIGITS),
        ({"index": 1, "path": "/a", "salt": [0] * 64, "value": 1}, DIGITS),
        (
            {"index": 1, "path": "/a", "salt": "zz" * 32, "value": 1},
            "non-hexadecimal number found in fromhex() arg at position 0",
        ),
    ],
)
def test_an_opening_that_cannot_be_read_is_named(content: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        Opening.parse(content)


def test_a_path_that_leads_nowhere_is_named() -> None:
    for path in ("/content/rows/a~1b/9", "/content/rows/a~1b/x", "/at/0/1", "/nothing"):
        with pytest.raises(PathError) as caught:
            sealing.value_at(LEAF, path)
        assert str(caught.value) == f"{path}: nothing is there"


def test_a_path_begins_with_a_slash_and_the_empty_word_is_one() -> None:
    with pytest.raises(PathError) as caught:
        sealing.words("act")
    assert str(caught.value) == "'act': a path begins with /"
    assert sealing.words("/a~1b/x~0y/~01/") == ("a/b", "x~y", "~1", "")


def test_the_fault_of_an_opening_names_record_and_path() -> None:
    sealed = sealing.seal(LEAF, ["/actor/name"], SALT)
    with pytest.raises(ValueError, match=r"^record 7, /actor/role: the opening does not fit the sealed value$"):
        sealing.unseal(sealed, [Opening(7, "/actor/role", SALT, "delegate")])


@pytest.mark.parametrize(
    ("value", "is_one"),
    [({"sealed": "ab"}, True), ({"sealed": ""}, True), ({"sealed": 1}, False), ({"sealed": "ab", "x": 1}, False),
     ({}, False), ("sealed", False), (["sealed"], False), (None, False)],
)  # fmt: skip
def test_a_sealed_value_is_known_by_its_form(value: Any, is_one: bool) -> None:
    assert sealing.is_sealed(value) is is_one


def test_what_is_withheld_is_shown_as_sealed_without_a_hash() -> None:
    shown = sealing.withheld(LEAF, ["/actor/name", "/content/rows/a~1b/1"])
    assert shown["actor"] == {"name": {"sealed": ""}, "role": "delegate", "party": "IND"}
    assert shown["content"]["rows"]["a/b"] == [{"id": 1, "x~y": "north"}, {"sealed": ""}]
    assert LEAF["actor"]["name"] == "anna@example.org"


def test_a_value_in_the_middle_of_a_list_is_sealed_and_its_neighbours_stay() -> None:
    leaf = {"index": 1, "content": ["a", "b", "c"]}
    sealed = sealing.seal(leaf, ["/content/1"], SALT)
    value = sealing.sealed_value(sealing.value_salt(SALT, "/content/1"), "b")
    assert sealed == {"index": 1, "content": ["a", value, "c"]}
    assert sealing.opening(leaf, "/content/1", SALT).value == "b"
