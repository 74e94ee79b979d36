"""A sealed value is a salted hash that its opening opens, and nothing else does."""

import hashlib
import json
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


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"index": 1, "path": "/a"}, "an opening without salt and value"),
        ({"index": True, "path": "/a", "salt": "00" * 32, "value": 1}, "index is a whole number"),
        ({"index": 1, "path": "/a", "salt": "00", "value": 1}, "64 hexadecimal digits"),
        ({"index": 1, "path": "/a", "salt": "zz" * 32, "value": 1}, "non-hexadecimal"),
    ],
)
def test_an_opening_that_cannot_be_read_is_named(content: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Opening.parse(content)


def test_a_path_that_leads_nowhere_is_named() -> None:
    for path in ("/content/rows/a~1b/9", "/content/rows/a~1b/x", "/at/0/1", "/nothing"):
        with pytest.raises(PathError, match="nothing is there"):
            sealing.value_at(LEAF, path)
