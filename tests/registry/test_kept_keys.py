"""Keys of second factors: closed with one secret, opened with that and a former one, and never otherwise."""

import pytest
from cryptography.fernet import InvalidToken
from passlib.totp import TOTP

from registry.kept_keys import KeptKeys, derived_key

OLD, NEW = "o" * 40, "n" * 40
KEY = TOTP(key="GVJJW5KZTQBYOJW4Y4P4QYXRSDZDT6W3").to_json(encrypt=False)


def test_what_is_closed_shows_nothing_and_opens_again() -> None:
    kept = KeptKeys([OLD]).closed(KEY)
    assert "GVJJ" not in kept
    assert KeptKeys([OLD]).opened(kept) == KEY


def test_two_closings_of_one_key_differ() -> None:
    keys = KeptKeys([OLD])
    assert keys.closed(KEY) != keys.closed(KEY)


def test_a_former_secret_opens_and_the_first_one_closes() -> None:
    before, between, after = KeptKeys([OLD]), KeptKeys([NEW, OLD]), KeptKeys([NEW])
    kept = before.closed(KEY)
    assert (between.opened(kept), between.is_newest(kept)) == (KEY, False)
    anew = between.anew(kept)
    assert anew is not None
    assert (after.opened(anew), between.is_newest(anew)) == (KEY, True)
    with pytest.raises(InvalidToken):
        before.opened(anew)


def test_neither_a_foreign_secret_nor_a_changed_letter_opens() -> None:
    kept = KeptKeys([OLD]).closed(KEY)
    changed = kept[:50] + ("A" if kept[50] != "A" else "B") + kept[51:]
    for keys, text in ((KeptKeys([NEW]), kept), (KeptKeys([OLD]), changed)):
        with pytest.raises(InvalidToken):
            keys.opened(text)
        assert keys.anew(text) is None
        assert not keys.is_newest(text)


def test_a_key_kept_without_a_mac_is_kept_anew_from_the_oldest_secret() -> None:
    before = TOTP.using(secrets={"1": OLD}).from_source(KEY).to_json(encrypt=True)
    keys = KeptKeys([NEW, OLD])
    assert not keys.is_newest(before)
    anew = keys.anew(before)
    assert anew is not None
    assert TOTP.from_source(KeptKeys([NEW]).opened(anew)).key == TOTP.from_source(KEY).key


@pytest.mark.parametrize("text", ["", "{", "{}", '{"v": 1, "type": "totp", "enckey": {"v": 1, "t": "9"}}', "gAAAA"])
def test_what_is_no_key_at_all_is_told_by_none(text: str) -> None:
    assert KeptKeys([NEW, OLD]).anew(text) is None


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert derived_key("one", OLD) != derived_key("other", OLD)
    assert len(derived_key("one", OLD)) == 44
