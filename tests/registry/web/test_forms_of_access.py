"""Boxes for passwords, digests, what a browser keeps, and fields that a form does not have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from passlib.handlers.argon2 import argon2

from registry import accounts, db, known_passwords
from registry.domain.users import User
from registry.web.app import create_app
from tests.registry.web.signing_in import row, send, signed_in
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

ELENA = "elena@example.org"


@pytest.fixture
def office(filled: Flask) -> Iterator[Flask]:
    forget_attempts(filled)
    yield filled
    forget_attempts(filled)


def test_password_boxes_hide_what_is_typed_and_take_what_is_pasted(office: Flask) -> None:
    client = signed_in(office, ELENA)
    pages = [office.test_client().get("/sign-in").text, client.get("/account/password").text]
    boxes = [box for page in pages for box in re.findall(r"<input[^>]*password[^>]*>", page)]
    assert len(boxes) >= 4
    assert [box for box in boxes if 'type="password"' not in box or "onpaste" in box or "readonly" in box] == []
    assert 'autocomplete="current-password"' in pages[0]
    assert pages[1].count('autocomplete="new-password"') == 2


def test_digests_of_passwords_are_argon2id_as_the_product_makes_them(tmp_path: Path) -> None:
    digest = accounts.credentials(settings_for(tmp_path), PASSWORD).password_hash
    assert digest is not None
    assert digest.startswith("$argon2id$v=19$")
    # What the product's own handler takes (the tests have a cheap one): 64 MiB, three passes, where OWASP asks for 19 and two.
    assert (argon2.memory_cost >= 19456, argon2.default_rounds >= 2, argon2.type) == (True, True, "id")


def test_a_session_that_ended_leaves_nothing_in_the_browser(office: Flask) -> None:
    client = signed_in(office, ELENA)
    assert client.get("/staff").headers["Cache-Control"] == "no-store"
    answer = send(client, "/sign-out", form_on="/account")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    cookie = client.get_cookie("registry_session")
    assert cookie is None or client.get("/staff").status_code == 302


def test_fields_that_a_form_does_not_have_change_nothing(office: Flask) -> None:
    more = {
        "state": "PUBLISHED",
        "received_at": "2020-01-01T00:00:00Z",
        "id": "C-0001",
        "roles": "administrator",
        "active": "no",
    }
    client = signed_in(office, ELENA)
    before = row(office, User, email=ELENA)
    asked = {"password": "not this one at all", "new_password": PASSWORD, "new_password_confirm": PASSWORD}
    send(client, "/account/password", **asked, **more)
    send(client, "/account/sessions/end", form_on="/account", **more)
    after = row(office, User, email=ELENA)
    assert (after.active, after.name, after.party_id) == (before.active, before.name, before.party_id)
    with db.reading(office.extensions["test.engine"]) as session:
        assert [role.name for role in session.query(User).filter_by(email=ELENA).one().roles] == ["registrar"]


def test_a_password_on_the_list_of_the_agency_is_refused(office: Flask, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    (settings.data / known_passwords.OF_AGENCY).parent.mkdir(parents=True, exist_ok=True)
    (settings.data / known_passwords.OF_AGENCY).write_text(
        "another one entirely\nQuiet Harbour 7 Lanterns\r\n", "utf-8"
    )
    app = create_app(settings, office.extensions["test.engine"])
    client = signed_in(app, ELENA)
    new = "quiet harbour 7 lanterns"
    page = send(client, "/account/password", password=PASSWORD, new_password=new, new_password_confirm=new).text
    assert "The password is not changed" in page
    assert "known to others" in page
    assert not known_passwords.is_known(settings, "quiet harbour 8 lanterns")
    assert not known_passwords.is_known(settings_for(tmp_path / "elsewhere"), new)
