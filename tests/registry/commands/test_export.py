"""`registry export`: who gets which package, and what is refused in one line."""

import json
from pathlib import Path

import pytest

from tests.registry.commands.conftest import Office

KEY = ("keys", "new", "registry.example.org/log", "--illustrative")


@pytest.fixture
def signed(office: Office) -> Office:
    """The office of an open round whose log has a key."""
    office.json(*KEY)
    for email, role in (("abe@example.org", "auditor"), ("pia@example.org", "planner")):
        office.json("user", "add", email, "--role", role, "--without-password")
    return office


def manifest(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_the_public_package_is_for_everybody(signed: Office, tmp_path: Path) -> None:
    made = signed.json("export", tmp_path / "out", at=None)
    assert (made["scope"], made["folder"]) == ("public", str(tmp_path / "out"))
    assert manifest(tmp_path / "out")["scope"] == "public"
    assert not (tmp_path / "out" / "tables" / "users.csv").exists()


def test_the_full_package_is_for_an_auditor(signed: Office, tmp_path: Path) -> None:
    made = signed.json("export", tmp_path / "out", "--full", "--as", "abe@example.org", at=None)
    assert (made["scope"], manifest(tmp_path / "out")["scope"]) == ("full", "full")
    assert "abe@example.org" in (tmp_path / "out" / "tables" / "users.csv").read_text("utf-8")


def test_who_asks_for_the_full_package_without_a_name_or_the_role_is_refused(signed: Office, tmp_path: Path) -> None:
    said = signed.refusal("export", tmp_path / "out", "--full", at=None, code=2)
    assert said.startswith("--full: it names persons; say who reads it, an auditor or a registrar: --as EMAIL")
    said = signed.refusal("export", tmp_path / "out", "--full", "--as", "pia@example.org", at=None)
    assert said == "--full: pia@example.org is neither auditor nor registrar; take the public package"
    assert list(tmp_path.glob("out*")) == []


def test_an_instant_of_the_past_is_told_in_the_manifest(signed: Office, tmp_path: Path) -> None:
    made = signed.json("export", tmp_path / "out", "--as-of", "2027-01-15T00:00:00+01:00", at=None)
    assert manifest(tmp_path / "out")["as_of"] == "2027-01-14T23:00:00Z"
    assert made["log_size"] < signed.json("log", "list", at=None)["size"]


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("yesterday", "--as-of: "),
        ("2027-01-15T00:00:00", "--as-of: "),
        ("1999-01-01T00:00:00Z", "--as-of: there is no record up to 1999-01-01T00:00:00Z; the first record is of "),
    ],
)
def test_an_instant_that_cannot_be_used_is_told(signed: Office, tmp_path: Path, instant: str, words: str) -> None:
    said = signed.refusal("export", tmp_path / "out", "--as-of", instant, at=None, code=2)
    assert said.startswith(words)
    assert list(tmp_path.glob("out*")) == []


def test_a_register_without_a_key_says_how_to_make_one(office: Office, tmp_path: Path) -> None:
    said = office.refusal("export", tmp_path / "out", at=None)
    assert said.endswith("an administrator makes one with: registry keys new NAME")
    assert list(tmp_path.glob("out*")) == []
