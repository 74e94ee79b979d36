"""Steps that need the password again: the form is carried along, and taken by the same POST."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from registry import db
from registry.domain.users import User
from registry.web.app import create_app
from registry.web.reauthentication import needs_reauthentication
from tests.registry.web.signing_in import Clock, send, signed_in
from tests.registry.web.site import PASSWORD, forget_attempts, settings_for

ELENA = "elena@example.org"


@pytest.fixture
def deciding(filled: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application with a step that needs the password again and answers with what it got."""
    forget_attempts(filled)
    app = create_app(settings_for(tmp_path), filled.extensions["test.engine"])
    app.extensions["test.engine"] = filled.extensions["test.engine"]

    @app.route("/decide", methods=["GET", "POST"], endpoint="decide")
    @needs_reauthentication
    def decide() -> str:
        return f"decided: {request.form.getlist('reason')}"

    yield app
    forget_attempts(app)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def decide(client: FlaskClient, **more: str) -> str:
    return send(client, "/decide", form_on="/account", reason='because & "so"', **more).text


def test_within_five_minutes_of_the_password_a_step_goes_through(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    clock.forward(minutes=4, seconds=59)
    assert decide(client) == "decided: ['because & \"so\"']"


def test_who_has_no_password_cannot_give_it_again(deciding: Flask, clock: Clock) -> None:
    client, engine = signed_in(deciding, ELENA), deciding.extensions["test.engine"]
    with db.unit_of_work(engine) as session:
        elena = session.scalars(select(User).where(User.email == ELENA)).one()
        kept, elena.password = elena.password, None
    clock.forward(minutes=5)
    answer = send(client, "/sign-in/again", form_on="/account", password=PASSWORD)
    with db.unit_of_work(engine) as session:
        session.scalars(select(User).where(User.email == ELENA)).one().password = kept
    assert (answer.status_code, "The password is wrong" in answer.text) == (200, True)


def test_after_five_minutes_the_password_is_asked_for_and_the_form_kept(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    clock.forward(minutes=5)
    page = decide(client)
    assert "Give your password again" in page
    assert 'name="reason" value="because &amp; &#34;so&#34;"' in page
    assert 'action="/decide"' in page
    assert len(re.findall(r'name="csrf_token"', page.partition("<main")[2])) == 1
    assert "The password is wrong" in decide(client, again_password="not this one at all")
    assert decide(client, again_password=PASSWORD) == "decided: ['because & \"so\"']"
    assert decide(client) == "decided: ['because & \"so\"']", "fresh again"
    clock.forward(minutes=5)
    assert "Give your password again" in decide(client)


def test_looking_at_the_page_needs_no_password(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    clock.forward(minutes=20)
    assert client.get("/decide").text == "decided: []"


def test_who_is_not_signed_in_is_sent_to_sign_in(deciding: Flask) -> None:
    client = deciding.test_client()
    answer = send(client, "/decide", form_on="/sign-in", again_password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/decide")


def test_wrong_passwords_there_count_like_those_at_the_sign_in(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    clock.forward(minutes=5)
    for _ in range(10):
        decide(client, again_password="not this one at all")
    assert "The password is wrong" in decide(client, again_password=PASSWORD), "the account waits"
    clock.forward(seconds=61)
    assert decide(client, again_password=PASSWORD).startswith("decided")


def test_giving_the_password_again_makes_a_new_token_and_a_copied_cookie_ends(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    copied = client.get_cookie("registry_session")
    assert copied is not None
    clock.forward(minutes=5)
    decide(client, again_password=PASSWORD)
    thief = deciding.test_client()
    thief.set_cookie("registry_session", copied.value)
    assert (client.get("/account").status_code, thief.get("/account").status_code) == (200, 302)
    again = client.get_cookie("registry_session")
    assert again is not None
    send(client, "/sign-in/again", password=PASSWORD)
    thief.set_cookie("registry_session", again.value)
    assert (client.get("/account").status_code, thief.get("/account").status_code) == (200, 302)


def test_a_second_factor_is_set_up_and_sessions_are_ended_with_the_password_only(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    clock.forward(minutes=5)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= 301  # Flask-Security counts by the clock of the machine
    assert client.get("/account/second-factor").headers["Location"].startswith("/sign-in/again")
    assert "Give your password again" in send(client, "/account/sessions/end", form_on="/account").text
    assert "Give your password again" in send(client, "/account/data", form_on="/account").text


def test_a_session_that_was_renewed_still_ends_after_twelve_hours(deciding: Flask, clock: Clock) -> None:
    client = signed_in(deciding, ELENA)
    for _ in range(28):
        clock.forward(minutes=25)
        assert decide(client, again_password=PASSWORD).startswith("decided")
    clock.forward(minutes=20)
    assert client.get("/account").status_code == 302
