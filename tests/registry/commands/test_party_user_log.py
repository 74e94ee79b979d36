"""Parties, people, reference data and the log by commands."""

from pathlib import Path

import pytest

from registry import db
from registry.demo.fixtures import FIXTURES
from registry.kept_keys import KeptKeys
from registry.services import users
from tests.registry.commands.conftest import PEOPLE, Office


def test_parties_are_listed_with_their_groups_on_a_day(office: Office) -> None:
    rows = office.json("party", "list", "--day", "2027-01-01", at=None)
    assert {row["id"]: row["groups"] for row in rows}["THA"] == ["artemis-accords", "ilrs"]
    before = office.json("party", "list", "--day", "2024-01-01", at=None)
    assert {row["id"]: row["groups"] for row in before}["THA"] == []


def test_a_party_is_shown_with_memberships_and_operators(office: Office) -> None:
    shown = office.run("party", "show", "IND", at=None)
    assert shown.stdout == (
        "IND  Party IND (state)\n  Artemis-Accords: party since 2024-06-01\n  operator ISRO: Operator one\n"
    )
    assert office.refusal("party", "show", "XXX", at=None) == (
        "there is no party XXX; list them with: registry party list"
    )


def test_people_are_listed_without_secrets(office: Office) -> None:
    rows = office.json("user", "list", "--as", "adam@example.org", at=None)
    assert [row["email"] for row in rows] == [email for email, _, _ in PEOPLE]
    assert set(rows[0]) == {"id", "email", "name", "roles", "party", "active"}
    assert "token" not in office.run("user", "list", "--json", "--as", "adam@example.org", at=None).stdout


def test_names_and_addresses_are_not_for_everybody(office: Office) -> None:
    listed = office.run("user", "list", at=None).stdout.splitlines()
    assert (listed[1], listed[-1]) == ("person 2  delegate for IND  ", "10 people")
    own = [row["email"] for row in office.json("user", "list", "--as", "dev@example.org", at=None)]
    assert own == ["", "dev@example.org", *[""] * 8]


def test_an_administrator_adds_a_person_who_gets_a_password_later(office: Office) -> None:
    add = ("user", "add", "new@example.org", "--role", "delegate", "--party", "GHA", "--without-password")
    assert office.json(*add, "--as", "adam@example.org") == {"email": "new@example.org", "roles": ["delegate"]}
    assert "there is a user new@example.org already" in office.refusal(*add, "--as", "adam@example.org")


def test_nobody_else_adds_people(office: Office) -> None:
    add = ("user", "add", "new@example.org", "--role", "auditor", "--without-password", "--as", "rita@example.org")
    assert office.refusal(*add) == ("this is for the role administrator or system, not for registrar; ask one of them")


def test_reference_data_is_loaded_once(office: Office, tmp_path: Path) -> None:
    load = ("reference", "load", FIXTURES, "--as", "rita@example.org")
    assert office.json(*load)["missions.csv"] > 0
    assert set(office.json(*load).values()) == {0}


def test_the_log_is_listed_and_one_record_shown(office: Office) -> None:
    page = office.json("log", "list", "--from", "1", "--count", "2", at=None)
    assert [row["act"] for row in page["records"]] == ["policy-published", "round-opened"]
    assert office.json("log", "show", "1", at=None)["leaf_hash"] == page["records"][0]["leaf_hash"]
    assert "there is no record 999; the log has" in office.refusal("log", "show", "999", at=None)


def test_second_factors_are_encrypted_anew_and_those_that_no_secret_opens_are_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = db.make_engine(f"sqlite:///{office.data / 'registry.sqlite'}")
    with db.unit_of_work(engine) as session:
        for email, secret in (("rita@example.org", "old"), ("anna@example.org", "old"), ("adam@example.org", "lost")):
            user = users.by_address(session, email)
            user.tf_primary_method, user.tf_totp_secret = "authenticator", KeptKeys([secret]).closed("a key")
    monkeypatch.setenv("REGISTRY_TOTP_SECRET", "new")
    monkeypatch.setenv("REGISTRY_FORMER_TOTP_SECRET", "old")
    ended = office.run("user", "reseal", at=None)
    assert (ended.exit_code, ended.stdout) == (1, "2 second factors are encrypted with the present secret\n")
    assert ended.stderr == (
        "registry: adam@example.org: no secret opens the second factor; take it away, for the person to set it up again: "
        "registry user second-factor adam@example.org\n"
    )
    taken = ("user", "second-factor", "adam@example.org", "--reason", "its secret is lost")
    assert office.run(*taken, at=None).exit_code == 0
    monkeypatch.delenv("REGISTRY_FORMER_TOTP_SECRET")
    assert office.json("user", "reseal", at=None) == {"done": 2, "unopened": []}
    with db.reading(engine) as session:
        kept = users.by_address(session, "rita@example.org").tf_totp_secret
    assert KeptKeys(["new"]).opened(str(kept)) == "a key"
    engine.dispose()
