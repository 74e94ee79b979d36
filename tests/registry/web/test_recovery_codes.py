"""Digests of recovery codes: salted, of the published cost, each code good once and by its own place."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from registry import ambient
from registry.web.access.recovery_codes import RecoveryCodes

CODES = ["0123-4567-89ab", "1123-4567-89ab", "2123-4567-89ab"]
# argon2id (t=2, p=1, m=19456 KiB) of the first code with the salt 00 01 .. 0f.
DIGEST = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$EzKPWA+U9C3RohfMxXxKUrPh7+O3WpW/CG98mKGNV9k"


@pytest.fixture(scope="module")
def codes() -> RecoveryCodes:
    app = Flask(__name__)
    app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS"] = None
    return RecoveryCodes(app)


def somebody(codes: RecoveryCodes, monkeypatch: pytest.MonkeyPatch, kept: list[str]) -> Any:
    """A person with these codes, made with a salt that is known."""
    monkeypatch.setattr(ambient, "random_bytes", lambda count: bytes(range(count)))
    return SimpleNamespace(mf_recovery_codes=codes._encrypt_codes(kept))


def test_a_code_is_kept_as_a_digest_of_the_published_cost(
    codes: RecoveryCodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = somebody(codes, monkeypatch, CODES[:1])
    assert person.mf_recovery_codes == [DIGEST]
    assert codes.get_recovery_codes(person) == []


def test_a_code_counts_once_and_by_its_own_place(codes: RecoveryCodes, monkeypatch: pytest.MonkeyPatch) -> None:
    person = somebody(codes, monkeypatch, CODES)
    first, _, third = person.mf_recovery_codes
    assert codes.check_recovery_code(person, CODES[1])
    assert not codes.check_recovery_code(person, "3123-4567-89ab")
    assert [codes.delete_recovery_code(person, CODES[1]) for _ in range(2)] == [True, False]
    assert person.mf_recovery_codes == [first, third]
    assert not codes.check_recovery_code(person, CODES[1])
    assert codes.delete_recovery_code(person, CODES[0])
    assert person.mf_recovery_codes == [third]


def test_who_has_no_codes_has_none_that_is_right(codes: RecoveryCodes) -> None:
    person = SimpleNamespace(mf_recovery_codes=None)
    assert not codes.check_recovery_code(person, CODES[0])
    assert not codes.delete_recovery_code(person, CODES[0])


def test_codes_of_two_salts_are_looked_for_under_both(codes: RecoveryCodes, monkeypatch: pytest.MonkeyPatch) -> None:
    person = somebody(codes, monkeypatch, CODES[:1])
    monkeypatch.setattr(ambient, "random_bytes", bytes)
    person.mf_recovery_codes += codes._encrypt_codes(CODES[1:2])
    assert [codes.check_recovery_code(person, code) for code in CODES] == [True, True, False]
