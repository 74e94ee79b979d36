"""Tokens of programs by commands: made and printed once, listed without the secret, revoked."""

import pytest

from registry.services import tokens
from tests.registry.commands.conftest import Office

MAKE = ("user", "token", "make", "dev@example.org", "--name", "nightly job", "--scope", "claims:file")


def test_a_token_is_made_listed_and_revoked(office: Office) -> None:
    made = office.json(*MAKE, "--days", "30")
    assert (made["id"], made["scopes"], len(made["token"])) == (1, ["claims:file"], 47)
    listed = office.run("user", "token", "list", "dev@example.org", at=None).stdout
    assert made["token"][:12] in listed and made["token"] not in listed and "used last never" in listed
    assert office.json("user", "token", "revoke", "dev@example.org", "1") == {"id": 1}
    assert office.refusal("user", "token", "revoke", "dev@example.org", "1").endswith("is revoked already")
    assert "over or revoked" in office.run("user", "token", "list", "dev@example.org", at=None).stdout


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (("--days", "366"), "days: 366"),
        (("--days", "0"), "days: 0"),
        (("--scope", "read:register"), "scopes: 'read:reg"),
    ],
)
def test_a_token_that_cannot_be_had_is_refused_with_the_field(
    office: Office, more: tuple[str, ...], field: str
) -> None:
    assert office.refusal(*MAKE, *more).startswith(field)


def test_nobody_makes_a_token_for_another_person(office: Office) -> None:
    assert "by the person they act for" in office.refusal(*MAKE, "--as", "rita@example.org")
    assert office.json(*MAKE, "--as", "dev@example.org")["scopes"] == ["claims:file"]


def test_the_digest_of_a_token_is_its_sha256() -> None:
    assert tokens.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
